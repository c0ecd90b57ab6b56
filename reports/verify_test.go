package reports_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// edited writes a report, changes its JSON by hand, and reads it again.
func edited(t *testing.T, r reports.Report, edit func(map[string]any)) error {
	t.Helper()
	g := NewWithT(t)
	var b bytes.Buffer
	g.Expect(reports.WriteJSON(&b, r)).To(Succeed())
	var m map[string]any
	g.Expect(json.Unmarshal(b.Bytes(), &m)).To(Succeed())
	edit(m)
	_, err := reports.ReadJSON("r.json", strings.NewReader(asJSON(t, m)))
	return err
}

func TestReadJSONRefusesContradictions(t *testing.T) {
	verdict := func(m map[string]any) map[string]any { return m["verdict"].(map[string]any) }
	counts := func(m map[string]any) map[string]any { return m["counts"].(map[string]any) }
	cases := func(m map[string]any) []any { return m["cases"].([]any) }
	find := func(m map[string]any, outcome reports.Outcome) map[string]any {
		for _, c := range cases(m) {
			if c := c.(map[string]any); c["outcome"] == string(outcome) {
				return c
			}
		}
		t.Fatalf("no case is %s", outcome)
		return nil
	}
	for name, c := range map[string]struct {
		sample string
		edit   func(map[string]any)
		want   string
	}{
		"a green verdict": {"broken", func(m map[string]any) {
			verdict(m)["conformant"], verdict(m)["exitCode"] = true, 0
		}, `conformant true with exit code 0; its cases say "not conformant`},
		"green and red": {
			"conformant", func(m map[string]any) { verdict(m)["conformant"] = false },
			"conformant false with exit code 0",
		},
		"a red verdict": {"conformant", func(m map[string]any) {
			verdict(m)["conformant"], verdict(m)["exitCode"] = false, 1
		}, "conformant false with exit code 1"},
		"could not judge, made green": {"could-not-run", func(m map[string]any) {
			verdict(m)["conformant"], verdict(m)["exitCode"] = true, 0
		}, `its cases say "could not judge`},
		"failures that are not counted": {
			"broken", func(m map[string]any) { counts(m)["failed"] = 0 },
			"recorded are 16 cases",
		},
		"fewer cases": {
			"conformant", func(m map[string]any) { m["cases"] = cases(m)[1:] },
			"16 cases: 16 passed; its cases are 16 cases: 15 passed, 1 could not run",
		},
		"a case twice": {
			"conformant",
			func(m map[string]any) { m["cases"] = append(cases(m), cases(m)[0]) }, "a case is there twice",
		},
		"a failed case made to pass":    {"broken", func(m map[string]any) { find(m, reports.Failed)["outcome"] = reports.Passed }, `is recorded as "passed"; its findings and checks make it "failed"`},
		"a pass that checked nothing":   {"conformant", func(m map[string]any) { find(m, reports.Passed)["checked"] = []string{} }, `make it "could-not-run"`},
		"a waiver that excuses nothing": {"broken", func(m map[string]any) { m["waivers"] = []any{} }, `is recorded as "waived"; its findings and checks make it "failed"`},
		"a green headline over a red verdict": {"broken", func(m map[string]any) {
			verdict(m)["reason"] = "conformant: 16 of 16 cases passed"
		}, `the verdict is recorded as "conformant: 16 of 16 cases passed"; its cases say "not conformant`},
		"a reason made up": {"conformant", func(m map[string]any) {
			verdict(m)["reason"] = "conformant: certified"
		}, `its cases say "conformant: 16 of 16`},
		"a requirement with another reason": {"could-not-run", func(m map[string]any) {
			for _, q := range m["requirements"].([]any) {
				if q := q.(map[string]any); q["status"] == reports.Unverified {
					q["reason"] = "nobody needs it"
				}
			}
		}, `is recorded as "nobody needs it"; its cases make it`},
		"missing states that are gone": {
			"could-not-run", func(m map[string]any) { m["missingStates"] = []any{} },
			"the missing states",
		},
		"a violated requirement made satisfied": {"broken", func(m map[string]any) {
			for _, q := range m["requirements"].([]any) {
				q.(map[string]any)["status"] = reports.Satisfied
			}
		}, `is recorded as "satisfied"; its cases make it`},
	} {
		t.Run(name, func(t *testing.T) {
			err := edited(t, samples.All()[c.sample], c.edit)
			if err == nil || !strings.Contains(err.Error(), "the report contradicts itself") ||
				!strings.Contains(err.Error(), c.want) {
				t.Errorf("wanted %q; got %v", c.want, err)
			}
		})
	}
}

func TestReadJSONAcceptsWhatIsOnlyUnusual(t *testing.T) {
	surplus := samples.Input()
	surplus.Selected = 3
	lookalikes := samples.Input() // different ids of bytes that are no UTF-8, which JSON cannot tell apart
	lookalikes.Cases[0].RequestIDs, lookalikes.Cases[1].RequestIDs = []string{"\xff"}, []string{"\xfe"}
	for name, r := range map[string]reports.Report{
		"more results than selected": reports.Build(surplus),
		"ids that look the same":     reports.Build(lookalikes), "nothing": reports.Build(reports.Input{}),
	} {
		if err := edited(t, r, func(map[string]any) {}); err != nil {
			t.Errorf("%s: wanted no error; got %v", name, err)
		}
	}
}

// TestReadJSONAcceptsWhatWasWritten: what a target sent is written otherwise than it came, and still fits.
func TestReadJSONAcceptsWhatWasWritten(t *testing.T) {
	nasty := samples.Hostile()
	nasty.Run.Partial, nasty.Run.Selection = samples.Nasty, samples.Nasty
	all := samples.All()
	all["nasty selection"] = reports.Build(nasty)
	for name, r := range all {
		if err := edited(t, r, func(map[string]any) {}); err != nil {
			t.Errorf("%s: wanted no error; got %v", name, err)
		}
	}
}
