package ci

import (
	"bufio"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// seen is what the parsers of other people's CI say of a report; see readers/readers.mjs.
type seen struct {
	Cases    []string
	Outcomes map[string]int
	WithLine int
	Messages []string
	Totals   struct{ Total, Passed, Failed, Errors int }
	CTRF     map[string]int
	Summary  struct{ Tests, Passed, Failed, Skipped, Pending, Other int }
}

// installed copies the readers to a directory of their own and installs what the lock file says.
func installed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("readers")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v: %s; this test needs Node.js 20 or later, npm and its registry", err, out)
	}
	return dir
}

// broken serves a mock with a defect until the test ends, and returns its address.
func broken(t *testing.T, essconform, defect string) string {
	t.Helper()
	cmd := exec.Command(essconform, "mock", "-addr", "127.0.0.1:0", "-accept-unsigned", "-defect", defect)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text()); url != "" {
			return url
		}
	}
	t.Fatal("wanted the mock to print its address")
	return ""
}

// What junit2json, test-results-parser and the reference implementation of CTRF read is what the report says.
func TestReadersOfOthersReadTheReport(t *testing.T) {
	t.Parallel()
	dir, readers := t.TempDir(), installed(t)
	build(t, dir)
	essconform := filepath.Join(dir, "essconform")
	url := broken(t, essconform, "status.InvalidInstanceId.NotFound-400")
	for name, c := range map[string]struct {
		args []string
		exit int
		want map[string]int
	}{
		"conformant": {[]string{"-case", "detach.one/*"}, 0, map[string]int{"passed": 4}},
		"not conformant": {
			[]string{
				"-endpoint", url, "-provider-states", url + "/_states", "-signature", "none",
				"-case", "detach.one/*", "-case", "error.InvalidInstanceId.NotFound/*",
			}, 1, map[string]int{"passed": 4, "failed": 4},
		},
	} {
		t.Run(name, func(t *testing.T) {
			at := filepath.Join(t.TempDir(), "report")
			out, err := exec.Command(essconform, append([]string{"run", "-report-dir", at},
				c.args...)...).CombinedOutput()
			var exit *exec.ExitError
			if code := 0; err != nil && (!errors.As(err, &exit) || exit.ExitCode() != c.exit) || err == nil &&
				code != c.exit {
				t.Fatalf("wanted exit %d; got %v: %s", c.exit, err, out)
			}
			ctrf := filepath.Join(at, "ctrf.json")
			out, err = exec.Command(essconform, "report", "-format", "ctrf", "-o", ctrf,
				filepath.Join(at, "report.json")).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			cmd := exec.Command("node", filepath.Join(readers, "readers.mjs"), filepath.Join(at, "junit.xml"), ctrf)
			var complaints strings.Builder
			cmd.Stderr = &complaints
			if out, err = cmd.Output(); err != nil {
				t.Fatalf("%v: %s", err, complaints.String())
			}
			var got seen
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			check(t, got, c.want)
		})
	}
}

func check(t *testing.T, got seen, want map[string]int) {
	t.Helper()
	all := want["passed"] + want["failed"]
	if !maps.Equal(got.Outcomes, want) || len(got.Cases) != all || got.WithLine != all ||
		got.Cases[0] != "detach.one/json/get" {
		t.Errorf("junit2json: wanted %v, each with file and line; got %+v", want, got)
	}
	if n := got.Totals; n.Total != all || n.Passed != want["passed"] || n.Failed != want["failed"] || n.Errors != 0 {
		t.Errorf("test-results-parser: wanted %v; got %+v", want, n)
	}
	if n := got.Summary; !maps.Equal(got.CTRF, want) || n.Tests != all || n.Passed != want["passed"] ||
		n.Failed != want["failed"] {
		t.Errorf("CTRF: wanted %v; got %v, %+v", want, got.CTRF, n)
	}
	for _, m := range got.Messages {
		if m != "error.status.InvalidInstanceId.NotFound: wanted HTTP 404; got HTTP 400" {
			t.Errorf("wanted what was wanted and what came; got %s", m)
		}
	}
	if len(got.Messages) != want["failed"] {
		t.Errorf("wanted a message for each failure; got %q", got.Messages)
	}
}
