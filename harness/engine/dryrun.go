package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/dryrun"
	"github.com/essconform/essconform/harness/internal/wire"
)

// Estimate is what a run would do to a target that conforms.
type Estimate = dryrun.Estimate

// DryRunOptions say what a dry run assumes. Zero values take the defaults.
type DryRunOptions struct {
	// Activity is how long a scaling activity takes; default 20s, and none for a target on this machine.
	Activity time.Duration
	// ActivityFrom says where that is known from, for the text, such as ", which is assumed".
	ActivityFrom string
	// Latency is how long one call takes; default: what looking at the resources took, else 100ms; on this machine 1ms,
	// and less where each case has resources of its own.
	Latency time.Duration
	// Jobs is how many cases run at a time; default: what the settings say.
	Jobs int
}

// busyCall is what a call costs where cases that run side by side keep this machine busy, with the target on it: a run
// of all cases against the embedded mock took 2.7s for 9000 calls, one of `essconform mock` as much.
const busyCall = 300 * time.Microsecond

// DryRun says what a run of the cases would do. At most it reads what the resources of -arrange api are like; where the
// target is on another machine, only with -live.
func (p *Plan) DryRun(ctx context.Context, cases []fixtures.Expanded, o DryRunOptions) (Estimate, error) {
	s := p.Settings
	running := p.Running(cases)
	turns := make([]fixtures.Expanded, len(running))
	for i, at := range p.turns(running) {
		turns[i] = running[at]
	}
	in := dryrun.Input{
		Settings: s, Cases: turns, Kinds: p.Set.State, Operation: p.Contract.Operation, Getenv: environment,
		Activity: o.Activity, ActivityFrom: o.ActivityFrom, Jobs: cmp.Or(o.Jobs, s.Jobs),
	}
	usual := time.Millisecond
	switch {
	case !s.Loopback():
		usual, in.LatencyFrom = 100*time.Millisecond, ", which is assumed"
		if o.Activity == 0 {
			in.Activity, in.ActivityFrom = 20*time.Second, ", which is assumed"
		}
	case !s.UserResources():
		usual, in.LatencyFrom = busyCall, ", as measured with the mock on two processors"
	}
	if s.Bindings != "" {
		b, err := p.Bindings()
		if err != nil {
			return Estimate{}, fmt.Errorf("plan: %w", err)
		}
		in.Bindings = b
	}
	if s.ByAPI() {
		inventories, latency, err := p.inventories(ctx)
		if err != nil {
			inventories = nil
			for _, lane := range s.API.Lanes() {
				inventories = append(inventories, dryrun.Assume(lane, err.Error()))
			}
		}
		if in.Inventories = inventories; latency > 0 {
			usual, in.LatencyFrom = latency, ", as those took that looked at the resources"
		}
	}
	in.Latency = cmp.Or(o.Latency, usual)
	return dryrun.Of(in), nil
}

// Running are the cases that the target was not declared to lack something for.
func (p *Plan) Running(cases []fixtures.Expanded) []fixtures.Expanded {
	return slices.DeleteFunc(slices.Clone(cases), func(x fixtures.Expanded) bool { return p.unsupported(x) != "" })
}

// inventories look at the resources of -arrange api, group by group. latency is what a call took on the way.
func (p *Plan) inventories(ctx context.Context) (out []dryrun.Inventory, latency time.Duration, err error) {
	s := p.Settings
	if err := s.Guard(); err != nil {
		return out, 0, err
	}
	caller, err := s.Credentials()
	if err != nil {
		return out, 0, err
	}
	client, err := newSupport(s, p.Contract.APIVersion, p.Contract.Instances.Prefix, caller, newShared(s, caller))
	if err != nil {
		return out, 0, err
	}
	defer closeIdle(client)
	calls, took := 0, time.Duration(0)
	watched := client.With(func(_ string, sent, done time.Time, _ wire.Exchange) {
		calls++
		took += done.Sub(sent)
	})
	for _, lane := range s.API.Lanes() {
		one, err := dryrun.Look(ctx, watched, lane)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, one)
	}
	return out, took / time.Duration(max(1, calls)), nil
}
