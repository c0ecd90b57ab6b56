package suites

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/reports"
)

// held are the cases of one of several Ginkgo processes whose resources are kept until the late look, after the last
// spec of the process.
type held struct {
	mu      sync.Mutex
	pending []*engine.Pending
}

func (h *held) keep(p *engine.Pending) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pending = append(h.pending, p)
}

// finish makes the late look at everything that is held. The results go to the first process as entries of this node;
// what only the late look found fails here, because its spec has ended.
func (s *suite) finish(ctx ginkgo.SpecContext) {
	s.held.mu.Lock()
	pending := s.held.pending
	s.held.pending = nil
	s.held.mu.Unlock()
	if len(pending) == 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(max(0, s.plan.Settings.Late)):
	}
	var late []string
	for _, result := range s.finishAll(ctx, pending) {
		ginkgo.AddReportEntry(entryName, result, ginkgo.ReportEntryVisibilityNever)
		if decided := reports.Decide(result, s.plan.Waivers, time.Now()); decided.Outcome == reports.Failed {
			late = append(late, conform{}.FailureMessage(decided))
		}
	}
	if len(late) > 0 {
		ginkgo.Fail(fmt.Sprintf("the late look found what %d specs could not see:\n%s", len(late),
			strings.Join(late, "\n")))
	}
}

func (s *suite) finishAll(ctx context.Context, pending []*engine.Pending) []reports.CaseResult {
	out := make([]reports.CaseResult, len(pending))
	var lanes sync.WaitGroup
	limit := make(chan struct{}, max(1, s.plan.Settings.Jobs))
	for i, p := range pending {
		limit <- struct{}{}
		lanes.Go(func() {
			defer func() { <-limit }()
			out[i] = p.Finish(ctx)
		})
	}
	lanes.Wait()
	return out
}
