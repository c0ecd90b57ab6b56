package main

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/spec/yamlfile"
)

// failedIn are the ids of the cases that failed or could not run in a report.
func failedIn(file string) (ids []string, err error) {
	r, err := readReport(file)
	if err != nil {
		return nil, fmt.Errorf("-failed: %w", err)
	}
	for _, c := range r.Cases {
		if c.Outcome == reports.Failed || c.Outcome == reports.CouldNotRun || c.Outcome == reports.UnexpectedPass {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("-failed: no case failed in %s, and all could run; nothing is to be run again", file)
	}
	return ids, nil
}

// readyFolder is where the reports of a run go. It is called when all reports that flags name are read: they may stand
// there.
func readyFolder(flags *flag.FlagSet, dir string, sel *selection) (*render.Folder, error) {
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "report-dir" })
	return render.Ready(dir, !given && sel.String() != reports.Everything, engine.LockReports)
}

// labelWords are those of a label filter, without its operators and regular expressions.
var labelWords = regexp.MustCompile(`/[^/]*/|[^&|!,()\s]+`)

// unknownLabel says which word of a filter is no label, when one is near.
func unknownLabel(filter string, cases []fixtures.Expanded) error {
	var known []string
	for _, x := range cases {
		known = append(known, x.Labels...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	if strings.Contains(filter, "{") {
		return nil // sets have words of their own
	}
	for _, w := range labelWords.FindAllString(filter, -1) {
		if w[0] == '/' || slices.Contains(known, w) {
			continue
		}
		if near := yamlfile.Nearest(w, known); near != "" {
			return fmt.Errorf("no case has the label %q; did you mean %s?", w, near)
		}
		return fmt.Errorf("no case has the label %q", w)
	}
	return nil
}
