// Package suites puts the cases before Ginkgo: one spec for each expanded case, generated from data. Importing it registers nothing;
// call Describe where the tree is built.
package suites

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// entryName marks the report entry that carries a case's result from the process that ran it to the one that writes the report.
const entryName = "essconform case"

// Options say how the suite behaves beside what the target's settings say. The zero value is right for a test of one's own.
type Options struct {
	// Rerun are the arguments that lead `essconform run` to the same target; they go into the reports.
	Rerun []string
	// Quiet leaves out the summary on standard output.
	Quiet bool
}

// Describe builds the specs of a target. Call it while the tree is built: at the top level of a test, before RunSpecs, or in a container.
// Zero fields of the settings take their defaults. An error means that nothing was built: settings, description or cases are wrong.
func Describe(settings target.Settings, options Options) error {
	settings = settings.WithDefaults()
	if err := settings.Check(); err != nil {
		return err
	}
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return err
	}
	s := &suite{plan: plan, options: options}
	s.describe()
	return nil
}

// suite is the state of one process.
type suite struct {
	plan    *engine.Plan
	options Options
	runner  *engine.Runner
	started time.Time
	// failedToStart is why BeforeSuite ended the run; only set in the first process.
	failedToStart string
}

func (s *suite) describe() {
	ginkgo.SynchronizedBeforeSuite(s.start, s.connect)
	ginkgo.ReportAfterSuite("essconform report", s.report)
	for _, group := range grouped(s.plan.Cases) {
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
	if err := reports.CheckDir(s.plan.Settings.ReportDir); err != nil {
		s.abort(err)
	}
	address, stop, err := engine.Start(ctx, s.plan.Settings)
	ginkgo.DeferCleanup(stop)
	if err != nil {
		s.abort(err)
	}
	data, err := json.Marshal(address)
	if err != nil {
		s.abort(err)
	}
	return data
}

// abort ends the run with one line and no stack of frames that mean nothing to the reader.
func (s *suite) abort(err error) {
	s.failedToStart = err.Error()
	ginkgo.AbortSuite("essconform: " + err.Error())
}

func (s *suite) connect(_ ginkgo.SpecContext, data []byte) {
	var address engine.Address
	gomega.Expect(json.Unmarshal(data, &address)).To(gomega.Succeed())
	runner, err := s.plan.Connect(address, s.options.Rerun)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	s.runner = runner
	ginkgo.DeferCleanup(runner.Close)
}

func (s *suite) run(ctx ginkgo.SpecContext, x fixtures.Expanded) {
	result := s.runner.Run(ctx, x)
	ginkgo.AddReportEntry(entryName, result, ginkgo.ReportEntryVisibilityNever)
	waived, _, _ := reports.ApplyWaivers([]reports.CaseResult{result}, s.plan.Waivers, time.Now())
	result = waived[0]
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
	err := reports.WriteAll(s.plan.Settings.ReportDir, report)
	if !s.options.Quiet {
		reports.Terminal(os.Stdout, report, reports.TerminalOptions{ReportDir: s.plan.Settings.ReportDir})
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
	if len(c.FocusStrings)+len(c.SkipStrings)+len(c.FocusFiles)+len(c.SkipFiles) > 0 {
		return nil
	}
	filter, err := types.ParseLabelFilter(c.LabelFilter)
	if err != nil {
		return nil
	}
	cases, err := s.plan.Select(nil, func(labels []string) bool { return filter(labels) })
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
