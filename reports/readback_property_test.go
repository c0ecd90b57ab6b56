package reports_test

import (
	"bytes"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/compare"
	"github.com/essconform/essconform/reports/gate"
	"github.com/essconform/essconform/reports/internal/samples"
	"pgregory.net/rapid"
)

func drawReport(t *rapid.T) reports.Report {
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
	if rapid.Bool().Draw(t, "apply") {
		waivers := rapid.SliceOfN(rapid.Custom(drawWaiver), 0, 2).Draw(t, "waivers")
		in.Waivers = waivers
	}
	return reports.Build(in)
}

// Whatever Build makes can be read back: an honest report is never called a forgery.
func TestWhatIsBuiltCanBeRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReport(t)
		var b bytes.Buffer
		if err := reports.WriteJSON(&b, r); err != nil {
			t.Fatal(err)
		}
		if _, err := reports.ReadJSON("r.json", &b); err != nil {
			t.Fatalf("%v\n%+v", err, r)
		}
	})
}

// The default policy never lets through what the verdict does not, and never calls a failure unjudged.
func TestTheGateIsNoMilderThanTheVerdict(t *testing.T) {
	policy, err := gate.ParsePolicy("", []byte("allow: {notSelected: any}"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := drawReport(t)
		d, err := gate.Decide(policy, r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict.ExitCode == reports.ExitNotConformant && d.ExitCode != reports.ExitNotConformant ||
			r.Verdict.ExitCode != reports.ExitConformant && d.ExitCode == reports.ExitConformant {
			t.Fatalf("the verdict is %+v; the gate says %+v", r.Verdict, d)
		}
	})
}

// A report compared with itself shows no change but what fails still.
func TestNothingChangesWithoutAChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReport(t)
		r.Run.Partial = "" // of which a note is made
		c, err := compare.Reports(r, r)
		if err != nil {
			return // nothing was judged
		}
		if c.Verdict.ExitCode != 0 || len(c.Notes) > 0 || c.Counts[compare.StillFailing] != len(c.Cases) {
			t.Fatalf("wanted no change; got %+v", c)
		}
		for _, q := range c.Requirements {
			if q.Change != compare.StillFailing {
				t.Fatalf("wanted no change; got %+v", q)
			}
		}
	})
}
