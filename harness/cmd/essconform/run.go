package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"al.essio.dev/pkg/shellescape"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/embedded"
	"github.com/essconform/essconform/harness/engine/shard"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/render"
)

// runFlags are what `essconform run` is told.
type runFlags struct {
	set       *flag.FlagSet
	target    *target.Flags
	selection selection
	parts     *shard.Flags
	planOnly  bool
	procs     int // 0: not given
	quiet     bool
	language  *string
	dry       engine.DryRunOptions
}

func registerRun() *runFlags {
	fs := flag.NewFlagSet("run", flag.ContinueOnError)
	f := &runFlags{set: fs, target: target.Register(fs)}
	f.selection.register(fs)
	f.parts = shard.Register(fs)
	fs.BoolVar(&f.planOnly, "plan", false, "say what would be done, and stop; at most reads from the target")
	fs.Func("procs", "the same as -jobs `N`", func(v string) (err error) {
		if f.procs, err = strconv.Atoi(v); err != nil || f.procs < 1 {
			return fmt.Errorf("write a number from 1 on")
		}
		return nil
	})
	fs.BoolVar(&f.quiet, "quiet", false, "print no progress")
	f.language = languageFlag(fs)
	fs.DurationVar(&f.dry.Activity, "plan-activity", 0,
		"`DURATION` of a scaling activity that -plan assumes; default 20s, on this machine as long as the mock's")
	return f
}

func runCommand(ctx context.Context, args []string, s streams) (exit int, err error) {
	f := registerRun()
	if err := parse(f.set, args, s, "Runs the cases against a target and writes the reports. Settings also come from "+
		strings.Join(target.Environment(), ", ")+";\ncredentials from the official default chain "+
		"(ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, …)."); err != nil {
		return 0, err
	}
	j, err := f.job(s)
	if err != nil {
		return 0, err
	}
	j.command = shellescape.QuoteCommand(append([]string{"essconform", "run"}, args...))
	if j.folder != nil {
		defer func() { err = errors.Join(err, j.folder.Close()) }()
	}
	if f.planOnly || !j.plan.Settings.Loopback() {
		if done, exit, err := f.announced(ctx, s, j); done || err != nil {
			return exit, err
		}
	}
	return j.run(ctx, s)
}

// job is what is to be run, and where its reports go.
type job struct {
	plan     *engine.Plan
	cases    []fixtures.Expanded
	part     *reports.Shard // nil: all that was selected
	selected string         // in words
	named    bool           // one by one
	folder   *render.Folder // nil with -plan
	quiet    bool
	language string
	command  string
}

func (f *runFlags) job(s streams) (j *job, err error) {
	settings, err := f.target.Resolve(s.environment, "")
	if err != nil {
		return nil, err
	}
	if f.procs > 0 {
		settings.Jobs = f.procs
	}
	split, err := f.parts.Resolve("", settings.ReportDir)
	if err != nil {
		return nil, err
	}
	if err := f.selection.read(); err != nil {
		return nil, err
	}
	var folder *render.Folder
	if !f.planOnly {
		partial := f.selection.String() != reports.Everything
		if folder, err = readyFolder(f.set, settings.ReportDir, partial); err != nil {
			return nil, err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, folder.Close())
			}
		}()
	}
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return nil, err
	}
	selected, err := f.selection.choose(plan)
	if err != nil {
		return nil, err
	}
	cases, _, part, err := split.Choose(selected)
	return &job{
		plan: plan, cases: cases, part: part, selected: f.selection.String(), named: f.selection.named(),
		folder: folder, quiet: f.quiet, language: *f.language,
	}, err
}

// readyFolder is where the reports of a run go. It is called when all reports that flags name are read: they may stand
// there. partial says that not all cases run, so that only a directory that -report-dir names loses the report of more.
func readyFolder(flags *flag.FlagSet, dir string, partial bool) (*render.Folder, error) {
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "report-dir" })
	return render.Ready(dir, partial && !given, engine.LockReports)
}

// announced prints what a run would do; done: nothing more is wanted.
func (f *runFlags) announced(ctx context.Context, s streams, j *job) (done bool, exit int, err error) {
	if err := j.plan.Settings.Guard(); err != nil && !f.planOnly {
		return false, 0, err
	}
	f.dry.Jobs = j.plan.Settings.Jobs
	if f.dry.Activity == 0 {
		f.dry.Activity, f.dry.ActivityFrom = mocked(j.plan.Settings)
	}
	able, err := announce(ctx, s.out, j.plan, j.cases, f.dry)
	if err == nil && f.planOnly && !able {
		exit = exitCouldNotJudge
	}
	return f.planOnly, exit, err
}

// mocked is how long activities take where the target is the embedded mock, or on this machine and so most likely
// `essconform mock`. from says so in words.
func mocked(s target.Settings) (activity time.Duration, from string) {
	switch {
	case s.Embedded():
		return embedded.ActivityDuration, ", as in the embedded mock"
	case s.Loopback():
		return mockActivity, ", as in `essconform mock`"
	}
	return 0, ""
}

// run runs the cases and delivers the reports.
func (j *job) run(ctx context.Context, s streams) (exit int, err error) {
	settings := j.plan.Settings
	settings.ReportDir = j.folder.Dir
	return session{
		plan: j.plan, folder: j.folder, begins: len(j.cases), language: j.language, again: settings.Arguments(),
		annotates: true,
		drive: func(runner *engine.Runner) engine.RunOutcome {
			return engine.RunOutcome{
				Selection: j.selected, Selected: len(j.cases), Results: j.results(ctx, s, runner), Expected: j.cases,
				Command: j.command, Shard: j.part, Named: j.named,
			}
		},
	}.run(ctx, s)
}

func (j *job) results(ctx context.Context, s streams, runner *engine.Runner) []reports.CaseResult {
	var shown *progress
	if !j.quiet {
		shown = startProgress(s.progress, s.errTerminal, len(j.cases), max(0, j.plan.Settings.Late))
	}
	defer shown.stop()
	results := make([]reports.CaseResult, len(j.cases))
	runner.RunAll(ctx, j.cases, func(i int, result reports.CaseResult) { results[i] = result; shown.final() },
		shown.begun)
	return results
}

// announce prints what a run of the cases would do. able: all of them could run.
func announce(ctx context.Context, w io.Writer, plan *engine.Plan, cases []fixtures.Expanded,
	o engine.DryRunOptions,
) (able bool, err error) {
	estimate, err := plan.DryRun(ctx, cases, o)
	if err != nil {
		return false, err
	}
	fmt.Fprint(w, estimate.Text(plan.Settings))
	return estimate.Able(), nil
}
