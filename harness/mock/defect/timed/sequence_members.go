package timed

import "github.com/essconform/essconform/harness/mock"

// left marks, when a detaching activity ends, the group that its instances were in.
func left(from map[*mock.Instance]*mock.Group) seam {
	return onEnd(func(_ *mock.World, a *mock.Activity) {
		for _, i := range a.Instances {
			from[i] = a.Group
		}
	})
}

// leftOnce is a seam that knows the group that each instance was detached from last.
func leftOnce(build func(from map[*mock.Instance]*mock.Group) seam) seam {
	return fresh(func(from map[*mock.Instance]*mock.Group) seam { return all(build(from), left(from)) })
}

// memberships are wrong about instances that were detached or attached before.
func memberships() []Entry {
	return []Entry{
		{
			Name:         "sequence.reattached-refused",
			Requirements: on(lives, oneWorks, inGroup),
			Note:         "an instance that was detached and attached again cannot be detached again",
			Break: leftOnce(func(from map[*mock.Instance]*mock.Group) seam {
				return refusing(instInGroup, func(c *mock.Call) bool {
					return anyOf(c, func(i *mock.Instance) bool { return i.Group == c.Group && from[i] == c.Group })
				})
			}),
		},
		{
			Name:         "sequence.reattached-stays",
			Requirements: on(leaves),
			Note: "an instance that was detached and attached again stays when it is detached again, though " +
				"the activity succeeds",
			Break: fresh(func(from map[*mock.Instance]*mock.Group) seam {
				return completion(operation,
					func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)) {
						var leaving []*mock.Instance
						for _, i := range a.Instances {
							if from[i] != a.Group {
								leaving = append(leaving, i)
							} else {
								i.Lifecycle = mock.InService
							}
							from[i] = a.Group
						}
						whole := a.Instances
						a.Instances = leaving
						next(w, a)
						a.Instances = whole
					})
			}),
		},
		{
			Name:         "sequence.back-refused",
			Requirements: on(lives),
			Note:         "an instance cannot be attached to the group that it was detached from, as it stays reserved",
			Source:       "kubernetes/cloud-provider-openstack#2553",
			Break: leftOnce(func(from map[*mock.Instance]*mock.Group) seam {
				return func(r *mock.Rules) {
					p := r.Operation("AttachInstances").Precondition("instances are in no group")
					next := p.Violated
					p.Violated = func(c *mock.Call) (string, bool) {
						for _, i := range existing(c) {
							if c.Group != nil && from[i] == c.Group {
								return i.ID, true
							}
						}
						return next(c)
					}
				}
			}),
		},
		{
			Name:         "sequence.detached-twice",
			Requirements: on(inGroup),
			Note:         "an instance that was detached before can be detached again",
			Break: leftOnce(func(from map[*mock.Instance]*mock.Group) seam {
				return dropping(instInGroup, func(c *mock.Call) bool {
					return !anyOf(c, func(i *mock.Instance) bool { return i.Group != c.Group && from[i] != c.Group })
				})
			}),
		},
		{
			Name:         "sequence.detached-twice-elsewhere",
			Requirements: on(inGroup),
			Note:         "an instance that was detached can be detached again over another connection",
			Break: fresh(func(by map[*mock.Instance]string) seam {
				return all(
					connections,
					dropping(instInGroup, func(c *mock.Call) bool {
						from := c.Request.Header.Get(remote)
						return !anyOf(c, func(i *mock.Instance) bool {
							return i.Group != c.Group && (by[i] == "" || by[i] == from)
						})
					}),
					onAccept(func(c *mock.Call) {
						for _, i := range existing(c) {
							by[i] = c.Request.Header.Get(remote)
						}
					}),
				)
			}),
		},
		{
			Name:         "sequence.resurrected",
			Requirements: on(noEffect, inGroup, leaves),
			Note:         "detaching what was detached before is refused, and puts it back into the group",
			Source:       "minio/minio#17672",
			Break: leftOnce(func(from map[*mock.Instance]*mock.Group) seam {
				return refusedWith("IncorrectInstanceStatus", func(c *mock.Call) {
					for _, i := range existing(c) {
						if i.Group == nil && from[i] == c.Group {
							c.World.Join(c.Group, i, mock.InService, "Attached")
						}
					}
				})
			}),
		},
		{
			Name:         "sequence.tombstone",
			Requirements: on(instKnown, oneWorks, lives),
			Note:         "an instance that was detached once is not found by any later call, wherever it was attached",
			Break: leftOnce(func(from map[*mock.Instance]*mock.Group) seam {
				return refusing(instThere, func(c *mock.Call) bool {
					return anyOf(c, func(i *mock.Instance) bool { return i.Group != nil && from[i] != nil })
				})
			}),
		},
		{
			Name:         "sequence.moved-refused",
			Requirements: on(lives, oneWorks, inGroup),
			Note:         "an instance that was moved to another group cannot be detached there",
			Break: leftOnce(func(from map[*mock.Instance]*mock.Group) seam {
				return refusing(instInGroup, func(c *mock.Call) bool {
					return anyOf(c, func(i *mock.Instance) bool {
						return i.Group == c.Group && from[i] != nil &&
							from[i] != c.Group
					})
				})
			}),
		},
		{
			Name:         "sequence.moved-detachable-from-old",
			Requirements: on(inGroup),
			Note:         "an instance that was moved can be detached through its old group, and leaves the new one",
			Break: leftOnce(func(from map[*mock.Instance]*mock.Group) seam {
				moved := func(c *mock.Call, i *mock.Instance) bool { return i.Group != nil && from[i] == c.Group }
				return all(
					dropping(instInGroup, func(c *mock.Call) bool {
						return !anyOf(c, func(i *mock.Instance) bool { return i.Group != c.Group && !moved(c, i) })
					}),
					onEnd(func(w *mock.World, a *mock.Activity) {
						for _, i := range a.Instances {
							w.Leave(i)
						}
					}),
				)
			}),
		},
		{
			Name:         "sequence.moved-hits-old",
			Requirements: on(leaves, lives),
			Note:         "detaching a moved instance from its new group takes a member from the old one",
			Break: fresh(func(from map[*mock.Instance]*mock.Group) seam {
				return onEnd(func(w *mock.World, a *mock.Activity) {
					for _, i := range a.Instances {
						if old := from[i]; old != nil && old != a.Group && len(old.Members) > 0 {
							w.Leave(old.Members[0])
						}
						from[i] = a.Group
					}
				})
			}),
		},
		{
			Name:         "sequence.attached-stopped",
			Requirements: on(runs),
			Note:         "an instance that was attached by hand is stopped when it is detached",
			Break:        byHand(func(_ *mock.World, i *mock.Instance) { i.Status = "Stopped" }),
		},
		{
			Name:         "sequence.attached-released",
			Requirements: on(runs, lives),
			Note:         "an instance that was attached by hand is released when it is detached",
			Break:        byHand(func(w *mock.World, i *mock.Instance) { w.RemoveInstance(i) }),
		},
		{
			Name:         "sequence.list-accumulates",
			Requirements: on(leaves),
			Note:         "a call detaches what earlier calls to the group named, too",
			Break: fresh(func(named map[*mock.Group][]*mock.Instance) seam {
				return onEnd(func(w *mock.World, a *mock.Activity) {
					for _, i := range named[a.Group] {
						if i.Group == a.Group {
							w.Leave(i)
						}
					}
					named[a.Group] = append(named[a.Group], a.Instances...)
				})
			}),
		},
		{
			Name:         "sequence.second-none",
			Requirements: on(leaves),
			Note:         "the second call to a group is accepted, and nothing leaves",
			Break: fresh(func(calls map[*mock.Group]int) seam {
				return completion(operation,
					func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)) {
						if calls[a.Group]++; calls[a.Group] != 2 {
							next(w, a)
						}
					})
			}),
		},
		{
			Name:         "sequence.fourth-refused",
			Requirements: on(oneWorks, idleGroup),
			Note:         "from the fourth call on a group is called busy",
			Break: fresh(func(calls map[*mock.Group]int) seam {
				return all(
					onAccept(func(c *mock.Call) { calls[c.Group]++ }),
					refusing(idle, func(c *mock.Call) bool { return calls[c.Group] >= 3 }),
				)
			}),
		},
	}
}

// byHand does something to a detached instance that AttachInstances had put into the group.
func byHand(do func(*mock.World, *mock.Instance)) seam {
	return fresh(func(attached map[*mock.Instance]bool) seam {
		return all(
			after("AttachInstances", func(c *mock.Call) {
				for _, i := range c.Instances {
					attached[i] = true
				}
			}),
			onEnd(func(w *mock.World, a *mock.Activity) {
				for _, i := range a.Instances {
					if attached[i] {
						delete(attached, i)
						do(w, i)
					}
				}
			}),
		)
	})
}
