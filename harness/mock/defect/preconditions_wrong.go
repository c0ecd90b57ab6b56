package defect

import (
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

// preconditionsWrong are enforced where they do not hold, or by another measure.
func preconditionsWrong() []single {
	return []single{
		{
			"rule.min-size-boundary", on("group.min-size-boundary"), "exactly MinSize instances left are too few",
			sizeLeft(func(g *mock.Group, n int) bool { return len(g.Members)-n <= g.MinSize }),
		},
		{
			"rule.min-size-boundary-single", on("group.min-size-boundary"),
			"exactly MinSize instances left are too few after one was detached",
			sizeLeft(func(g *mock.Group, n int) bool {
				return len(g.Members)-n < g.MinSize || n == 1 && len(g.Members)-n == g.MinSize
			}),
		},
		{
			"rule.min-size-boundary-several", on("group.min-size-boundary"),
			"exactly MinSize instances left are too few after several were detached",
			sizeLeft(func(g *mock.Group, n int) bool {
				return len(g.Members)-n < g.MinSize || n > 1 && len(g.Members)-n == g.MinSize
			}),
		},
		{
			"rule.min-size-one-too-few", on("group.min-size"), "one instance less than MinSize is enough",
			sizeLeft(func(g *mock.Group, n int) bool { return len(g.Members)-n < g.MinSize-1 }),
		},
		{
			"rule.min-size-first-instance", on("group.min-size"), "only the first instance counts against MinSize",
			sizeLeft(func(g *mock.Group, _ int) bool { return len(g.Members)-1 < g.MinSize }),
		},
		{
			"rule.min-size-before", on("group.min-size"), "the size before the call counts against MinSize",
			sizeLeft(func(g *mock.Group, _ int) bool { return len(g.Members) < g.MinSize }),
		},
		{
			"rule.cooldown-enforced", on("group.cooldown"), "a group in its cooldown is refused",
			refuseInside("ScalingActivityInProgress", cooling),
		},
		{
			"rule.cooldown-enforced-xml", on("group.cooldown"), "a group in its cooldown is refused in XML",
			refuseInside("IncorrectScalingGroupStatus", func(c *mock.Call) bool {
				return c.Format == mock.XML && cooling(c)
			}),
		},
		{
			"rule.activity-history-refused", on("group.cooldown"), "a group that ever had an activity is refused",
			refuseInside("ScalingActivityInProgress", func(c *mock.Call) bool {
				return c.Group != nil && len(c.Group.Activities) > 0
			}),
		},
		{
			"rule.wrong-code-inactive", on("error.code.IncorrectScalingGroupStatus"),
			"an inactive group is called not found", refusedAs(active, groupThere),
		},
		{
			"rule.wrong-code-activity", on("error.code.ScalingActivityInProgress"),
			"an activity in progress is called a wrong group status", refusedAs(idle, active),
		},
		{
			"rule.wrong-code-database", on("error.code.IncorrectDBInstanceStatus"),
			"a DB instance is called a load balancer", refusedAs(databases, balancers),
		},
		{
			"rule.wrong-code-balancer", on("error.code.IncorrectLoadBalancerStatus"),
			"a load balancer is called a group", refusedAs(balancers, active),
		},
		{
			"rule.wrong-code-instance", on("error.code.InvalidInstanceId.NotFound"),
			"an unknown instance is called an unknown group", refusedAs(instThere, groupThere),
		},
		{
			"rule.wrong-code-permission", on("error.code.Forbidden.Unauthorized"),
			"a caller without permission finds no group", refusedAs(authorized, groupThere),
		},
		{
			"rule.group-unknown-server-error", on("error.status.InvalidScalingGroupId.NotFound"),
			"an unknown group is a server error", rule(groupThere, serverError),
		},
		{
			"rule.foreign-instance-server-error", on("instance.in-group"),
			"an instance of another group is a server error", rule(instInGroup, serverError),
		},
		{
			"rule.foreign-instance-200", on("instance.in-group"),
			"an instance of another group is refused with status 200",
			rule(instInGroup, func(p *mock.Precondition) { p.Error.Status = 200 }),
		},
		{
			"rule.many-refused-later", on("detach.many", "detach.max"),
			"from the fourth call on, several instances are refused",
			func(r *mock.Rules) {
				calls := 0 // counted while the world is held
				refuseInside("IncorrectScalingGroupStatus", func(c *mock.Call) bool {
					calls++
					return calls >= 4 && len(c.Instances) > 1
				})(r)
			},
		},
	}
}

// sizeLeft is another measure of MinSize for a call with n instances.
func sizeLeft(tooFew func(g *mock.Group, n int) bool) seam {
	return rule(minSize, func(p *mock.Precondition) {
		p.Violated = func(c *mock.Call) (string, bool) {
			return "",
				c.Group != nil && tooFew(c.Group, len(c.Instances))
		}
	})
}

func cooling(c *mock.Call) bool {
	return c.Group != nil && c.World.Now().Before(c.Group.CooldownUntil)
}

// refuseInside adds a precondition at the end that is answered with a documented error.
func refuseInside(code string, violated func(*mock.Call) bool) seam {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		at := slices.IndexFunc(o.Preconditions, func(p mock.Precondition) bool { return p.Error.Code == code })
		o.Preconditions = append(o.Preconditions, mock.Precondition{
			Name: "undocumented", Error: o.Preconditions[at].Error, Violated: func(c *mock.Call) (string,
				bool,
			) {
				return "", violated(c)
			},
		})
	}
}

// refusedAs answers the violation of one precondition with the error of another.
func refusedAs(name, other string) seam {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		o.Precondition(name).Error = o.Precondition(other).Error
	}
}
