package states

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/internal/support"
)

// mover moves instances into and out of groups, and waits until they are there.
type mover struct {
	client   *support.Client
	pace     support.Pace
	patience time.Duration
}

func (a *API) mover() mover { return mover{a.Client, a.Pace, a.Patience} }

func (a *API) attach(ctx context.Context, group string, ids []string) error {
	return a.mover().attach(ctx, group, ids)
}

func (a *API) detach(ctx context.Context, group string, ids []string) error {
	return a.mover().detach(ctx, group, ids)
}

// attach puts instances into a group and waits until they are shown there.
func (m mover) attach(ctx context.Context, group string, ids []string) error {
	if err := m.move(ctx, m.client.Attach, group, ids); err != nil {
		return err
	}
	return m.shown(ctx, group, ids, true)
}

// detach takes instances out of a group and waits until they are not shown there any more.
func (m mover) detach(ctx context.Context, group string, ids []string) error {
	if err := m.move(ctx, m.client.Detach, group, ids); err != nil {
		return err
	}
	return m.shown(ctx, group, ids, false)
}

func (a *API) idle(ctx context.Context, group string) error { return a.mover().idle(ctx, group) }

// by is AttachInstances or DetachInstances.
type by func(ctx context.Context, group string, ids []string) (activity string, err error)

// move calls AttachInstances or DetachInstances and waits for the activity, as many instances at a time as one call
// takes.
func (m mover) move(ctx context.Context, by by, group string, ids []string) error {
	for some := range slices.Chunk(ids, support.MostIDs) {
		activity, err := m.begin(ctx, by, group, some)
		if err != nil {
			return bounded(err)
		}
		if err := m.ended(ctx, group, activity); err != nil {
			return err
		}
	}
	return nil
}

// begin calls AttachInstances or DetachInstances, again while the group is busy.
func (m mover) begin(ctx context.Context, by by, group string, ids []string) (activity string, err error) {
	err = m.pace.WhileBusy(ctx, m.patience, func() (err error) {
		activity, err = by(ctx, group, ids)
		return err
	})
	return activity, err
}

// ended waits for the end of an activity, which must be a success. A target that gives no id is waited for by its
// group.
func (m mover) ended(ctx context.Context, group, id string) error {
	if id == "" {
		return m.idle(ctx, group)
	}
	status, err := m.client.AwaitEnd(ctx, m.pace, m.patience, group, id)
	if err == nil && status != "Successful" {
		err = fmt.Errorf("the scaling activity %s of group %s is %q after %s; wanted Successful (-activity-timeout "+
			"gives it more time)", id, group, status, m.patience)
	}
	return err
}

// idle waits until no activity of the group is in progress.
func (m mover) idle(ctx context.Context, group string) error {
	busy := true
	err := m.pace.Poll(ctx, m.patience, func() (done bool, err error) {
		busy, err = m.client.Busy(ctx, group)
		return !busy, err
	})
	if err == nil && busy {
		err = fmt.Errorf(
			"a scaling activity of group %s is still in progress after %s (-activity-timeout gives it more time)",
			group, m.patience)
	}
	return err
}

// bounded bounds what a target may put into an error of ours, and says what to do about an operation that it does not
// have.
func bounded(err error) error {
	var refused *support.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	if refused.Absent() {
		return &Missing{refused.Operation, refused.Status, refused.Code}
	}
	return fmt.Errorf("%s answered HTTP %d %s: %s", refused.Operation, refused.Status, brief(refused.Code),
		brief(refused.Message))
}

// Missing says that the target does not have an operation that a state needs.
type Missing struct {
	Operation string
	status    int
	code      string
}

func (m *Missing) Error() string {
	return fmt.Sprintf("the target does not have %s (HTTP %d %s); where that is right, say so in the target file: "+
		"unsupported: [{operation: %s, reason: …}]", m.Operation, m.status, brief(m.code), m.Operation)
}

// Settle returns what Bindings wait with.
func Settle(client *support.Client, pace support.Pace, patience time.Duration) func(context.Context, string) error {
	return mover{client, pace, patience}.idle
}
