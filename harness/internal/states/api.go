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

// API arranges states through the API of the target itself, with the resources that the user named and no others. They
// are few, so one case at a time has them. While the run lasts, the group is enabled; each teardown brings it back to
// that, and Close to how it was before the run. Instances stay where a case left them until another case wants more in
// a group than are there, and then all that can be spared go at once: an activity costs far more than a call.
type API struct {
	Client  *support.Client
	With    target.API
	Journal *Journal
	Pace    support.Pace
	// Patience is how long a scaling activity may take.
	Patience time.Duration
	// Getenv finds the denied caller's credentials.
	Getenv func(string) string
	// Kinds is the table of states.
	Kinds func(name string) (fixtures.StateKind, bool)

	lock   *lock
	rest   support.Sizes // of the group between two cases
	main   string        // id of the group that cases work on
	other  string        // id of the second group; "" when there is none
	shown  support.Group // the group as it was found
	given  *handed       // what the case with the lock has of the group
	second *handed       // and of the second one
	// our instances that are in the group when a case gets it, in the order in which they are handed out
	inside []string
	away   []string // our instances that are in the second group between two cases
	filled bool     // instances were attached to the group for the case
	undo   []undo   // what a state changed, the last one first to be undone
	// untidy is set when a teardown failed: the next setup begins with another one.
	untidy bool
}

// handed is what a case has.
type handed struct {
	instances []string
	out       bool // the case was told of them
}

// undo puts one change of a state back.
type undo func(context.Context) error

// Setup brings the group into the state.
func (a *API) Setup(ctx context.Context, r Request) (Values, error) {
	kind, known := a.Kinds(r.State.Name)
	if !known {
		return nil, fmt.Errorf("%w: -arrange api cannot make it", ErrUnknown)
	}
	if err := a.lock.acquire(ctx, r.Case); err != nil {
		return nil, err
	}
	held := false
	defer func() {
		if !held {
			a.lock.release(r.Case)
		}
	}()
	values, err := a.setup(ctx, r, kind)
	held = err == nil
	return values, err
}

func (a *API) setup(ctx context.Context, r Request, kind fixtures.StateKind) (Values, error) {
	if a.untidy && a.given == nil && a.second == nil {
		if err := a.tidyAll(ctx); err != nil {
			return nil, fmt.Errorf("the group could not be brought back after an earlier case: %w", err)
		}
	}
	if a.given == nil {
		if err := a.lacksAny(r); err != nil {
			return nil, err
		}
	}
	switch {
	case slices.Contains(kind.Arrange, secondGroup):
		a.second = &handed{out: true}
		return Values{groupValue: a.other}, nil
	case a.given != nil:
		return a.handSecond()
	}
	if err := a.fill(ctx, r); err != nil {
		return nil, errors.Join(err, a.failed(ctx))
	}
	return a.handMain(ctx, r.State, kind)
}

// lacksAny says what the states of a case lack, before anything is changed for it.
func (a *API) lacksAny(r Request) error {
	_, err := Lacks(append([]fixtures.State{r.State}, r.Later...), a.Kinds, a.With, a.Getenv)
	return err
}

// handMain hands out the first instances of the group.
func (a *API) handMain(ctx context.Context, state fixtures.State, kind fixtures.StateKind) (Values, error) {
	h := &handed{instances: a.inside[:state.Instances], out: true}
	values := Values{groupValue: a.main, instancesValue: slices.Clone(h.instances)}
	a.given = h
	for _, name := range kind.Arrange {
		step, known := steps()[name]
		if !known {
			return nil, errors.Join(fmt.Errorf("state %q: arrange: unknown step %q", kind.Name, name), a.failed(ctx))
		}
		if err := step.do(ctx, a, h, values); err != nil {
			return nil, errors.Join(bounded(err), a.failed(ctx))
		}
	}
	return values, nil
}

// fill sees to it that there are as many of our instances in each group as a case wants: in the second one, too,
// because the state of the first one may not let them go later.
func (a *API) fill(ctx context.Context, r Request) error {
	members, err := a.Client.Members(ctx, a.main)
	if err != nil {
		return err
	}
	inside, out := a.split(members)
	out = slices.DeleteFunc(out, func(id string) bool { return slices.Contains(a.away, id) })
	wanted, second, empty := Wants(r.State, r.Later, a.Kinds)
	moves := Places{Inside: len(inside), Away: len(a.away), Outside: len(out)}.For(wanted, second, empty)

	a.filled = moves.Attach > 0

	back := a.away[len(a.away)-moves.Fetch:]
	if err := a.detach(ctx, a.other, back); err != nil {
		return err
	}
	a.away, out = slices.Clone(a.away[:len(a.away)-moves.Fetch]), append(out, back...)
	back = out[len(out)-moves.Attach:]
	if err := a.attach(ctx, a.main, back); err != nil {
		return err
	}
	inside, out = append(inside, back...), slices.Clone(out[:len(out)-moves.Attach])
	leave := inside[len(inside)-moves.Detach:]
	if err := a.detach(ctx, a.main, leave); err != nil {
		return err
	}
	a.inside, out = inside[:len(inside)-moves.Detach], append(out, leave...)
	if err := a.attach(ctx, a.other, out[:moves.Bring]); err != nil {
		return err
	}
	a.away = append(a.away, out[:moves.Bring]...)
	if second > 0 {
		a.second = &handed{instances: a.away[:second]}
	}
	return nil
}

// split tells which of our instances are among the members of a group, and which are not.
func (a *API) split(members []support.Member) (in, out []string) {
	for _, id := range a.With.InstanceIDs {
		if slices.ContainsFunc(members, func(m support.Member) bool { return m.ID == id }) {
			in = append(in, id)
		} else {
			out = append(out, id)
		}
	}
	return in, out
}

// handSecond hands out the second group.
func (a *API) handSecond() (Values, error) {
	if a.second == nil || a.second.out {
		return nil, errMoreGroups
	}
	a.second.out = true
	return Values{groupValue: a.other, instancesValue: slices.Clone(a.second.instances)}, nil
}

var errMoreGroups = errors.New("-arrange api has two groups, and this case needs more")

// spare is an instance of the group that is handed out last, if at all.
func (a *API) spare() []string { return a.inside[len(a.inside)-1:] }

// failed puts back what a setup had begun; the context may be over by then.
func (a *API) failed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoing)
	defer cancel()
	err := a.tidyAll(ctx)
	a.given, a.second = nil, nil
	return err
}

// Teardown brings the groups back to where every case begins.
func (a *API) Teardown(ctx context.Context, r Release) error {
	defer a.lock.release(r.Case)
	if a.given == nil && a.second == nil {
		return nil // done before
	}
	if r.Values.String(groupValue) == a.other && a.second != nil {
		err := a.lookAtSecond(ctx)
		a.second, a.untidy = nil, a.untidy || err != nil
		return err
	}
	if a.second != nil && !a.second.out { // filled, and never asked for
		a.second = nil
	}
	err := a.tidy(ctx)
	a.given = nil
	return err
}

// tidy undoes what the setup did and waits until nothing is in progress.
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
	if err := a.lookAtSecond(ctx); err != nil {
		return err
	}
	if err := a.detach(ctx, a.other, a.away); err != nil {
		return err
	}
	a.away = nil
	return nil
}

// lookAtSecond waits until nothing is in progress in the second group, and notes which of our instances are there.
func (a *API) lookAtSecond(ctx context.Context) error {
	if err := a.idle(ctx, a.other); err != nil {
		return err
	}
	members, err := a.Client.Members(ctx, a.other)
	if err != nil {
		return err
	}
	a.away, _ = a.split(members)
	return nil
}

// Close puts everything back as it was before the run.
func (a *API) Close(ctx context.Context) error {
	err := a.restorer().Restore(ctx)
	return errors.Join(err, a.Journal.Close())
}

func (a *API) restorer() *Restorer {
	return &Restorer{Client: a.Client, Journal: a.Journal, Pace: a.Pace, Patience: a.Patience}
}
