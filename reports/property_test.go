package reports_test

import (
	"slices"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"pgregory.net/rapid"
)

// Whatever comes in, exit code 0 means that all was judged and no MUST is violated, and a violated MUST means exit code
// 1.
func TestNoFalseConformance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := reports.Input{
			Catalogue: samples.Catalogue(), Selected: rapid.IntRange(0, 6).Draw(t, "selected"),
			NotSelected: rapid.IntRange(0, 2).Draw(t, "notSelected"),
			Cases:       rapid.SliceOfN(rapid.Custom(drawCase), 0, 6).Draw(t, "cases"),
			Run: reports.Run{
				Partial: rapid.SampledFrom([]string{"", "", "", "interrupted"}).Draw(t, "partial"),
				EndedAt: samples.Started,
			},
		}
		if rapid.Bool().Draw(t, "honest selection") {
			in.Selected = len(in.Cases)
		}
		waivers := rapid.SliceOfN(rapid.Custom(drawWaiver), 0, 2).Draw(t, "waivers")
		if rapid.Bool().Draw(t, "apply") {
			in.Waivers = waivers
		}
		r := reports.Build(in)

		if code := r.Verdict.ExitCode; r.Verdict.Conformant != (code == 0) || code < 0 || code > 2 {
			t.Fatalf("verdict contradicts itself: %+v", r.Verdict)
		}
		bad := r.Counts.Passed == 0 || len(r.Cases) < in.Selected || in.Run.Partial != "" || len(r.WaiverProblems) > 0
		for _, c := range in.Cases {
			must := slices.ContainsFunc(c.Findings, func(f reports.Finding) bool { return f.Level != "SHOULD" })
			excused := slices.ContainsFunc(
				r.Waivers,
				func(w reports.Waiver) bool { return slices.Contains(w.Matched, c.ID) },
			)
			bad = bad || c.Outcome == reports.CouldNotRun || c.Outcome == reports.Failed || must && !excused
		}
		if bad && r.Verdict.ExitCode == 0 {
			t.Fatalf("wanted no exit 0; got %+v of %+v", r.Verdict, in)
		}
		for _, q := range r.Requirements {
			if q.Status == reports.Violated && q.Level == "MUST" && r.Verdict.ExitCode != 1 {
				t.Fatalf("%s is violated; wanted exit 1; got %+v", q.ID, r.Verdict)
			}
		}
	})
}

var drawnRequirements = []string{
	samples.ReqOne,
	samples.ReqRange,
	samples.ReqStatus,
	reports.RequestIDUnique,
	"not.in.the.catalogue",
}

func drawCase(t *rapid.T) reports.CaseResult {
	requirement := rapid.SampledFrom(drawnRequirements)
	ids := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e", "f"}), 0, 2)
	return reports.CaseResult{
		ID: rapid.SampledFrom([]string{"a/xml/get", "b/xml/get", "c/json/post", "d/json/get", "e/json/get"}).
			Draw(t, "id"),
		Requirements: rapid.SliceOfN(requirement, 1, 2).Draw(t, "requirements"),
		Outcome: rapid.SampledFrom([]reports.Outcome{
			reports.Passed, reports.Passed, reports.Passed, reports.Failed,
			reports.Waived, reports.UnexpectedPass, reports.CouldNotRun, reports.Unsupported, "", "odd",
		}).
			Draw(t, "outcome"),
		Findings: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) reports.Finding {
			return reports.Finding{
				Requirement: requirement.Draw(t, "on"),
				Level:       rapid.SampledFrom([]string{"MUST", "SHOULD", ""}).Draw(t, "level"),
			}
		}), 0, 2).Draw(t, "findings"),
		BodyChecked: rapid.Bool().Draw(t, "body"),
		Checked:     rapid.SliceOfN(requirement, 0, 2).Draw(t, "checked"),
		RequestIDs:  ids.Draw(t, "requestIds"), ActivityIDs: ids.Draw(t, "activityIds"),
	}
}

func drawWaiver(t *rapid.T) reports.Waiver {
	return reports.Waiver{
		Case:        rapid.SampledFrom([]string{"*", "a/*", "*/json/*", "none"}).Draw(t, "case"),
		Requirement: rapid.SampledFrom(append([]string{""}, drawnRequirements...)).Draw(t, "requirement"),
		Reason:      "known", Expires: rapid.SampledFrom([]string{"", "2026-12-31", "2025-12-31"}).Draw(t, "expires"),
	}
}
