package timed

import (
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

// Sequences need calls one after another.
func Sequences() []Entry {
	return slices.Concat(afterRefusals(), memberships(), sizes(), lifecycles(), activities(), pairs())
}

// locked refuses every call to a group after a refusal with a code.
func locked(code string) seam {
	return fresh(func(locked map[*mock.Group]bool) seam {
		return all(
			refusedWith(code, func(c *mock.Call) { locked[c.Group] = true }),
			refusing(idle, func(c *mock.Call) bool { return locked[c.Group] }),
		)
	})
}

// afterRefusals remember a refused call, which they should not.
func afterRefusals() []Entry {
	free := on(noEffect, idleGroup, oneWorks)
	return []Entry{
		{
			Name:         "sequence.locked-after-min-size",
			Requirements: free,
			Note:         "IncorrectCapacity.MinSize leaves the group locked",
			Break:        locked("IncorrectCapacity.MinSize"),
		},
		{
			Name:         "sequence.locked-after-not-found",
			Requirements: free,
			Note:         "an unknown instance leaves the group locked",
			Break:        locked("InvalidInstanceId.NotFound"),
		},
		{
			Name:         "sequence.locked-after-foreign",
			Requirements: free,
			Note:         "an instance that is not in the group leaves the group locked",
			Break:        locked("IncorrectInstanceStatus"),
		},
		{
			Name:         "sequence.locked-after-denied",
			Requirements: on(noEffect, idleGroup, oneWorks, permission),
			Note:         "Forbidden.Unauthorized leaves the group locked",
			Break:        locked("Forbidden.Unauthorized"),
		},
		{
			Name:         "sequence.locked-after-activity",
			Requirements: free,
			Note:         "ScalingActivityInProgress leaves the group locked when the activity has ended",
			Break:        locked("ScalingActivityInProgress"),
		},
		{
			Name:         "sequence.refused-instance-stuck",
			Requirements: free,
			Note:         "the instances of a refused call are leaving for ever, and no later call may name them",
			Source:       "ciao-project/ciao#870",
			Break: fresh(func(stuck map[*mock.Instance]bool) seam {
				return all(
					onRefusal(func(c *mock.Call, _ string) {
						for _, i := range existing(c) {
							stuck[i] = i.Group == c.Group
						}
					}),
					refusing(instInGroup, func(c *mock.Call) bool {
						return anyOf(c, func(i *mock.Instance) bool {
							return stuck[i]
						})
					}),
				)
			}),
		},
		{
			Name:         "sequence.refused-counts",
			Requirements: on(noEffect, sizeBound),
			Note:         "the instances of a refused call count as gone for MinSize",
			Break: fresh(func(owed map[*mock.Group]int) seam {
				return all(
					sized(func(c *mock.Call) int { return len(c.Group.Members) - owed[c.Group] }),
					onRefusal(func(c *mock.Call, _ string) { owed[c.Group] += len(existing(c)) }),
				)
			}),
		},
		{
			Name:         "sequence.min-size-refusal-sticks",
			Requirements: on(sizeBound, noEffect, oneWorks),
			Note: "IncorrectCapacity.MinSize is answered for ever, though MinSize was lowered or the group " +
				"has grown",
			Break: fresh(func(refused map[*mock.Group]bool) seam {
				return all(
					refusedWith("IncorrectCapacity.MinSize", func(c *mock.Call) { refused[c.Group] = true }),
					refusing(minSize, func(c *mock.Call) bool { return refused[c.Group] }),
				)
			}),
		},
		{
			Name:         "sequence.denied-sticks",
			Requirements: on(permission, oneWorks),
			Note:         "after a denied caller everybody is denied on that group",
			Source:       "minio/minio#2930",
			Break: fresh(func(denied map[*mock.Group]bool) seam {
				return all(
					refusedWith("Forbidden.Unauthorized", func(c *mock.Call) { denied[c.Group] = true }),
					refusing(authorized, func(c *mock.Call) bool { return denied[c.Group] }),
				)
			}),
		},
		{
			Name:         "sequence.permitted-sticks",
			Requirements: on(permission),
			Note:         "after a permitted caller everybody is permitted on that group",
			Source:       "minio/minio#13334",
			Break: fresh(func(permitted map[*mock.Group]bool) seam {
				return all(
					onAccept(func(c *mock.Call) { permitted[c.Group] = true }),
					dropping(authorized, func(c *mock.Call) bool { return permitted[c.Group] }),
				)
			}),
		},
		{
			Name:         "sequence.not-found-cached",
			Requirements: on(instKnown, oneWorks, noEffect, inGroup),
			Note:         "an instance that was not in the group is not found when it was attached",
			Break: fresh(func(missing map[string]bool) seam {
				key := func(c *mock.Call, id string) string { return c.Group.ID + " " + id }
				return all(
					refusedWith("IncorrectInstanceStatus", func(c *mock.Call) {
						for _, i := range existing(c) {
							missing[key(c, i.ID)] = missing[key(c, i.ID)] || i.Group != c.Group
						}
					}),
					refusing(instThere, func(c *mock.Call) bool {
						return anyOf(c, func(i *mock.Instance) bool { return missing[key(c, i.ID)] })
					}),
				)
			}),
		},
		{
			Name:         "sequence.unknown-created",
			Requirements: on(instKnown, noEffect),
			Note:         "an unknown instance is refused, and exists from then on",
			Source:       "minio/minio#16915",
			Break: fresh(func(made map[string]bool) seam {
				return all(
					dropping(instThere, func(c *mock.Call) bool {
						for n, i := range c.Instances {
							if i == nil && !made[c.InstanceIDs[n]] {
								return false
							}
						}
						return true
					}),
					refusedWith("InvalidInstanceId.NotFound", func(c *mock.Call) {
						for n, i := range c.Instances {
							made[c.InstanceIDs[n]] = made[c.InstanceIDs[n]] || i == nil
						}
					}),
					onAccept(func(c *mock.Call) { c.Instances = existing(c) }),
				)
			}),
		},
		{
			Name:         "sequence.unknown-group-created",
			Requirements: on(groupKnown, noEffect, "error.code.InvalidScalingGroupId.NotFound"),
			Note:         "an unknown group is refused, and exists from then on, empty", Source: "minio/minio#16915",
			Break: fresh(func(made map[string]*mock.Group) seam {
				return rule(groupThere, func(next violated) violated {
					return func(c *mock.Call) (string, bool) {
						subject, refused := next(c)
						if !refused {
							return subject, false
						}
						id := c.Request.Param("ScalingGroupId")
						if c.Group = made[id]; c.Group != nil {
							return "", false
						}
						made[id] = &mock.Group{ID: id, Lifecycle: mock.GroupActive}
						return subject, true
					}
				})
			}),
		},
	}
}
