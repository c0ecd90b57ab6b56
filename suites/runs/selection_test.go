//go:build unix

package runs_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listed are the cases that `essconform cases` lists with the same flags.
func listed(t *testing.T, args ...string) (names []string) {
	t.Helper()
	r := command{program: programs.essconform, args: append([]string{"cases", "-o", "json"}, args...)}.run(t)
	var list []struct{ ID string }
	if err := json.Unmarshal([]byte(r.out), &list); err != nil || r.code != 0 {
		t.Fatalf("list the cases: %v, exit code %d:\n%s", err, r.code, r.err)
	}
	for _, c := range list {
		names = append(names, c.ID)
	}
	slices.Sort(names)
	return names
}

// TestSelection holds every way to select, order and share the cases to the same list of cases, each with its result.
func TestSelection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		flags []string // of ginkgo
		list  []string // of essconform cases
		times int      // 0 is once
		all   bool
	}{
		{name: "everything", all: true},
		{
			name: "label filter", flags: []string{"--label-filter=document && xml"},
			list: []string{"-label-filter", "document && xml"},
		},
		{
			name: "label filter on several processes", flags: []string{"--label-filter=json && post", "--procs=2"},
			list: []string{"-label-filter", "json && post"},
		},
		{name: "focus", flags: []string{`--focus=detach\.to-min-size/xml/get`}, list: []string{"-case", "detach.to-min-size/xml/get"}},
		{name: "skip", flags: []string{`--skip=/xml/`}, list: []string{"-label-filter", "!xml"}},
		{name: "random order", flags: []string{"--randomize-all", "--seed=7"}, all: true},
		{name: "four processes", flags: []string{"--procs=4"}, all: true},
		{
			name:  "four processes in random order",
			flags: []string{"--procs=4", "--randomize-all", "--label-filter=json"},
			list:  []string{"-label-filter", "json"},
		},
		{
			name:  "repeated",
			flags: []string{"--repeat=1", "--label-filter=json && post"},
			list:  []string{"-label-filter", "json && post"}, times: 2,
		},
		{
			name:  "until it fails, in several processes",
			flags: []string{"--procs=2", "--repeat=1", "--flake-attempts=2", "--label-filter=xml"},
			list:  []string{"-label-filter", "xml"}, times: 2,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := newTarget(t, nil)
			args := x.args("-verifies-signatures")
			want := listed(t, append(args, c.list...)...)
			out := filepath.Join(t.TempDir(), "out")
			r := ginkgo(c.flags, append(args, "-report-dir", out)...).run(t)
			if r.code != 0 {
				t.Errorf("wanted exit code 0; got %d:\n%s", r.code, r.all())
			}
			report := readReport(t, out)
			counts(t, report)
			var got []string
			for _, result := range report.Cases {
				got = append(got, result.ID)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("wanted results of %s; got %s", strings.Join(want, " "), strings.Join(got, " "))
			}
			if n := report.Counts; n.Passed != len(want) || !report.Verdict.Conformant ||
				(n.NotSelected == 0) != c.all {
				t.Errorf("wanted %d cases passed; got %+v, %+v", len(want), n, report.Verdict)
			}
			if runs := strings.Count(r.out, "conformant"); runs != max(c.times, 1) {
				t.Errorf("wanted %d verdicts; got %d:\n%s", max(c.times, 1), runs, r.out)
			}
			tornDown(t, x)
		})
	}
}

func TestNothingSelectedUnderGinkgo(t *testing.T) {
	t.Parallel()
	for name, flags := range map[string][]string{
		"label filter":                {"--label-filter=nothing"},
		"focus":                       {"--focus=nothing at all"},
		"skip":                        {"--skip=."},
		"filter that cannot be read":  {"--label-filter=xml &&"},
		"label filter, two processes": {"--label-filter=nothing", "--procs=2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := reportDir(t)
			r := ginkgo(flags, "-report-dir", out).run(t)
			if r.code == 0 {
				t.Errorf("wanted an exit code that is not 0; got 0:\n%s", r.all())
			}
			noTrace(t, r)
			notGreen(t, out)
		})
	}
}

// TestNothingJudgedUnderGoTest runs the suite as go test does when its own flags leave nothing to do.
func TestNothingJudgedUnderGoTest(t *testing.T) {
	t.Parallel()
	for _, leaveOut := range []string{
		"-test.run=TestConform$", "-test.skip=.", "-test.count=0", "-test.list=.", "-test.bench=. -test.run=^$",
		"-ginkgo.dry-run",
	} {
		t.Run(leaveOut, func(t *testing.T) {
			t.Parallel()
			out := reportDir(t)
			r := suite(append(strings.Fields(leaveOut), "-report-dir", out)...).run(t)
			if r.code == 0 || !strings.Contains(r.all(), "essconform: nothing was judged") {
				t.Errorf("wanted an exit code that is not 0, and why; got %d:\n%s", r.code, r.all())
			}
			noReport(t, out)
		})
	}
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	x := newTarget(t, nil)
	out := filepath.Join(t.TempDir(), "out")
	r := ginkgo([]string{"--dry-run", "-v"}, x.args("-report-dir", out)...).run(t)
	if r.code == 0 || !strings.Contains(r.all(), "essconform: nothing was judged") {
		t.Errorf("wanted an exit code that is not 0, and why; got %d:\n%s", r.code, r.all())
	}
	if asked := x.asked(); len(asked) > 0 {
		t.Errorf("wanted no request; got %v", asked)
	}
	noReport(t, out)
	for _, name := range listed(t, x.args()...) {
		if !strings.Contains(r.out, name) {
			t.Errorf("wanted %s listed; got none", name)
		}
	}
	if strings.Contains(r.out, "conformant") {
		t.Errorf("wanted no verdict; got\n%s", r.out)
	}
}
