package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/dryrun"
)

// Estimate is what a run would do to a target that conforms.
type Estimate = dryrun.Estimate

// DryRunOptions say what a dry run assumes. Zero values take the defaults.
type DryRunOptions struct {
	// Activity is how long a scaling activity takes; default 20s, and none for a target on this machine.
	Activity time.Duration
	// Latency is how long one call takes; default 100ms, 1ms on this machine.
	Latency time.Duration
	// Jobs is how many cases run at a time; default 1.
	Jobs int
}

// DryRun says what a run of the cases would do. At most it reads what the resources of -arrange api are like; where the target is on
// another machine, only with -live.
func (p *Plan) DryRun(ctx context.Context, cases []fixtures.Expanded, o DryRunOptions) (Estimate, error) {
	s := p.Settings
	in := dryrun.Input{
		Settings: s, Cases: p.Running(cases), Kinds: p.Set.State, Operation: p.Contract.Operation, Getenv: environment,
		Activity: o.Activity, Latency: cmp.Or(o.Latency, 100*time.Millisecond), Jobs: o.Jobs,
	}
	switch {
	case s.Loopback():
		in.Latency = cmp.Or(o.Latency, time.Millisecond)
	case o.Activity == 0:
		in.Activity = 20 * time.Second
	}
	if s.Bindings != "" {
		b, err := p.Bindings()
		if err != nil {
			return Estimate{}, fmt.Errorf("plan: %w", err)
		}
		in.Bindings = b
	}
	if s.ByAPI() {
		inventory, err := p.inventory(ctx)
		if err != nil {
			inventory = dryrun.Assume(*s.API, err.Error())
		}
		in.Inventory = inventory
	}
	return dryrun.Of(in), nil
}

// Running are the cases that the target was not declared to lack something for.
func (p *Plan) Running(cases []fixtures.Expanded) []fixtures.Expanded {
	return slices.DeleteFunc(slices.Clone(cases), func(x fixtures.Expanded) bool { return p.unsupported(x) != "" })
}

// inventory looks at the resources of -arrange api.
func (p *Plan) inventory(ctx context.Context) (dryrun.Inventory, error) {
	s := p.Settings
	if err := s.Guard(); err != nil {
		return dryrun.Inventory{}, err
	}
	caller, err := s.Credentials()
	if err != nil {
		return dryrun.Inventory{}, err
	}
	client, err := newSupport(s, p.Contract.APIVersion, p.Contract.Instances.Prefix, caller, newShared(s, caller))
	if err != nil {
		return dryrun.Inventory{}, err
	}
	defer closeIdle(client)
	return dryrun.Look(ctx, client, *s.API)
}
