package mock

// detachInstances is the operation that this project is about (document: description, request parameters, error codes).
func detachInstances() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "DetachInstances",
		Read:          readGroupAndInstances,
		Preconditions: append(groupReady(), instancesInGroup(), minSizeKept()),
		Effect:        startDetaching,
		Complete:      finishDetaching,
	}
}

// instancesInGroup refuses an instance of another group, and one of no group. No document says with which code; well-known clients
// handle this one (facts, section 5).
func instancesInGroup() Precondition {
	return Precondition{"instances are in the group", incorrectInstanceStatus, onGroup(func(c *Call, g *Group) (string, bool) {
		for _, i := range c.Instances {
			if i != nil && i.Group != g {
				return i.ID, true
			}
		}
		return "", false
	})}
}

// minSizeKept counts the whole list at once: exactly MinSize may remain (document: description).
func minSizeKept() Precondition {
	return Precondition{"MinSize is kept", belowMinSize, onGroup(func(c *Call, g *Group) (string, bool) {
		return "", len(g.Members)-len(c.Instances) < g.MinSize
	})}
}

// startDetaching accepts the call: the instances leave when the activity ends.
func startDetaching(c *Call) []Field {
	for _, i := range c.Instances {
		i.Lifecycle = Removing
	}
	a := c.World.Begin(c.Group, c.Instances, "detach", -len(c.Instances), c.Operation.Complete)
	return []Field{text("ScalingActivityId", a.ID)}
}

// finishDetaching lets the instances go. They run on (document: description).
func finishDetaching(w *World, a *Activity) {
	for _, i := range a.Instances {
		if i.Group == a.Group {
			w.Leave(i)
		}
	}
}
