package extreme

import (
	"slices"
	"testing"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

func TestNullTargets(t *testing.T) {
	credentials(t)
	for _, null := range Nulls() {
		t.Run(null.Name, func(t *testing.T) {
			if null.Blind { // of the others, the runs that are observed show the same and more
				t.Run("alone", func(t *testing.T) {
					wantPassed(t, trial{
						front: Front{Target: null.Target, States: newMock(t)}, adjust: hasty,
						plain: true,
					}.run(t), null.Passes)
				})
			}
			t.Run("observed through a mock", func(t *testing.T) {
				m := newMock(t)
				tr := trial{front: Front{Target: null.Target, Support: m, States: m}, adjust: hasty, plain: true}
				if len(null.Passes)+len(null.Observed) == 0 {
					tr.adjust, tr.cases = hastyAndLean, byGET
				}
				v := tr.run(t)
				passes := null.Observed
				if !null.Blind {
					passes = slices.Concat(null.Passes, null.Observed)
				}
				if len(null.Observed) > 0 {
					passes = append(passes, generatedRefusals(t, null.Code, null.Format)...)
				}
				wantPassed(t, v, passes)
			})
		})
	}
}

// hasty is for targets of which some never answer.
func hasty(s *target.Settings) { s.Timeout = 400 * time.Millisecond }

// byGET are cases of every requirement in each format, for targets to which the method makes no difference.
var byGET = []string{"*/get"}

// hastyAndLean is for those that satisfy nothing at all: no case of any requirement, in either form.
func hastyAndLean(s *target.Settings) {
	hasty(s)
	s.Cover = target.CoverLean
}

// wantPassed holds that exactly the cases of the patterns passed, and that the verdict is not green.
func wantPassed(t *testing.T, v verdict, patterns []string) {
	t.Helper()
	if v.report.Verdict.Conformant || v.report.Verdict.ExitCode == reports.ExitConformant {
		t.Errorf("wanted a verdict that is not green; got %s", v.report.Verdict.Reason)
	}
	var want []string
	if len(patterns) > 0 {
		plan, err := planOf(target.Settings{Endpoint: "http://127.0.0.1:1", Signature: "v1"})
		if err != nil {
			t.Fatal(err)
		}
		cases, err := plan.Select(patterns, func([]string) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range cases {
			want = append(want, x.Name)
		}
	}
	slices.Sort(want)
	passed := v.outcomes(reports.Passed)
	for _, c := range v.report.Cases {
		if slices.Contains(want, c.ID) && !slices.Contains(passed, c.ID) {
			t.Logf("%s is %s: %s%v", c.ID, c.Outcome, c.Reason, c.Findings)
		}
	}
	wantSame(t, passed, want)
}

// generatedRefusals are the generated programs of which every call must be refused with the code, or names an instance
// outside its group, for which any code is right; in the format or in any.
func generatedRefusals(t *testing.T, code string, format spec.Format) (names []string) {
	t.Helper()
	plan, err := planOf(target.Settings{Endpoint: "http://127.0.0.1:1", Signature: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range plan.Cases {
		other := func(c fixtures.Call) bool {
			anyCode := c.Expect.Error == "" && x.RuleOf(c) == "instance.in-group"
			return !c.Expect.Refused || (code == "" || c.Expect.Error != code) && !anyCode
		}
		if slices.Contains(x.Kinds, "generated") && !slices.ContainsFunc(x.Calls, other) &&
			(format == "" || x.Format == format) {
			names = append(names, x.Name)
		}
	}
	return names
}

// wantSame compares sorted lists of cases.
func wantSame(t *testing.T, got, want []string) {
	t.Helper()
	for _, id := range got {
		if !slices.Contains(want, id) {
			t.Errorf(
				"%s passed and is not listed: either the case is too weak, or the list in null.go must say that it "+
					"is really satisfied", id)
		}
	}
	for _, id := range want {
		if !slices.Contains(got, id) {
			t.Errorf("%s is listed and did not pass: either a legal answer is accused, or the list is out of date", id)
		}
	}
}
