//go:build unix

package runs_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/essconform/essconform/reports"
)

// waiting is a take under which calls wait from the nth on. arrived gets one for each that waits.
func waiting(x *target, from int) (arrived chan struct{}) {
	arrived = make(chan struct{}, 100)
	x.takes(func(_ http.ResponseWriter, r request) bool {
		if r.what != "DetachInstances" || r.n < from {
			return false
		}
		tell(arrived)
		return x.hang(r)
	})
	return arrived
}

// tell says that a call has arrived. Once the test has seen as many as it waits for, it reads no more: no handler waits
// for that.
func tell(arrived chan<- struct{}) {
	select {
	case arrived <- struct{}{}:
	default:
	}
}

// untilAll waits until n calls wait, or the run is over too early.
func untilAll(t *testing.T, p *process, arrived chan struct{}, n int) {
	t.Helper()
	for range n {
		select {
		case <-arrived:
		case <-p.ended:
			t.Fatalf("wanted it to wait for the target; got its end:\n%s", p.wait().all())
		}
	}
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		way   func(...string) command
		procs int
		stop  syscall.Signal
		code  int
	}{
		{"essconform", essconform, 1, syscall.SIGINT, 2},
		{"essconform, three at a time", func(args ...string) command {
			return essconform(append(args, "-procs", "3")...)
		}, 3, syscall.SIGINT, 2},
		{"essconform, terminated", essconform, 1, syscall.SIGTERM, 2},
		{"suite", suite, 1, syscall.SIGINT, 1},
		{"ginkgo", parallel, 2, syscall.SIGINT, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := newTarget(t, nil)
			arrived := waiting(x, 50)
			out := reportDir(t)
			p := c.way(x.args("-report-dir", out)...).start(t)
			untilAll(t, p, arrived, c.procs)
			p.signal(c.stop)
			r := p.wait()
			if r.code != c.code {
				t.Errorf("wanted exit code %d; got %d:\n%s", c.code, r.code, r.all())
			}
			noTrace(t, r)
			tornDown(t, x)
			partial(t, out, r)
			report := readReport(t, out)
			if n := report.Counts; n.Failed > 0 || n.Passed == 0 || n.CouldNotRun < c.procs {
				t.Errorf("wanted passes before the interrupt and could-not-run after it; got %+v", n)
			}
		})
	}
}

// partial fails when a report does not say that the run ended early.
func partial(t *testing.T, dir string, r result) {
	t.Helper()
	notGreen(t, dir)
	report := readReport(t, dir)
	counts(t, report)
	if report.Run.Partial == "" || !strings.Contains(report.Verdict.Reason, "partial") ||
		!strings.Contains(r.out, "partial") {
		t.Errorf("wanted a partial run; got %q, verdict %q", report.Run.Partial, report.Verdict.Reason)
	}
}

// TestKilledProcess kills one of Ginkgo's processes in the middle of a case. Without the first one no process writes a
// report; what an earlier run wrote must be gone.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	for _, victim := range []int{1, 2, 3} {
		t.Run([]string{"", "first", "second", "third"}[victim], func(t *testing.T) {
			t.Parallel()
			x := newTarget(t, nil)
			arrived, release := make(chan struct{}, 100), make(chan struct{})
			x.takes(func(_ http.ResponseWriter, r request) bool {
				if r.what == "DetachInstances" && r.n >= 30 {
					tell(arrived)
					select {
					case <-release:
					case <-x.closing:
					}
				}
				return false
			})
			out := reportDir(t)
			p := ginkgo([]string{"--procs=3"}, x.args("-report-dir", out)...).start(t)
			untilAll(t, p, arrived, 3)
			if err := syscall.Kill(p.child(victim), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			close(release)
			r := p.wait()
			if r.code == 0 {
				t.Errorf("wanted an exit code that is not 0; got 0:\n%s", r.all())
			}
			noTrace(t, r)
			notGreen(t, out)
		})
	}
}

// TestKilledCommand kills the command itself, which leaves it no time for anything.
func TestKilledCommand(t *testing.T) {
	t.Parallel()
	x := newTarget(t, nil)
	arrived := waiting(x, 50)
	out := reportDir(t)
	p := essconform(x.args("-report-dir", out)...).start(t)
	untilAll(t, p, arrived, 1)
	p.signal(syscall.SIGKILL)
	<-p.ended
	noReport(t, out)
}

func TestFailFast(t *testing.T) {
	t.Parallel()
	for _, procs := range []string{"--procs=1", "--procs=2"} {
		t.Run(procs, func(t *testing.T) {
			t.Parallel()
			x := newTarget(t, func(w http.ResponseWriter, r request) bool {
				return r.what == "DetachInstances" &&
					broken(w, r)
			})
			out := reportDir(t)
			r := ginkgo([]string{procs, "--fail-fast", "--label-filter=must"}, x.args("-report-dir", out)...).run(t)
			if r.code == 0 {
				t.Error("wanted an exit code that is not 0; got 0")
			}
			noTrace(t, r)
			tornDown(t, x)
			partial(t, out, r)
			report := readReport(t, out)
			if n := report.Counts; n.Failed == 0 || n.CouldNotRun < n.Selected/2 ||
				report.Verdict.ExitCode != reports.ExitNotConformant {
				t.Errorf("wanted some failures and the rest not reached; got %+v, %+v", n, report.Verdict)
			}
		})
	}
}
