package mock

import "slices"

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
		Preconditions: slices.Concat(
			region(),
			[]Precondition{mandatory("MinSize"), mandatory("MaxSize")},
			groupSettings(),
			[]Precondition{
				jsonArray("LoadBalancerIds"),
				jsonArray("DBInstanceIds"),
				authorized(),
				{"load balancers exist", balancerNotFound, func(c *Call) (string, bool) {
					_, missing := named(c, "LoadBalancerIds", c.World.balancers)
					return bounded(missing), missing != ""
				}},
				{"DB instances exist", databaseNotFound, func(c *Call) (string, bool) {
					_, missing := named(c, "DBInstanceIds", c.World.databases)
					return bounded(missing), missing != ""
				}},
				{"quota of groups", groupQuotaExceeded, func(c *Call) (string, bool) { return "", len(c.World.groups) >= maxGroups }},
			},
		),
		Effect: func(c *Call) []Field {
			g := c.World.NewGroup(c.int("MinSize", 0), c.int("MaxSize", 0), c.int("DefaultCooldown", defaultCooldown))
			g.Name = bounded(c.Request.Param("ScalingGroupName"))
			g.Region = bounded(c.Request.Param("RegionId"))
			g.Balancers, _ = named(c, "LoadBalancerIds", c.World.balancers)
			g.Databases, _ = named(c, "DBInstanceIds", c.World.databases)
			return []Field{text("ScalingGroupId", g.ID)}
		},
	}
}

// modifyScalingGroup changes the settings. It changes the number of instances in no way: a group whose MinSize was raised above its
// capacity stays as it is.
func modifyScalingGroup() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "ModifyScalingGroup",
		Read:          readGroup,
		Preconditions: slices.Concat(onOneGroup(), groupSettings()),
		Effect: func(c *Call) []Field {
			g := c.Group
			g.MinSize, g.MaxSize = c.int("MinSize", g.MinSize), c.int("MaxSize", g.MaxSize)
			g.DefaultCooldown = c.int("DefaultCooldown", g.DefaultCooldown)
			if name := c.Request.Param("ScalingGroupName"); name != "" {
				g.Name = bounded(name)
			}
			return nil
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
	}
}

func enableScalingGroup() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "EnableScalingGroup",
		Read:          readGroup,
		Preconditions: append(onOneGroup(), groupInactive()),
		Effect:        setLifecycle(GroupActive),
	}
}

func disableScalingGroup() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "DisableScalingGroup",
		Read:          readGroup,
		Preconditions: append(onOneGroup(), groupActive()),
		Effect:        setLifecycle(GroupInactive),
	}
}

// onOneGroup is what every operation on one group begins with.
func onOneGroup() []Precondition {
	return []Precondition{mandatory("ScalingGroupId"), authorized(), groupExists()}
}

func setLifecycle(state string) func(*Call) []Field {
	return func(c *Call) []Field {
		c.Group.Lifecycle = state
		return nil
	}
}
