package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
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

// rerunFolder is where a selection of cases is reported that must not replace the report of more cases.
const rerunFolder = "rerun"

// ownFolder is the directory for the reports of a selection: a folder of its own where a report of more cases is, unless -report-dir
// was given.
func ownFolder(flags *flag.FlagSet, dir string, sel *selection, chosen int) (string, error) {
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "report-dir" })
	if given || sel.String() == reports.Everything {
		return dir, nil
	}
	switch there, err := readReport(filepath.Join(dir, "report.json")); {
	case errors.Is(err, fs.ErrNotExist):
		return dir, nil
	case err == nil && there.Counts.Selected <= chosen:
		return dir, nil
	}
	own := filepath.Join(dir, rerunFolder)
	return own, os.MkdirAll(own, 0o755)
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
