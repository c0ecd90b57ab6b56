package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// Forecast is what a run would do to a target that conforms.
type Forecast struct {
	Cases  int
	Calls  []Calls // by operation, the most frequent first
	Total  int
	Unable []Unable // cases that could not run
	// Assumed is why the resources were not looked at before; "" when they were, or when there are none.
	Assumed string
}

// Calls counts the calls of one operation.
type Calls struct {
	Operation string
	Count     int
}

// tick is how far the clock of a rehearsal moves when somebody asks whether an activity has ended, so that the first to ask finds that it
// has. Nothing else moves it: what does not wait meets the activity in progress.
const tick = 10 * time.Millisecond

// Rehearse runs the cases against a mock of its own, with stand-ins for the resources of the target, and counts. At most it reads what
// the resources of -arrange api are like; where the target is on another machine, only with -live. Every activity is taken to have ended
// when it is looked at for the first time, so that a real run has at least as many calls.
func (p *Plan) Rehearse(ctx context.Context, cases []fixtures.Expanded) (Forecast, error) {
	dir, err := os.MkdirTemp("", "essconform-plan-")
	if err != nil {
		return Forecast{}, fmt.Errorf("plan: %w", err)
	}
	defer os.RemoveAll(dir)
	h := &rehearsal{plan: p, dir: dir, counts: map[string]int{}, env: map[string]string{}, began: time.Now()}
	if err := h.open(); err != nil {
		return Forecast{}, fmt.Errorf("plan: %w", err)
	}
	defer h.close()
	if p.Settings.ByAPI() {
		var err error
		if h.seen, err = p.look(ctx); err != nil {
			h.seen, h.assumed = assumed(len(p.Settings.API.InstanceIDs)), err.Error()
		}
	}
	results, err := h.run(ctx, cases)
	if err != nil {
		return Forecast{}, fmt.Errorf("plan: %w", err)
	}
	return h.forecast(results), nil
}

// rehearsal is one run against a mock.
type rehearsal struct {
	plan   *Plan
	dir    string
	began  time.Time
	server *mock.Server
	caller wire.Credentials
	env    map[string]string // stands in for the environment
	seen   sight
	// assumed is why nothing was seen.
	assumed string

	mu     sync.Mutex
	ticks  int
	counts map[string]int
}

func (h *rehearsal) open() error {
	const id, secret = "rehearsal", "rehearsal"
	h.caller = wire.Credentials{AccessKeyID: id, AccessKeySecret: secret}
	rules := mock.DefaultRules()
	parse := rules.Parse
	rules.Parse = func(r *http.Request, body []byte) *mock.Request {
		q := parse(r, body)
		h.saw(q.Param("Action"))
		return q
	}
	var err error
	h.server, err = mock.New(mock.Options{
		Clock: h.now, ActivityDuration: tick / 2, Rules: rules,
		Credentials:      []mock.Credential{{AccessKeyID: id, AccessKeySecret: secret}},
		SkipVerification: h.plan.Settings.Signature == string(wire.SignNone),
	})
	if err != nil {
		return err
	}
	return h.server.Start("127.0.0.1:0")
}

func (h *rehearsal) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = h.server.Close(ctx)
}

func (h *rehearsal) saw(action string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts[action]++
	if action == support.OpActivities {
		h.ticks++
	}
}

func (h *rehearsal) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.began.Add(time.Duration(h.ticks) * tick)
}

// run is a whole run, from the first look at the target to the last thing that is put back.
func (h *rehearsal) run(ctx context.Context, cases []fixtures.Expanded) ([]reports.CaseResult, error) {
	plan := *h.plan
	s := &plan.Settings
	s.Endpoint, s.Rate, s.ReportDir, s.Journal = h.server.URL(), 0, h.dir, filepath.Join(h.dir, "journal.jsonl")
	s.Timeout, s.ActivityTimeout = target.Defaults().Timeout, target.Defaults().ActivityTimeout
	switch {
	case s.ByAPI():
		if err := h.standInForAPI(ctx, &plan, h.seen); err != nil {
			return nil, err
		}
	case s.Bindings != "":
		if err := h.standInForBindings(&plan); err != nil {
			return nil, err
		}
	default:
		s.ProviderStates = h.server.URL() + mock.StatesPath
	}
	h.mu.Lock()
	h.counts = map[string]int{}
	h.mu.Unlock()
	address, stop, err := plan.startOn(ctx, h.caller, h.getenv)
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	runner, err := plan.Connect(address, nil)
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	defer runner.Close()
	var results []reports.CaseResult
	for _, x := range cases {
		results = append(results, runner.Run(ctx, x))
	}
	if err := stop(); err != nil {
		return nil, err
	}
	return results, ctx.Err()
}

// getenv tells of the denied caller when the real environment does.
func (h *rehearsal) getenv(name string) string {
	if environment(name) == "" {
		return ""
	}
	return h.env[name]
}

func (h *rehearsal) forecast(results []reports.CaseResult) Forecast {
	out := Forecast{Cases: len(results), Assumed: h.assumed}
	h.mu.Lock()
	defer h.mu.Unlock()
	for operation, n := range h.counts {
		out.Calls = append(out.Calls, Calls{operation, n})
		out.Total += n
	}
	slices.SortFunc(out.Calls, func(a, b Calls) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Operation, b.Operation)) })
	for _, r := range results {
		if r.Outcome == reports.CouldNotRun {
			why := strings.ReplaceAll(r.Reason, filepath.Join(h.dir, standInFile), h.plan.Settings.Bindings)
			out.Unable = append(out.Unable, Unable{r.ID, r.State.Name, why})
		}
	}
	return out
}
