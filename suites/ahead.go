package suites

import (
	"context"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/reports"
)

// ahead runs the selected cases in the background, side by side, in a single Ginkgo process: each spec collects the
// result of its own.
type ahead struct {
	stop  context.CancelFunc
	done  chan struct{} // closed when all have ended
	mu    sync.Mutex
	slots map[string]chan reports.CaseResult // taken out by the spec that collects
}

// runAhead starts the cases. Their resources are given back even if no spec collects the result.
func runAhead(runner *engine.Runner, cases []fixtures.Expanded) *ahead {
	ctx, stop := context.WithCancel(context.Background())
	a := &ahead{stop: stop, done: make(chan struct{}), slots: make(map[string]chan reports.CaseResult, len(cases))}
	slots := make([]chan reports.CaseResult, len(cases))
	for i, x := range cases {
		slots[i] = make(chan reports.CaseResult, 1)
		a.slots[x.Name] = slots[i]
	}
	go func() {
		defer close(a.done)
		runner.RunAll(ctx, cases, func(i int, result reports.CaseResult) { slots[i] <- result }, nil)
	}()
	return a
}

// collect waits for the result of a case. It is false for a case that was not run ahead, or whose result was collected
// before: a spec that Ginkgo tries again runs its case again. When the context ends, the cases in the background are
// stopped, too.
func (a *ahead) collect(ctx context.Context, name string) (reports.CaseResult, bool) {
	if a == nil {
		return reports.CaseResult{}, false
	}
	a.mu.Lock()
	slot, ok := a.slots[name]
	delete(a.slots, name)
	a.mu.Unlock()
	if !ok {
		return reports.CaseResult{}, false
	}
	select {
	case result := <-slot:
		return result, true
	case <-ctx.Done():
		a.stop()
		return <-slot, true
	}
}

// end stops what still runs and waits until everything is given back.
func (a *ahead) end() {
	if a != nil {
		a.stop()
		<-a.done
	}
}

// rest are the results that no spec collected, because an interrupt or a time limit kept Ginkgo from reaching it. Call
// it after end.
func (a *ahead) rest() (out []reports.CaseResult) {
	if a == nil {
		return nil
	}
	for _, slot := range a.slots {
		out = append(out, <-slot)
	}
	return out
}

// preview asks Ginkgo which specs its own flags select; nil where that cannot be known before the run.
func preview(cases []fixtures.Expanded) map[string]bool {
	config, _ := ginkgo.GinkgoConfiguration()
	if config.ParallelTotal > 1 {
		return nil
	}
	names := make(map[string]bool, len(cases))
	for _, x := range cases {
		names[x.Name] = true
	}
	out := map[string]bool{}
	for _, spec := range ginkgo.PreviewSpecs("").SpecReports {
		if names[spec.LeafNodeText] && !spec.State.Is(types.SpecStateSkipped|types.SpecStatePending) {
			out[spec.LeafNodeText] = true
		}
	}
	return out
}

// canRunAhead tells whether the specs that will run are those of the preview. With --fail-fast cases run one after the
// other: what comes after the first failure must not reach the target.
func (s *suite) canRunAhead(r ginkgo.Report) bool {
	if s.previewed == nil || r.SuiteConfig.FailFast || r.SuiteConfig.DryRun || r.SuiteConfig.ParallelTotal > 1 {
		return false
	}
	was, now := s.config, r.SuiteConfig
	return was.LabelFilter == now.LabelFilter && focus(was) == focus(now) &&
		r.PreRunStats.SpecsThatWillRun >= len(s.previewed)
}

// focus is what selects by text or file.
func focus(c types.SuiteConfig) string {
	c.LabelFilter = ""
	return selection(c)
}
