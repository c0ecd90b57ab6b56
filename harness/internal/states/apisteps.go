package states

import (
	"context"
	"fmt"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/support"
)

// secondGroup is the step of a state that is about the second group alone. It changes nothing.
const secondGroup = "take the second group"

// step is one way to change the group. The table of states, fixtures/states.yaml, names the steps to each state.
type step struct {
	// do changes the group, adds values, and notes how to undo it.
	do func(ctx context.Context, a *API, h *handed, values Values) error
	// setup and teardown are the operations that it calls, for a dry run and for what a target can be declared not to
	// have.
	setup, teardown []string
	// ends only lets an activity end: where instances were attached for the case, one has.
	ends bool
	// moves are instances that it takes out of the group and that the teardown attaches again.
	moves bool
}

func steps() map[string]step {
	modify, detach, wait := support.OpModify, support.OpDetach, support.OpActivities
	return map[string]step{
		"leave room for the instances": {
			do: func(ctx context.Context, a *API, h *handed, _ Values) error {
				return a.leaveRoom(ctx, len(h.instances))
			},
			setup:    []string{support.OpMembers, modify, support.OpGroups},
			teardown: []string{modify, support.OpGroups},
		},
		"leave no room": {
			do:       func(ctx context.Context, a *API, _ *handed, _ Values) error { return a.leaveRoom(ctx, 0) },
			setup:    []string{support.OpMembers, modify, support.OpGroups},
			teardown: []string{modify, support.OpGroups},
		},
		"disable the group": {
			do: disable, setup: []string{support.OpDisable, support.OpGroups},
			teardown: []string{support.OpEnable, support.OpGroups},
		},
		"start an activity": {
			do: startActivity, setup: []string{detach}, teardown: []string{wait, support.OpMembers}, moves: true,
		},
		"switch the load balancer off": {
			do: balancerOff, setup: []string{support.OpLoadBalancer}, teardown: []string{support.OpLoadBalancer},
		},
		"stop the DB instance": {
			do: stopDatabase, setup: []string{support.OpStopDB}, teardown: []string{
				support.OpStartDB,
				support.OpDatabase,
			},
		},
		"let an activity end": {
			do:    letEnd,
			setup: []string{detach, wait, support.OpMembers}, moves: true, ends: true,
		},
		"name the denied caller": {do: nameDenied},
		secondGroup:              {},
	}
}

// Cost is what -arrange api does for one state of a case, at least.
type Cost struct {
	Setup, Teardown []string // operations
	// Ends tells that the steps only let an activity end, as attaching instances for the case does, too.
	Ends bool
	// Moves tells that an instance is out of the group afterwards.
	Moves bool
}

// CostOf is the cost of the steps of a state.
func CostOf(kind fixtures.StateKind) (out Cost) {
	all := steps()
	for _, name := range kind.Arrange {
		s := all[name]
		out.Setup, out.Teardown = append(out.Setup, s.setup...), append(out.Teardown, s.teardown...)
		out.Moves = out.Moves || s.moves
		out.Ends = out.Ends || s.ends
	}
	return out
}

// leaveRoom sets MinSize so that as many instances may leave. What it was before the run is in the journal since its
// beginning.
func (a *API) leaveRoom(ctx context.Context, room int) error {
	members, err := a.Client.Members(ctx, a.main)
	if err != nil {
		return err
	}
	a.undo = append(a.undo, func(ctx context.Context) error { return a.mover().setSizes(ctx, a.main, a.rest) })
	sizes := a.rest
	sizes.MinSize = len(members) - room
	return a.mover().setSizes(ctx, a.main, sizes)
}

func disable(ctx context.Context, a *API, _ *handed, _ Values) error {
	set := func(state string) func(context.Context) error {
		return func(ctx context.Context) error { return a.mover().setLifecycle(ctx, a.main, state) }
	}
	return a.during(ctx, Change{Kind: Disabled, ID: a.main}, set(support.Inactive), set(support.Active))
}

func balancerOff(ctx context.Context, a *API, _ *handed, values Values) error {
	id := a.With.LoadBalancerID
	if !slices.Contains(a.shown.LoadBalancers, id) {
		return fmt.Errorf(
			"the load balancer %s is not one of the group %s; correct loadBalancerId, or add it to the group", id,
			a.main)
	}
	values["loadBalancerId"] = id
	c := Change{Kind: LoadBalancer, ID: id}
	return a.during(ctx, c, func(ctx context.Context) error { return a.Client.SetLoadBalancer(ctx, id, false) },
		a.restored(c))
}

func stopDatabase(ctx context.Context, a *API, _ *handed, values Values) error {
	id := a.With.DBInstanceID
	if !slices.Contains(a.shown.Databases, id) {
		return fmt.Errorf(
			"the DB instance %s is not one of the group %s; correct dbInstanceId, or add it to the group", id, a.main)
	}
	values["dbInstanceId"] = id
	c := Change{Kind: DBInstance, ID: id}
	return a.during(ctx, c, func(ctx context.Context) error { return a.Client.StopDatabase(ctx, id) }, a.restored(c))
}

// restored undoes a change by the same code that a sweep uses.
func (a *API) restored(c Change) func(context.Context) error {
	return func(ctx context.Context) error { return a.restorer().undo(ctx, c) }
}

// during writes a change down, makes it, and notes how it is to be undone.
func (a *API) during(ctx context.Context, c Change, do, undo func(context.Context) error) error {
	number, err := a.Journal.Changing(c)
	if err != nil {
		return err
	}
	a.undo = append(a.undo, func(ctx context.Context) error {
		if err := undo(ctx); err != nil {
			return err
		}
		return a.Journal.Undone(number)
	})
	return do(ctx)
}

// startActivity starts to detach one instance more than are handed out. Whether that is still in progress when the call
// under test comes is for the engine to look at: it asks for the activity when the answer is not the one that the state
// demands.
func startActivity(ctx context.Context, a *API, _ *handed, values Values) error {
	m, spare := a.mover(), a.spare()
	id, err := m.begin(ctx, a.Client.Detach, a.main, spare)
	if err != nil {
		return err
	}
	a.undo = append(a.undo, func(ctx context.Context) error { // it has left when the next case looks
		if err := m.idle(ctx, a.main); err != nil {
			return err
		}
		return m.shown(ctx, a.main, spare, false)
	})
	values[ActivityValue] = id
	return nil
}

// ActivityValue is the value with the id of the activity that a setup caught in progress, where the driver knows it.
const ActivityValue = "scalingActivityId"

// letEnd detaches one instance more than are handed out, and waits: the cooldown has just begun. It has where instances
// were attached for the case.
func letEnd(ctx context.Context, a *API, _ *handed, _ Values) error {
	if a.filled {
		return nil
	}
	return a.detach(ctx, a.main, a.spare())
}

func nameDenied(_ context.Context, a *API, _ *handed, values Values) error {
	values["accessKeyId"], values["accessKeySecret"] = a.Getenv(a.With.DeniedAccessKeyIDEnv),
		a.Getenv(a.With.DeniedAccessKeySecretEnv)
	return nil
}
