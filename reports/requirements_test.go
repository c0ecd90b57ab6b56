package reports

import "testing"

func TestRequirementStatus(t *testing.T) {
	const must, should = reqOne, reqRange
	each := func(id string, change func(*CaseResult)) func(*Input) {
		return func(in *Input) { on(*in, id, func(_ int, c *CaseResult) { change(c) }) }
	}
	unable := func(o Outcome, reason string) func(*CaseResult) {
		return func(c *CaseResult) { c.Outcome, c.Reason, c.Checked = o, reason, nil }
	}
	for name, c := range map[string]struct {
		id             string
		change         func(*Input)
		status, reason string
	}{
		"checked and passed": {must, func(*Input) {}, Satisfied, ""},
		"excluded":           {"activity.none", func(*Input) {}, Excluded, "nobody can force an activity to fail"},
		"excluded, but found": {"activity.none", func(in *Input) {
			in.Cases[0].Findings = []Finding{finding("activity.none", "x", "y", "")}
		}, Violated, ""},
		"violated in one case": {must, func(in *Input) {
			in.Cases[5].Findings = []Finding{finding(must, "x", "y", "")}
		}, Violated, ""},
		"a SHOULD with a warning": {should, func(in *Input) {
			in.Cases[5].Findings = []Finding{finding(should, "x", "y", "")}
		}, Violated, ""},
		"a MUST with warnings only": {must, func(in *Input) {
			in.Cases[5].Findings = []Finding{{Requirement: must, Level: "SHOULD"}}
		}, Satisfied, "with 1 warning"},
		"checked in a failed case": {must, each(must, func(c *CaseResult) {
			c.Outcome, c.Findings = Failed, []Finding{finding(reqStatus, "x", "y", "")}
		}), Satisfied, ""},
		"could not run": {must, each(must, unable(CouldNotRun, "no such state")), Unverified, "2 cases could not run (no such state)"},
		"unsupported":   {must, each(must, unable(Unsupported, "no balancers")), Unverified, "2 cases unsupported (no balancers)"},
		"not selected": {must, func(in *Input) {
			in.Cases = in.Cases[2:]
		}, Unverified, "2 cases not selected or without a result"},
		"never reached": {must, each(must, func(c *CaseResult) {
			c.Outcome, c.Checked, c.Findings = Failed, nil, []Finding{finding(reqStatus, "x", "y", "")}
		}), Unverified, "2 cases ended before checking it"},
		"waived": {must, func(in *Input) {
			each(must, func(c *CaseResult) { c.Findings = []Finding{finding(must, "x", "y", "")} })(in)
			in.Cases, in.Waivers, _ = ApplyWaivers(in.Cases, []Waiver{{Case: "case.detach.one/*", Reason: "known"}}, started)
		}, Unverified, "2 findings waived"},
		"covered by nothing": {must, func(in *Input) {
			in.Catalogue[0].Cases = nil
			in.Cases = in.Cases[2:]
		}, Unverified, "no case covers it"},
	} {
		t.Run(name, func(t *testing.T) {
			in := sampleInput()
			c.change(&in)
			for _, r := range Build(in).Requirements {
				if r.ID == c.id && (r.Status != c.status || r.Reason != c.reason) {
					t.Errorf("wanted %s %q; got %s %q", c.status, c.reason, r.Status, r.Reason)
				}
			}
		})
	}
}
