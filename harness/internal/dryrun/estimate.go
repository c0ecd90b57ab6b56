// Package dryrun says what a run would do to a target that conforms, without doing it: calls, scaling activities, time,
// and the resources that it holds. It adds up what each step of a case costs.
package dryrun

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/target"
)

// Input is what an estimate is made from.
type Input struct {
	Settings  target.Settings
	Cases     []fixtures.Expanded // that would run
	Kinds     func(name string) (fixtures.StateKind, bool)
	Operation string           // under test
	Bindings  *states.Bindings // nil without -bindings
	// Inventories are what the groups of -arrange api are like, in the order of their lanes.
	Inventories []Inventory
	Getenv      func(string) string
	// Activity is how long a scaling activity takes, Latency one call.
	Activity, Latency time.Duration
	// ActivityFrom and LatencyFrom say where these are known from, for the text.
	ActivityFrom, LatencyFrom string
	// Jobs is how many cases run at a time, where each has resources of its own.
	Jobs int
}

// Estimate is what a run would do, at least: throttling, slow reads and what the target gets wrong add to it.
type Estimate struct {
	Cases      int
	Calls      []Calls // by operation, the most frequent first
	Total      int     // calls
	Activities int     // scaling activities
	// Duration is how long the run would take, with activities of the length that was assumed.
	Duration time.Duration
	Unable   []states.Unable // cases that could not run
	// Assumed is why the resources were not looked at before; "" when they were, or when there are none.
	Assumed string

	basis    Input
	arranged bool
}

// Able tells whether all cases could run.
func (e Estimate) Able() bool { return e.arranged && len(e.Unable) == 0 }

// Calls counts the calls of one operation.
type Calls struct {
	Operation string
	Count     int
}

// Of makes the estimate.
func Of(in Input) Estimate {
	out := Estimate{Cases: len(in.Cases), basis: in, arranged: arranged(in.Settings)}
	able := in.able(&out)
	l := in.ledger()
	if !in.Settings.Embedded() {
		l.call(in.Operation) // the first contact
	}
	lanes := in.lanes()
	for _, lane := range lanes {
		out.Assumed = cmp.Or(out.Assumed, lane.inv.Assumed)
		lane.begin()
	}
	for _, x := range able {
		kind, _ := in.Kinds(x.State.Name)
		run := &caseRun{
			ledger: l, x: x, kind: kind, operation: in.Operation, owned: in.Settings.UserResources(),
			pause: in.pause(),
		}
		switch {
		case len(lanes) > 0:
			lane := in.lane(lanes, x)
			run.ledger = lane.ledger
			lane.setup(x, in.Kinds)
			run.run()
			lane.teardown(x, run, in.Kinds)
		case in.Bindings != nil:
			l.callN(support.OpMembers, len(x.States())) // the prepared instances are looked for
			run.run()
			in.settle(run)
		default:
			run.run()
		}
		run.running = false
	}
	out.Duration = in.together(l)
	longest := time.Duration(0)
	for _, lane := range lanes {
		lane.end()
		longest = max(longest, lane.time())
		l.add(lane.ledger)
	}
	out.Duration += longest // the groups of -arrange api are used side by side
	for operation, n := range l.calls {
		out.Calls = append(out.Calls, Calls{operation, n})
		out.Total += n
	}
	slices.SortFunc(out.Calls,
		func(a, b Calls) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Operation, b.Operation)) })
	out.Activities = l.activities
	if rate := in.Settings.Rate; rate > 0 {
		out.Duration = max(out.Duration, time.Duration(float64(out.Total)/rate*float64(time.Second)))
	}
	return out
}

func (in Input) ledger() *ledger {
	return &ledger{
		pace: support.PaceOf(in.Settings.Loopback()), activity: in.Activity, latency: in.Latency,
		learned: !in.Settings.UserResources(), calls: map[string]int{},
	}
}

// lanes are the groups of -arrange api.
func (in Input) lanes() (out []*apiCost) {
	if !in.Settings.ByAPI() {
		return nil
	}
	for i, with := range in.Settings.API.Lanes() {
		out = append(out, &apiCost{ledger: in.ledger(), with: with, inv: in.Inventories[i]})
	}
	return out
}

// lane is the group that a case gets, of those that have all that it needs: the one that is free first, which is always
// the first one where one case runs at a time.
func (in Input) lane(lanes []*apiCost, x fixtures.Expanded) *apiCost {
	var best *apiCost
	for _, lane := range lanes {
		_, lacking := states.Lacks(x.States(), in.Kinds, lane.with, in.Getenv)
		if lacking == nil && (best == nil || in.Jobs != 1 && lane.time() < best.time()) {
			best = lane
		}
	}
	return best
}

// able leaves the cases that could run, and notes the others.
func (in Input) able(out *Estimate) (cases []fixtures.Expanded) {
	unable := map[string]bool{}
	if in.Bindings != nil {
		out.Unable = in.Bindings.Count(in.Cases).Unable
	}
	if in.Settings.ByAPI() {
		lanes := in.Settings.API.Lanes()
		for _, x := range in.Cases {
			if state, err := states.LacksAll(x.States(), in.Kinds, lanes, in.Getenv); err != nil {
				out.Unable = append(out.Unable, states.Unable{Case: x.Name, State: state, Reason: err.Error()})
			}
		}
	}
	for _, u := range out.Unable {
		unable[u.Case] = true
	}
	return slices.DeleteFunc(slices.Clone(in.Cases), func(x fixtures.Expanded) bool { return unable[x.Name] })
}

// settle is how bindings wait for a group that is used again.
func (in Input) settle(run *caseRun) {
	used := map[string]bool{}
	for k := range run.left {
		used[k[:5]] = true // given, other
	}
	for i, s := range run.x.States() {
		if kind, _ := in.Kinds(s.Name); kind.Lasts && used[[]string{"given", "other"}[i]] {
			run.wait()
		}
	}
}

// pause is how long a pause of a program takes. Where other cases run beside, it passes with them.
func (in Input) pause() time.Duration {
	if in.Jobs > 1 && !in.Settings.UserResources() {
		return 0
	}
	return max(0, in.Settings.Late)
}

// together is the time of what was counted. Cases with resources of their own wait for activities side by side, and for
// the late look all at once; where the target is on this machine, the calls of all of them share its processors.
func (in Input) together(l *ledger) time.Duration {
	if in.Settings.UserResources() {
		return l.time()
	}
	jobs, late := time.Duration(max(1, in.Jobs)), max(0, in.Settings.Late)
	if in.Settings.Loopback() {
		return l.pauses/jobs + l.time() - l.pauses + late
	}
	return l.time()/jobs + late
}
