package states

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/target"
)

// undoing bounds how long a setup that failed may take to put things back.
const undoing = 5 * time.Minute

// API arranges states through the API of the target itself, with the resources that the user named and no others. They are few, so one
// case at a time has them. While the run lasts, the group is enabled and all instances are in it; each teardown brings it back to that,
// and Close to how it was before the run.
type API struct {
	Can     *support.Client
	With    target.API
	Journal *Journal
	Pace    support.Pace
	// Patience is how long a scaling activity may take.
	Patience time.Duration
	// Getenv finds the denied caller's credentials.
	Getenv func(string) string

	turn   *turn
	rest   support.Sizes                 // of the group between two cases
	main   string                        // id of the group that cases work on
	other  string                        // id of the second group; "" when there is none
	shown  support.Group                 // the group as it was found
	given  *lent                         // what the case with the turn has of the group
	second *lent                         // and of the second one
	undo   []func(context.Context) error // what a state changed, the last one first to be undone
	// untidy is set when a teardown failed: the next setup begins with another one.
	untidy bool
}

// lent is what a case has.
type lent struct{ instances []string }

// Setup brings the group into the state.
func (a *API) Setup(ctx context.Context, state fixtures.State) (Values, error) {
	how, known := arrangements()[state.Name]
	if !known {
		return nil, fmt.Errorf("%w: -arrange api cannot make it", ErrUnknown)
	}
	who := useOf(ctx).Case
	if err := a.turn.take(ctx, who); err != nil {
		return nil, err
	}
	values, err := a.setup(ctx, state, how)
	if err != nil {
		a.turn.give(who)
	}
	return values, err
}

func (a *API) setup(ctx context.Context, state fixtures.State, how arrangement) (Values, error) {
	if a.untidy && a.given == nil && a.second == nil {
		if err := a.tidyAll(ctx); err != nil {
			return nil, fmt.Errorf("the group could not be brought back after an earlier case: %w", err)
		}
	}
	switch {
	case state.Name == noInstances:
		return a.lendEmpty()
	case a.given == nil:
		return a.lendMain(ctx, state, how)
	case state.Name == detachable:
		return a.lendSecond(ctx, state)
	}
	return nil, errors.New("-arrange api can make this state for the first group of a case only")
}

// lendMain hands out the first instances of the group.
func (a *API) lendMain(ctx context.Context, state fixtures.State, how arrangement) (Values, error) {
	if missing := state.Instances + how.spare - len(a.With.InstanceIDs); missing > 0 {
		return nil, a.few(state.Instances+how.spare, missing)
	}
	l := &lent{instances: a.With.InstanceIDs[:state.Instances]}
	values := Values{"scalingGroupId": a.main, "instanceIds": slices.Clone(l.instances)}
	a.given = l
	if how.arrange != nil {
		if err := how.arrange(ctx, a, l, values); err != nil {
			return nil, errors.Join(err, a.failed(ctx))
		}
	}
	return values, nil
}

// lendSecond moves the last instances into the second group.
func (a *API) lendSecond(ctx context.Context, state fixtures.State) (Values, error) {
	all, n := a.With.InstanceIDs, state.Instances
	if missing := len(a.given.instances) + n - len(all); missing > 0 {
		return nil, a.few(len(a.given.instances)+n, missing)
	}
	if a.other == "" {
		return nil, errNoSecond
	}
	moved := all[len(all)-n:]
	a.second = &lent{instances: moved}
	err := a.detach(ctx, a.main, moved)
	if err == nil {
		err = a.attach(ctx, a.other, moved)
	}
	if err != nil {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoing)
		defer cancel()
		if undone := a.clearSecond(undo); undone != nil {
			a.untidy, err = true, errors.Join(err, undone)
		}
		a.second = nil
		return nil, err
	}
	return Values{"scalingGroupId": a.other, "instanceIds": slices.Clone(moved)}, nil
}

var errNoSecond = errors.New("this needs a second group; add otherScalingGroupId below \"arrange:\" in the target file")

// lendEmpty hands out the second group, which is empty between two cases.
func (a *API) lendEmpty() (Values, error) {
	if a.other == "" {
		return nil, errNoSecond
	}
	a.second = &lent{}
	return Values{"scalingGroupId": a.other}, nil
}

func (a *API) few(wanted, missing int) error {
	return fmt.Errorf("%d instances are wanted and arrange.instanceIds names %d: add %d more to the target file",
		wanted, len(a.With.InstanceIDs), missing)
}

// failed puts back what a setup had begun; the context may be over by then.
func (a *API) failed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoing)
	defer cancel()
	err := a.tidy(ctx)
	a.given = nil
	return err
}

// Teardown brings the groups back to where every case begins.
func (a *API) Teardown(ctx context.Context, state fixtures.State, values Values) error {
	defer a.turn.give(useOf(ctx).Case)
	if a.given == nil && a.second == nil {
		return nil // done before
	}
	if values.String("scalingGroupId") == a.other && a.second != nil {
		err := a.clearSecond(ctx)
		a.second, a.untidy = nil, a.untidy || err != nil
		return err
	}
	err := a.tidy(ctx)
	a.given = nil
	return err
}

// tidy undoes what the setup did and puts every instance into the group.
func (a *API) tidy(ctx context.Context) error {
	a.untidy = true
	for last := len(a.undo) - 1; last >= 0; last-- {
		if err := a.undo[last](ctx); err != nil {
			return err
		}
		a.undo = a.undo[:last]
	}
	if err := a.idle(ctx, a.main); err != nil {
		return err
	}
	members, err := a.Can.Members(ctx, a.main)
	if err != nil {
		return err
	}
	missing := slices.DeleteFunc(slices.Clone(a.With.InstanceIDs), func(id string) bool {
		return slices.ContainsFunc(members, func(m support.Member) bool { return m.ID == id })
	})
	if err := a.attach(ctx, a.main, missing); err != nil {
		return err
	}
	a.untidy = false
	return nil
}

// tidyAll is tidy after something went wrong in either group.
func (a *API) tidyAll(ctx context.Context) error {
	if a.other != "" {
		if err := a.clearSecond(ctx); err != nil {
			return err
		}
	}
	return a.tidy(ctx)
}

// clearSecond takes our instances out of the second group.
func (a *API) clearSecond(ctx context.Context) error {
	if err := a.idle(ctx, a.other); err != nil {
		return err
	}
	members, err := a.Can.Members(ctx, a.other)
	if err != nil {
		return err
	}
	return a.detach(ctx, a.other, slices.DeleteFunc(slices.Clone(a.With.InstanceIDs), func(id string) bool {
		return !slices.ContainsFunc(members, func(m support.Member) bool { return m.ID == id })
	}))
}

// Close puts everything back as it was before the run.
func (a *API) Close(ctx context.Context) error {
	err := a.restorer().Restore(ctx)
	return errors.Join(err, a.Journal.Close())
}

func (a *API) restorer() *Restorer {
	return &Restorer{Can: a.Can, Journal: a.Journal, Pace: a.Pace, Patience: a.Patience}
}
