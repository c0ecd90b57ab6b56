package mock

import (
	"slices"
	"time"
)

// The Describe operations of the service (facts, section 6). Unknown ids are left out silently. RegionId selects nothing: an
// The mock is one region, whose name Options.Region may fix.

const describePageSize = 50

func describeScalingGroups() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "DescribeScalingGroups",
		Preconditions: slices.Concat(region(), page(describePageSize), []Precondition{authorized()}),
		Effect: func(c *Call) []Field {
			return paged(c, candidateGroups(c), "ScalingGroups", "ScalingGroup", groupField)
		},
	}
}

// candidateGroups are the groups that ScalingGroupId.N names, or all. Looking ids up keeps the usual call, which names one, independent
// of how many groups there are.
func candidateGroups(c *Call) []*Group {
	ids := c.Request.Repeated("ScalingGroupId")
	if len(ids) == 0 {
		return c.World.Groups()
	}
	var found []*Group
	for _, p := range ids {
		if g := c.World.Group(p.Value); g != nil && !slices.Contains(found, g) {
			found = append(found, g)
		}
	}
	return found
}

func groupField(g *Group) Field {
	return object(
		"ScalingGroup",
		text("ScalingGroupId", g.ID),
		text("ScalingGroupName", g.Name),
		text("RegionId", g.Region),
		text("LifecycleState", g.Lifecycle),
		numeric("MinSize", g.MinSize),
		numeric("MaxSize", g.MaxSize),
		numeric("DefaultCooldown", g.DefaultCooldown),
		numeric("TotalCapacity", len(g.Members)),
		numeric("ActiveCapacity", g.Count(InService)),
		numeric("PendingCapacity", g.Count(Pending)),
		numeric("RemovingCapacity", g.Count(Removing)),
		texts("LoadBalancerIds", "LoadBalancerId", g.Balancers, func(b *LoadBalancer) string { return b.ID }),
		texts("DBInstanceIds", "DBInstanceId", g.Databases, func(d *Database) string { return d.ID }),
		text("CreationTime", minute(g.CreatedAt)),
	)
}

func describeScalingInstances() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "DescribeScalingInstances",
		Preconditions: slices.Concat(region(), page(describePageSize), []Precondition{authorized()}),
		Effect: func(c *Call) []Field {
			var members []*Instance
			if id := c.Request.Param("ScalingGroupId"); id == "" {
				for _, g := range c.World.Groups() {
					members = append(members, g.Members...)
				}
			} else if g := c.World.Group(id); g != nil {
				members = g.Members
			}
			all := selected(c, members, "InstanceId", func(i *Instance) string { return i.ID }, filters[*Instance]{
				{"LifecycleState", func(i *Instance) string { return i.Lifecycle }},
				{"HealthStatus", func(*Instance) string { return healthy }},
				{"CreationType", func(i *Instance) string { return i.CreationType }},
			})
			return paged(c, all, "ScalingInstances", "ScalingInstance", memberField)
		},
	}
}

// healthy is the only health that the mock's instances know.
const healthy = "Healthy"

func memberField(i *Instance) Field {
	return object(
		"ScalingInstance",
		text("InstanceId", i.ID),
		text("ScalingGroupId", i.Group.ID),
		text("LifecycleState", i.Lifecycle),
		text("HealthStatus", healthy),
		text("CreationType", i.CreationType),
		text("CreationTime", minute(i.JoinedAt)),
	)
}

func describeScalingActivities() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "DescribeScalingActivities",
		Preconditions: slices.Concat(region(), []Precondition{
			{"group or activities are named", missing("ScalingGroupId"), func(c *Call) (string, bool) {
				return "", c.Request.Param("ScalingGroupId") == "" && len(c.Request.Repeated("ScalingActivityId")) == 0
			}},
		}, page(describePageSize), []Precondition{authorized()}),
		Effect: func(c *Call) []Field {
			all := selected(c, candidateActivities(c), "ScalingActivityId", func(a *Activity) string { return a.ID }, filters[*Activity]{
				{"ScalingGroupId", func(a *Activity) string { return a.Group.ID }},
				{"StatusCode", (*Activity).Status},
			})
			return paged(c, all, "ScalingActivities", "ScalingActivity", func(a *Activity) Field {
				return activityField(a, c.World.Now())
			})
		},
	}
}

// candidateActivities are the activities that the call may mean, the newest first.
func candidateActivities(c *Call) []*Activity {
	var found []*Activity
	if id := c.Request.Param("ScalingGroupId"); id != "" {
		if g := c.World.Group(id); g != nil {
			found = slices.Clone(g.Activities)
			slices.Reverse(found)
		}
		return found
	}
	for _, p := range c.Request.Repeated("ScalingActivityId") {
		if a := c.World.Activity(p.Value); a != nil && !slices.Contains(found, a) {
			found = append(found, a)
		}
	}
	return found
}

func activityField(a *Activity, now time.Time) Field {
	members := []Field{
		text("ScalingActivityId", a.ID),
		text("ScalingGroupId", a.Group.ID),
		text("StatusCode", a.Status()),
		text("StatusMessage", ""),
		numeric("Progress", a.Progress(now)),
		text("Cause", a.Cause),
		text("Description", a.Description),
		text("StartTime", minute(a.Start)),
	}
	if a.Done {
		members = append(members, text("EndTime", minute(a.End)))
	}
	return object("ScalingActivity", members...)
}

// minute is a time as the service prints it.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02T15:04Z") }
