package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/spec"
)

const (
	// settling bounds the wait for something that a refused call should not have started.
	settling = 5 * time.Second
	// noEffect is the requirement that a refused call changes nothing.
	noEffect = "error.no-effect"
	// inProgress is the state in which the group changes by itself while the case runs.
	inProgress = "a scaling group with a scaling activity in progress"
)

// effects judges what the call did.
func (c *caseRun) effects(ctx context.Context, w *watch, a answered) {
	if slices.Contains(c.x.Observe, fixtures.Unchanged) {
		c.rec.couldNotBecause(c.unchanged(ctx, w))
		return
	}
	if err := c.await(ctx, a); err != nil {
		c.rec.couldNotBecause(err)
		return
	}
	for _, e := range c.x.Observe {
		var err error
		switch e {
		case fixtures.LeftGroup:
			err = c.leftGroup(ctx, w, a)
		case fixtures.KeepsRunning:
			err = c.keepsRunning(ctx, w, a)
		case fixtures.AttachesElsewhere:
			err = c.attachesElsewhere(ctx, a)
		}
		if err != nil {
			c.rec.couldNotBecause(err)
		}
	}
}

// unchanged lets an activity that a refused call started against the rules come to its end, and compares.
func (c *caseRun) unchanged(ctx context.Context, w *watch) error {
	if c.x.State.Name != inProgress {
		for _, group := range w.groups {
			c.settle(ctx, group)
		}
	}
	after, err := c.look(ctx, w)
	if err != nil {
		return err
	}
	return c.compared(noEffect, judge.Unchanged(c.plan.Contract, noEffect, w.before, after))
}

// settle waits until no activity of the group is in progress. A target that does not show activities is looked at as it is.
func (c *caseRun) settle(ctx context.Context, group string) {
	_ = c.pace.Poll(ctx, min(settling, c.health.patience()), func() (bool, error) {
		busy, err := c.support.Busy(ctx, group)
		return !busy, err
	})
}

func (c *caseRun) leftGroup(ctx context.Context, w *watch, a answered) error {
	group := c.at.group(a.call.Request.Group)
	detached := c.detached(a)
	var last judge.Comparison
	err := c.pace.Poll(ctx, c.pace.Lag, func() (bool, error) {
		after, err := c.look(ctx, w)
		last = judge.LeftGroup(c.plan.Contract, w.before, after, group, detached)
		return err != nil || len(last.Findings) == 0, err
	})
	if err != nil {
		return err
	}
	return c.compared("detach.leaves-group", last)
}

func (c *caseRun) keepsRunning(ctx context.Context, w *watch, a answered) error {
	after, err := c.look(ctx, w)
	if err != nil {
		return err
	}
	return c.compared("detach.keeps-running", judge.KeepsRunning(c.plan.Contract, w.before, after, c.detached(a)))
}

// compared notes a comparison.
func (c *caseRun) compared(requirement string, found judge.Comparison) error {
	if c.doubt != nil && len(found.Findings) > 0 {
		return c.doubt
	}
	if found.Cannot != "" {
		c.rec.findings(found.Findings)
		return support.Unseen("observation", found.Cannot)
	}
	c.rec.findings(found.Findings, requirement)
	return nil
}

func (c *caseRun) finding(requirement, want, got string) {
	if c.doubt != nil {
		c.rec.couldNotBecause(c.doubt)
		return
	}
	level := spec.Must
	if r, ok := c.plan.Contract.Requirement(requirement); ok {
		level = r.Level
	}
	c.rec.findings([]judge.Finding{{Requirement: requirement, Level: level, Want: want, Got: got}}, requirement)
}

// detached are the instances that the call named.
func (c *caseRun) detached(a answered) (ids []string) {
	for _, p := range a.wire.Params {
		if strings.HasPrefix(p.Name, c.plan.Contract.Instances.Prefix+".") {
			ids = append(ids, p.Value)
		}
	}
	return ids
}

// side is one answer for a comparison of formats.
func (c *caseRun) side(i int) judge.Rendering {
	a := c.answers[i]
	r := judge.Rendering{Format: c.x.FormatOf(a.call), Judgement: a.Judgement}
	if a.ex.Response != nil {
		r.Status = a.ex.Response.Status
	}
	return r
}

func outcome(err error) string {
	if err != nil {
		return err.Error()
	}
	return "done"
}
