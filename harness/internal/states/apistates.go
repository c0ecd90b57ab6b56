package states

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/essconform/essconform/harness/internal/support"
)

// arrangement is how the API driver gets from where every case begins to one state.
type arrangement struct {
	spare int // instances that it needs beside those that it hands out
	// arrange changes the group, adds values, and notes how to undo it; nil when nothing is to be done.
	arrange func(ctx context.Context, a *API, l *lent, values Values) error
}

func arrangements() map[string]arrangement {
	return map[string]arrangement{
		detachable:  {},
		noInstances: {},
		downToMin: {arrange: func(ctx context.Context, a *API, l *lent, _ Values) error {
			return a.leaveRoom(ctx, len(l.instances))
		}},
		atMin:      {arrange: func(ctx context.Context, a *API, _ *lent, _ Values) error { return a.leaveRoom(ctx, 0) }},
		inactive:   {arrange: disabled},
		inProgress: {spare: 1, arrange: busy},
		deadLB:     {arrange: balancerOff},
		deadDB:     {arrange: databaseStopped},
		cooldown:   {arrange: coolingDown},
		denied:     {arrange: withoutPermission},
	}
}

// leaveRoom sets MinSize so that as many instances may leave. What it was before the run is in the journal since its beginning.
func (a *API) leaveRoom(ctx context.Context, room int) error {
	members, err := a.Can.Members(ctx, a.main)
	if err != nil {
		return err
	}
	a.undo = append(a.undo, func(ctx context.Context) error { return a.Can.SetSizes(ctx, a.main, a.rest) })
	sizes := a.rest
	sizes.MinSize = len(members) - room
	return a.Can.SetSizes(ctx, a.main, sizes)
}

func disabled(ctx context.Context, a *API, _ *lent, _ Values) error {
	return a.during(ctx, Change{Kind: Disabled, ID: a.main},
		func(ctx context.Context) error { return a.Can.SetLifecycle(ctx, a.main, support.Inactive) },
		func(ctx context.Context) error { return a.Can.SetLifecycle(ctx, a.main, support.Active) })
}

func balancerOff(ctx context.Context, a *API, _ *lent, values Values) error {
	id := a.With.LoadBalancerID
	if id == "" {
		return errors.New(`no load balancer is given; add loadBalancerId below "arrange:" in the target file`)
	}
	if !slices.Contains(a.shown.LoadBalancers, id) {
		return fmt.Errorf("the load balancer %s is not one of the group %s; correct loadBalancerId, or add it to the group", id, a.main)
	}
	values["loadBalancerId"] = id
	return a.during(ctx, Change{Kind: LoadBalancer, ID: id},
		func(ctx context.Context) error { return a.Can.SetLoadBalancer(ctx, id, false) },
		func(ctx context.Context) error { return a.Can.SetLoadBalancer(ctx, id, true) })
}

func databaseStopped(ctx context.Context, a *API, _ *lent, values Values) error {
	id := a.With.DBInstanceID
	if id == "" {
		return errors.New(`no DB instance is given; add dbInstanceId below "arrange:" in the target file`)
	}
	if !slices.Contains(a.shown.Databases, id) {
		return fmt.Errorf("the DB instance %s is not one of the group %s; correct dbInstanceId, or add it to the group", id, a.main)
	}
	values["dbInstanceId"] = id
	return a.during(ctx, Change{Kind: DBInstance, ID: id},
		func(ctx context.Context) error { return a.Can.StopDatabase(ctx, id) },
		func(ctx context.Context) error { return a.restorer().startDatabase(ctx, id) })
}

// during writes a change down, makes it, and notes how it is undone and struck off.
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

// busy starts to detach one instance more than are handed out. Whether that is still in progress when the call under test comes is for
// the engine to look at: it asks for the activity when the answer is not the one that the state demands.
func busy(ctx context.Context, a *API, _ *lent, values Values) error {
	spare := a.With.InstanceIDs[len(a.With.InstanceIDs)-1:]
	id, err := a.Can.Detach(ctx, a.main, spare)
	if err != nil {
		return bounded(err)
	}
	values[ActivityValue] = id
	return nil
}

// ActivityValue is the value with the id of the activity that a setup caught in progress, where the driver knows it.
const ActivityValue = "scalingActivityId"

// coolingDown lets two activities end, so that the cooldown of the last one has just begun.
func coolingDown(ctx context.Context, a *API, _ *lent, _ Values) error {
	one := a.With.InstanceIDs[len(a.With.InstanceIDs)-1:]
	if err := a.detach(ctx, a.main, one); err != nil {
		return err
	}
	return a.attach(ctx, a.main, one)
}

func withoutPermission(_ context.Context, a *API, _ *lent, values Values) error {
	idEnv, secretEnv := a.With.DeniedAccessKeyIDEnv, a.With.DeniedAccessKeySecretEnv
	if idEnv == "" {
		return errors.New(`no denied caller is given; add deniedAccessKeyIdEnv and deniedAccessKeySecretEnv below "arrange:" in the target file`)
	}
	id, secret := a.Getenv(idEnv), a.Getenv(secretEnv)
	if id == "" || secret == "" {
		return fmt.Errorf("%s or %s is not set; export the credentials of a caller who may not call DetachInstances", idEnv, secretEnv)
	}
	values["accessKeyId"], values["accessKeySecret"] = id, secret
	return nil
}
