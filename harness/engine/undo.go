package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/internal/support"
)

// patientTeardown is how many scaling activities a teardown with the user's own resources may have to wait for.
const patientTeardown = 4

// teardownTime bounds the next teardown. One that has to put instances back waits for activities, and is never cut
// short by those before it: what it does not put back, the next case would miss.
func (r *Runner) teardownTime() time.Duration {
	if r.plan.Settings.UserResources() {
		return max(teardownTime, patientTeardown*r.plan.Settings.ActivityTimeout)
	}
	return r.health.teardownTime()
}

// undo notes how to undo what the case changed beside its states, where the resources are not thrown away after it. The
// last change is undone first.
func (c *attempt) undo(how func(context.Context) error) {
	if c.plan.Settings.UserResources() {
		c.at.undo = append(c.at.undo, how)
	}
}

// restoreMinSize notes how to undo a change of MinSize.
func (c *attempt) restoreMinSize(group string, size int) {
	c.undo(func(ctx context.Context) error { return c.support.SetMinSize(ctx, group, size) })
}

// restoreLifecycle notes how to make a group again what it was before the first step. A group that was never seen
// counts as active. The services refuse to enable what is enabled, so it is looked at first.
func (c *attempt) restoreLifecycle(group string) {
	was := support.Active
	if g, ok := c.before.Group(group); ok && g.Settings["LifecycleState"] == support.Inactive {
		was = support.Inactive
	}
	c.undo(func(ctx context.Context) error {
		g, err := c.support.Group(ctx, group)
		if err != nil || g.Lifecycle == was {
			return err
		}
		return c.support.SetLifecycle(ctx, group, was)
	})
}

// restore undoes what the calls of a case needed beside its states.
func (c *attempt) restore(ctx context.Context) {
	if len(c.at.undo) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), teardownTime)
	defer cancel()
	begin := time.Now()
	var errs []error
	for _, how := range slices.Backward(c.at.undo) {
		errs = append(errs, how(ctx))
	}
	c.rec.step("undo", outcome(errors.Join(errs...)), begin)
}
