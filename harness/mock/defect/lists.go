package defect

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/essconform/essconform/harness/mock"
)

// few is how many instances a list has at most for which lists() are right where others are not.
const few = 10

// lists break rules for lists of some length, or at some place of a list, only.
func lists() []single {
	return slices.Concat(
		perCode(func(e documented) single {
			return single{
				"rule." + e.code + "-few-only", on(e.rule),
				fmt.Sprintf("%s comes for up to %d instances only", e.code, few),
				both(enforced(preconditionOf(e.code), func(c *mock.Call) bool { return len(c.Instances) <= few }),
					isAccepted),
			}
		}),
		[]single{
			{
				"rule.cooldown-enforced-lists", on("group.cooldown"),
				"a group in its cooldown is refused for a long list",
				refuseInside("ScalingActivityInProgress", func(c *mock.Call) bool {
					return len(c.Instances) > few && cooling(c)
				}),
			},
			{
				"effect.single-stays-in-cooldown", on(leaves),
				"in the cooldown of the group an instance that is detached alone stays",
				nothingWhen(func(c *mock.Call) bool { return len(c.Instances) == 1 && cooling(c) }),
			},
			{
				"rule.instance-unknown-fifth", on("instance.exists"), "InstanceId.5 need not exist",
				instanceNeedNotExist(5),
			},
			{
				"rule.foreign-instance-first-of-two", on("instance.in-group"),
				"the first of two instances may be of another group",
				enforced(instInGroup, func(c *mock.Call) bool {
					return len(c.Instances) != 2 || !outside(c, c.Instances[0])
				}),
			},
			{
				"rule.foreign-instance-last-of-two", on("instance.in-group"),
				"the last of two instances may be of another group",
				enforced(instInGroup, func(c *mock.Call) bool {
					return len(c.Instances) != 2 || !outside(c, c.Instances[1])
				}),
			},
			{
				"rule.foreign-instance-third", on("instance.in-group"), "InstanceId.3 may be of another group",
				instanceMayBeForeign(3),
			},
			{
				"rule.foreign-instance-tenth", on("instance.in-group"), "InstanceId.10 may be of another group",
				instanceMayBeForeign(10),
			},
			{
				"rule.min-size-as-text", on("group.min-size"), "sizes are compared as texts: 9 is more than 10",
				sizeLeft(func(g *mock.Group, n int) bool {
					return strconv.Itoa(len(g.Members)-n) < strconv.Itoa(g.MinSize)
				}),
			},
		},
	)
}

// instanceMayBeForeign passes over one place of a list.
func instanceMayBeForeign(n int) seam {
	return enforced(instInGroup, func(c *mock.Call) bool {
		return len(c.Instances) < n || !outside(c, c.Instances[n-1])
	})
}
