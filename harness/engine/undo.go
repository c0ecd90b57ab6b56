package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
)

// patientTeardown is how many scaling activities a teardown with the user's own resources may have to wait for.
const patientTeardown = 4

// catches is how often it is tried to catch an activity in progress.
const catches = 4

// teardownTime bounds the next teardown. One that has to put instances back waits for activities, and is never cut short by those before
// it: what it does not put back, the next case would miss.
func (c *caseRun) teardownTime() time.Duration {
	if c.plan.Settings.UserResources() {
		return max(teardownTime, patientTeardown*c.plan.Settings.ActivityTimeout)
	}
	return c.health.teardownTime()
}

// uses notes the instances that a call names, until it is known that it was refused.
func (c *caseRun) uses(request wire.Call) (refused func()) {
	before := len(c.used)
	for _, p := range request.Params {
		if n := c.plan.Contract.Instances; len(p.Name) > len(n.Prefix) && p.Name[:len(n.Prefix)+1] == n.Prefix+"." {
			c.used = append(c.used, p.Value)
		}
	}
	return func() { c.used = c.used[:before] }
}

// gone finds out whether the state was gone before the call came, which makes a wrong answer a right one: an activity that a driver has
// started, to be seen in progress, ends by itself.
func (c *caseRun) gone(ctx context.Context, got judge.Outcome, want judge.Outcome) error {
	id := c.at.given.String(states.ActivityValue)
	if got == want || id == "" || !c.plan.Settings.UserResources() {
		return nil
	}
	all, err := c.support.Activities(ctx, c.at.group("given"), id)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(a support.Activity) bool { return a.ID == id && !a.Final() }) {
		return nil
	}
	c.lost = true
	return fmt.Errorf("the state was lost: the scaling activity %s ended before the call could meet it; let activities of the target take longer", clip(id, 80))
}

// restoreMinSize notes how to undo that MinSize was raised for a call, where the group is not thrown away after the case.
func (r *Runner) restoreMinSize(a *arranged, group string, size int) {
	if r.plan.Settings.UserResources() {
		a.restore = func(ctx context.Context) error { return r.support.SetMinSize(ctx, group, size) }
	}
}

// restore undoes what the calls of a case needed beside its states.
func (c *caseRun) restore(ctx context.Context) {
	if c.at.restore == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), teardownTime)
	defer cancel()
	begin := time.Now()
	c.rec.step(support.OpModify, outcome(c.at.restore(ctx)), begin)
}
