// Package suites puts the cases before Ginkgo: one spec for each expanded case, generated from data. Importing it registers nothing;
// call Describe where the tree is built.
package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/embedded"
	"github.com/essconform/essconform/harness/engine/shard"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/reports/render/terminal"
)

// entryName marks the report entry that carries a case's result from the process that ran it to the one that writes the report.
const entryName = "essconform case"

// Options say how the suite behaves beside what the target's settings say. The zero value is right for a test of one's own.
type Options struct {
	// Rerun are the arguments that lead `essconform run` to the same target; they go into the reports.
	Rerun []string
	// Quiet leaves out the summary on standard output.
	Quiet bool
	// Split builds the specs of one shard only. It cannot go with a focus on texts or files: use Ginkgo's label filter.
	Split shard.Split
}

// Describe builds the specs of a target. Call it while the tree is built: at the top level of a test, before RunSpecs, or in a container.
// Zero fields of the settings take their defaults. It removes the reports of an earlier run. An error means that nothing was built:
// settings, description or cases are wrong, or reports cannot be written.
func Describe(settings target.Settings, options Options) error {
	settings = settings.WithDefaults()
	if err := settings.Check(); err != nil {
		return err
	}
	if err := beginReports(settings.ReportDir); err != nil {
		return err
	}
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return err
	}
	s := &suite{plan: plan, options: options, cases: plan.Cases}
	if err := s.split(); err != nil {
		return err
	}
	s.describe()
	return nil
}

// beginReports leaves alone what a dry run will not replace, and what belongs to the first of several processes.
func beginReports(dir string) error {
	switch config, _ := ginkgo.GinkgoConfiguration(); {
	case config.DryRun:
		return nil
	case config.ParallelProcess > 1:
		return render.CheckDir(dir)
	}
	return render.Begin(dir)
}

// suite is the state of one process.
type suite struct {
	plan    *engine.Plan
	options Options
	cases   []fixtures.Expanded // that have a spec
	shard   *reports.Shard      // nil when that is all of them
	address *engine.Address     // in the process that started the target, whose driver needs no bridge
	runner  *engine.Runner
	started time.Time
	// failedToStart is why BeforeSuite ended the run; only set in the first process.
	failedToStart string
}

// split leaves the cases of the shard. What the label filter leaves out is not shared: else one shard might get nothing.
func (s *suite) split() error {
	if s.options.Split.Part.Whole() {
		return nil
	}
	config, _ := ginkgo.GinkgoConfiguration()
	if focused(config) {
		return fmt.Errorf("-shard %s cannot go with a focus or skip of Ginkgo; select with --label-filter", s.options.Split.Part)
	}
	selected, err := s.labelled(config.LabelFilter)
	if err != nil {
		return err
	}
	s.cases, _, s.shard, err = s.options.Split.Choose(selected)
	return err
}

func (s *suite) labelled(text string) ([]fixtures.Expanded, error) {
	filter, err := types.ParseLabelFilter(text)
	if err != nil {
		return nil, err
	}
	return s.plan.Select(nil, func(labels []string) bool { return filter(labels) })
}

func focused(c types.SuiteConfig) bool {
	return len(c.FocusStrings)+len(c.SkipStrings)+len(c.FocusFiles)+len(c.SkipFiles) > 0
}

func (s *suite) describe() {
	ginkgo.SynchronizedBeforeSuite(s.start, s.connect)
	ginkgo.ReportAfterSuite("essconform report", s.report)
	for _, group := range grouped(s.cases) {
		ginkgo.Context(group[0].ID+": "+group[0].Title, priority(group[0]), func() {
			for _, x := range group {
				ginkgo.It(x.Name, ginkgo.Label(x.Labels...), func(ctx ginkgo.SpecContext) { s.run(ctx, x) })
			}
		})
	}
}

// grouped puts the variants of a case together; they follow each other already.
func grouped(cases []fixtures.Expanded) (out [][]fixtures.Expanded) {
	for i, x := range cases {
		if i == 0 || cases[i-1].ID != x.ID {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], x)
	}
	return out
}

// start runs in the first process only: one mock, one look whether the target is there.
func (s *suite) start(ctx ginkgo.SpecContext) []byte {
	s.started = time.Now()
	config, _ := ginkgo.GinkgoConfiguration()
	if err := s.announce(ctx, config); err != nil {
		s.abort(err)
	}
	address, stop, err := s.plan.Start(ctx, engine.StartOptions{Embedded: embedded.Mock, Processes: config.ParallelTotal})
	ginkgo.DeferCleanup(stop)
	if err != nil {
		s.abort(err)
	}
	s.address = &address
	data, err := json.Marshal(address)
	if err != nil {
		s.abort(err)
	}
	return data
}

// announce says what will be done to a target on another machine.
func (s *suite) announce(ctx context.Context, c types.SuiteConfig) error {
	if s.plan.Settings.Loopback() || s.plan.Settings.Guard() != nil || s.options.Quiet {
		return nil
	}
	cases := s.expected(c)
	if focused(c) {
		cases = s.cases // at most
	}
	estimate, err := s.plan.DryRun(ctx, cases, engine.DryRunOptions{Jobs: c.ParallelTotal})
	if err == nil {
		fmt.Print(estimate.Text(s.plan.Settings)) // what cannot run is said by its cases
	}
	return err
}

// abort ends the run with one line and no stack of frames that mean nothing to the reader.
func (s *suite) abort(err error) {
	s.failedToStart = err.Error()
	ginkgo.AbortSuite("essconform: " + err.Error())
}

func (s *suite) connect(_ ginkgo.SpecContext, data []byte) {
	address := s.address
	if address == nil {
		address = &engine.Address{}
		gomega.Expect(json.Unmarshal(data, address)).To(gomega.Succeed())
	}
	runner, err := s.plan.Connect(*address, s.options.Rerun)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	s.runner = runner
	ginkgo.DeferCleanup(runner.Close)
}

func (s *suite) run(ctx ginkgo.SpecContext, x fixtures.Expanded) {
	result := s.runner.Run(ctx, x)
	ginkgo.AddReportEntry(entryName, result, ginkgo.ReportEntryVisibilityNever)
	result = reports.Decide(result, s.plan.Waivers, time.Now())
	switch result.Outcome {
	case reports.Unsupported:
		ginkgo.Skip(result.Reason)
	case reports.Waived:
		ginkgo.Skip("waived: " + result.Waiver.Reason)
	}
	gomega.Expect(result).To(Conform())
}

// report runs in the first process, after all others have ended.
func (s *suite) report(r ginkgo.Report) {
	if r.SuiteConfig.DryRun {
		return
	}
	report := s.plan.Report(s.outcome(r))
	err := render.Deliver(s.plan.Settings.ReportDir, report, os.Getenv)
	if !s.options.Quiet {
		_, width := terminal.Look(os.Stdout, os.Getenv)
		shown := terminal.Options{Width: width}
		if err == nil {
			shown.ReportDir = s.plan.Settings.ReportDir
		}
		fmt.Println() // below the dots
		terminal.Write(os.Stdout, report, shown)
		_ = render.Annotate(os.Stdout, report, os.Getenv) // as above: what cannot be printed is in the files
	}
	if err != nil {
		ginkgo.Fail("essconform: " + err.Error())
	}
	if report.Verdict.ExitCode != 0 && r.SuiteSucceeded {
		ginkgo.Fail("essconform: " + report.Verdict.Reason)
	}
}

// outcome turns Ginkgo's report into the engine's view of the run.
func (s *suite) outcome(r ginkgo.Report) engine.RunOutcome {
	out := engine.RunOutcome{
		StartedAt: r.StartTime, Seed: r.SuiteConfig.RandomSeed, Procs: r.SuiteConfig.ParallelTotal,
		Selected: r.PreRunStats.SpecsThatWillRun, Selection: selection(r.SuiteConfig),
		Shard: s.shard,
	}
	for _, spec := range r.SpecReports {
		if result, ok := resultOf(spec); ok {
			out.Results = append(out.Results, result)
		}
	}
	out.Partial = s.partial(r, len(out.Results))
	out.Expected = s.expected(r.SuiteConfig)
	return out
}

// partial says why not all selected cases have a result.
func (s *suite) partial(r ginkgo.Report, results int) string {
	switch {
	case s.failedToStart != "":
		return s.failedToStart
	case results >= r.PreRunStats.SpecsThatWillRun:
		return ""
	case r.SuiteConfig.FailFast:
		return "stopped at the first failure (--fail-fast)"
	case len(r.SpecialSuiteFailureReasons) > 0:
		return r.SpecialSuiteFailureReasons[0]
	}
	return "the run ended early"
}

// expected are the cases that were selected, as far as that can be told: a focus on text or files selects by what Ginkgo knows alone.
func (s *suite) expected(c types.SuiteConfig) []fixtures.Expanded {
	if focused(c) {
		return nil
	}
	if s.shard != nil {
		return s.cases
	}
	cases, err := s.labelled(c.LabelFilter)
	if err != nil {
		return nil
	}
	return cases
}

func selection(c types.SuiteConfig) string {
	out := ""
	add := func(what string, values ...string) {
		for _, v := range values {
			if v != "" {
				out += fmt.Sprintf("%s %s ", what, v)
			}
		}
	}
	add("label", c.LabelFilter)
	add("focus", c.FocusStrings...)
	add("skip", c.SkipStrings...)
	add("focus file", c.FocusFiles...)
	add("skip file", c.SkipFiles...)
	if out == "" {
		return "everything"
	}
	return out[:len(out)-1]
}

// resultOf reads the entry of a spec. A spec that was tried several times counts as its worst attempt: a verdict does not depend on luck.
func resultOf(spec types.SpecReport) (worst reports.CaseResult, found bool) {
	for _, e := range spec.ReportEntries {
		if e.Name != entryName {
			continue
		}
		var result reports.CaseResult
		if direct, ok := e.GetRawValue().(reports.CaseResult); ok {
			result = direct
		} else if json.Unmarshal([]byte(e.Value.AsJSON), &result) != nil {
			continue
		}
		if !found || worst.Outcome == reports.Passed {
			worst, found = result, true
		}
	}
	return worst, found
}
