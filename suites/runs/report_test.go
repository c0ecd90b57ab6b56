//go:build unix

package runs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
)

// reportDir is a directory with the reports of an earlier, conformant run.
func reportDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	if err := os.CopyFS(dir, os.DirFS(programs.green)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// readReport reads report.json, which must be whole.
func readReport(t *testing.T, dir string) reports.Report {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := reports.ReadJSON(f.Name(), f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// noReport fails when anything of the earlier run is left.
func noReport(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	// a lock is no report, nor is what was set aside, or what a killed run had kept
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool {
		return e.Name() == "run.lock" || strings.HasPrefix(e.Name(), ".earlier-") ||
			strings.HasPrefix(e.Name(), ".exchanges-")
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("wanted no report; got %s", e.Name())
	}
}

// notGreen fails when any file of the directory says conformant. No file at all says nothing.
func notGreen(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "report.json")); errors.Is(err, fs.ErrNotExist) {
		noReport(t, dir)
		return
	}
	if r := readReport(t, dir); r.Verdict.Conformant || r.Verdict.ExitCode == 0 {
		t.Errorf("wanted a report that is not green; got %+v", r.Verdict)
	}
	if badge := read(t, filepath.Join(dir, "badge.json")); strings.Contains(badge, "green") || strings.Contains(badge, `"conformant`) {
		t.Errorf("wanted a badge that is not green; got %s", badge)
	}
	if md := read(t, filepath.Join(dir, "report.md")); strings.Contains(md, "✓") {
		t.Errorf("wanted no tick in report.md; got %.300s", md)
	}
	if junit := read(t, filepath.Join(dir, "junit.xml")); !strings.Contains(junit, "<failure") &&
		!strings.Contains(junit, "<error") {
		t.Errorf("wanted a failure or an error in junit.xml; got %.300s", junit)
	}
}

// counts fails when the outcomes do not add up to the cases that were selected.
func counts(t *testing.T, r reports.Report) {
	t.Helper()
	n := r.Counts
	if sum := n.Passed + n.Failed + n.Waived + n.UnexpectedPass + n.CouldNotRun + n.Unsupported; sum != n.Selected ||
		len(r.Cases) != n.Selected {
		t.Errorf("wanted a result for each of %d cases; got %d results and %+v", n.Selected, len(r.Cases), n)
	}
}
