package mock

import (
	"slices"

	"github.com/essconform/essconform/harness/mock/internal/render"
)

// The operations of other products on what belongs to a scaling group (facts, section 6).

// setLoadBalancerStatus switches a load balancer on or off.
func setLoadBalancerStatus() *Operation {
	return &Operation{
		Version:    slbVersion,
		Name:       "SetLoadBalancerStatus",
		Parameters: []string{"LoadBalancerId", "LoadBalancerStatus"},
		Preconditions: []Precondition{
			mandatory("LoadBalancerId"),
			mandatory("LoadBalancerStatus"),
			oneOf("LoadBalancerStatus", "active", "inactive"),
			authorized(),
			{"load balancer exists", balancerNotFound, func(c *Call) (string, bool) {
				id := c.Request.Param("LoadBalancerId")
				return bounded(id), c.World.Balancers[id] == nil
			}},
		},
		Effect: func(c *Call) []Field {
			balancer := c.World.Balancers[c.Request.Param("LoadBalancerId")]
			balancer.Active = c.Request.Param("LoadBalancerStatus") == "active"
			return nil
		},
	}
}

func stopDBInstance() *Operation {
	return onDatabase("StopDBInstance", "Running", func(_ *World, d *Database) { d.Stopped = true })
}

func startDBInstance() *Operation {
	return onDatabase("StartDBInstance", "Stopped", func(_ *World, d *Database) { d.Stopped = false })
}

func restartDBInstance() *Operation {
	return onDatabase(
		"RestartDBInstance",
		"Running",
		func(w *World, d *Database) { d.RestartUntil = w.Now().Add(w.Takes()) },
	)
}

// onDatabase is an operation that changes a DB instance which is in the state from.
func onDatabase(name, from string, change func(*World, *Database)) *Operation {
	find := func(c *Call) *Database { return c.World.Databases[c.Request.Param("DBInstanceId")] }
	return &Operation{
		Version:    rdsVersion,
		Name:       name,
		Parameters: []string{"DBInstanceId"},
		Preconditions: []Precondition{
			mandatory("DBInstanceId"),
			authorized(),
			{"DB instance exists", databaseNotFound, func(c *Call) (string, bool) {
				return bounded(c.Request.Param("DBInstanceId")), find(c) == nil
			}},
			{"DB instance is " + from, databaseStateDenied, func(c *Call) (string, bool) {
				d := find(c)
				return c.Request.Param("DBInstanceId"), d != nil && d.Status(c.World.Now()) != from
			}},
		},
		Effect: func(c *Call) []Field {
			change(c.World, find(c))
			return nil
		},
	}
}

// ecsPageSize is the largest page of ECS DescribeInstances.
const ecsPageSize = 100

// describeInstances shows that instances run, whatever group they are in.
func describeInstances() *Operation {
	return &Operation{
		Version:    ecsVersion,
		Name:       "DescribeInstances",
		Parameters: []string{"InstanceIds", "Status", "PageNumber", "PageSize"},
		Preconditions: slices.Concat(region(), page(ecsPageSize),
			[]Precondition{jsonArray("InstanceIds"), authorized()}),
		Effect: func(c *Call) []Field {
			all := selected(c, ecsInstances(c),
				filters[*Instance]{{"Status", func(i *Instance) string { return i.Status }}})
			return paged(c, all, "Instances", "Instance", func(i *Instance) Field {
				return render.ObjectField(
					"Instance",
					render.TextField("InstanceId", i.ID),
					render.TextField("RegionId", c.World.Region()),
					render.TextField("Status", i.Status),
					render.TextField("CreationTime", minute(i.CreatedAt)),
				)
			})
		},
	}
}

// ecsInstances are the instances that InstanceIds names, or all, oldest first.
func ecsInstances(c *Call) []*Instance {
	ids, _ := jsonList(c, "InstanceIds")
	if ids == nil {
		return c.World.Instances()
	}
	var found []*Instance
	for _, id := range ids {
		if i := c.World.Instance(id); i != nil && !slices.Contains(found, i) {
			found = append(found, i)
		}
	}
	return found
}
