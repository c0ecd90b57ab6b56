package reports_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// asJSON is a deep copy to compare with.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestBuildIsPureAndDeterministic(t *testing.T) {
	in := samples.Broken()
	in.Run.StartedAt = in.Run.StartedAt.In(time.FixedZone("elsewhere", 3600))
	before := asJSON(t, in)
	first := asJSON(t, reports.Build(in))
	if after := asJSON(t, in); after != before {
		t.Error("Build changed its input")
	}
	slices.Reverse(in.Cases)
	if second := asJSON(t, reports.Build(in)); second != first {
		t.Error("wanted the same report for cases in another order; got another one")
	}
	if !slices.IsSortedFunc(
		reports.Build(in).Cases,
		func(a, b reports.CaseResult) int { return strings.Compare(a.ID, b.ID) },
	) {
		t.Error("wanted cases sorted by id")
	}
}

func TestBuildKeepsTheWorstResultOfACase(t *testing.T) {
	in := samples.Input()
	again := in.Cases[3]
	again.Outcome = reports.Failed
	in.Cases = append(in.Cases, again)
	r := reports.Build(in)
	if r.Verdict.ExitCode != 1 || r.Counts.Selected != 16 || r.Counts.Failed != 1 {
		t.Errorf("wanted the failure to count; got %+v %+v", r.Verdict, r.Counts)
	}
}

func TestMissingStates(t *testing.T) {
	in := samples.Input()
	for i, s := range []reports.State{
		{Name: "b", Params: map[string]any{"instances": 3.0}, Outcome: "unknown"},
		{Name: "b", Params: map[string]any{"instances": 3.0}, Outcome: "unknown"},
		{Name: "a", Outcome: "unknown"},
		{Name: "c", Outcome: "failed: HTTP 500"},
	} {
		in.Cases[i].State = s
	}
	got := reports.Build(in).MissingStates
	want := []reports.State{{Name: "b", Params: map[string]any{"instances": 3.0}}, {Name: "a"}}
	slices.SortFunc(got, func(a, b reports.State) int { return len(b.Params) - len(a.Params) })
	if !reflect.DeepEqual(got, want) {
		t.Errorf("wanted %+v; got %+v", want, got)
	}
}

func TestRepeatedIDs(t *testing.T) {
	repeat := func(c *reports.CaseResult, request, activity []string) {
		c.RequestIDs, c.ActivityIDs = request, activity
	}
	for name, c := range map[string]struct {
		change func([]reports.CaseResult)
		want   map[string]string // case id -> got
	}{
		"none": {func([]reports.CaseResult) {}, map[string]string{}},
		"empty ones": {func(cs []reports.CaseResult) {
			repeat(&cs[0], []string{"", ""}, nil)
			repeat(&cs[1], []string{""}, nil)
		}, map[string]string{}},
		"in two cases": {
			func(cs []reports.CaseResult) { cs[1].RequestIDs = cs[0].RequestIDs },
			map[string]string{"b": "r-a, which also came in a"},
		},
		"within a case": {
			func(cs []reports.CaseResult) { repeat(&cs[1], []string{"x", "x"}, nil) },
			map[string]string{"b": "x, which also came earlier in this case"},
		},
		"several": {
			func(cs []reports.CaseResult) { repeat(&cs[2], []string{"r-a", "r-b"}, nil) },
			map[string]string{"c": "r-a, which also came in a (and 1 more)"},
		},
		"activity": {
			func(cs []reports.CaseResult) { cs[2].ActivityIDs = cs[0].ActivityIDs },
			map[string]string{"c": "s-a, which also came in a"},
		},
		"found already": {func(cs []reports.CaseResult) {
			cs[1].RequestIDs = cs[0].RequestIDs
			cs[1].Outcome, cs[1].Findings = reports.Failed,
				[]reports.Finding{{Requirement: reports.RequestIDUnique, Level: "MUST", Got: "the case's own"}}
		}, map[string]string{"b": "the case's own"}},
	} {
		t.Run(name, func(t *testing.T) {
			var cs []reports.CaseResult
			for _, id := range []string{"a", "b", "c"} {
				cs = append(cs, reports.CaseResult{
					ID: id, Outcome: reports.Passed, BodyChecked: true, Checked: []string{samples.ReqOne},
					RequestIDs: []string{"r-" + id}, ActivityIDs: []string{"s-" + id},
				})
			}
			c.change(cs)
			slices.Reverse(cs)
			once := reports.Build(reports.Input{Cases: cs, Catalogue: samples.Catalogue()}).Cases
			got := map[string]string{}
			for _, r := range once {
				for _, f := range r.Findings {
					got[r.ID] += f.Got
				}
				if (r.Outcome == reports.Failed) != (len(r.Findings) > 0) {
					t.Errorf("%s: wanted failed with a finding only; got %s with %d", r.ID, r.Outcome, len(r.Findings))
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("wanted %v; got %v", c.want, got)
			}
			twice := reports.Build(reports.Input{Cases: once, Catalogue: samples.Catalogue()}).Cases
			if !reflect.DeepEqual(twice, once) {
				t.Error("looking twice found more")
			}
			for _, r := range reports.Build(reports.Input{Cases: cs}).Cases {
				if name != "found already" && len(r.Findings) > 0 {
					t.Error("wanted nothing asserted that the catalogue does not hold")
				}
			}
		})
	}
}

func TestRepeatIsNotExcusedByAWaiverOnSomethingElse(t *testing.T) {
	in := samples.Input()
	c := &in.Cases[slices.IndexFunc(in.Cases, func(c reports.CaseResult) bool {
		return c.ID == "case.response.error.xml/xml/post"
	})]
	c.Outcome, c.Findings = reports.Failed, []reports.Finding{samples.Finding(samples.ReqOne, "x", "y", "")}
	c.RequestIDs = []string{"same"}
	in.Cases[0].RequestIDs = []string{"same"} // of a case that stands before it by id
	for requirement, want := range map[string]int{samples.ReqOne: 1, "": 0} {
		in := in
		in.Waivers = []reports.Waiver{{Case: c.ID, Requirement: requirement, Reason: "known"}}
		if r := reports.Build(in); len(r.WaiverProblems) > 0 || r.Verdict.ExitCode != want {
			t.Errorf("waiver on %q: wanted exit %d; got %+v %v", requirement, want, r.Verdict, r.WaiverProblems)
		}
	}
}
