package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/support"
)

// attachesElsewhere attaches the detached instances to the second group. A refusal that is about the group, the caller or the target
// says nothing of the instances.
func (c *caseRun) attachesElsewhere(ctx context.Context, a answered) error {
	const id = "detach.independent"
	begin, group, ids := time.Now(), c.at.group("other"), c.detached(a)
	activityID, err := c.support.Attach(ctx, group, ids)
	c.rec.step(support.OpAttach, outcome(err), begin)
	var refused *support.Refusal
	if errors.As(err, &refused) {
		if refused.Absent() || !aboutInstances(refused) {
			return support.Unseen(support.OpAttach, fmt.Sprintf("it answered HTTP %d %s", refused.Status, refused.Code))
		}
		c.finding(id, "AttachInstances to accept "+strings.Join(ids, ", ")+" in another group",
			fmt.Sprintf("HTTP %d %q: %q", refused.Status, clip(refused.Code, 80), clip(refused.Message, 120)))
		return nil
	}
	if err != nil {
		return err
	}
	if activityID != "" {
		if _, err := c.final(ctx, group, activityID); err != nil {
			return err
		}
	}
	var missing []string
	err = c.pace.Poll(ctx, c.pace.Lag, func() (bool, error) {
		members, err := c.support.Members(ctx, group)
		missing = slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			return slices.ContainsFunc(members, func(m support.Member) bool { return m.ID == id })
		})
		return err != nil || len(missing) == 0, err
	})
	if err != nil {
		return err
	}
	c.rec.findings(nil, id)
	if len(missing) > 0 {
		c.finding(id, "the detached instances as members of the group that they were attached to", strings.Join(missing, ", ")+" not in it")
	}
	return nil
}

// aboutInstances tells a refusal of the instances from one of the group, the caller or the moment.
func aboutInstances(r *support.Refusal) bool {
	for _, other := range []string{"ScalingGroup", "ScalingActivity", "Capacity", "LoadBalancer", "DBInstance", "Forbidden", "Throttling", "Signature", "AccessKey", "Parameter", "Missing", "Internal", "ServiceUnavailable"} {
		if strings.Contains(r.Code, other) {
			return false
		}
	}
	return r.Status/100 == 4
}
