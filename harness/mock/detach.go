package mock

import (
	"github.com/essconform/essconform/harness/mock/internal/render"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// detachInstances is the operation that this project is about (document: description, request parameters, error
// codes).
func detachInstances() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "DetachInstances",
		Parameters: []string{
			"ScalingGroupId",
			"InstanceId.N",
			"DecreaseDesiredCapacity",
			"IgnoreInvalidInstance",
			"ClientToken",
		},
		Read:          readInstances(inGroup),
		Preconditions: append(groupReady(boolean("DecreaseDesiredCapacity")), instancesInGroup(), minSizeKept()),
		Effect:        startDetaching,
		Complete:      world.Depart,
	}
}

func inGroup(c *Call, i *Instance) bool { return i.Group == c.Group }

// instancesInGroup refuses an instance of another group, and one of no group. No document says with which code;
// well-known clients handle this one (facts, section 5).
func instancesInGroup() Precondition {
	return Precondition{
		"instances are in the group",
		incorrectInstanceStatus,
		onGroup(func(c *Call, g *Group) (string, bool) {
			for _, i := range c.Instances {
				if i != nil && i.Group != g {
					return i.ID, true
				}
			}
			return "", false
		}),
	}
}

// minSizeKept counts the whole list at once: exactly MinSize may remain (document: description).
func minSizeKept() Precondition {
	return Precondition{"MinSize is kept", belowMinSize, onGroup(func(c *Call, g *Group) (string, bool) {
		return "", len(g.Members)-len(c.Instances) < g.MinSize
	})}
}

// startDetaching accepts the call: the instances leave when the activity ends.
func startDetaching(c *Call) []Field { return c.startLeaving("detach") }

// startLeaving begins the activity with which instances leave their group. DecreaseDesiredCapacity=false keeps the
// desired capacity, so that the group replaces them.
func (c *Call) startLeaving(verb string) []Field {
	for _, i := range c.Instances {
		i.Lifecycle = Removing
	}
	if c.Group.Desired != world.NotDesired && c.bool("DecreaseDesiredCapacity", true) {
		c.Group.Desired = max(c.Group.Desired-len(c.Instances), c.Group.MinSize)
	}
	return []Field{render.TextField("ScalingActivityId", c.begin(verb, -len(c.Instances)).ID)}
}
