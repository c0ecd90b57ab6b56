package mock

import (
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/render"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// The Describe operations of the service (facts, section 6). Unknown ids are left out silently.

const describePageSize = 50

func describeScalingGroups() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "DescribeScalingGroups",
		Parameters: []string{
			"ScalingGroupId.N",
			"ScalingGroupName",
			"ScalingGroupName.N",
			"GroupType",
			"PageNumber",
			"PageSize",
		},
		Preconditions: slices.Concat(region(), page(describePageSize), []Precondition{authorized()}),
		Effect: func(c *Call) []Field {
			all := selected(c, candidateGroups(c), filters[*Group]{
				{"ScalingGroupName", groupName},
				{"ScalingGroupName.N", groupName},
				{"GroupType", func(*Group) string { return groupType }},
			})
			return paged(c, all, "ScalingGroups", "ScalingGroup", groupField)
		},
	}
}

// groupType is the only type of group that the mock knows.
const groupType = "ECS"

func groupName(g *Group) string { return g.Name }

// candidateGroups are the groups that ScalingGroupId.N names, or all. Looking ids up keeps the usual call, which
// names one, independent of how many groups there are.
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
	f := render.ObjectField(
		"ScalingGroup",
		render.TextField("ScalingGroupId", g.ID),
		render.TextField("ScalingGroupName", g.Name),
		render.TextField("RegionId", g.Region),
		render.TextField("LifecycleState", g.Lifecycle),
		render.NumberField("MinSize", g.MinSize),
		render.NumberField("MaxSize", g.MaxSize),
		render.NumberField("DefaultCooldown", g.DefaultCooldown),
		render.NumberField("TotalCapacity", len(g.Members)),
		render.NumberField("ActiveCapacity", g.Count(InService)),
		render.NumberField("PendingCapacity", g.Count(Pending)),
		render.NumberField("RemovingCapacity", g.Count(Removing)),
		render.TextsField("LoadBalancerIds", "LoadBalancerId", g.Balancers,
			func(b *LoadBalancer) string { return b.ID }),
		render.TextsField("DBInstanceIds", "DBInstanceId", g.Databases, func(d *Database) string { return d.ID }),
		render.TextField("CreationTime", minute(g.CreatedAt)),
		render.TextField("ActiveScalingConfigurationId", g.ConfigurationID()),
		render.TextField("GroupType", groupType),
	)
	if g.Desired != world.NotDesired {
		f.Fields = append(f.Fields, render.NumberField("DesiredCapacity", g.Desired))
	}
	return f
}

func describeScalingInstances() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "DescribeScalingInstances",
		Parameters: []string{
			"ScalingGroupId", "InstanceId.N", "ScalingConfigurationId", "ScalingActivityId", "HealthStatus",
			"LifecycleState", "LifecycleStates.N", "CreationType", "CreationTypes.N", "PageNumber", "PageSize",
		},
		Preconditions: slices.Concat(region(), page(describePageSize), []Precondition{authorized()}),
		Effect: func(c *Call) []Field {
			lifecycle := func(i *Instance) string { return i.Lifecycle }
			creation := func(i *Instance) string { return i.CreationType }
			all := selected(c, candidateMembers(c), filters[*Instance]{
				{"InstanceId.N", func(i *Instance) string { return i.ID }},
				{"ScalingConfigurationId", configurationOf},
				{"ScalingActivityId", func(i *Instance) string { return i.JoinedBy }},
				{"HealthStatus", func(*Instance) string { return healthy }},
				{"LifecycleState", lifecycle},
				{"LifecycleStates.N", lifecycle},
				{"CreationType", creation},
				{"CreationTypes.N", creation},
			})
			return paged(c, all, "ScalingInstances", "ScalingInstance", memberField)
		},
	}
}

// candidateMembers are the members of the group that the call names, or of all groups.
func candidateMembers(c *Call) (members []*Instance) {
	if id := c.Request.Param("ScalingGroupId"); id != "" {
		if g := c.World.Group(id); g != nil {
			return g.Members
		}
		return nil
	}
	for _, g := range c.World.Groups() {
		members = append(members, g.Members...)
	}
	return members
}

// healthy is the only health that the mock's instances know.
const healthy = "Healthy"

// configurationOf is the scaling configuration that an instance was made from, "" for one that was attached.
func configurationOf(i *Instance) string {
	if i.CreationType != world.AutoCreated {
		return ""
	}
	return i.Group.ConfigurationID()
}

func memberField(i *Instance) Field {
	return render.ObjectField(
		"ScalingInstance",
		render.TextField("InstanceId", i.ID),
		render.TextField("ScalingGroupId", i.Group.ID),
		render.TextField("LifecycleState", i.Lifecycle),
		render.TextField("HealthStatus", healthy),
		render.TextField("CreationType", i.CreationType),
		render.TextField("CreationTime", minute(i.JoinedAt)),
		render.TextField("ScalingConfigurationId", configurationOf(i)),
		render.TextField("ScalingActivityId", i.JoinedBy),
		render.NumberField("LoadBalancerWeight", i.Weight),
		render.BooleanField("Entrusted", i.Entrusted),
	)
}

func describeScalingActivities() *Operation {
	return &Operation{
		Version:    essVersion,
		Name:       "DescribeScalingActivities",
		Parameters: []string{"ScalingGroupId", "ScalingActivityId.N", "StatusCode", "PageNumber", "PageSize"},
		Preconditions: slices.Concat(region(), []Precondition{
			{"group or activities are named", missing("ScalingGroupId"), func(c *Call) (string, bool) {
				return "", c.Request.Param("ScalingGroupId") == "" && len(c.Request.Repeated("ScalingActivityId")) == 0
			}},
		}, page(describePageSize), []Precondition{authorized()}),
		Effect: func(c *Call) []Field {
			all := selected(c, candidateActivities(c), filters[*Activity]{
				{"ScalingActivityId.N", func(a *Activity) string { return a.ID }},
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
	message := ""
	if a.Done && len(a.Ignored) > 0 {
		message = "Invalid instances were ignored: " + strings.Join(a.Ignored, ", ")
	}
	members := []Field{
		render.TextField("ScalingActivityId", a.ID),
		render.TextField("ScalingGroupId", a.Group.ID),
		render.TextField("StatusCode", a.Status()),
		render.TextField("StatusMessage", message),
		render.NumberField("Progress", a.Progress(now)),
		render.TextField("Cause", a.Cause),
		render.TextField("Description", a.Description),
		render.TextField("StartTime", minute(a.Start)),
	}
	if a.Done {
		members = append(members, render.TextField("EndTime", minute(a.End)))
	}
	return render.ObjectField("ScalingActivity", members...)
}

// minute is a time as the service prints it.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02T15:04Z") }
