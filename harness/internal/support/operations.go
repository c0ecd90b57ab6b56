package support

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/printable"
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
		OpGroups, OpMembers, OpActivities, OpAttach, OpModify, OpInstances, OpEnable, OpDisable, OpLoadBalancer,
		OpStopDB, OpStartDB,
	}
}

// Member is an instance of a group.
type Member struct {
	ID, State, Group string
	// CreationType is AutoCreated or Attached; "" where the target does not show it.
	CreationType string
}

// Members are the instances of a group.
func (c *Client) Members(ctx context.Context, group string) (out []Member, err error) {
	all, err := c.members(ctx, nil, wire.Param{Name: "ScalingGroupId", Value: group})
	for _, m := range all {
		if m.Group == "" || m.Group == group {
			m.Group = group
			out = append(out, m)
		}
	}
	return out, err
}

// Find returns the groups that instances are in; one that is in none is not in the map.
func (c *Client) Find(ctx context.Context, ids []string) (map[string]Member, error) {
	out := map[string]Member{}
	for batch := range slices.Chunk(ids, MostIDs) {
		all, err := c.members(ctx, batch, c.numbered("InstanceId", batch)...)
		if err != nil {
			return nil, err
		}
		for _, m := range all { // a target that does not know the parameter lists others, too
			if m.Group == "" && slices.Contains(batch, m.ID) {
				return nil, &Unobservable{OpMembers, "its answer has no ScalingGroupId for the instance " + m.ID}
			}
			out[m.ID] = m
		}
	}
	return out, nil
}

func (c *Client) members(ctx context.Context, asked []string, params ...wire.Param) (out []Member, err error) {
	items, err := c.read(ctx, list{
		action: OpMembers, version: c.Version, outer: "ScalingInstances", inner: "ScalingInstance", id: "InstanceId",
		params: params, asked: asked,
	})
	for _, i := range items {
		out = append(out, Member{
			ID: i.At("InstanceId").Text(), State: i.At("LifecycleState").Text(), Group: i.At("ScalingGroupId").Text(),
			CreationType: i.At("CreationType").Text(),
		})
	}
	return out, err
}

// NotShown is a number of a group that the target does not show.
const NotShown = -1

// Group is a scaling group, as far as cases touch it. Numbers that the target does not show are NotShown.
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

// Group looks up one group. MinSize must be there.
func (c *Client) Group(ctx context.Context, id string) (Group, error) {
	asked := []string{id}
	groups, err := c.groups(ctx, asked, c.numbered("ScalingGroupId", asked)...)
	for _, g := range groups {
		if g.ID != id {
			continue
		}
		if g.MinSize == NotShown {
			return g, &Unobservable{OpGroups, "its answer has no MinSize for the group " + id}
		}
		return g, nil
	}
	if err == nil {
		err = notShown(OpGroups, "it does not show the group "+id)
	}
	return Group{}, err
}

// GroupNamed looks up the groups of a name.
func (c *Client) GroupNamed(ctx context.Context, name string) (out []Group, err error) {
	groups, err := c.groups(ctx, nil, c.numbered("ScalingGroupName", []string{name})...)
	for _, g := range groups {
		if g.Name == name {
			out = append(out, g)
		}
	}
	return out, err
}

func (c *Client) groups(ctx context.Context, asked []string, params ...wire.Param) (out []Group, err error) {
	items, err := c.read(ctx, list{
		action: OpGroups, version: c.Version, outer: "ScalingGroups", inner: "ScalingGroup", id: "ScalingGroupId",
		params: params, asked: asked,
	})
	for _, i := range items {
		g := Group{
			ID: i.At("ScalingGroupId").Text(), Name: i.At("ScalingGroupName").Text(),
			Lifecycle: Lifecycle(i.At("LifecycleState").Text()),
			Sizes: Sizes{
				MinSize: shown(i, "MinSize"), MaxSize: shown(i, "MaxSize"),
				Cooldown: shown(i, "DefaultCooldown"),
			},
			LoadBalancers: texts(i, "LoadBalancerIds", "LoadBalancerId"), Databases: texts(i, "DBInstanceIds",
				"DBInstanceId"),
		}
		if total := shown(i, "TotalCapacity"); total != NotShown {
			g.Total = &total
		}
		out = append(out, g)
	}
	return out, err
}

func shown(n Node, name string) int {
	if i, ok := n.At(name).Number(); ok {
		return i
	}
	return NotShown
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
	_, err := c.Do(ctx, OpModify, c.Version, wire.Param{Name: "ScalingGroupId", Value: group},
		wire.Param{Name: "MinSize", Value: strconv.Itoa(size)})
	return err
}

// Activity is a scaling activity.
type Activity struct{ ID, Group, Status string }

// inProgress is the StatusCode of an activity that runs (facts, section 6).
const inProgress = "InProgress"

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
	params, asked := []wire.Param{{Name: "ScalingGroupId", Value: group}}, []string(nil)
	if id != "" {
		asked = []string{id}
		params = append(params, c.numbered("ScalingActivityId", asked)...)
	}
	out, err = c.activities(ctx, asked, params...)
	if refused := new(lookRefused); id != "" && errors.As(err, &refused) && refused.isOf("ScalingActivity") {
		return nil, nil // not shown yet, or no longer
	}
	return out, err
}

// AwaitEnd waits until an activity has ended, and returns what its StatusCode was by then: "" for one that was not
// shown.
func (c *Client) AwaitEnd(ctx context.Context, pace Pace, patience time.Duration, group, id string) (string, error) {
	status := ""
	err := pace.Poll(ctx, patience, func() (bool, error) {
		all, err := c.Activities(ctx, group, id)
		i := slices.IndexFunc(all, func(a Activity) bool { return a.ID == id })
		if i >= 0 {
			status = all[i].Status
		}
		return i >= 0 && all[i].Final(), err
	})
	return status, err
}

// Busy tells whether an activity of the group is in progress.
func (c *Client) Busy(ctx context.Context, group string) (bool, error) {
	// The filter keeps a long history out of the answer. A target that does not know it shows all.
	all, err := c.activities(ctx, nil, wire.Param{Name: "ScalingGroupId", Value: group},
		wire.Param{Name: "StatusCode", Value: inProgress})
	return slices.ContainsFunc(all, func(a Activity) bool { return !a.Final() }), err
}

func (c *Client) activities(ctx context.Context, asked []string, params ...wire.Param) (out []Activity, err error) {
	items, err := c.read(ctx, list{
		action: OpActivities, version: c.Version, outer: "ScalingActivities", inner: "ScalingActivity",
		id:     "ScalingActivityId",
		params: params, asked: asked,
	})
	for _, i := range items {
		a := Activity{i.At("ScalingActivityId").Text(), i.At("ScalingGroupId").Text(), i.At("StatusCode").Text()}
		if a.Status == "" { // without it no wait could ever end
			return nil, &Unobservable{OpActivities, "its answer has no StatusCode for the activity " + a.ID}
		}
		if a.Status != inProgress && !a.Final() {
			c.learned.note(OpActivities, fmt.Sprintf("an activity has the StatusCode %q; documented are InProgress, "+
				"Successful, Warning, Failed and Rejected", printable.Text(a.Status, longestCode)))
		}
		out = append(out, a)
	}
	return out, err
}

// Statuses are the ECS states of instances by id; an instance that does not exist is not in the map.
func (c *Client) Statuses(ctx context.Context, ids []string) (map[string]string, error) {
	items, err := c.read(ctx, list{
		action: OpInstances, version: ecsVersion, outer: "Instances", inner: "Instance", id: "InstanceId",
		params: []wire.Param{{Name: "InstanceIds", Value: jsonArray(ids)}}, asked: ids,
	})
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, i := range items {
		id := i.At("InstanceId").Text()
		if out[id] = i.At("Status").Text(); out[id] == "" {
			return nil, &Unobservable{OpInstances, "its answer has no Status for the instance " + id}
		}
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
