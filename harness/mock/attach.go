package mock

import (
	"strconv"

	"github.com/essconform/essconform/harness/mock/internal/render"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// attachInstances (facts, section 6): what DetachInstances demands of the group, and room for instances that are free.
func attachInstances() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "AttachInstances",
		Parameters: []string{
			"ScalingGroupId", "InstanceId.N", "LoadBalancerWeight.N", "Entrusted", "IgnoreInvalidInstance",
			"ClientToken",
		},
		Read:          readInstances(func(_ *Call, i *Instance) bool { return i.Group == nil }),
		Preconditions: append(groupReady(boolean("Entrusted"), weightsValid()), instancesFree(), maxSizeKept()),
		Effect:        startAttaching,
		Complete:      world.Arrive,
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

// heaviest is the largest LoadBalancerWeight (page of AttachInstances).
const heaviest = 100

func weightsValid() Precondition {
	return Precondition{"LoadBalancerWeight.N is in range", invalidParameter, func(c *Call) (string, bool) {
		for _, p := range c.Request.Repeated("LoadBalancerWeight") {
			if n, err := strconv.Atoi(p.Value); err != nil || n < 0 || n > heaviest || p.N > maxInstanceIDs {
				return "LoadBalancerWeight.N", true
			}
		}
		return "", false
	}}
}

// weights are the LoadBalancerWeight.N of a call, by the id of InstanceId.N.
func weights(c *Call) map[string]int {
	byNumber := map[int]int{}
	for _, p := range c.Request.Repeated("LoadBalancerWeight") {
		byNumber[p.N], _ = strconv.Atoi(p.Value) // weightsValid has seen it
	}
	byID := map[string]int{}
	for _, p := range c.Listed {
		if weight, ok := byNumber[p.N]; ok {
			byID[p.Value] = weight
		}
	}
	return byID
}

// startAttaching accepts the call: the instances are members from now on, and in service when the activity ends.
func startAttaching(c *Call) []Field {
	a := c.begin("attach", len(c.Instances))
	weight := weights(c)
	for _, i := range c.Instances {
		c.World.Join(c.Group, i, Pending, world.Attached)
		i.JoinedBy, i.Entrusted = a.ID, c.bool("Entrusted", false)
		if w, ok := weight[i.ID]; ok {
			i.Weight = w
		}
	}
	if c.Group.Desired != world.NotDesired {
		c.Group.Desired = min(c.Group.Desired+len(c.Instances), c.Group.MaxSize)
	}
	return []Field{render.TextField("ScalingActivityId", a.ID)}
}
