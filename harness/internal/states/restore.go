package states

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/support"
)

// databasePatience is how long a DB instance may take to start; the real service needs minutes.
const databasePatience = 20 * time.Minute

// Restorer undoes what a journal lists, at the end of every run and in a sweep. It looks before it changes anything, so
// that it may be run again at any time.
type Restorer struct {
	Client   *support.Client
	Journal  *Journal
	Pace     support.Pace
	Patience time.Duration // for one scaling activity
	// Logf is called for each thing that is done; nil: nothing is logged.
	Logf func(format string, args ...any)
}

// Restore undoes all that is open. A change is struck off the journal when it is undone and nothing that is still open
// needs it: instances can leave a group only while it is known, active and has room, so what a group was like comes
// back when all instances have left. It goes on after an error where nothing depends on it; the errors say what is
// left.
func (r *Restorer) Restore(ctx context.Context) error {
	var errs []error
	undo := func(kinds ...Kind) (whole bool) {
		whole = true
		for _, c := range slices.Backward(r.Journal.Open()) {
			if !slices.Contains(kinds, c.Kind) {
				continue
			}
			err := r.undo(ctx, c)
			if err == nil {
				err = r.Journal.Undone(c.Number)
			}
			if err != nil {
				var gone *elsewhere
				whole = whole && errors.As(err, &gone)
				errs = append(errs, fmt.Errorf("%s: %w", c.what(), bounded(err)))
			}
		}
		return whole
	}
	undo(LoadBalancer, DBInstance) // a group needs them to move instances
	active := undo(Disabled)
	if !undo(Moved) {
		if left := r.waiting(); left != "" {
			errs = append(errs, fmt.Errorf("left for the next time, because instances have to leave first: %s", left))
		}
		return errors.Join(errs...)
	}
	sizes := undo(ChangedSizes)
	// A group that is made inactive while it is still to be made active would end up active.
	if active && undo(Enabled) && sizes { // in a group that is no more, nothing can be undone
		undo(Created)
	}
	return errors.Join(errs...)
}

func (r *Restorer) mover() mover { return mover{r.Client, r.Pace, r.Patience} }

// waiting lists the changes that wait for the instances.
func (r *Restorer) waiting() string {
	var out []string
	for _, c := range r.Journal.Open() {
		if slices.Contains([]Kind{ChangedSizes, Enabled, Created}, c.Kind) {
			out = append(out, c.what())
		}
	}
	return strings.Join(out, "; ")
}

// undo puts one change back, if it is not as it was already.
func (r *Restorer) undo(ctx context.Context, c Change) error {
	switch c.Kind {
	case LoadBalancer:
		r.log(c)
		return r.Client.SetLoadBalancer(ctx, c.ID, true)
	case DBInstance:
		r.log(c)
		return r.startDatabase(ctx, c.ID)
	case Disabled:
		return r.lifecycle(ctx, c, support.Active)
	case Enabled:
		return r.lifecycle(ctx, c, support.Inactive)
	case Moved:
		return r.members(ctx, c)
	case ChangedSizes:
		return r.sizes(ctx, c)
	}
	return r.created(ctx, c)
}

func (c Change) what() string {
	switch c.Kind {
	case ChangedSizes:
		return fmt.Sprintf("group %s: MinSize %d, MaxSize %d, DefaultCooldown %d", c.ID, c.Sizes.MinSize,
			c.Sizes.MaxSize, c.Sizes.Cooldown)
	case Enabled:
		return "group " + c.ID + ": Inactive"
	case Disabled:
		return "group " + c.ID + ": Active"
	case Moved:
		return fmt.Sprintf("%d instances: in the groups where they were", len(c.Members))
	case LoadBalancer:
		return "load balancer " + c.ID + ": active"
	case DBInstance:
		return "DB instance " + c.ID + ": running"
	}
	return "created group " + c.ID + " " + c.Name + ": removed"
}

func (r *Restorer) logf(format string, args ...any) {
	if r.Logf != nil {
		r.Logf(format, args...)
	}
}

func (r *Restorer) log(c Change) { r.logf("%s", c.what()) }

// startDatabase starts a DB instance and waits until it runs. A refusal for its state means that it was never stopped,
// or runs already.
func (r *Restorer) startDatabase(ctx context.Context, id string) error {
	err := r.Client.StartDatabase(ctx, id)
	var refused *support.Refusal
	if errors.As(err, &refused) && (strings.Contains(refused.Code, "Status") || strings.Contains(refused.Code,
		"State")) {
		err = nil
	}
	if err != nil {
		return err
	}
	status := ""
	err = r.Pace.Poll(ctx, databasePatience, func() (bool, error) {
		var err error
		status, err = r.Client.DatabaseStatus(ctx, id)
		return status == "" || status == "Running", err
	})
	if err == nil && status != "" && status != "Running" {
		err = fmt.Errorf("the DB instance %s is %q; wanted Running", id, status)
	}
	return err
}

func (r *Restorer) lifecycle(ctx context.Context, c Change, before string) error {
	g, err := r.Client.Group(ctx, c.ID)
	if err != nil || g.Lifecycle == before {
		return err
	}
	r.log(c)
	return r.mover().setLifecycle(ctx, c.ID, before)
}

func (r *Restorer) sizes(ctx context.Context, c Change) error {
	g, err := r.Client.Group(ctx, c.ID)
	if err != nil || g.Sizes == *c.Sizes {
		return err
	}
	r.log(c)
	return r.mover().setSizes(ctx, c.ID, *c.Sizes)
}

// created removes a group that the run made. Where the target cannot do that, it stays behind, inactive and empty.
func (r *Restorer) created(ctx context.Context, c Change) error {
	id := c.ID
	if id == "" { // the run ended before it learned the id
		groups, err := r.Client.GroupNamed(ctx, c.Name)
		if err != nil || len(groups) == 0 {
			return err
		}
		id = groups[0].ID
		c.ID = id
	}
	r.log(c)
	err := r.Client.Delete(ctx, id)
	var refused *support.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	if strings.Contains(refused.Code, "InvalidScalingGroupId.NotFound") {
		return nil
	}
	if !refused.Absent() {
		return err
	}
	if g, err := r.Client.Group(ctx, id); err == nil && g.Lifecycle == support.Active {
		if err := r.Client.SetLifecycle(ctx, id, support.Inactive); err != nil {
			return err
		}
	}
	r.logf("the target has no DeleteScalingGroup: the group %s stays behind, inactive and empty", id)
	return nil
}
