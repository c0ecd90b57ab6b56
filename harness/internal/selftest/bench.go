// Package selftest proves the suite: it runs every case against the mock with one defect after another, and with one
// legal difference after another, and demands that each defect is reported by name and no legal difference accused.
package selftest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

const (
	// timeout of one exchange. It is long beside what the mock needs on a busy machine, because a late answer would
	// look like a defect; only the few defects that never answer cost it.
	timeout      = 4 * time.Second
	closeTimeout = time.Second

	keyID, keySecret = "selftest", "selftest-of-the-suite"
)

// Bench runs the suite against one mock after another. It may be used by many goroutines at once.
type Bench struct {
	plan  *engine.Plan
	cases []fixtures.Expanded
}

// NewBench loads the description and the cases, once for all runs.
func NewBench() (*Bench, error) {
	settings := target.Settings{
		Endpoint: "http://127.0.0.1", Timeout: timeout, VerifiesSignatures: true,
	}.WithDefaults()
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return nil, fmt.Errorf("self-test: %w", err)
	}
	return &Bench{plan: plan, cases: plan.Cases}, nil
}

// Only is a bench with those of the cases for which keep is true.
func (b *Bench) Only(keep func(fixtures.Expanded) bool) *Bench {
	only := &Bench{plan: b.plan}
	for _, x := range b.cases {
		if keep(x) {
			only.cases = append(only.cases, x)
		}
	}
	return only
}

// Run runs the cases of a set against a fresh mock, and returns the report. change adds to the mock's options.
func (b *Bench) Run(ctx context.Context, set Set, change func(*mock.Options)) (reports.Report, error) {
	return b.run(ctx, set, change, "")
}

// run is Run, with the exchanges kept in a folder; "" keeps none.
func (b *Bench) run(ctx context.Context, set Set, change func(*mock.Options), folder string) (reports.Report, error) {
	options := mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: keyID, AccessKeySecret: keySecret}},
		ActivityDuration: set.Activities,
		Rules:            mock.DefaultRules(),
	}
	change(&options)
	server, err := mock.New(options)
	if err != nil {
		return reports.Report{}, fmt.Errorf("self-test: %w", err)
	}
	if err := server.Start("127.0.0.1:0"); err != nil {
		return reports.Report{}, fmt.Errorf("self-test: %w", err)
	}
	defer func() {
		end, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		_ = server.Close(end) // a defect may hold a connection; Close cuts it
	}()
	plan := *b.plan
	set.settle(&plan.Settings)
	plan.Settings.Endpoint, plan.Settings.ProviderStates = server.URL(), server.URL()+mock.StatesPath
	cases := set.of(b.cases)
	outcome := engine.RunOutcome{
		StartedAt: time.Now(), Procs: 1, Selection: set.Name, Selected: len(cases), Expected: cases,
	}
	if outcome.Results, err = results(ctx, &plan, cases, max(1, set.Processes), folder); err != nil {
		return reports.Report{}, fmt.Errorf("self-test: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return reports.Report{}, fmt.Errorf("self-test: stopped: %w", err)
	}
	return plan.Report(outcome), nil
}

// results runs the cases with several runners at once, each with its share.
func results(ctx context.Context, plan *engine.Plan, cases []fixtures.Expanded, runners int, folder string) (
	all []reports.CaseResult, err error,
) {
	shares, found := make([][]fixtures.Expanded, runners), make([][]reports.CaseResult, runners)
	for i, x := range cases {
		shares[i%runners] = append(shares[i%runners], x)
	}
	var group errgroup.Group
	began := time.Now()
	for n := range runners {
		group.Go(func() error {
			runner, err := plan.Connect(engine.Address{
				Endpoint: plan.Settings.Endpoint, ProviderStates: plan.Settings.ProviderStates,
				Credentials: target.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret},
				Recording:   folder, Began: began,
			}, nil)
			if err != nil {
				return err
			}
			defer runner.Close()
			found[n] = runner.Results(ctx, shares[n])
			return nil
		})
	}
	err = group.Wait()
	return slices.Concat(found...), err
}
