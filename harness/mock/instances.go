package mock

import "slices"

// maxInstanceIDs is the highest N of InstanceId.N (document: request parameters).
const maxInstanceIDs = 20

// readInstances finds the group and the instances that the call names. With IgnoreInvalidInstance those that are not
// valid are passed over, as long as a valid one is left (text of 2022).
func readInstances(valid func(*Call, *Instance) bool) func(*Call) {
	return func(c *Call) {
		readGroupAndInstances(c)
		usable := func(i *Instance) bool { return i != nil && valid(c, i) }
		if c.Group == nil || !c.bool("IgnoreInvalidInstance", false) || !slices.ContainsFunc(c.Instances, usable) {
			return
		}
		var ids []string
		var instances []*Instance
		for n, i := range c.Instances {
			if usable(i) {
				ids, instances = append(ids, c.InstanceIDs[n]), append(instances, i)
			} else {
				c.Ignored = append(c.Ignored, bounded(c.InstanceIDs[n]))
			}
		}
		c.InstanceIDs, c.Instances = ids, instances
	}
}

// begin starts the activity of a call on instances.
func (c *Call) begin(verb string, change int) *Activity {
	a := c.World.Begin(c.Group, c.Instances, verb, change, c.Operation.Complete)
	a.Ignored = c.Ignored
	return a
}

// readGroupAndInstances finds the group and the instances that the call names. An id that comes twice counts once.
func readGroupAndInstances(c *Call) {
	readGroup(c)
	c.Listed = c.Request.Repeated("InstanceId")
	seen := make(map[string]bool, len(c.Listed))
	for _, p := range c.Listed {
		if !seen[p.Value] {
			seen[p.Value] = true
			c.InstanceIDs = append(c.InstanceIDs, p.Value)
			c.Instances = append(c.Instances, c.World.Instance(p.Value))
		}
	}
}

// instancesNamed demands InstanceId.N, with N from 1 to 20.
func instancesNamed() []Precondition {
	return []Precondition{
		{"InstanceId is there", missing("InstanceId"), func(c *Call) (string, bool) {
			return "", len(c.Listed) == 0
		}},
		{"InstanceId.N is in range", invalidParameter, func(c *Call) (string, bool) {
			for _, p := range c.Listed {
				if p.N < 1 || p.N > maxInstanceIDs {
					return "InstanceId.N", true
				}
			}
			return "", false
		}},
	}
}

func instancesExist() Precondition {
	return Precondition{"instances exist", instanceNotFound, func(c *Call) (string, bool) {
		for n, i := range c.Instances {
			if i == nil {
				return bounded(c.InstanceIDs[n]), true
			}
		}
		return "", false
	}}
}

// groupReady is what every operation on instances of a group demands (document: description, error codes). Which of
// two broken rules answers is documented nowhere: what the request says comes before what the group is, and what is
// left for the operation itself, the instances' own place and the group's size, comes last. more is what the request
// of one operation must say beyond the ids.
func groupReady(more ...Precondition) []Precondition {
	return slices.Concat(
		[]Precondition{mandatory("ScalingGroupId")},
		instancesNamed(),
		[]Precondition{boolean("IgnoreInvalidInstance"), tokenValid()},
		more,
		[]Precondition{
			authorized(),
			groupExists(),
			instancesExist(),
			groupActive(),
			groupIdle(),
			balancersActive(),
			databasesRunning(),
		},
	)
}
