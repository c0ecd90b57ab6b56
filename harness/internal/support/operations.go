package support

import (
	"context"
	"slices"
	"strconv"

	"github.com/essconform/essconform/harness/internal/wire"
)

// The operations that effects are observed through, and that states are arranged with.
const (
	OpGroups       = "DescribeScalingGroups"
	OpMembers      = "DescribeScalingInstances"
	OpActivities   = "DescribeScalingActivities"
	OpAttach       = "AttachInstances"
	OpDetach       = "DetachInstances"
	OpModify       = "ModifyScalingGroup"
	OpEnable       = "EnableScalingGroup"
	OpDisable      = "DisableScalingGroup"
	OpCreate       = "CreateScalingGroup"
	OpDelete       = "DeleteScalingGroup"
	OpInstances    = "DescribeInstances"
	OpLoadBalancer = "SetLoadBalancerStatus"
	OpStopDB       = "StopDBInstance"
	OpStartDB      = "StartDBInstance"
	OpDatabase     = "DescribeDBInstanceAttribute"
)

const (
	ecsVersion = "2014-05-26"
	slbVersion = "2014-05-15"
	rdsVersion = "2014-08-15"
)

// Optional are the operations that a target can be declared not to have.
func Optional() []string {
	return []string{
		OpGroups, OpMembers, OpActivities, OpAttach, OpModify, OpInstances, OpEnable, OpDisable, OpLoadBalancer, OpStopDB, OpStartDB,
	}
}

// Member is an instance of a group.
type Member struct{ ID, State, Group string }

// Members are the instances of a group.
func (c *Client) Members(ctx context.Context, group string) (out []Member, err error) {
	all, err := c.members(ctx, wire.Param{Name: "ScalingGroupId", Value: group})
	for _, m := range all {
		if m.Group == "" || m.Group == group {
			out = append(out, Member{m.ID, m.State, group})
		}
	}
	return out, err
}

// Find tells in which groups instances are; one that is in none is not in the map.
func (c *Client) Find(ctx context.Context, ids []string) (map[string]Member, error) {
	out := map[string]Member{}
	for batch := range slices.Chunk(ids, MostIDs) {
		all, err := c.members(ctx, c.numbered("InstanceId", batch)...)
		if err != nil {
			return nil, err
		}
		for _, m := range all { // whatever else the target lists is nobody's business here
			out[m.ID] = m
		}
	}
	return out, nil
}

func (c *Client) members(ctx context.Context, params ...wire.Param) (out []Member, err error) {
	items, err := c.pages(ctx, OpMembers, c.Version, "ScalingInstances", "ScalingInstance", params...)
	for _, i := range items {
		out = append(out, Member{i.At("InstanceId").Text(), i.At("LifecycleState").Text(), i.At("ScalingGroupId").Text()})
	}
	return out, err
}

// Group is a scaling group, as far as cases touch it.
type Group struct {
	ID, Name, Lifecycle string
	Sizes
	// Total is the number of instances that the group says it has; nil where it does not show TotalCapacity.
	Total                    *int
	LoadBalancers, Databases []string
}

// Sizes are the settings of a group that cases change. Cooldown is in seconds.
type Sizes struct {
	MinSize  int `json:"minSize"`
	MaxSize  int `json:"maxSize"`
	Cooldown int `json:"defaultCooldown"`
}

// Group looks up one group. MinSize must be there; what else the target does not show is zero.
func (c *Client) Group(ctx context.Context, id string) (Group, error) {
	groups, err := c.groups(ctx, c.numbered("ScalingGroupId", []string{id})...)
	for _, g := range groups {
		if g.ID == id {
			return g, nil
		}
	}
	if err == nil {
		err = notShown(OpGroups, "it does not show the group "+id+" with its MinSize")
	}
	return Group{}, err
}

// GroupNamed looks up the groups of a name.
func (c *Client) GroupNamed(ctx context.Context, name string) (out []Group, err error) {
	groups, err := c.groups(ctx, c.numbered("ScalingGroupName", []string{name})...)
	for _, g := range groups {
		if g.Name == name {
			out = append(out, g)
		}
	}
	return out, err
}

func (c *Client) groups(ctx context.Context, params ...wire.Param) (out []Group, err error) {
	items, err := c.pages(ctx, OpGroups, c.Version, "ScalingGroups", "ScalingGroup", params...)
	for _, i := range items {
		g := Group{
			ID: i.At("ScalingGroupId").Text(), Name: i.At("ScalingGroupName").Text(), Lifecycle: i.At("LifecycleState").Text(),
			LoadBalancers: texts(i, "LoadBalancerIds", "LoadBalancerId"), Databases: texts(i, "DBInstanceIds", "DBInstanceId"),
		}
		g.MaxSize, _ = i.At("MaxSize").Number()
		g.Cooldown, _ = i.At("DefaultCooldown").Number()
		if total, shown := i.At("TotalCapacity").Number(); shown {
			g.Total = &total
		}
		var ok bool
		if g.MinSize, ok = i.At("MinSize").Number(); ok {
			out = append(out, g)
		}
	}
	return out, err
}

func texts(n Node, outer, inner string) (out []string) {
	items, _ := n.List(outer, inner)
	for _, i := range items {
		out = append(out, i.Text())
	}
	return out
}

// SetMinSize changes the MinSize of a group and nothing else.
func (c *Client) SetMinSize(ctx context.Context, group string, size int) error {
	_, err := c.Do(ctx, OpModify, c.Version, wire.Param{Name: "ScalingGroupId", Value: group}, wire.Param{Name: "MinSize", Value: strconv.Itoa(size)})
	return err
}

// Activity is a scaling activity.
type Activity struct{ ID, Group, Status string }

// Final tells whether the activity has ended.
func (a Activity) Final() bool {
	switch a.Status {
	case "Successful", "Warning", "Failed", "Rejected":
		return true
	}
	return false
}

// Activities are those of a group, or the one with the id.
func (c *Client) Activities(ctx context.Context, group, id string) (out []Activity, err error) {
	params := []wire.Param{{Name: "ScalingGroupId", Value: group}}
	if id != "" {
		params = append(params, c.numbered("ScalingActivityId", []string{id})...)
	}
	return c.activities(ctx, params...)
}

// Busy tells whether an activity of the group is in progress.
func (c *Client) Busy(ctx context.Context, group string) (bool, error) {
	// The filter keeps a long history out of the answer. A target that does not know it shows all.
	all, err := c.activities(ctx, wire.Param{Name: "ScalingGroupId", Value: group}, wire.Param{Name: "StatusCode", Value: "InProgress"})
	return slices.ContainsFunc(all, func(a Activity) bool { return !a.Final() }), err
}

func (c *Client) activities(ctx context.Context, params ...wire.Param) (out []Activity, err error) {
	items, err := c.pages(ctx, OpActivities, c.Version, "ScalingActivities", "ScalingActivity", params...)
	for _, i := range items {
		out = append(out, Activity{i.At("ScalingActivityId").Text(), i.At("ScalingGroupId").Text(), i.At("StatusCode").Text()})
	}
	return out, err
}

// Statuses are the ECS states of instances by id; an instance that does not exist is not in the map.
func (c *Client) Statuses(ctx context.Context, ids []string) (map[string]string, error) {
	items, err := c.pages(ctx, OpInstances, ecsVersion, "Instances", "Instance", wire.Param{Name: "InstanceIds", Value: jsonArray(ids)})
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, i := range items {
		out[i.At("InstanceId").Text()] = i.At("Status").Text()
	}
	return out, nil
}

// Attach returns the activity's id.
func (c *Client) Attach(ctx context.Context, group string, ids []string) (string, error) {
	answer, err := c.Do(ctx, OpAttach, c.Version, c.groupAndInstances(group, ids)...)
	return answer.At("ScalingActivityId").Text(), err
}

func (c *Client) groupAndInstances(group string, ids []string) []wire.Param {
	return append([]wire.Param{{Name: "ScalingGroupId", Value: group}}, c.numbered("InstanceId", ids)...)
}
