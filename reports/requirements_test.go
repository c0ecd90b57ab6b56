package reports_test

import (
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

func TestRequirementStatus(t *testing.T) {
	const must, should = samples.ReqOne, samples.ReqRange
	each := func(id string, change func(*reports.CaseResult)) func(*reports.Input) {
		return func(in *reports.Input) { samples.On(*in, id, func(_ int, c *reports.CaseResult) { change(c) }) }
	}
	unable := func(o reports.Outcome, reason string) func(*reports.CaseResult) {
		return func(c *reports.CaseResult) { c.Outcome, c.Reason, c.Checked = o, reason, nil }
	}
	for name, c := range map[string]struct {
		id             string
		change         func(*reports.Input)
		status, reason string
	}{
		"checked and passed": {must, func(*reports.Input) {}, reports.Satisfied, ""},
		"excluded": {
			"activity.none", func(*reports.Input) {}, reports.Excluded,
			"no call makes an activity fail",
		},
		"excluded, but found": {"activity.none", func(in *reports.Input) {
			in.Cases[0].Findings = []reports.Finding{samples.Finding("activity.none", "x", "y", "")}
		}, reports.Violated, ""},
		"violated in one case": {must, func(in *reports.Input) {
			in.Cases[5].Findings = []reports.Finding{samples.Finding(must, "x", "y", "")}
		}, reports.Violated, ""},
		"a SHOULD with a warning": {should, func(in *reports.Input) {
			in.Cases[5].Findings = []reports.Finding{samples.Finding(should, "x", "y", "")}
		}, reports.Violated, ""},
		"a MUST with warnings only": {must, func(in *reports.Input) {
			in.Cases[5].Findings = []reports.Finding{{Requirement: must, Level: "SHOULD"}}
		}, reports.Satisfied, "with 1 warning"},
		"checked in a failed case": {must, each(must, func(c *reports.CaseResult) {
			c.Outcome, c.Findings = reports.Failed, []reports.Finding{samples.Finding(samples.ReqStatus, "x", "y", "")}
		}), reports.Satisfied, ""},
		"could not run": {
			must, each(must, unable(reports.CouldNotRun, "no such state")), reports.Unverified,
			"2 cases could not run (no such state)",
		},
		"unsupported": {
			must, each(must, unable(reports.Unsupported, "no balancers")), reports.Unverified,
			"2 cases unsupported (no balancers)",
		},
		"not selected": {must, func(in *reports.Input) {
			in.Cases = in.Cases[2:]
		}, reports.Unverified, "2 cases not selected or without a result"},
		"never reached": {must, each(must, func(c *reports.CaseResult) {
			c.Outcome, c.Checked, c.Findings = reports.Failed, nil,
				[]reports.Finding{samples.Finding(samples.ReqStatus, "x", "y", "")}
		}), reports.Unverified, "2 cases ended before checking it"},
		"waived": {must, func(in *reports.Input) {
			each(must, func(c *reports.CaseResult) {
				c.Findings = []reports.Finding{samples.Finding(must, "x", "y", "")}
			})(in)
			in.Waivers = []reports.Waiver{{Case: "case.detach.one/*", Reason: "known"}}
		}, reports.Excused, "2 findings waived"},
		"covered by nothing": {must, func(in *reports.Input) {
			in.Catalogue[0].Cases = nil
			in.Cases = in.Cases[2:]
		}, reports.Unverified, "no case covers it"},
		"of a recording": {must, func(in *reports.Input) {
			in.Target.Kind = reports.KindRecording
			in.Catalogue[0].Cases = nil
			in.Cases = in.Cases[2:]
		}, reports.Unverified, "never seen in the recording"},
	} {
		t.Run(name, func(t *testing.T) {
			in := samples.Input()
			c.change(&in)
			for _, r := range reports.Build(in).Requirements {
				if r.ID == c.id && (r.Status != c.status || r.Reason != c.reason) {
					t.Errorf("wanted %s %q; got %s %q", c.status, c.reason, r.Status, r.Reason)
				}
			}
		})
	}
}
