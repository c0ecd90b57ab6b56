package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/merge"
	"github.com/essconform/essconform/reports/render/terminal"
)

func trendCommand(ctx context.Context, args []string, s streams) (int, error) {
	flags := flag.NewFlagSet("trend", flag.ContinueOnError)
	out := flags.String("o", "",
		"the `DIR` to write trend.html, trend.md and trend.json to; none: only to the terminal")
	last := flags.Int("last", 30, "show the last `N` runs")
	dirs, err := parseFiles(flags, args, s, 1, 1, "DIR",
		"Sets the reports of past runs of one target side by side, with what changed when. It reads every\n"+
			"report.json below DIR, and ends as merge does: 0 when all runs are conformant, 1 when one is not, 2\n"+
			"when one could not be judged.")
	if err != nil {
		return 0, err
	}
	if *last < 2 {
		return 0, fmt.Errorf("trend: -last is %d; it takes two runs to see a change", *last)
	}
	past, err := pastReports(dirs[0], *out)
	if err != nil {
		return 0, fmt.Errorf("trend: %w", err)
	}
	past = past[max(0, len(past)-*last):]
	all, links := make([]reports.Report, len(past)), make([]string, len(past))
	for i, p := range past {
		all[i], links[i] = p.report, p.link
	}
	m, err := merge.NewTrend(all)
	if err != nil {
		return 0, fmt.Errorf("trend: %s: %w", dirs[0], err)
	}
	if m = m.WithLinks(links); *out != "" {
		if err := merge.WriteAll(ctx, *out, m); err != nil {
			return 0, err
		}
	}
	look := terminal.Options{Color: s.color, Width: cmp.Or(s.width, 100), ReportDir: *out}
	return m.Verdict.ExitCode, merge.WriteText(s.out, m, look)
}

type pastReport struct {
	report reports.Report
	link   string
}

// pastReports reads the reports below a directory, each run once, the oldest first. A shard is no run by itself: it is
// passed over, because the joined report says more. Links are seen from out.
func pastReports(dir, out string) (past []pastReport, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != "report.json" {
			return err
		}
		if len(past) == maxMerged {
			return fmt.Errorf("%s holds more than %d reports; give a directory with fewer", dir, maxMerged)
		}
		r, err := readReport(path)
		if err != nil {
			return err
		}
		known := slices.ContainsFunc(past, func(p pastReport) bool { return p.report.Run.ID == r.Run.ID })
		if !known && r.Run.Shard == nil {
			past = append(past, pastReport{r, linkFrom(out, path)})
		}
		return nil
	})
	slices.SortStableFunc(past,
		func(a, b pastReport) int { return a.report.Run.StartedAt.Compare(b.report.Run.StartedAt) })
	return past, err
}
