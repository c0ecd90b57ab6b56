package timed

import "github.com/essconform/essconform/harness/mock"

// lifecycles miss that a group was disabled or enabled.
func lifecycles() []Entry {
	inactive := func(c *mock.Call) bool { return c.Group.Lifecycle != mock.GroupActive }
	return []Entry{
		{
			Name:         "sequence.enable-unseen",
			Requirements: on(enabled, oneWorks),
			Note:         "a group that was disabled once stays inactive for detaching",
			Break: fresh(func(disabled map[*mock.Group]bool) seam {
				return all(
					after("DisableScalingGroup", func(c *mock.Call) { disabled[c.Group] = true }),
					refusing(active, func(c *mock.Call) bool { return disabled[c.Group] }),
				)
			}),
		},
		{
			Name:         "sequence.inactive-refusal-sticks",
			Requirements: on(enabled, noEffect, oneWorks),
			Note:         "a call that was refused because the group is inactive is refused when it was enabled, too",
			Break: fresh(func(refused map[*mock.Group]bool) seam {
				return all(
					refusedWith("IncorrectScalingGroupStatus", func(c *mock.Call) { refused[c.Group] = true }),
					refusing(active, func(c *mock.Call) bool { return refused[c.Group] }),
				)
			}),
		},
		{
			Name:         "sequence.disable-unseen",
			Requirements: on(enabled),
			Note:         "a group that accepted a call once may be disabled, and still accepts",
			Break: fresh(func(accepted map[*mock.Group]bool) seam {
				return all(
					onAccept(func(c *mock.Call) { accepted[c.Group] = true }),
					dropping(active, func(c *mock.Call) bool { return accepted[c.Group] }),
				)
			}),
		},
		{
			Name:         "sequence.second-disable-unseen",
			Requirements: on(enabled),
			Note:         "a group that was enabled again may be disabled, and still accepts",
			Break: fresh(func(again map[*mock.Group]bool) seam {
				return all(
					after("EnableScalingGroup", func(c *mock.Call) { again[c.Group] = true }),
					dropping(active, func(c *mock.Call) bool { return again[c.Group] }),
				)
			}),
		},
		{
			Name:         "sequence.lost-when-disabled",
			Requirements: on(leaves, oneWorks, noEffect),
			Note:         "what a call was to take out stays when the group is disabled while its activity runs",
			Break: withoutEffect(func(a *mock.Activity) bool {
				return a.Group.Lifecycle != mock.GroupActive
			}),
		},
		{
			Name:         "sequence.refused-enables",
			Requirements: on(enabled, noEffect, settings),
			Note:         "a call that is refused because the group is inactive makes it active",
			Break: refusedWith("IncorrectScalingGroupStatus", func(c *mock.Call) {
				if inactive(c) {
					c.Group.Lifecycle = mock.GroupActive
				}
			}),
		},
		{
			Name:         "sequence.refused-until-enabled",
			Requirements: on(noEffect, leaves),
			Note: "a call that is refused because the group is inactive is carried out soon after it is " +
				"enabled",
			Break: remembered("IncorrectScalingGroupStatus", "EnableScalingGroup"),
		},
		{
			Name:         "sequence.refused-until-room",
			Requirements: on(noEffect, leaves),
			Note:         "a call that is refused for MinSize is carried out soon after the group is modified",
			Break:        remembered("IncorrectCapacity.MinSize", "ModifyScalingGroup"),
		},
		{
			Name:         "sequence.enable-forgets-min-size",
			Requirements: on(sizeKept),
			Note:         "a group that was enabled again has forgotten its MinSize",
			Break: fresh(func(again map[*mock.Group]bool) seam {
				return all(
					after("EnableScalingGroup", func(c *mock.Call) { again[c.Group] = true }),
					dropping(minSize, func(c *mock.Call) bool { return again[c.Group] }),
				)
			}),
		},
		{
			Name:         "sequence.enable-forgets-members",
			Requirements: on(oneWorks, enabled, leaves, inGroup),
			Note:         "a group that was enabled again no longer knows the instances that it has",
			Break: fresh(func(again map[*mock.Group]bool) seam {
				return all(
					after("EnableScalingGroup", func(c *mock.Call) { again[c.Group] = true }),
					refusing(instInGroup, func(c *mock.Call) bool { return again[c.Group] }),
				)
			}),
		},
	}
}

// remembered carries a refused call out soon after another operation was called on its group.
func remembered(code, by string) seam {
	return fresh(func(refused map[*mock.Group][]*mock.Instance) seam {
		return all(
			refusedWith(code, func(c *mock.Call) { refused[c.Group] = append(refused[c.Group], existing(c)...) }),
			after(by, func(c *mock.Call) {
				g, instances := c.Group, refused[c.Group]
				delete(refused, g)
				c.World.After(later, func(w *mock.World) {
					for _, i := range instances {
						if i.Group == g && w.Group(g.ID) == g {
							w.Leave(i)
						}
					}
				})
			}),
		)
	})
}
