package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"al.essio.dev/pkg/shellescape"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/embedded"
	"github.com/essconform/essconform/harness/engine/shard"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/reports/render/terminal"
	"github.com/essconform/essconform/spec"
)

// selection are the flags that choose cases.
type selection struct {
	cases   []string
	labels  string
	profile string
	failed  string   // a report whose failures are chosen
	again   []string // and these failures
}

func (sel *selection) register(fs *flag.FlagSet) {
	fs.Func("case", "run only this case, an `ID` or a pattern with *; may be given several times", func(v string) error {
		if v == "" {
			return fmt.Errorf("name a case")
		}
		sel.cases = append(sel.cases, v)
		return nil
	})
	fs.Func("failed", "run again what failed or could not run in the report.json `FILE`", func(v string) error {
		if v == "" {
			return fmt.Errorf("name a report.json")
		}
		sel.failed = v
		return nil
	})
	fs.Func("profile", "run only cases of this `PROFILE`: document (what the page of the operation says) or conventions (what all operations share)", func(v string) error {
		if v != string(spec.Document) && v != string(spec.Conventions) {
			return fmt.Errorf("write %s or %s", spec.Document, spec.Conventions)
		}
		sel.profile = v
		return nil
	})
	fs.StringVar(&sel.labels, "label-filter", "",
		"run only cases whose labels pass Ginkgo's `FILTER`, such as 'document && xml'")
}

// read reads the report of -failed.
func (sel *selection) read() (err error) {
	switch {
	case sel.failed == "" || sel.again != nil:
		return nil
	case len(sel.cases) > 0:
		return fmt.Errorf("give either -case or -failed")
	}
	sel.again, err = failedIn(sel.failed)
	return err
}

func (sel *selection) choose(plan *engine.Plan) ([]fixtures.Expanded, error) {
	filter, err := types.ParseLabelFilter(sel.labels)
	if err != nil {
		return nil, fmt.Errorf("-label-filter %q is not a valid filter%s; write one such as 'document && xml'",
			sel.labels, syntax(err))
	}
	if err := sel.read(); err != nil {
		return nil, err
	}
	chosen, err := plan.Select(slices.Concat(sel.cases, sel.again), func(labels []string) bool {
		return filter(labels) && (sel.profile == "" || slices.Contains(labels, sel.profile))
	})
	if err != nil {
		if meant := unknownLabel(sel.labels, plan.Cases); meant != nil {
			return nil, fmt.Errorf("%w; %w", err, meant)
		}
		return nil, err
	}
	return chosen, nil
}

// syntax is what Ginkgo has to say of a filter, without its colors and its heading. The first line repeats the filter.
func syntax(err error) string {
	var g types.GinkgoError
	if !errors.As(err, &g) {
		return ""
	}
	_, detail, _ := strings.Cut(formatter.NewWithNoColorBool(true).F(g.Message), "\n")
	if detail = strings.TrimRight(strings.Join(strings.Fields(detail), " "), "."); detail == "" {
		return ""
	}
	return ": " + detail
}

func (sel *selection) String() string {
	var words []string
	if sel.failed != "" {
		words = append(words, "failed in "+sel.failed)
	}
	if len(sel.cases) > 0 {
		words = append(words, "case "+strings.Join(sel.cases, ", "))
	}
	if sel.profile != "" {
		words = append(words, "profile "+sel.profile)
	}
	if sel.labels != "" {
		words = append(words, "label "+sel.labels)
	}
	if len(words) == 0 {
		return "everything"
	}
	return strings.Join(words, "; ")
}

func runCommand(ctx context.Context, args []string, s streams) (exit int, err error) {
	fs := flag.NewFlagSet("run", flag.ContinueOnError)
	flags := target.Register(fs)
	var sel selection
	sel.register(fs)
	parts := shard.Register(fs)
	planOnly := fs.Bool("plan", false, "say what would be done, and stop; at most reads from the target")
	procs := 0
	fs.Func("procs", "the same as -jobs `N`", func(v string) (err error) {
		if procs, err = strconv.Atoi(v); err != nil || procs < 1 {
			return fmt.Errorf("write a number from 1 on")
		}
		return nil
	})
	quiet := fs.Bool("quiet", false, "print no progress")
	language := languageFlag(fs)
	var dry engine.DryRunOptions
	fs.DurationVar(&dry.Activity, "plan-activity", 0,
		"`DURATION` of a scaling activity that -plan assumes (default 20s; on this machine none)")
	if err := parse(fs, args, s, "Runs the cases against a target and writes the reports. Settings also come from "+
		strings.Join(target.Environment(), ", ")+";\ncredentials from the official default chain (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, …)."); err != nil {
		return 0, err
	}
	settings, err := flags.Resolve(s.environment, "")
	if err != nil {
		return 0, err
	}
	if procs > 0 {
		settings.Jobs = procs
	}
	split, err := parts.Resolve("", settings.ReportDir)
	if err != nil {
		return 0, err
	}
	if err := sel.read(); err != nil {
		return 0, err
	}
	var folder *render.Folder
	if !*planOnly {
		if folder, err = readyFolder(fs, settings.ReportDir, &sel); err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, folder.Close()) }()
	}
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return 0, err
	}
	selected, err := sel.choose(plan)
	if err != nil {
		return 0, err
	}
	chosen, _, part, err := split.Choose(selected)
	if err != nil {
		return 0, err
	}
	if *planOnly || !settings.Loopback() {
		if err := settings.Guard(); err != nil && !*planOnly {
			return 0, err
		}
		dry.Jobs = settings.Jobs
		able, err := announce(ctx, s.out, plan, chosen, dry)
		switch {
		case err != nil:
			return 0, err
		case *planOnly && !able:
			return exitCouldNotJudge, nil
		case *planOnly:
			return exitConformant, nil
		}
	}
	release, why, err := folder.Begin(len(chosen))
	if err != nil {
		return 0, err
	}
	defer release()
	if settings.ReportDir = folder.Dir; why != "" {
		fmt.Fprintln(s.err, "essconform: "+why)
	}
	begin := time.Now()
	address, stop, err := plan.Start(ctx, engine.StartOptions{Embedded: embedded.Mock, Record: settings.ReportDir})
	stop = sync.OnceValue(stop)
	defer stop()
	if err != nil {
		return 0, err
	}
	runner, err := plan.Connect(address, settings.Arguments())
	if err != nil {
		return 0, err
	}
	defer runner.Close()
	var shown *progress
	if !*quiet {
		shown = startProgress(s.progress, s.errTerminal, len(chosen), max(0, settings.Late))
	}
	results := make([]reports.CaseResult, len(chosen))
	runner.RunAll(ctx, chosen, func(i int, result reports.CaseResult) { results[i] = result; shown.final() },
		shown.begun)
	shown.stop()
	exchanges, unrecorded := runner.Exchanges()
	defer func() { _ = exchanges.Close() }() // also after an error: it removes what the run has spooled
	outcome := engine.RunOutcome{
		StartedAt: begin, Procs: 1, Selection: sel.String(), Selected: len(chosen), Results: runner.Redacted(results), Expected: chosen,
		Command: shellescape.QuoteCommand(append([]string{"essconform", "run"}, args...)), Shard: part,
		Exchanges: exchanges,
	}
	outcome.Notes = warned(s.err, runner)
	if ctx.Err() != nil {
		outcome.Partial = "interrupted"
	}
	left := stop() // before the report, so that it cannot be missed below it
	report := plan.Report(outcome)
	err = errors.Join(unrecorded, render.DeliverIn(context.WithoutCancel(ctx), settings.ReportDir, report, *language, s.getenv))
	if err != nil {
		return 0, err
	}
	look := terminal.Options{Color: s.color, Width: s.width, ReportDir: settings.ReportDir, Lang: *language}
	if err := terminal.Write(s.out, report, look); err != nil {
		return 0, err
	}
	if err := render.Annotate(s.commands(), report, s.getenv); err != nil {
		return 0, err
	}
	if left != nil {
		return 0, left
	}
	return report.Verdict.ExitCode, nil
}

// warned prints what was odd about the target outside of the cases.
func warned(w io.Writer, runner *engine.Runner) []string {
	notes := runner.Notes()
	for _, note := range notes {
		fmt.Fprintln(w, "essconform: warning: "+note)
	}
	return notes
}

// announce prints what a run of the cases would do. able: all of them could run.
func announce(ctx context.Context, w io.Writer, plan *engine.Plan, cases []fixtures.Expanded, o engine.DryRunOptions) (able bool, err error) {
	estimate, err := plan.DryRun(ctx, cases, o)
	if err != nil {
		return false, err
	}
	fmt.Fprint(w, estimate.Text(plan.Settings))
	return estimate.Able(), nil
}
