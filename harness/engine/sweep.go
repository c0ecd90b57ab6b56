package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/essconform/essconform/harness/internal/runlock"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/target"
)

// Sweep puts back what an interrupted run with -arrange api had changed.
type Sweep struct {
	// Settings lead to where the changes were made.
	Settings target.Settings
	// Changes is how many are not yet undone.
	Changes int

	journal *states.Journal
}

// OpenSweep reads the journal that the settings name. Where the target is comes from the journal.
func OpenSweep(s target.Settings) (*Sweep, error) {
	journal, err := states.OpenJournal(s.JournalFile())
	if err != nil {
		return nil, fmt.Errorf("%w; name the journal of the run with -journal", err)
	}
	o := journal.Origin()
	if !s.Embedded() && s.Endpoint != o.Endpoint {
		_ = journal.Close()
		return nil, fmt.Errorf("the changes in %s were made on %s, not on %s; leave -endpoint out", journal.Path(),
			o.Endpoint, s.Endpoint)
	}
	s.Endpoint, s.Region, s.Signature = o.Endpoint, o.Region, o.Signature
	s.Arrange, s.API = target.ArrangeAPI, &target.API{ECSEndpoint: o.ECS, SLBEndpoint: o.SLB, RDSEndpoint: o.RDS}
	return &Sweep{Settings: s, Changes: len(journal.Open()), journal: journal}, nil
}

// Run undoes what is open. logf is called for each thing that is done; nil: nothing is logged. It may be run again at
// any time.
func (w *Sweep) Run(ctx context.Context, logf func(format string, args ...any)) error {
	s, o := w.Settings, w.journal.Origin()
	if err := s.Guard(); err != nil {
		return err
	}
	release, err := runlock.Acquire(w.journal.Path()+".lock", "the journal "+w.journal.Path(),
		"wait for its end, which puts everything back")
	if err != nil {
		return err
	}
	defer release()
	version, prefix := o.APIVersion, o.ListPrefix
	if version == "" { // a journal of an earlier version
		contract, err := loadContract(s.Spec)
		if err != nil {
			return err
		}
		version, prefix = contract.APIVersion, contract.Instances.Prefix
	}
	caller, err := s.Credentials()
	if err != nil {
		return err
	}
	client, err := newSupport(s, version, prefix, caller, newShared(s, caller))
	if err != nil {
		return err
	}
	defer closeIdle(client)
	r := states.Restorer{
		Client: client, Journal: w.journal, Pace: support.PaceOf(s.Loopback()), Patience: s.ActivityTimeout, Logf: logf,
	}
	return r.Restore(ctx)
}

// Journal is the name of the file.
func (w *Sweep) Journal() string { return w.journal.Path() }

// Close closes the journal.
func (w *Sweep) Close() error { return w.journal.Close() }

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
		// what is not seen is in doubt
		status, _ := c.support.AwaitEnd(ctx, c.pace, c.patience(), c.ledger.GroupOf(id), id)
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
