package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/merge"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/reports/render/terminal"
)

func mergeCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("merge", flag.ContinueOnError)
	dir := fs.String("o", "", "the `DIR` to write to; must be given")
	language := languageFlag(fs)
	var want wanted
	want.register(fs)
	files, err := parseFiles(fs, args, s, 1, maxMerged, "-o DIR report.json…",
		"Joins the shards of a run into one report, and sets the reports of several targets side by side in a\n"+
			"matrix. It ends as the joined run would: 0 when all is conformant, 1 when something is not, 2 when\n"+
			"something could not be judged, such as a shard that is missing.")
	switch {
	case err != nil:
		return 0, err
	case *dir == "":
		return 0, fmt.Errorf("merge: -o is missing; name the directory to write to")
	}
	var all []reports.Report
	for _, file := range files {
		r, err := readReport(file)
		if err == nil {
			err = want.check(file, r, time.Now())
		}
		if err != nil {
			return 0, err
		}
		all = append(all, r)
	}
	joined, links, err := joinShards(all, files, *dir)
	if err != nil {
		return 0, fmt.Errorf("merge: %w", err)
	}
	if len(joined) == 1 && all[0].Run.Shard != nil {
		return deliver(ctx, *dir, joined[0], *language, s)
	}
	return deliverMatrix(ctx, *dir, joined, links, s)
}

// joinShards makes one report of the shards of each run. links are the pages of the reports that stand in files of
// their own, as seen from dir.
func joinShards(all []reports.Report, files []string, dir string) (joined []reports.Report, links []string, err error) {
	var whole []string // the files of reports that are no shards, in their order
	for i, r := range all {
		if r.Run.Shard == nil {
			whole = append(whole, files[i])
		}
	}
	for _, group := range merge.GroupShards(all) {
		r, link := group[0], ""
		if r.Run.Shard == nil {
			link, whole = linkFrom(dir, whole[0]), whole[1:]
		} else if r, err = merge.JoinShards(group); err != nil {
			return nil, nil, err
		}
		joined, links = append(joined, r), append(links, link)
	}
	return joined, links, nil
}

// linkFrom is the address of the page beside a report.json, from a directory; "" when there is none.
func linkFrom(dir, file string) string {
	page := filepath.Join(filepath.Dir(file), "report.html")
	if _, err := os.Stat(page); err != nil {
		return ""
	}
	from, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	if page, err = filepath.Abs(page); err != nil {
		return ""
	}
	link, err := filepath.Rel(from, page)
	if err != nil {
		return ""
	}
	return filepath.ToSlash(link)
}

// maxMerged is far more than anybody has machines.
const maxMerged = 10000

func deliverMatrix(ctx context.Context, dir string, all []reports.Report, links []string, s streams) (int, error) {
	m, err := merge.NewMatrix(all)
	if err != nil {
		return 0, fmt.Errorf("merge: %w", err)
	}
	m = m.WithLinks(links)
	if err := merge.WriteAll(ctx, dir, m); err != nil {
		return 0, err
	}
	if err := render.Summarize(s.getenv, func(w io.Writer) error { return merge.WriteMarkdown(w, m) }); err != nil {
		return 0, err
	}
	return m.Verdict.ExitCode, merge.WriteText(s.out, m,
		terminal.Options{Color: s.color, Width: cmp.Or(s.width, 100), ReportDir: dir})
}
