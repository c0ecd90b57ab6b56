package defect

import (
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

const noEffect = "error.no-effect"

// whenRefused does something in the moment in which a precondition refuses a call.
func whenRefused(name string, do func(c *mock.Call)) seam {
	return rule(name, func(p *mock.Precondition) {
		next := p.Violated
		p.Violated = func(c *mock.Call) (string, bool) {
			subject, violated := next(c)
			if violated {
				do(c)
			}
			return subject, violated
		}
	})
}

// carriedOut detaches what exists, wherever it is.
func carriedOut(c *mock.Call) {
	for _, i := range existing(c) {
		c.World.Leave(i)
	}
}

// mark leaves members where they are, in another lifecycle state.
func mark(members []*mock.Instance, lifecycle string) {
	for _, i := range members {
		if i.Group != nil {
			i.Lifecycle = lifecycle
		}
	}
}

// refusedEffects are effects of calls that are refused.
func refusedEffects() []single {
	return slices.Concat(
		perCode(func(e documented) single {
			return single{
				"refused." + e.code + "-carried-out", on(noEffect), e.code +
					" is answered, and the call carried out", whenRefused(preconditionOf(e.code), carriedOut),
			}
		}),
		[]single{
			{
				"refused.valid-part-leaves", on(noEffect),
				"of a list with an unknown instance the part before it leaves",
				whenRefused(instThere, func(c *mock.Call) {
					for _, i := range c.Instances[:slices.Index(c.Instances, nil)] {
						c.World.Leave(i)
					}
				}),
			},
			{
				"refused.valid-part-leaves-behind", on(noEffect),
				"of a list with an unknown instance the part behind it leaves",
				whenRefused(instThere, func(c *mock.Call) {
					for _, i := range c.Instances[slices.Index(c.Instances, nil)+1:] {
						if i != nil {
							c.World.Leave(i)
						}
					}
				}),
			},
			{
				"refused.valid-part-leaves-unknown-last", on(noEffect),
				"of a list that ends with an unknown instance the rest leaves",
				whenRefused(instThere, func(c *mock.Call) {
					if slices.Index(c.Instances, nil) == len(c.Instances)-1 {
						carriedOut(c)
					}
				}),
			},
			{
				"refused.valid-part-leaves-unknown-inside", on(noEffect),
				"of a list with an unknown instance inside the rest leaves",
				whenRefused(instThere, func(c *mock.Call) {
					if at := slices.Index(c.Instances, nil); at > 0 && at < len(c.Instances)-1 {
						carriedOut(c)
					}
				}),
			},
			{
				"refused.at-min-size-carried-out", on(noEffect),
				"of a group at its MinSize IncorrectCapacity.MinSize is answered, and the call carried out",
				whenRefused(minSize, func(c *mock.Call) {
					if len(c.Group.Members) == c.Group.MinSize {
						carriedOut(c)
					}
				}),
			},
			{
				"refused.down-to-min-size", on(noEffect),
				"IncorrectCapacity.MinSize is answered, and the group brought down to MinSize",
				whenRefused(minSize, func(c *mock.Call) {
					for _, i := range c.Instances[:max(0,
						min(len(c.Instances), len(c.Group.Members)-c.Group.MinSize))] {
						c.World.Leave(i)
					}
				}),
			},
			{
				"refused.several-leave-their-group", on(noEffect),
				"InvalidScalingGroupId.NotFound is answered, and several instances leave the group that they are in",
				whenRefused(groupThere, func(c *mock.Call) {
					if len(c.Instances) > 1 {
						carriedOut(c)
					}
				}),
			},
			{
				"refused.stops-instances", on(noEffect),
				"IncorrectScalingGroupStatus is answered, and the instances stopped",
				whenRefused(active, func(c *mock.Call) { setStatus(existing(c), "Stopped") }),
			},
			{
				"refused.releases-instances", on(noEffect),
				"IncorrectLoadBalancerStatus is answered, and the instances released",
				whenRefused(balancers, func(c *mock.Call) { release(c.World, existing(c)) }),
			},
			{
				"refused.marks-removing", on(noEffect),
				"IncorrectDBInstanceStatus is answered, and the instances stay in the group as Removing",
				whenRefused(databases, func(c *mock.Call) { mark(existing(c), mock.Removing) }),
			},
			{
				"refused.marks-standby", on(noEffect),
				"of a list with an unknown instance the rest stays in the group as Standby",
				whenRefused(instThere, func(c *mock.Call) { mark(existing(c), "Standby") }),
			},
			{
				"refused.starts-activity", on(noEffect),
				"IncorrectDBInstanceStatus is answered, and an activity carries the call out",
				whenRefused(databases, func(c *mock.Call) {
					c.World.Begin(c.Group, c.Instances, "detach", -len(c.Instances), c.Operation.Complete)
				}),
			},
			{
				"refused.starts-idle-activity", on(noEffect),
				"IncorrectScalingGroupStatus is answered, and an activity started that does nothing",
				whenRefused(active, func(c *mock.Call) {
					c.World.Begin(c.Group, nil, "detach", 0, nil)
				}),
			},
			{
				"refused.foreign-leaves-its-group", on(noEffect),
				"an instance of another group is refused, and detached from that group",
				whenRefused(instInGroup, func(c *mock.Call) {
					for _, i := range c.Instances {
						if outside(c, i) {
							c.World.Leave(i)
						}
					}
				}),
			},
			{
				"refused.foreign-joins", on(noEffect,
					"detach.leaves-group"), "an instance of no group is refused, and put into the group",
				whenRefused(instInGroup, func(c *mock.Call) {
					for _, i := range c.Instances {
						if i.Group == nil {
							c.World.Join(c.Group, i, mock.InService, "Attached")
						}
					}
				}),
			},
			{
				"refused.foreign-valid-part-leaves", on(noEffect),
				"a list with an instance of another group is refused, and the rest of it detached",
				whenRefused(instInGroup, func(c *mock.Call) {
					for _, i := range c.Instances {
						if !outside(c, i) {
							c.World.Leave(i)
						}
					}
				}),
			},
			{
				"refused.twenty-of-twenty-one", on(noEffect), "21 instances are refused, and 20 of them detached",
				whenRefused("InstanceId.N is in range", func(c *mock.Call) {
					for _, i := range c.Instances[:maxList] {
						c.World.Leave(i)
					}
				}),
			},
			{
				"refused.group-missing-carried-out", on(noEffect),
				"a call without ScalingGroupId is refused, and carried out",
				whenRefused("ScalingGroupId is there", carriedOut),
			},
			{
				"refused.instances-missing-empties-group", on(noEffect),
				"a call without InstanceId.N is refused, and empties the group",
				whenRefused("InstanceId is there", func(c *mock.Call) {
					for _, i := range slices.Clone(c.Group.Members) {
						c.World.Leave(i)
					}
				}),
			},
			{
				"refused.not-found-carried-out-post", on(noEffect),
				"by POST in JSON an unknown instance is refused, and the rest detached",
				whenRefused(instThere, func(c *mock.Call) {
					if isPOST(c.Request) && c.Format == mock.JSON {
						carriedOut(c)
					}
				}),
			},
		},
	)
}

// maxList is the highest N of InstanceId.N.
const maxList = 20
