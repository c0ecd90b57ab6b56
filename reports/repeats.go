package reports

import (
	"fmt"

	"github.com/essconform/essconform/reports/internal/printable"
)

// The requirements that only the whole run can show to be violated.
const (
	RequestIDUnique = "response.request-id-unique"
	ActivityUnique  = "activity.unique"
)

// findRepeats settles results, and looks through the whole run for a RequestId that came in two answers and for an
// activity id that two accepted calls got. The later case, by id, gets the finding, and has failed if the requirement
// is a MUST. A requirement that the catalogue does not hold is not looked at.
func findRepeats(cases []CaseResult, catalogue []CatalogueEntry) []CaseResult {
	out := settleAll(cases)
	for _, r := range []struct {
		requirement, what string
		ids               func(CaseResult) []string
	}{
		{RequestIDUnique, "a RequestId of its own", func(c CaseResult) []string { return c.RequestIDs }},
		{ActivityUnique, "a ScalingActivityId of its own", func(c CaseResult) []string { return c.ActivityIDs }},
	} {
		if e, ok := entry(catalogue, r.requirement); ok {
			findRepeatsOf(out, e, r.what, r.ids)
		}
	}
	return out
}

func findRepeatsOf(cases []CaseResult, e CatalogueEntry, want string, ids func(CaseResult) []string) {
	first := map[string]string{} // id -> the case that got it first
	for i := range cases {
		c := &cases[i]
		var repeated, owner string
		more := 0
		for _, id := range ids(*c) {
			switch o, seen := first[id]; {
			case id == "": // its absence is another requirement's finding
			case !seen:
				first[id] = c.ID
			case repeated == "":
				repeated, owner = id, o
			default:
				more++
			}
		}
		if repeated == "" || HasFinding(c.Findings, e.ID) {
			continue
		}
		c.Findings = append(c.Findings, Finding{
			Requirement: e.ID, Level: e.Level, Want: want, Got: gotRepeat(repeated, owner, c.ID, more),
			SpecLine: e.SpecLine, Text: e.Text,
		})
		*c = settle(*c)
	}
}

func gotRepeat(id, owner, here string, more int) string {
	where := "in " + owner
	if owner == here {
		where = "earlier in this case"
	}
	got := fmt.Sprintf("%s, which also came %s", printable.Bounded(id, 80), where)
	if more > 0 {
		got += fmt.Sprintf(" (and %d more)", more)
	}
	return got
}

func entry(catalogue []CatalogueEntry, id string) (CatalogueEntry, bool) {
	for _, e := range catalogue {
		if e.ID == id {
			return e, true
		}
	}
	return CatalogueEntry{}, false
}
