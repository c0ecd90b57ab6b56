package support

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/internal/wire"
)

// MostIDs is how many instances one call of AttachInstances or DetachInstances takes.
const MostIDs = 20

// The lifecycle states of a group.
const (
	Active   = "Active"
	Inactive = "Inactive"
)

// Lifecycle is the status of a group as DescribeScalingGroups has it. The page of DetachInstances calls an Active group
// Enable, so an endpoint that is made from that page alone may show it so.
func Lifecycle(shown string) string {
	switch strings.ToLower(shown) {
	case "active", "enable", "enabled":
		return Active
	case "inactive", "disable", "disabled":
		return Inactive
	}
	return shown
}

// Detach returns the activity's id. It is the operation under test, and the only way back for instances that were
// attached.
func (c *Client) Detach(ctx context.Context, group string, ids []string) (string, error) {
	answer, err := c.Do(ctx, OpDetach, c.Version, c.groupAndInstances(group, ids)...)
	return answer.At("ScalingActivityId").Text(), err
}

// SetLifecycle enables or disables a group; state is Active or Inactive.
func (c *Client) SetLifecycle(ctx context.Context, group, state string) error {
	action := OpEnable
	if state == Inactive {
		action = OpDisable
	}
	_, err := c.Do(ctx, action, c.Version, wire.Param{Name: "ScalingGroupId", Value: group})
	return err
}

// SetSizes changes MinSize, MaxSize and DefaultCooldown of a group.
func (c *Client) SetSizes(ctx context.Context, group string, s Sizes) error {
	_, err := c.Do(ctx, OpModify, c.Version,
		append([]wire.Param{{Name: "ScalingGroupId", Value: group}}, s.params()...)...)
	return err
}

// params leaves out what is NotShown: it stays as it is.
func (s Sizes) params() (out []wire.Param) {
	for _, p := range []struct {
		name  string
		value int
	}{{"MinSize", s.MinSize}, {"MaxSize", s.MaxSize}, {"DefaultCooldown", s.Cooldown}} {
		if p.value != NotShown {
			out = append(out, wire.Param{Name: p.name, Value: strconv.Itoa(p.value)})
		}
	}
	return out
}

// NewGroup says how a group is created. Extra are further parameters of CreateScalingGroup, such as the VSwitchId that
// some targets demand.
type NewGroup struct {
	Name                     string
	Sizes                    Sizes
	LoadBalancers, Databases []string
	Extra                    map[string]string
}

// Create makes a group, which is inactive at first.
func (c *Client) Create(ctx context.Context, g NewGroup) (id string, err error) {
	params := append([]wire.Param{{Name: "ScalingGroupName", Value: g.Name}}, g.Sizes.params()...)
	if len(g.LoadBalancers) > 0 {
		params = append(params, wire.Param{Name: "LoadBalancerIds", Value: jsonArray(g.LoadBalancers)})
	}
	if len(g.Databases) > 0 {
		params = append(params, wire.Param{Name: "DBInstanceIds", Value: jsonArray(g.Databases)})
	}
	for _, name := range slices.Sorted(maps.Keys(g.Extra)) {
		params = append(params, wire.Param{Name: name, Value: g.Extra[name]})
	}
	answer, err := c.Do(ctx, OpCreate, c.Version, params...)
	if id = answer.At("ScalingGroupId").Text(); err == nil && id == "" {
		err = &Unobservable{OpCreate, "its answer has no ScalingGroupId"}
	}
	return id, err
}

// Delete removes an empty group. A target without the operation gives a *Refusal that is Absent.
func (c *Client) Delete(ctx context.Context, group string) error {
	_, err := c.Do(ctx, OpDelete, c.Version, wire.Param{Name: "ScalingGroupId", Value: group})
	return err
}

// SetLoadBalancer switches a load balancer on or off.
func (c *Client) SetLoadBalancer(ctx context.Context, id string, active bool) error {
	status := "inactive"
	if active {
		status = "active"
	}
	_, err := c.Do(ctx, OpLoadBalancer, slbVersion,
		wire.Param{Name: "LoadBalancerId", Value: id}, wire.Param{Name: "LoadBalancerStatus", Value: status})
	return err
}

// StopDatabase stops a DB instance.
func (c *Client) StopDatabase(ctx context.Context, id string) error {
	_, err := c.Do(ctx, OpStopDB, rdsVersion, wire.Param{Name: "DBInstanceId", Value: id})
	return err
}

// StartDatabase starts a stopped DB instance.
func (c *Client) StartDatabase(ctx context.Context, id string) error {
	_, err := c.Do(ctx, OpStartDB, rdsVersion, wire.Param{Name: "DBInstanceId", Value: id})
	return err
}

// DatabaseStatus is the status of a DB instance; "" when the target does not tell, as look-alikes of ESS seldom do.
func (c *Client) DatabaseStatus(ctx context.Context, id string) (string, error) {
	answer, err := c.Do(ctx, OpDatabase, rdsVersion, wire.Param{Name: "DBInstanceId", Value: id})
	var refused *Refusal
	if errors.As(err, &refused) && refused.Absent() {
		return "", nil
	}
	items, _ := answer.List("Items", "DBInstanceAttribute")
	if err != nil || len(items) == 0 {
		return "", err
	}
	return items[0].At("DBInstanceStatus").Text(), nil
}

func jsonArray(ids []string) string {
	list, _ := json.Marshal(ids) // strings always marshal
	return string(list)
}
