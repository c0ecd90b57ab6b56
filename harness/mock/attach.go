package mock

// attachInstances (facts, section 6): what DetachInstances demands of the group, and room for instances that are free.
func attachInstances() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "AttachInstances",
		Read:          readGroupAndInstances,
		Preconditions: append(groupReady(), instancesFree(), maxSizeKept()),
		Effect:        startAttaching,
		Complete:      finishAttaching,
	}
}

func instancesFree() Precondition {
	return Precondition{"instances are in no group", instanceInUse, func(c *Call) (string, bool) {
		for _, i := range c.Instances {
			if i != nil && i.Group != nil {
				return i.ID, true
			}
		}
		return "", false
	}}
}

func maxSizeKept() Precondition {
	return Precondition{"MaxSize is kept", aboveMaxSize, onGroup(func(c *Call, g *Group) (string, bool) {
		return "", len(g.Members)+len(c.Instances) > g.MaxSize
	})}
}

// startAttaching accepts the call: the instances are members from now on, and in service when the activity ends.
func startAttaching(c *Call) []Field {
	a := c.World.Begin(c.Group, c.Instances, "attach", len(c.Instances), c.Operation.Complete)
	for _, i := range c.Instances {
		c.World.Join(c.Group, i, Pending, "Attached")
	}
	return []Field{text("ScalingActivityId", a.ID)}
}

func finishAttaching(_ *World, a *Activity) {
	for _, i := range a.Instances {
		if i.Group == a.Group {
			i.Lifecycle = InService
		}
	}
}
