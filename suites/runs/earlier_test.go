//go:build unix

package runs_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestSelectionKeepsTheBroaderReport: what a filter or a focus selects goes to a folder of its own, unless the report
// directory was named for it.
func TestSelectionKeepsTheBroaderReport(t *testing.T) {
	t.Parallel()
	for name, flags := range map[string][]string{
		"label filter":                {"--label-filter=xml && get && code:Forbidden.Unauthorized"},
		"focus":                       {"--focus=detach.max/json/post"},
		"focus, two processes":        {"--focus=detach.max/json/post", "--procs=2"},
		"label filter, two processes": {"--label-filter=xml && get && code:Forbidden.Unauthorized", "--procs=2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := reportDir(t)
			before := readReport(t, out).Run.ID
			c := ginkgo(flags)
			c.env = append(c.env, "ESSCONFORM_REPORT_DIR="+out)
			r := c.run(t)
			if after := readReport(t, out).Run.ID; r.code != 0 || after != before {
				t.Errorf("wanted the report of everything left alone; got %d, run %s in place of %s:\n%s", r.code,
					after, before, r.all())
			}
			if again := readReport(t, filepath.Join(out, "rerun")); again.Counts.NotSelected == 0 ||
				!again.Verdict.Conformant {
				t.Errorf("wanted the selection reported; got %+v, %+v", again.Counts, again.Verdict)
			}
			if !strings.Contains(r.all(), filepath.Join(out, "rerun")) {
				t.Errorf("wanted one line that says where the reports are; got\n%s", r.all())
			}
			r = ginkgo(flags, "-report-dir", out).run(t)
			if now := readReport(t, out); r.code != 0 || now.Counts.NotSelected == 0 {
				t.Errorf("wanted the report replaced in the directory that was named; got %d, %+v", r.code, now.Counts)
			}
		})
	}
}

// TestKilledWhileLoading kills runs that read their description.
func TestKilledWhileLoading(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(...string) command{"command": essconform, "suite": suite} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, description := reportDir(t), filepath.Join(t.TempDir(), "spec.yaml")
			if err := syscall.Mkfifo(description, 0o600); err != nil {
				t.Fatal(err)
			}
			p := way("-spec", description, "-report-dir", out).start(t)
			w, err := os.OpenFile(description, os.O_WRONLY, 0) // waits until it is read
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			p.signal(syscall.SIGKILL)
			<-p.ended
			for _, file := range []string{"report.json", "report.html", "report.md", "junit.xml", "badge.json"} {
				if _, err := os.Stat(filepath.Join(out, file)); err == nil {
					t.Errorf("wanted no %s of the earlier run", file)
				}
			}
		})
	}
}
