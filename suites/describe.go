// Package suites puts the cases before Ginkgo: one spec for each expanded case, generated from data. Importing it
// registers nothing; call Describe where the tree is built.
package suites

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
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
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/reports/render/terminal"
)

// entryName marks the report entry that carries a case's result from the process that ran it to the one that writes the
// report.
const entryName = "essconform case"

// Options say how the suite behaves beside what the target's settings say. The zero value is right for a test of one's
// own.
type Options struct {
	// Rerun are the arguments that lead `essconform run` to the same target; nil: what the settings say. They go into
	// the reports.
	Rerun []string
	// Quiet leaves out the summary on standard output.
	Quiet bool
	// Split builds the specs of one shard only. It cannot go with a focus on texts or files: use Ginkgo's label filter.
	Split shard.Split
	// Replace lets the reports of a selection replace those of more cases, which else they stand below, in a folder of
	// their own: set it when the report directory was named for this run.
	Replace bool
}

// Describe builds the specs of a target. Call it at the top level of a test, before RunSpecs: what comes before and
// after a whole suite cannot stand in a container. Zero fields of the settings take their defaults. It removes the
// reports of an earlier run, for a dry run, too, so that they are not taken for its result. An error means that nothing
// is to be run, and nothing was removed: settings, description or cases are wrong, or reports cannot be written.
func Describe(settings target.Settings, options Options) (err error) {
	settings = settings.WithDefaults()
	if err := settings.Check(); err != nil {
		return err
	}
	folder, err := readyFolder(settings.ReportDir, options.Replace)
	if err != nil {
		return err
	}
	if folder != nil {
		defer func() { err = errors.Join(err, folder.Close()) }()
	}
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return err
	}
	if options.Rerun == nil {
		options.Rerun = settings.Arguments()
	}
	s := &suite{plan: plan, options: options, cases: plan.Cases}
	if err := s.split(); err != nil {
		return err
	}
	if err := settings.Guard(); err != nil {
		return err
	}
	s.describe()
	s.config, _ = ginkgo.GinkgoConfiguration()
	if !s.config.DryRun {
		s.previewed = preview(s.cases)
	}
	if err := s.begin(folder); err != nil {
		return err
	}
	s.built = true
	return nil
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
	// config and previewed are what was known when the tree was built: which cases Ginkgo's flags select. ahead runs
	// them.
	config    types.SuiteConfig
	previewed map[string]bool
	built     bool // the preview has ended, so what runs now is the run
	whole     bool // the specs that run are those of the preview
	ahead     *ahead
	held      held
	reportDir string
	release   func() // of the report directory
	// failedToStart is why BeforeSuite ended the run; only set in the first process.
	failedToStart string
}

// split leaves the cases of the shard. What the label filter leaves out is not shared: else one shard might get
// nothing.
func (s *suite) split() error {
	if s.options.Split.Part.Whole() {
		return nil
	}
	config, _ := ginkgo.GinkgoConfiguration()
	if focused(config) {
		return fmt.Errorf("-shard %s cannot go with a focus or skip of Ginkgo; select with --label-filter",
			s.options.Split.Part)
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
	ginkgo.ReportBeforeSuite(func(r ginkgo.Report) { s.whole = s.canRunAhead(r) })
	ginkgo.SynchronizedAfterSuite(s.finish, func() {})
	ginkgo.ReportAfterSuite("essconform report", s.report)
	for _, group := range grouped(s.cases) {
		ginkgo.Context(printable.Text(group[0].ID+": "+group[0].Title, 200), priority(group[0]), func() {
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
	address, stop, err := s.plan.Start(ctx,
		engine.StartOptions{Embedded: embedded.Mock, Processes: config.ParallelTotal, Record: s.reportDir})
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
		defer printable.Guard(os.Stdout, os.Getenv)()
		fmt.Fprint(printable.NewLog(os.Stdout), estimate.Text(s.plan.Settings)) // what cannot run is said by its cases
	}
	return err
}

// abort ends the run with one line and no stack of frames that mean nothing to the reader.
func (s *suite) abort(err error) {
	s.failedToStart = printable.Lines(err.Error(), 2000)
	ginkgo.AbortSuite("essconform: " + s.failedToStart)
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
	if s.whole {
		s.ahead = runAhead(runner, s.selected())
		ginkgo.DeferCleanup(s.ahead.end)
	}
}

// selected are the cases that Ginkgo will run, as far as the preview could tell.
func (s *suite) selected() []fixtures.Expanded {
	return slices.DeleteFunc(slices.Clone(s.cases), func(x fixtures.Expanded) bool { return !s.previewed[x.Name] })
}

// result runs the case of a spec, or collects what was run ahead. Among several processes the late look comes after the
// last spec.
func (s *suite) result(ctx ginkgo.SpecContext, x fixtures.Expanded) reports.CaseResult {
	if result, ok := s.ahead.collect(ctx, x.Name); ok {
		return result
	}
	p := s.runner.Begin(ctx, x)
	config, _ := ginkgo.GinkgoConfiguration()
	if config.ParallelTotal < 2 || p.Certain() || !p.Watches() || s.plan.Settings.UserResources() {
		return p.Finish(ctx)
	}
	s.held.keep(p)
	return p.Result()
}

func (s *suite) run(ctx ginkgo.SpecContext, x fixtures.Expanded) {
	result := s.result(ctx, x)
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
	if !s.built { // a preview
		return
	}
	defer s.release()
	if r.SuiteConfig.DryRun {
		ginkgo.Fail("essconform: nothing was judged: a dry run sends nothing; leave out --dry-run")
	}
	outcome := s.outcome(r)
	var unrecorded error
	if s.runner != nil {
		outcome.Exchanges, unrecorded = s.runner.Exchanges()
		defer func() { _ = outcome.Exchanges.Close() }() // also after an error: it removes what the run has spooled
	}
	report := s.plan.Report(outcome)
	for _, note := range report.Run.Notes {
		fmt.Fprintln(printable.NewLog(os.Stderr), "essconform: warning: "+note)
	}
	err := errors.Join(unrecorded, render.Deliver(context.Background(), s.reportDir, report, os.Getenv))
	if !s.options.Quiet {
		_, width := terminal.Look(os.Stdout, os.Getenv)
		shown := terminal.Options{Width: width}
		if err == nil {
			shown.ReportDir = s.reportDir
		}
		fmt.Println() // below the dots
		end := printable.Guard(os.Stdout, os.Getenv)
		terminal.Write(printable.NewLog(os.Stdout), report, shown)
		end()
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
		Selected: s.willRun(r), Selection: selection(r.SuiteConfig),
		Shard: s.shard,
	}
	for _, spec := range r.SpecReports {
		out.Results = append(out.Results, resultsOf(spec)...)
	}
	out.Partial = s.partial(r, out.Results)
	out.Results = append(out.Results, s.ahead.rest()...)
	if s.runner != nil {
		out.Results = s.runner.Redacted(out.Results)
		out.Notes = s.runner.Notes()
	}
	out.Expected = s.expected(r.SuiteConfig)
	return out
}

// willRun is how many of our specs Ginkgo selected. A user's own specs beside them are not counted.
func (s *suite) willRun(r ginkgo.Report) int {
	if s.whole {
		return len(s.previewed)
	}
	if cases := s.expected(r.SuiteConfig); cases != nil {
		return min(len(cases), r.PreRunStats.SpecsThatWillRun)
	}
	names, n := map[string]bool{}, 0
	for _, x := range s.cases {
		names[x.Name] = true
	}
	for _, spec := range r.SpecReports {
		if names[spec.LeafNodeText] && (spec.NumAttempts > 0 ||
			!spec.State.Is(types.SpecStateSkipped|types.SpecStatePending)) {
			n++
		}
	}
	return n
}

// partial says why not all selected cases have a result.
func (s *suite) partial(r ginkgo.Report, all []reports.CaseResult) string {
	names := map[string]bool{}
	for _, result := range all {
		names[result.ID] = true
	}
	switch {
	case s.failedToStart != "":
		return s.failedToStart
	case len(names) >= s.willRun(r):
		return ""
	case r.SuiteConfig.FailFast:
		return "stopped at the first failure (--fail-fast)"
	case len(r.SpecialSuiteFailureReasons) > 0:
		return r.SpecialSuiteFailureReasons[0]
	}
	return "the run ended early"
}

// expected are the cases that were selected, as far as that can be told: a focus on text or files selects by what
// Ginkgo knows alone.
func (s *suite) expected(c types.SuiteConfig) []fixtures.Expanded {
	if s.whole {
		return s.selected()
	}
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

// resultsOf reads the entries of a spec, or of the node that made the late look. A spec that was tried several times
// has several: the worst counts, because a verdict does not depend on luck.
func resultsOf(spec types.SpecReport) (out []reports.CaseResult) {
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
		out = append(out, result)
	}
	return out
}
