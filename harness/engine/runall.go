package engine

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/reports"
)

// mostHeld is how many cases keep their resources until the late look: beyond it, a large set is looked at part by
// part, so that neither this process nor the target has to hold everything at once.
const mostHeld = 2000

// RunAll runs cases, as many at a time as the settings say, and hands over each result once it is final, from several
// goroutines. The resources of the cases are kept until the late look, for which all of them wait together. Where cases
// share resources, each is looked at before the next one uses them again. begun, when it is not nil, is told each
// program that has run, with the result so far and whether it has surely failed.
func (r *Runner) RunAll(
	ctx context.Context, cases []fixtures.Expanded, final func(i int, result reports.CaseResult), begun func(
		result reports.CaseResult, failed bool),
) {
	for part := range slices.Chunk(r.plan.turns(cases), mostHeld) {
		r.runPart(ctx, cases, part, final, begun)
	}
}

// turns are the places of cases in the order in which they run: what is watched from beginning to end comes first.
// Where the API of the target arranges states, each case is looked at in turn, and the order is the one that moves few
// instances.
func (p *Plan) turns(cases []fixtures.Expanded) []int {
	if p.Settings.ByAPI() {
		return states.Turns(cases, p.Set.State, len(p.Settings.API.InstanceIDs))
	}
	order := make([]int, len(cases))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return watchedFirst(cases[a]) - watchedFirst(cases[b]) })
	return order
}

func watchedFirst(x fixtures.Expanded) int {
	if slices.Contains(x.Kinds, "late") {
		return 0
	}
	return 1
}

func (r *Runner) runPart(
	ctx context.Context, cases []fixtures.Expanded, part []int, final func(int, reports.CaseResult), begun func(
		reports.CaseResult, bool),
) {
	shared := r.plan.Settings.UserResources()
	pending := make([]*Pending, len(part))
	r.lanes(len(part), func(n int) {
		i := part[n]
		p := r.Begin(ctx, cases[i])
		if begun != nil {
			if p.rec.certain() {
				begun(p.Result(), true)
			} else {
				begun(reports.CaseResult{}, false)
			}
		}
		if shared || !p.Watches() {
			final(i, p.Finish(ctx))
			return
		}
		pending[n] = p
	})
	if slices.ContainsFunc(pending, func(p *Pending) bool { return p != nil }) {
		_ = r.pace.Sleep(ctx, max(0, r.plan.Settings.Late)) // an interrupted run gives back what it has
	}
	r.lanes(len(part), func(n int) {
		if pending[n] != nil {
			final(part[n], pending[n].Finish(ctx))
			pending[n] = nil
		}
	})
}

// lanes calls do for 0 to n-1, as many at a time as the settings say.
func (r *Runner) lanes(n int, do func(int)) {
	var group errgroup.Group
	group.SetLimit(max(1, r.plan.Settings.Jobs))
	for i := range n {
		group.Go(func() error { do(i); return nil })
	}
	_ = group.Wait() // the functions return no error
}

// Results runs the cases and returns the results in their order.
func (r *Runner) Results(ctx context.Context, cases []fixtures.Expanded) []reports.CaseResult {
	out := make([]reports.CaseResult, len(cases))
	r.RunAll(ctx, cases, func(i int, result reports.CaseResult) { out[i] = result }, nil)
	return out
}
