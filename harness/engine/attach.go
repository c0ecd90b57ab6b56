package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/spec"
)

// independent is the requirement that a detached instance can be attached to another group.
const independent = "detach.independent"

// attach attaches instances, which were detached before, as a step of a program.
func (c *attempt) attach(ctx context.Context, step fixtures.Attach) (bool, error) {
	if err := c.needsLedger(); err != nil {
		return false, err
	}
	ids, err := c.instances(ctx, step.Instances, c.at)
	if err != nil {
		return false, err
	}
	return c.attachTo(ctx, c.at.group(step.Group), ids, step.Started)
}

// attachTo attaches instances to a group. A refusal that is about the group, the caller or the target says nothing of
// the instances; one about instances that were just detached shows that they do not live on by themselves.
func (c *attempt) attachTo(ctx context.Context, group string, ids []string, started bool) (bool, error) {
	begin := c.pace.Now()
	var activity string
	try := func() error {
		return c.patiently(ctx, func() (err error) {
			activity, err = c.support.Attach(ctx, group, ids)
			return err
		})
	}
	err := try()
	if aboutFreed(c.ledger, err, ids) { // what was detached a moment ago may still be held for its old group
		deadline := c.changed.Add(c.lag())
		stopped := c.repeat(ctx, func(began time.Time) (bool, error) {
			err = try()
			return !aboutFreed(c.ledger, err, ids) || !began.Before(deadline), nil
		})
		if stopped != nil {
			return false, stopped
		}
	}
	c.rec.step(support.OpAttach, outcome(err), begin)
	var refused *support.Refusal
	if errors.As(err, &refused) {
		if !aboutFreed(c.ledger, err, ids) {
			return false, support.Unseen(support.OpAttach,
				fmt.Sprintf("it answered HTTP %d %s", refused.Status, clip(refused.Code, 80)))
		}
		c.finding(independent, "AttachInstances to accept "+strings.Join(ids, ", ")+", which were detached before",
			fmt.Sprintf("HTTP %d %q: %q", refused.Status, clip(refused.Code, 80), clip(refused.Message, 120)))
		return false, nil
	}
	if err != nil {
		c.ledger.Unanswered(group, ids) // it may have been carried out
		return false, err
	}
	c.changed = c.pace.Now()
	c.ledger.Attached(group, ids)
	c.timeline.attach(c.began, begin, group, ids, activity)
	c.undoAttach(group, ids)
	c.unnamed = c.unnamed || activity == ""
	if activity != "" {
		c.ledger.Started(group, activity)
		if started {
			return true, nil
		}
		if ok, err := c.final(ctx, group, activity, false); err != nil || !ok {
			return ok, err
		}
	}
	return true, nil
}

// aboutFreed tells a refusal to attach instances that is about them, though all of them were detached.
func aboutFreed(l *judge.Ledger, err error, ids []string) bool {
	var refused *support.Refusal
	return errors.As(err, &refused) && !refused.Absent() && aboutInstances(refused) && l.Freed(ids)
}

// patiently repeats a supporting operation that is refused because the group is busy.
func (c *attempt) patiently(ctx context.Context, do func() error) error {
	return c.pace.WhileBusy(ctx, c.patience(), do)
}

// undoAttach marks instances as used, so that a driver of user-owned resources puts them back.
func (c *attempt) undoAttach(_ string, ids []string) {
	for _, id := range ids {
		if !slices.Contains(c.used, id) {
			c.used = append(c.used, id)
		}
	}
}

// attachesElsewhere attaches the instances that the last call detached to the second group.
func (c *attempt) attachesElsewhere(ctx context.Context, a answered) error {
	group := c.at.group("other")
	if ok, err := c.attachTo(ctx, group, a.ids, false); err != nil || !ok {
		return err
	}
	deadline := c.changed.Add(c.lag())
	var missing []string
	looks := 0
	err := c.repeat(ctx, func(began time.Time) (bool, error) {
		members, _, err := c.members(ctx, group)
		if err != nil {
			return true, err
		}
		looks++
		missing = missingFrom(a.ids, members)
		return len(missing) == 0 || looks > 1 && !began.Before(deadline), nil
	})
	if err != nil {
		return err
	}
	c.rec.findings(nil, independent)
	if len(missing) > 0 {
		c.finding(independent, "the detached instances as members of the group that they were attached to",
			strings.Join(missing, ", ")+" not in it")
	}
	return nil
}

// finding notes a finding of the requirement's own level.
func (c *attempt) finding(requirement, want, got string) {
	level := spec.Must
	if r, ok := c.plan.Contract.Requirement(requirement); ok {
		level = r.Level
	}
	f := judge.Finding{Requirement: requirement, Level: level, Want: want, Got: got}
	c.rec.historyOf(f, c.timeline.lines())
	c.rec.findings([]judge.Finding{f}, requirement)
}

// aboutInstances tells a refusal of the instances from one of the group, the caller or the moment.
func aboutInstances(r *support.Refusal) bool {
	for _, other := range []string{
		"ScalingGroup", "ScalingActivity", "Capacity", "LoadBalancer", "DBInstance", "Forbidden", "Throttling",
		"Signature", "AccessKey",
		"Parameter", "Missing", "Internal", "ServiceUnavailable",
	} {
		if strings.Contains(r.Code, other) {
			return false
		}
	}
	return r.Status/100 == 4
}
