package defect

import (
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// The names of the operation's preconditions.
const (
	active      = "group is active"
	idle        = "no activity is in progress"
	balancers   = "load balancers are active"
	databases   = "DB instances are running"
	minSize     = "MinSize is kept"
	authorized  = "caller is authorized"
	groupThere  = "group exists"
	instThere   = "instances exist"
	instInGroup = "instances are in the group"
)

// isAccepted makes the effect safe for calls that name a group or instances which do not exist.
func isAccepted(r *mock.Rules) {
	effect(func(next func(*mock.Call) []mock.Field) func(*mock.Call) []mock.Field {
		return func(c *mock.Call) []mock.Field {
			c.Instances = existing(c)
			if c.Group == nil {
				return []mock.Field{text(activityID, "asa-"+strings.ToLower(c.RequestID))}
			}
			return next(c)
		}
	})(r)
}

func existing(c *mock.Call) []*mock.Instance {
	return slices.DeleteFunc(slices.Clone(c.Instances), func(i *mock.Instance) bool { return i == nil })
}

// preconditions are not enforced, or not always.
func preconditions() []single {
	return []single{
		{"rule.group-status-ignored", on("group.enabled"), "an inactive group is detached from", dropped(active)},
		{
			"rule.group-status-ignored-xml", on("group.enabled"), "an inactive group is detached from, in XML",
			enforced(active, func(c *mock.Call) bool { return c.Format == mock.JSON }),
		},
		{"rule.activity-ignored", on("group.idle"), "an activity in progress is no obstacle", dropped(idle)},
		{
			"rule.activity-ignored-post", on("group.idle"), "an activity in progress is no obstacle by POST",
			enforced(idle, func(c *mock.Call) bool { return isGET(c.Request) }),
		},
		{
			"rule.attaching-ignored", on("group.idle"), "only a detaching activity is an obstacle",
			enforced(idle, func(c *mock.Call) bool {
				return c.Group != nil && c.Group.Current() != nil && strings.HasPrefix(c.Group.Current().Description,
					"detach")
			}),
		},
		{
			"rule.balancer-ignored", on("group.load-balancer"), "a load balancer that is not active is no obstacle",
			dropped(balancers),
		},
		{
			"rule.first-balancer-only", on("group.load-balancer"), "only the first load balancer is looked at",
			rule(balancers, func(p *mock.Precondition) {
				p.Violated = func(c *mock.Call) (string, bool) {
					return "", c.Group != nil && len(c.Group.Balancers) > 0 && !c.Group.Balancers[0].Active
				}
			}),
		},
		{
			"rule.database-ignored", on("group.db-instance"), "a DB instance that is not running is no obstacle",
			dropped(databases),
		},
		{
			"rule.first-database-only", on("group.db-instance"), "only the first DB instance is looked at",
			rule(databases, func(p *mock.Precondition) {
				p.Violated = func(c *mock.Call) (string, bool) {
					if c.Group == nil || len(c.Group.Databases) == 0 {
						return "", false
					}
					d := c.Group.Databases[0]
					return d.ID, d.Status(c.World.Now()) != "Running"
				}
			}),
		},
		{
			"rule.database-ignored-json", on("group.db-instance"),
			"a DB instance that is not running is no obstacle in JSON",
			enforced(databases, func(c *mock.Call) bool { return c.Format == mock.XML }),
		},
		{"rule.min-size-ignored", on("group.min-size"), "MinSize is not kept", dropped(minSize)},
		{
			"rule.min-size-ignored-get", on("group.min-size"), "MinSize is not kept by GET",
			enforced(minSize, func(c *mock.Call) bool { return isPOST(c.Request) }),
		},
		{"rule.permission-ignored", on("auth.unauthorized"), "who may not detach does", dropped(authorized)},
		{
			"rule.permission-ignored-post", on("auth.unauthorized"), "who may not detach does by POST",
			enforced(authorized, func(c *mock.Call) bool { return isGET(c.Request) }),
		},
		{
			"rule.permission-ignored-xml", on("auth.unauthorized"), "who may not detach does in XML",
			enforced(authorized, func(c *mock.Call) bool { return c.Format == mock.JSON }),
		},
		{
			"rule.group-unknown-accepted", on("group.exists"), "a group that does not exist is accepted",
			both(dropped(groupThere), isAccepted),
		},
		{
			"rule.group-unknown-accepted-get", on("group.exists"),
			"a group that does not exist is accepted by GET in XML",
			both(enforced(groupThere, func(c *mock.Call) bool {
				return isPOST(c.Request) || c.Format == mock.JSON
			}), isAccepted),
		},
		{
			"rule.instance-unknown-accepted", on("instance.exists"), "an instance that does not exist is passed over",
			both(dropped(instThere), isAccepted),
		},
		{
			"rule.instance-unknown-first-only", on("instance.exists"), "only the first instance must exist",
			both(dropped(instThere), both(isAccepted, anInstanceMustExist(func(c *mock.Call) int { return 0 }))),
		},
		{
			"rule.instance-unknown-last-only", on("instance.exists"), "only the last instance must exist",
			both(dropped(instThere),
				both(isAccepted, anInstanceMustExist(func(c *mock.Call) int { return len(c.Instances) - 1 }))),
		},
		{
			"rule.instance-unknown-one-is-enough", on("instance.exists"), "one instance that exists is enough",
			both(enforced(instThere, func(c *mock.Call) bool { return len(existing(c)) == 0 }), isAccepted),
		},
		{
			"rule.instance-unknown-tenth", on("instance.exists"), "InstanceId.10 need not exist",
			instanceNeedNotExist(10),
		},
		{
			"rule.instance-unknown-twentieth", on("instance.exists"), "InstanceId.20 need not exist",
			instanceNeedNotExist(20),
		},
		{
			"rule.instance-unknown-past-nine", on("instance.exists"),
			"an instance that does not exist is passed over from InstanceId.10 on",
			both(enforced(instThere, func(c *mock.Call) bool {
				return slices.Index(c.Instances, nil) < 9
			}), isAccepted),
		},
		{
			"rule.foreign-instance-accepted", on("instance.in-group"),
			"an instance of another group, or of none, is accepted", dropped(instInGroup),
		},
		{
			"rule.foreign-instance-moved", on("instance.in-group"),
			"an instance of another group is detached from that group",
			both(dropped(instInGroup), foreign(func(w *mock.World, i *mock.Instance) { w.Leave(i) })),
		},
		{
			"rule.foreign-instance-first-only", on("instance.in-group"),
			"only the first instance must be in the group",
			enforced(instInGroup, func(c *mock.Call) bool { return outside(c, c.Instances[0]) }),
		},
		{
			"rule.foreign-instance-last-only", on("instance.in-group"), "only the last instance must be in the group",
			enforced(instInGroup, func(c *mock.Call) bool { return outside(c, c.Instances[len(c.Instances)-1]) }),
		},
		{
			"rule.foreign-instance-alone", on("instance.in-group"),
			"an instance of another group is accepted when it comes alone",
			enforced(instInGroup, func(c *mock.Call) bool {
				return len(c.Instances) > 1 || !outside(c, c.Instances[0]) || c.Instances[0].Group == nil
			}),
		},
		{
			"rule.foreign-instance-one-is-enough", on("instance.in-group"), "one instance in the group is enough",
			enforced(instInGroup, func(c *mock.Call) bool {
				return !slices.ContainsFunc(c.Instances, func(i *mock.Instance) bool { return !outside(c, i) })
			}),
		},
		{
			"rule.free-instance-accepted", on("instance.in-group"), "an instance of no group is accepted",
			enforced(instInGroup, func(c *mock.Call) bool {
				return slices.ContainsFunc(c.Instances,
					func(i *mock.Instance) bool { return outside(c, i) && i.Group != nil })
			}),
		},
		{
			"rule.other-group-accepted", on("instance.in-group"),
			"an instance of another group is accepted, one of none is not",
			enforced(instInGroup, func(c *mock.Call) bool {
				return slices.ContainsFunc(c.Instances,
					func(i *mock.Instance) bool { return outside(c, i) && i.Group == nil })
			}),
		},
		{
			"rule.detached-again", on("instance.in-group"),
			"what was detached from the group before is accepted again",
			detachedBefore(func(from, now *mock.Group) bool { return from == now }),
		},
		{
			"rule.detached-elsewhere", on("instance.in-group"),
			"what was detached from another group before is accepted",
			detachedBefore(func(from, now *mock.Group) bool { return from != nil && from != now }),
		},
	}
}

// detachedBefore accepts an instance of no group by the group that it was detached from.
func detachedBefore(accepts func(from, now *mock.Group) bool) seam {
	return func(r *mock.Rules) {
		left := map[*mock.Instance]*mock.Group{} // written and read while the world is held
		afterwards(func(_ *mock.World, a *mock.Activity) {
			for _, i := range a.Instances {
				left[i] = a.Group
			}
		})(r)
		enforced(instInGroup, func(c *mock.Call) bool {
			return slices.ContainsFunc(c.Instances, func(i *mock.Instance) bool {
				return outside(c, i) && (i.Group != nil || !accepts(left[i], c.Group))
			})
		})(r)
	}
}

// instanceNeedNotExist passes over one place of a list.
func instanceNeedNotExist(n int) seam {
	return both(enforced(instThere, func(c *mock.Call) bool { return slices.Index(c.Instances, nil) != n-1 }),
		isAccepted)
}

// onlyFor enforces the precondition of each documented error for lists only, or for single instances only.
func onlyFor() []single {
	return slices.Concat(
		perCode(func(e documented) single {
			return single{
				"rule." + e.code + "-lists-only", on(e.rule), e.code + " comes for lists of instances only",
				both(enforced(preconditionOf(e.code), func(c *mock.Call) bool { return len(c.Instances) > 1 }),
					isAccepted),
			}
		}),
		perCode(func(e documented) single {
			return single{
				"rule." + e.code + "-single-only", on(e.rule), e.code + " comes for single instances only",
				both(enforced(preconditionOf(e.code), func(c *mock.Call) bool { return len(c.Instances) == 1 }),
					isAccepted),
			}
		}),
	)
}

// preconditionOf is the name of the precondition that an error refuses.
func preconditionOf(code string) string {
	return map[string]string{
		"IncorrectScalingGroupStatus": active, "ScalingActivityInProgress": idle,
		"IncorrectLoadBalancerStatus": balancers,
		"IncorrectDBInstanceStatus":   databases, "IncorrectCapacity.MinSize": minSize,
		"Forbidden.Unauthorized":         authorized,
		"InvalidScalingGroupId.NotFound": groupThere, "InvalidInstanceId.NotFound": instThere,
	}[code]
}

func outside(c *mock.Call, i *mock.Instance) bool { return i != nil && i.Group != c.Group }

// anInstanceMustExist refuses the call when the instance at an index does not exist.
func anInstanceMustExist(index func(*mock.Call) int) seam {
	return rule(instThere, func(p *mock.Precondition) {
		p.Violated = func(c *mock.Call) (string, bool) {
			i := index(c)
			return c.InstanceIDs[i], c.Instances[i] == nil
		}
	})
}

// foreign does something to the instances of an accepted call that are not in its group.
func foreign(do func(*mock.World, *mock.Instance)) seam {
	return effect(func(next func(*mock.Call) []mock.Field) func(*mock.Call) []mock.Field {
		return func(c *mock.Call) []mock.Field {
			for _, i := range c.Instances {
				if outside(c, i) {
					do(c.World, i)
				}
			}
			return next(c)
		}
	})
}
