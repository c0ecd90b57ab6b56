package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
)

// The states of the mock that stand-ins are made from.
const (
	standInGroup  = "a scaling group with detachable instances"
	standInCaller = "a caller without permission to detach instances"
	standInFile   = "bindings.yaml"
)

// standInForAPI makes resources like those that were seen, and lets the plan name them.
func (h *rehearsal) standInForAPI(ctx context.Context, plan *Plan, seen sight) error {
	s := &plan.Settings
	given, with := *s.API, *s.API
	with.ECSEndpoint, with.SLBEndpoint, with.RDSEndpoint = "", "", ""
	s.API = nil // its addresses are not to be asked
	can, err := newSupport(*s, plan.Contract, h.caller, nil)
	if err != nil {
		return err
	}
	defer closeIdle(can)
	source, err := h.server.Setup(standInGroup, map[string]any{"instances": len(given.InstanceIDs) + seen.strangers})
	if err != nil {
		return err
	}
	all, _ := source["instanceIds"].([]string)
	id, _ := source["scalingGroupId"].(string)
	shown, err := can.Group(ctx, id)
	if err != nil {
		return err
	}
	m := standIns{can}
	if err := m.move(ctx, can.Detach, id, all); err != nil {
		return err
	}
	with.InstanceIDs = all[:len(given.InstanceIDs)]
	inMain, inOther := slices.Clone(all[len(given.InstanceIDs):]), []string(nil)
	for i, real := range given.InstanceIDs {
		switch {
		case seen.where[real] == "":
		case seen.where[real] == given.OtherScalingGroupID:
			inOther = append(inOther, all[i])
		default:
			inMain = append(inMain, all[i])
		}
	}
	group := support.NewGroup{Name: "stand-in"}
	if given.OtherScalingGroupID != "" {
		if with.OtherScalingGroupID, err = m.group(ctx, group, seen.other, inOther); err != nil {
			return err
		}
	}
	if given.LoadBalancerID != "" {
		with.LoadBalancerID, group.LoadBalancers = shown.LoadBalancers[0], shown.LoadBalancers[:1]
	}
	if given.DBInstanceID != "" {
		with.DBInstanceID, group.Databases = shown.Databases[0], shown.Databases[:1]
	}
	if !given.Create {
		if with.ScalingGroupID, err = m.group(ctx, group, seen.main, inMain); err != nil {
			return err
		}
	}
	s.API = &with
	denied, err := h.server.Setup(standInCaller, map[string]any{"instances": 1})
	if err != nil {
		return err
	}
	h.deny(denied, given.DeniedAccessKeyIDEnv, given.DeniedAccessKeySecretEnv)
	return nil
}

// standIns makes groups that are like others.
type standIns struct{ can *support.Client }

func (m standIns) group(ctx context.Context, g support.NewGroup, like support.Group, members []string) (id string, err error) {
	g.Sizes = support.Sizes{MaxSize: len(members) + support.MostIDs, Cooldown: like.Cooldown}
	if id, err = m.can.Create(ctx, g); err != nil {
		return "", err
	}
	if err := m.can.SetLifecycle(ctx, id, support.Active); err != nil {
		return "", err
	}
	if err := m.move(ctx, m.can.Attach, id, members); err != nil {
		return "", err
	}
	if err := m.can.SetSizes(ctx, id, like.Sizes); err != nil {
		return "", err
	}
	if like.Lifecycle == support.Active {
		return id, nil
	}
	return id, m.can.SetLifecycle(ctx, id, support.Inactive)
}

func (m standIns) move(ctx context.Context, by func(context.Context, string, []string) (string, error), group string, ids []string) error {
	for some := range slices.Chunk(ids, support.MostIDs) {
		if _, err := by(ctx, group, some); err != nil {
			return err
		}
		if _, err := m.can.Busy(ctx, group); err != nil { // looking lets the activity end
			return err
		}
	}
	return nil
}

// deny puts a caller without permission into the environment of the rehearsal.
func (h *rehearsal) deny(values map[string]any, idEnv, secretEnv string) {
	h.env[idEnv], _ = values["accessKeyId"].(string)
	h.env[secretEnv], _ = values["accessKeySecret"].(string)
}

// standInForBindings makes a group in the mock for each one of the file, with as many instances, and lets the plan name those.
func (h *rehearsal) standInForBindings(plan *Plan) error {
	b, err := plan.Bindings()
	if err != nil {
		return err
	}
	out := map[string][]states.Binding{}
	for state, groups := range b.Groups() {
		for _, g := range groups {
			values, err := h.server.Setup(state, map[string]any{"instances": len(g.InstanceIDs)})
			if err != nil {
				return fmt.Errorf("state %q: %w", state, err)
			}
			stand := g
			stand.ScalingGroupID, _ = values["scalingGroupId"].(string)
			stand.InstanceIDs, _ = values["instanceIds"].([]string)
			stand.LoadBalancerID, _ = values["loadBalancerId"].(string)
			stand.DBInstanceID, _ = values["dbInstanceId"].(string)
			if state == standInCaller {
				h.deny(values, g.AccessKeyIDEnv, g.AccessKeySecretEnv)
			}
			out[state] = append(out[state], stand)
		}
	}
	text, err := yaml.Marshal(out)
	if err != nil {
		return err
	}
	plan.Settings.Bindings = filepath.Join(h.dir, standInFile)
	return os.WriteFile(plan.Settings.Bindings, text, 0o600)
}
