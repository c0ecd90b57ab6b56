package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"al.essio.dev/pkg/shellescape"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/compare"
	"github.com/essconform/essconform/reports/render"
)

// recordingFile is the recording in a directory of reports.
const recordingFile = "exchanges.har"

func rejudgeCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("rejudge", flag.ContinueOnError)
	var o rejudgeFlags
	o.register(fs)
	dirs, err := parseFiles(fs, args, s, 1, 1, "DIR",
		"Judges what a run has recorded in its report directory once more, with the description, the cases and\n"+
			"the rules of this program, and without a network. It prints case by case what became of the run's\n"+
			"verdict. What the recording does not tell, because it was cut or because the cases of today call\n"+
			"something else, could not be judged.")
	if err != nil {
		return 0, err
	}
	dir := dirs[0]
	old, err := readReport(filepath.Join(dir, "report.json"))
	if err != nil {
		return 0, err
	}
	plan, err := o.plan(old)
	if err != nil {
		return 0, fmt.Errorf("rejudge: %w", err)
	}
	into := cmp.Or(o.dir, filepath.Join(dir, "rejudged"))
	if same, err := sameDirectory(dir, into); err != nil || same {
		return 0, cmp.Or(err, fmt.Errorf("rejudge: %s holds what is to be judged; choose another -report-dir", into))
	}
	results, err := rejudged(ctx, plan, dir, old)
	if err != nil {
		return 0, err
	}
	release, err := render.Begin(into, engine.LockReports)
	if err != nil {
		return 0, err
	}
	defer release()
	now := rejudgedReport(plan, old, results, append([]string{"essconform", "rejudge"}, args...))
	exit, err := deliver(ctx, into, now, "", s)
	if err != nil {
		return 0, err
	}
	return exit, printChanges(ctx, s, old, now)
}

type rejudgeFlags struct{ dir, spec, cases, waivers string }

func (o *rejudgeFlags) register(fs *flag.FlagSet) {
	fs.StringVar(&o.dir, "report-dir", "", "`DIR` for the reports (default: rejudged in the run's own)")
	fs.StringVar(&o.spec, "spec", "",
		"another description than the run's, a `FILE` or the API version of a built-in one: 2022-02-22")
	fs.StringVar(&o.cases, "cases", "", "another `DIR` of more cases than the run's")
	fs.StringVar(&o.waivers, "waivers", "", "another `FILE` of known failures than the run's")
}

// plan is that of the run, with this program's description and cases.
func (o *rejudgeFlags) plan(old reports.Report) (*engine.Plan, error) {
	if old.Target.Kind == reports.KindRecording {
		return nil, errors.New("the report is not that of a run; judge traffic of others with `essconform judge`")
	}
	settings, err := target.FromEffective(old.Run.Config)
	if err != nil {
		return nil, err
	}
	settings.Spec = cmp.Or(o.spec, settings.Spec)
	settings.Cases = cmp.Or(o.cases, settings.Cases)
	settings.Waivers = cmp.Or(o.waivers, settings.Waivers)
	return engine.NewPlan(settings)
}

func sameDirectory(a, b string) (bool, error) {
	first, err := os.Stat(a)
	if err != nil {
		return false, fmt.Errorf("rejudge: %w", err)
	}
	second, err := os.Stat(b)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(first, second), err
}

func rejudged(ctx context.Context, plan *engine.Plan, dir string, old reports.Report) ([]reports.CaseResult, error) {
	name := filepath.Join(dir, recordingFile)
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf(
			"rejudge: %s is not there: the run kept no exchanges (-no-har), or its directory was moved in part", name)
	}
	if err != nil {
		return nil, fmt.Errorf("rejudge: %w", err)
	}
	defer f.Close()
	results, err := plan.Rejudge(ctx, bufio.NewReaderSize(f, 1<<20), old)
	if err != nil {
		return nil, fmt.Errorf("rejudge: %s: %w", name, err)
	}
	return results, nil
}

// rejudgedReport is the report of the run with other results.
func rejudgedReport(
	plan *engine.Plan, old reports.Report, results []reports.CaseResult, command []string,
) reports.Report {
	now := plan.Report(engine.RunOutcome{
		StartedAt: old.Run.StartedAt, Seed: old.Run.Seed, Procs: old.Run.Procs, Selection: old.Run.Selection,
		Selected: len(results), Command: shellescape.QuoteCommand(command), Results: results, Partial: old.Run.Partial,
		Notes: append([]string{"judged again from the recording of run " + old.Run.ID}, old.Run.Notes...),
		Shard: old.Run.Shard,
	})
	now.Target, now.Run.EndedAt = old.Target, old.Run.EndedAt
	return now
}

// printChanges says what the new judgement made of the old one.
func printChanges(ctx context.Context, s streams, old, now reports.Report) error {
	c, err := compare.Reports(old, now)
	if err != nil {
		return err
	}
	format, _, err := formatOf("text", compare.Formats())
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out)
	look := render.Options{Color: s.color, Width: cmp.Or(s.width, 100)}
	return format.Write(ctx, forPeople(io.Writer(s.out), format.Name), c, look)
}
