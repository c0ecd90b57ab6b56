package mock

import (
	"cmp"
	"slices"
)

// ecsPageSize is the largest page of ECS DescribeInstances.
const ecsPageSize = 100

// describeInstances tells that instances run, whatever group they are in (facts, section 6).
func describeInstances() *Operation {
	return &Operation{
		Version:       ecsVersion,
		Name:          "DescribeInstances",
		Preconditions: slices.Concat(region(), page(ecsPageSize), []Precondition{jsonArray("InstanceIds"), authorized()}),
		Effect: func(c *Call) []Field {
			return paged(c, ecsInstances(c), "Instances", "Instance", func(i *Instance) Field {
				return object(
					"Instance",
					text("InstanceId", i.ID),
					text("RegionId", c.World.region),
					text("Status", i.Status),
					text("CreationTime", minute(i.CreatedAt)),
				)
			})
		},
	}
}

// ecsInstances are the instances that InstanceIds names, or all, oldest first.
func ecsInstances(c *Call) []*Instance {
	ids, _ := jsonList(c, "InstanceIds")
	var found []*Instance
	if ids == nil {
		for _, i := range c.World.instances {
			found = append(found, i)
		}
		slices.SortFunc(found, func(a, b *Instance) int {
			return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
		})
		return found
	}
	for _, id := range ids {
		if i := c.World.Instance(id); i != nil && !slices.Contains(found, i) {
			found = append(found, i)
		}
	}
	return found
}
