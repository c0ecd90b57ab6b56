package mock

import (
	"fmt"
	"slices"

	"github.com/essconform/essconform/harness/mock/internal/render"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// The bounds of a group's settings. The service raised them over the years; these are wide enough for all editions.
const (
	maxGroupSize    = 2000
	maxCooldown     = 86400 // seconds
	defaultCooldown = 300   // seconds (facts, section 6)
)

// createScalingGroup makes an inactive, empty group.
func createScalingGroup() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "CreateScalingGroup",
		Parameters: []string{
			"MinSize",
			"MaxSize",
			"DesiredCapacity",
			"DefaultCooldown",
			"ScalingGroupName",
			"LoadBalancerIds",
			"DBInstanceIds",
			"ClientToken",
		},
		Preconditions: slices.Concat(
			region(),
			[]Precondition{mandatory("MinSize"), mandatory("MaxSize")},
			groupSettings(),
			[]Precondition{
				tokenValid(),
				jsonArray("LoadBalancerIds"),
				jsonArray("DBInstanceIds"),
				authorized(),
				{"load balancers exist", balancerNotFound, func(c *Call) (string, bool) {
					_, missing := named(c, "LoadBalancerIds", c.World.Balancers)
					return bounded(missing), missing != ""
				}},
				{"DB instances exist", databaseNotFound, func(c *Call) (string, bool) {
					_, missing := named(c, "DBInstanceIds", c.World.Databases)
					return bounded(missing), missing != ""
				}},
				{
					"quota of groups",
					groupQuotaExceeded,
					func(c *Call) (string, bool) { return "", c.World.Count().Groups >= world.MaxGroups },
				},
			},
		),
		Effect: func(c *Call) []Field {
			g := c.World.NewGroup(c.int("MinSize", 0), c.int("MaxSize", 0), c.int("DefaultCooldown", defaultCooldown))
			g.Name = bounded(c.Request.Param("ScalingGroupName"))
			g.Region = bounded(c.Request.Param("RegionId"))
			g.Balancers, _ = named(c, "LoadBalancerIds", c.World.Balancers)
			g.Databases, _ = named(c, "DBInstanceIds", c.World.Databases)
			g.Desired = c.int("DesiredCapacity", world.NotDesired)
			return []Field{render.TextField("ScalingGroupId", g.ID)}
		},
	}
}

// modifyScalingGroup changes the settings. Only a desired capacity changes the number of instances: a group whose
// MinSize was raised above its capacity stays as it is.
func modifyScalingGroup() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "ModifyScalingGroup",
		Parameters: []string{
			"ScalingGroupId",
			"MinSize",
			"MaxSize",
			"DesiredCapacity",
			"DefaultCooldown",
			"ScalingGroupName",
		},
		Read:          readGroup,
		Preconditions: slices.Concat(onOneGroup(), []Precondition{groupStays()}, groupSettings()),
		Effect: func(c *Call) []Field {
			g := c.Group
			g.MinSize, g.MaxSize = c.int("MinSize", g.MinSize), c.int("MaxSize", g.MaxSize)
			g.DefaultCooldown = c.int("DefaultCooldown", g.DefaultCooldown)
			if name := c.Request.Param("ScalingGroupName"); name != "" {
				g.Name = bounded(name)
			}
			g.Desired = c.int("DesiredCapacity", g.Desired)
			return c.reachDesired()
		},
	}
}

// groupSettings checks what CreateScalingGroup and ModifyScalingGroup set.
func groupSettings() []Precondition {
	return []Precondition{
		integer("MinSize", 0, maxGroupSize),
		integer("MaxSize", 0, maxGroupSize),
		integer("DefaultCooldown", 0, maxCooldown),
		{"MinSize is not above MaxSize", conflictingParameters, func(c *Call) (string, bool) {
			minSize, maxSize := 0, 0
			if c.Group != nil {
				minSize, maxSize = c.Group.MinSize, c.Group.MaxSize
			}
			return "MinSize and MaxSize", c.int("MinSize", minSize) > c.int("MaxSize", maxSize)
		}},
		integer("DesiredCapacity", 0, maxGroupSize),
		{"DesiredCapacity is from MinSize to MaxSize", conflictingParameters, func(c *Call) (string, bool) {
			minSize, maxSize, desired := 0, 0, world.NotDesired
			if c.Group != nil {
				minSize, maxSize, desired = c.Group.MinSize, c.Group.MaxSize, c.Group.Desired
			}
			desired = c.int("DesiredCapacity", desired)
			outside := desired < c.int("MinSize", minSize) || desired > c.int("MaxSize", maxSize)
			return "DesiredCapacity, MinSize and MaxSize", desired != world.NotDesired && outside
		}},
	}
}

func enableScalingGroup() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "EnableScalingGroup",
		Parameters:    []string{"ScalingGroupId"},
		Read:          readGroup,
		Preconditions: append(onOneGroup(), groupInactive()),
		Effect:        setLifecycle(GroupActive),
	}
}

func disableScalingGroup() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "DisableScalingGroup",
		Parameters:    []string{"ScalingGroupId"},
		Read:          readGroup,
		Preconditions: append(onOneGroup(), groupActive()),
		Effect:        setLifecycle(GroupInactive),
	}
}

// onOneGroup is what every operation on one group begins with.
func onOneGroup() []Precondition {
	return []Precondition{mandatory("ScalingGroupId"), authorized(), groupExists()}
}

// groupStays refuses changes of a group that is being deleted (page of DescribeScalingGroups, LifecycleState).
func groupStays() Precondition {
	return Precondition{
		"group is not being deleted",
		incorrectGroupStatus,
		onGroup(func(_ *Call, g *Group) (string, bool) {
			return "", g.Lifecycle == GroupDeleting
		}),
	}
}

func setLifecycle(state string) func(*Call) []Field {
	return func(c *Call) []Field {
		c.Group.Lifecycle = state
		return c.reachDesired()
	}
}

// reachDesired starts the activity that brings an active, idle group to its desired capacity, where it has one.
func (c *Call) reachDesired() []Field {
	g := c.Group
	if g.Desired != world.NotDesired && g.Lifecycle == GroupActive && g.Current() == nil {
		c.World.Scale(g, g.Desired, fmt.Sprintf("The desired capacity changed to %d.", g.Desired), world.Settle)
	}
	return nil
}

// deleteScalingGroup removes an empty, idle group; with ForceDelete any group, whose own instances are released (page
// of DeleteScalingGroup).
func deleteScalingGroup() *Operation {
	unlessForced := func(p Precondition) Precondition {
		next := p.Violated
		p.Violated = func(c *Call) (string, bool) {
			if c.bool("ForceDelete", false) {
				return "", false
			}
			return next(c)
		}
		return p
	}
	return &Operation{
		Version:    essVersion,
		Name:       "DeleteScalingGroup",
		Parameters: []string{"ScalingGroupId", "ForceDelete"},
		Read:       readGroup,
		Preconditions: append(
			onOneGroup(), boolean("ForceDelete"), unlessForced(groupIdle()),
			unlessForced(Precondition{
				"group is empty", groupHasInstances,
				onGroup(func(_ *Call, g *Group) (string, bool) {
					return "", len(g.Members) > 0
				}),
			}),
		),
		Effect: func(c *Call) []Field {
			if c.Group.Lifecycle != GroupDeleting {
				c.World.DeleteGroup(c.Group)
			}
			return nil
		},
	}
}
