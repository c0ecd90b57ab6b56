//go:build unix

package runs_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
)

// fate is a run on a target that does not let it come to a good end, by both ways of running.
type fate struct {
	name string
	take func(x *target) take
	bare bool     // without anything that arranges states
	ends bool     // before the first case: the command writes no report then
	args []string // beside those that lead to the target; DIR is where files are
	file string   // a target file in DIR/t.yaml
	code int      // of essconform
	says []string // in what is printed, each on whatever line
	want func(n reports.Counts) bool
}

func fates() []fate {
	return []fate{
		{
			name: "no state is known", code: 2, ends: true,
			take: func(*target) take {
				return func(w http.ResponseWriter, r request) bool {
					if r.what == "setup" {
						w.WriteHeader(http.StatusNotFound)
					}
					return r.what == "setup"
				}
			},
			says: []string{"the answer to every state is that it is not known (HTTP 404 or 422); is the path right?"},
			want: func(n reports.Counts) bool { return n.CouldNotRun == n.Selected },
		},
		{
			name: "nothing arranges states", code: 2, bare: true,
			says: []string{"could not judge", "pass -provider-states URL"},
			want: func(n reports.Counts) bool { return n.CouldNotRun == n.Selected },
		},
		{
			name: "all is declared unsupported", code: 2, args: []string{"-target", "DIR/t.yaml"},
			file: allUnsupported(),
			says: []string{"could not judge", "no case passed"},
			want: func(n reports.Counts) bool { return n.Unsupported == n.Selected },
		},
		{
			// One case at a time: a call that is not taken yet when the target dies would be reset, and that is judged.
			name: "the target dies in the middle", code: 2, args: []string{"-jobs", "1"},
			take: func(x *target) take {
				return func(_ http.ResponseWriter, r request) bool {
					if r.what != "setup" || r.n < 40 {
						return false
					}
					_ = x.Listener.Close() // a second time does nothing
					panic(http.ErrAbortHandler)
				}
			},
			says: []string{"could not judge", "connection refused"},
			want: func(n reports.Counts) bool { return n.Passed > 0 && n.CouldNotRun > n.Passed },
		},
		{
			name: "the target stops answering in the middle", code: 1, args: []string{"-timeout", "1s"},
			take: func(x *target) take {
				return func(_ http.ResponseWriter, r request) bool {
					return r.what == "DetachInstances" && r.n >= 60 && x.hang(r)
				}
			},
			says: []string{"not conformant", "no answer within 1s", "the target stopped answering"},
			want: func(n reports.Counts) bool { return n.Passed > 0 && n.Failed > 0 && n.CouldNotRun > 0 },
		},
		{
			name: "states are arranged no more in the middle", code: 2, args: []string{"-timeout", "1s"},
			take: func(x *target) take {
				return func(_ http.ResponseWriter, r request) bool {
					return r.what == "setup" && r.n >= 40 &&
						x.hang(r)
				}
			},
			says: []string{"could not judge", "no answer in time"},
			want: func(n reports.Counts) bool { return n.Passed > 0 && n.CouldNotRun > n.Passed },
		},
		{
			name: "every answer is 500", code: 1,
			take: func(*target) take { return broken },
			says: []string{"not conformant"},
			want: func(n reports.Counts) bool { return n.Passed == 0 && n.Failed > 0 },
		},
		{
			name: "some answers are wrong, and a waiver matches nothing", code: 1,
			args: []string{"-waivers", "DIR/t.yaml"}, file: "- {case: nothing.*, reason: gone}\n",
			take: func(*target) take {
				return func(w http.ResponseWriter, r request) bool {
					return r.what == "DetachInstances" && r.n%10 == 9 && broken(w, r)
				}
			},
			says: []string{"not conformant", "1 problem with the waivers"},
			want: func(n reports.Counts) bool { return n.Failed > 0 && n.Passed > 0 },
		},
		{
			name: "a waiver that matches nothing", code: 2, args: []string{"-waivers", "DIR/t.yaml"},
			file: "- {case: nothing.*, reason: gone}\n",
			says: []string{"could not judge: 1 problem with the waivers", "nothing.*"},
			want: func(n reports.Counts) bool { return n.Passed == n.Selected },
		},
		{
			name: "all is waived and passes", code: 1, args: []string{"-waivers", "DIR/t.yaml"},
			file: "- {case: '*', reason: we know}\n",
			says: []string{"waivers out of date"},
			want: func(n reports.Counts) bool { return n.UnexpectedPass == n.Selected },
		},
	}
}

func broken(w http.ResponseWriter, r request) bool {
	if r.what == "setup" || r.what == "teardown" {
		return false
	}
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, "out of order")
	return true
}

// stateNames are those of the interface, which are fixed.
var stateNames = []string{
	"a scaling group with detachable instances",
	"a scaling group that detaching brings down to its minimum size",
	"a scaling group at its minimum size",
	"an inactive scaling group",
	"a scaling group with a scaling activity in progress",
	"a scaling group with an inactive load balancer",
	"a scaling group with a DB instance that is not running",
	"a scaling group in its cooldown period",
	"a caller without permission to detach instances",
	"an active scaling group without instances",
}

func allUnsupported() string {
	var b strings.Builder
	b.WriteString("unsupported:\n")
	for _, s := range stateNames {
		fmt.Fprintf(&b, "- {state: %s, reason: not here}\n", s)
	}
	return b.String()
}

func TestRunsThatAreNotGreen(t *testing.T) {
	t.Parallel()
	for _, f := range fates() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			t.Run("essconform", func(t *testing.T) {
				t.Parallel()
				f.run(t, essconform, f.code)
			})
			t.Run("suite", func(t *testing.T) {
				t.Parallel()
				f.run(t, suite, 1)
			})
		})
	}
}

func (f fate) run(t *testing.T, way func(...string) command, code int) {
	x := newTarget(t, nil)
	if f.take != nil {
		x.takes(f.take(x))
	}
	dir, out := t.TempDir(), reportDir(t)
	write(t, filepath.Join(dir, "t.yaml"), f.file)
	args := x.args("-report-dir", out)
	if f.bare {
		args = []string{"-endpoint", x.URL, "-cover", "lean", "-report-dir", out}
	}
	for _, a := range f.args {
		args = append(args, strings.ReplaceAll(a, "DIR", dir))
	}
	r := way(args...).run(t)
	if r.code != code {
		t.Errorf("wanted exit code %d; got %d:\n%s", code, r.code, r.all())
	}
	noTrace(t, r)
	for _, s := range f.says {
		if !strings.Contains(unwrapped(r.all()), s) {
			t.Errorf("wanted %q; got\n%s", s, r.all())
		}
	}
	notGreen(t, out)
	if code == f.code && f.ends {
		noReport(t, out)
		return
	}
	report := readReport(t, out)
	counts(t, report)
	if !f.want(report.Counts) {
		t.Errorf("got %+v, which is not wanted:\n%s", report.Counts, r.all())
	}
	if report.Verdict.ExitCode != f.code {
		t.Errorf("wanted the verdict to be %d; got %+v", f.code, report.Verdict)
	}
}

// unwrapped joins the lines that the terminal breaks.
func unwrapped(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestMissingStatesAreReadyToPaste(t *testing.T) {
	t.Parallel()
	x := newTarget(t, func(w http.ResponseWriter, r request) bool {
		// one is known: the path is right
		unknown := r.what == "setup" && !bytes.Contains(r.body, []byte(stateNames[len(stateNames)-1]))
		if unknown {
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
		return unknown
	})
	out := reportDir(t)
	r := essconform(x.args("-report-dir", out)...).run(t)
	var missing []string
	for _, s := range readReport(t, out).MissingStates {
		missing = append(missing, s.Name)
	}
	for _, name := range stateNames[:len(stateNames)-1] { // no case needs the last one
		if !slices.Contains(missing, name) {
			t.Errorf("wanted %q among the missing states; got %q", name, missing)
		}
	}
	_, list, found := strings.Cut(r.out, "give the reasons:\n")
	if !found {
		t.Fatalf("wanted a list of missing states; got\n%s", r.out)
	}
	list, _, _ = strings.Cut(list, "\n\n")
	file := filepath.Join(t.TempDir(), "target.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(list, "reason:", "reason: not here")), 0o600); err != nil {
		t.Fatal(err)
	}
	again := essconform(x.args("-report-dir", out, "-target", file)...).run(t)
	if n := readReport(t, out).Counts; n.Unsupported == 0 || n.CouldNotRun != 0 {
		t.Errorf("wanted every case declared unsupported; got %+v\n%s", n, again.out)
	}
	if x.times("DetachInstances") != 4 { // the looks of each run, by either method, whether the caller is known
		t.Errorf("wanted no call in a state that is not there; got %d", x.times("DetachInstances"))
	}
}

// TestTeardownFailure: it is told, and changes no outcome.
func TestTeardownFailure(t *testing.T) {
	t.Parallel()
	x := newTarget(t, func(w http.ResponseWriter, r request) bool {
		if r.what == "teardown" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return r.what == "teardown"
	})
	out := filepath.Join(t.TempDir(), "out")
	r := essconform(x.args("-report-dir", out)...).run(t)
	report := readReport(t, out)
	if r.code != 0 || report.Counts.Passed != report.Counts.Selected {
		t.Errorf("wanted every case passed; got exit code %d:\n%s", r.code, r.all())
	}
	for _, c := range report.Cases {
		if !strings.Contains(c.State.Outcome, "teardown failed: ") {
			t.Fatalf("%s: wanted the failure of the teardown; got %q", c.ID, c.State.Outcome)
		}
	}
}
