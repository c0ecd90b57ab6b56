package engine

import (
	"context"
	"errors"
	"slices"
	"strconv"
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
	c.undo(func(ctx context.Context) error {
		err := c.patiently(ctx, func() error { return c.support.SetMinSize(ctx, group, size) })
		return c.undone(ctx, err, group, "MinSize", strconv.Itoa(size))
	})
}

// restoreLifecycle notes how to make a group again what it was before the first step. A group that was never seen
// counts as active. What the case set last counts, and not what is shown, which may be older. A refusal for the status
// says that the group is so already.
func (c *attempt) restoreLifecycle(group string) {
	was := support.Active
	if g, ok := c.before.Group(group); ok && g.Settings["LifecycleState"] == support.Inactive {
		was = support.Inactive
	}
	c.undo(func(ctx context.Context) error {
		if c.ledger.Last(group, "LifecycleState") == was {
			return nil
		}
		c.ledger.Set(group, "LifecycleState", was)
		err := c.patiently(ctx, func() error { return c.support.SetLifecycle(ctx, group, was) })
		if support.ForStatus(err) {
			err = nil
		}
		return c.undone(ctx, err, group, "LifecycleState", was)
	})
}

// undone waits until what was put back is shown: the next case begins with what it sees.
func (c *attempt) undone(ctx context.Context, err error, group, name, value string) error {
	if err != nil {
		return err
	}
	c.changed = c.pace.Now()
	return c.shows(ctx, group, name, value)
}

// awaitLeft waits for the activities that the case has started and not waited for, and until the looks show what they
// did, where the next case begins with the same groups. It judges nothing.
func (c *attempt) awaitLeft(ctx context.Context) {
	if !c.seen || !c.plan.Settings.UserResources() || len(c.ledger.Running()) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.teardownTime())
	defer cancel()
	begin := c.pace.Now()
	for _, id := range c.ledger.Running() {
		status := ""
		_ = c.pace.Poll(ctx, c.patience(), func() (bool, error) { // what is not seen is in doubt
			all, err := c.support.Activities(ctx, c.ledger.GroupOf(id), id)
			i := slices.IndexFunc(all, func(a support.Activity) bool { return a.ID == id })
			if i >= 0 {
				status = all[i].Status
			}
			return i >= 0 && all[i].Final(), err
		})
		if c.ledger.Ended(id, status); status != "Successful" {
			c.ledger.Doubt(id)
		}
	}
	_ = c.pace.Poll(ctx, c.lag(), func() (bool, error) {
		s, err := c.look(ctx, c.groups(), nil, aspects{members: true})
		return err != nil || len(c.ledger.Compare(s).Findings) == 0, err
	})
	c.rec.step("wait for what was started", "done", begin)
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
