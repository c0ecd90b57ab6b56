package timed

import (
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

// Overlaps need calls at the same time.
func Overlaps() []Entry {
	return slices.Concat(twoSteps(), betweenCalls(), lookedAt(), mixedAnswers(), ids())
}

var inProgress = mock.Problem{
	Status: 400, Code: "ScalingActivityInProgress",
	Message: "You cannot delete a scaling group or launch a new scaling activity while there is a scaling " +
		"activity in progress for the specified scaling group.",
}

// twoSteps check and act in two steps.
func twoSteps() []Entry {
	return []Entry{
		{
			Name:         "overlap.check-then-act",
			Requirements: on(idleGroup),
			Note:         "two calls at once on one group are both accepted",
			Source:       "rustfs/rustfs#1659", Break: early(byGroup, false, idle),
		},
		{
			Name:         "overlap.same-instance-two-winners",
			Requirements: on(idleGroup, inGroup),
			Note:         "two calls at once for the same instance are both accepted; other calls wait for each other",
			Source:       "localstack/localstack#108", Break: early(byInstances, false, idle),
		},
		{
			Name:         "overlap.same-instance-in-turn",
			Requirements: on(inGroup, idleGroup),
			Note: "of two calls at once for the same instance the second waits for the first, and is accepted " +
				"then",
			Source: "fsouza/fake-gcs-server#935", Break: early(byInstances, true, instInGroup),
		},
		{
			Name:         "overlap.min-size",
			Requirements: on(sizeKept, idleGroup),
			Note: "two calls at once are both counted against MinSize, and then carried out one after " +
				"the other",
			Source: "stackshy/cloudemu#661", Break: early(byGroup, true, minSize),
		},
		{
			Name:         "overlap.min-size-at-once",
			Requirements: on(sizeKept, idleGroup),
			Note:         "two calls at once that leave too few instances together are both accepted; others are not",
			Break: func(r *mock.Rules) {
				early(byGroup, false, idle, minSize)(r)
				r.Operation(operation).Preconditions = append(r.Operation(operation).Preconditions, mock.Precondition{
					Name: "no activity unless MinSize is broken", Error: inProgress,
					Violated: func(c *mock.Call) (string, bool) {
						a := c.Group.Current()
						return "", a != nil && members(c)-len(a.Instances)-len(c.Instances) >= c.Group.MinSize
					},
				})
			},
		},
		{
			Name:         "overlap.lost-update",
			Requirements: on(leaves, idleGroup),
			Note:         "of two calls at once the second writes the members back that the first has detached",
			Source:       "JavaScriptSolidServer/JavaScriptSolidServer#600",
			Break: fresh(func(read map[*mock.Call][]*mock.Instance) seam {
				back := map[*mock.Activity][]*mock.Instance{}
				return all(
					beforeState(mock.Problem{}, func(c *mock.Call) bool {
						read[c] = slices.Clone(c.Group.Members)
						return false
					}),
					early(byGroup, true),
					onStart(func(c *mock.Call, a *mock.Activity) {
						back[a] = slices.DeleteFunc(read[c],
							func(i *mock.Instance) bool { return slices.Contains(c.Instances, i) })
						delete(read, c)
					}),
					onEnd(func(w *mock.World, a *mock.Activity) {
						for _, i := range back[a] {
							if i.Group == nil && w.Instance(i.ID) != nil {
								w.Join(a.Group, i, mock.InService, "AutoCreated")
							}
						}
						delete(back, a)
					}),
				)
			}),
		},
		{
			Name:         "overlap.lost-store",
			Requirements: on(leaves),
			Note:         "of two calls at once on two groups the first is accepted, and nothing leaves",
			Source:       "localstack/localstack#6689",
			Break: fresh(func(overwritten map[*mock.Call]bool) seam {
				lost := map[*mock.Activity]bool{}
				return all(
					meet(byAny, mock.Problem{}, func(c, other *mock.Call, first bool) bool {
						overwritten[c] = first && other.Group != c.Group
						return false
					}),
					onStart(func(c *mock.Call, a *mock.Activity) {
						lost[a] = overwritten[c]
						delete(overwritten, c)
					}),
					withoutEffect(func(a *mock.Activity) bool { return lost[a] }),
				)
			}),
		},
	}
}

// betweenCalls let calls at once disturb each other.
func betweenCalls() []Entry {
	return []Entry{
		{
			Name:         "overlap.lock-per-process",
			Requirements: on(idleGroup, oneWorks),
			Note:         "of two calls at once on two groups the second is refused as if its group were busy",
			Break: meet(byAny, inProgress, func(c, other *mock.Call, first bool) bool {
				return !first && c.Group != other.Group
			}),
		},
		{
			Name:         "overlap.both-refused",
			Requirements: on(idleGroup, oneWorks),
			Note:         "of two calls at once on one group neither is accepted",
			Break:        meet(byGroup, inProgress, func(*mock.Call, *mock.Call, bool) bool { return true }),
		},
		{
			Name:         "overlap.server-error",
			Requirements: on(oneWorks, idleGroup),
			Note: "of two calls at once on two groups the second fails, as a table was changed while it was " +
				"read",
			Source: "localstack/localstack#8011",
			Break: meet(byAny, serverError, func(c, other *mock.Call, first bool) bool {
				return !first && c.Group != other.Group
			}),
		},
		{
			Name:         "overlap.parameters-of-other",
			Requirements: on(oneWorks, leaves, inGroup, noEffect),
			Note:         "of two calls at once the second is carried out with the instances of the first",
			Source:       "getmoto/moto#354",
			Break: meet(byAny, mock.Problem{}, func(c, other *mock.Call, first bool) bool {
				if !first {
					c.InstanceIDs, c.Instances = other.InstanceIDs, other.Instances
				}
				return false
			}),
		},
		{
			Name:         "overlap.group-of-other",
			Requirements: on(oneWorks, leaves, inGroup, noEffect),
			Note:         "of two calls at once the second is carried out on the group of the first",
			Break: meet(byAny, mock.Problem{}, func(c, other *mock.Call, first bool) bool {
				if !first {
					c.Group = other.Group
				}
				return false
			}),
		},
		{
			Name:         "overlap.callers-swapped",
			Requirements: on(permission, oneWorks),
			Note:         "of two callers at once each has the permissions of the other",
			Break:        caller(func(mine, theirs bool) bool { return theirs }),
		},
		{
			Name:         "overlap.denied-passes",
			Requirements: on(permission),
			Note:         "a denied caller passes beside a permitted one",
			Break:        caller(func(mine, theirs bool) bool { return mine || theirs }),
		},
		{
			Name:         "overlap.permitted-refused",
			Requirements: on(permission, oneWorks),
			Note:         "a permitted caller is refused beside a denied one",
			Break:        caller(func(mine, theirs bool) bool { return mine && theirs }),
		},
	}
}

// caller decides with the permissions of two callers at once on a group. A permitted one lets a denied one go first.
func caller(permitted func(mine, theirs bool) bool) seam {
	return func(r *mock.Rules) {
		var m meeting[bool]
		rule(authorized, func(next violated) violated {
			return func(c *mock.Call) (string, bool) {
				subject, refused := next(c)
				if c.Group == nil {
					return subject, refused
				}
				pass := !refused
				c.World.Apart(func() {
					theirs, _, met := m.with(c.Group.ID, !refused)
					if met {
						pass = permitted(!refused, theirs)
					}
					if met && !refused && !theirs {
						giveWay()
					}
				})
				return subject, !pass
			}
		})(r)
	}
}

// lookedAt are calls during which somebody looks at the group.
func lookedAt() []Entry {
	return []Entry{
		{
			Name:         "overlap.describe-fails-call",
			Requirements: on(oneWorks),
			Note:         "a call fails when its group is described at the same time",
			Break:        described(serverError, func(*mock.Call) bool { return true }),
		},
		{
			Name:         "overlap.describe-loses-ids",
			Requirements: on(leaves),
			Note:         "a call loses its last instance when its group is described at the same time",
			Break: described(mock.Problem{}, func(c *mock.Call) bool {
				c.Instances = c.Instances[:len(c.Instances)-1]
				return false
			}),
		},
	}
}

// described waits for a look at the group before the call is decided; when one came, refused says what becomes of
// the call.
func described(problem mock.Problem, refused func(*mock.Call) bool) seam {
	return func(r *mock.Rules) {
		looks := map[string]chan struct{}{} // by the id of the group; used while the world is held
		for _, name := range []string{"DescribeScalingInstances", "DescribeScalingGroups"} {
			instead(name, func(c *mock.Call, next func(*mock.Call) []mock.Field) []mock.Field {
				ids := []string{c.Request.Param("ScalingGroupId")}
				for _, p := range c.Request.Repeated("ScalingGroupId") {
					ids = append(ids, p.Value)
				}
				for _, id := range ids {
					if look := looks[id]; look != nil {
						close(look)
						delete(looks, id)
					}
				}
				return next(c)
			})(r)
		}
		beforeState(problem, func(c *mock.Call) bool {
			id, look, seen := c.Group.ID, make(chan struct{}), false
			looks[id] = look
			c.World.Apart(func() { seen = within(look) })
			if looks[id] == look {
				delete(looks, id)
			}
			return seen && refused(c)
		})(r)
	}
}
