package badge

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

func TestBadge(t *testing.T) {
	for name, want := range map[string]badge{
		"conformant":    {1, "DetachInstances", "conformant in 16 cases", "brightgreen", false},
		"broken":        {1, "DetachInstances", "not conformant, 4 of 16 failed", "red", true},
		"could-not-run": {1, "DetachInstances", "could not judge", "lightgrey", true},
		"unsupported":   {1, "DetachInstances", "conformant in 15 of 16 cases", "yellow", false},
		"part":          {1, "DetachInstances", "conformant in 16 of 20 cases", "yellow", false},
		"waived":        {1, "DetachInstances", "conformant, 2 of 16 waived", "yellow", false},
		"outdated":      {1, "DetachInstances", "waivers out of date", "orange", true},
	} {
		r := samples.All()[name]
		in := samples.Input()
		switch name {
		case "unsupported":
			in.Cases[0].Outcome = reports.Unsupported
			r = reports.Build(in)
		case "part":
			in.NotSelected = 4
			r = reports.Build(in)
		case "waived":
			samples.On(in, samples.ReqCase, func(_ int, c *reports.CaseResult) {
				c.Findings = []reports.Finding{samples.Finding(samples.ReqCase, "this", "that", "")}
			})
			in.Waivers = []reports.Waiver{{Case: "case.format.case/*", Reason: "known"}}
			r = reports.Build(in)
		case "outdated":
			in.Waivers = []reports.Waiver{{Case: in.Cases[0].ID, Reason: "known"}}
			r = reports.Build(in)
		}
		var b bytes.Buffer
		if err := Write(&b, r); err != nil {
			t.Fatal(err)
		}
		var got badge
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || got != want {
			t.Errorf("%s: wanted %+v; got %+v, %v", name, want, got, err)
		}
	}
}
