package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports/internal/printable"
)

// The statuses of a requirement.
const (
	Satisfied  = "satisfied"
	Excused    = "waived" // violated, but in waived cases only
	Violated   = "violated"
	Unverified = "unverified"
	Excluded   = "excluded"
)

// evidence is what settled cases say of one requirement.
type evidence struct {
	must, should int // findings outside waived cases
	waived       int // findings inside them
	checked      bool
}

// uncovered is why a requirement is unverified that no case covers.
func uncovered(t Target) string {
	if t.Kind == KindRecording {
		return "never seen in the recording"
	}
	return "no case covers it"
}

// requirements decides what the cases say of each requirement. uncovered is the reason of one that none covers.
func requirements(catalogue []CatalogueEntry, cases []CaseResult, uncovered string) []Requirement {
	found := gather(cases)
	results := make(map[string]CaseResult, len(cases))
	for _, c := range cases {
		results[c.ID] = c
	}
	out := make([]Requirement, 0, len(catalogue))
	for _, e := range catalogue {
		r := Requirement{
			ID:       e.ID,
			Level:    e.Level,
			Profile:  e.Profile,
			Text:     e.Text,
			Source:   e.Source,
			SpecLine: e.SpecLine,
			Cases:    filled(e.Cases),
		}
		slices.Sort(r.Cases)
		r.Status, r.Reason = status(e, found[e.ID], r.Cases, results)
		if r.Status == Unverified && len(r.Cases) == 0 {
			r.Reason = uncovered
		}
		out = append(out, r)
	}
	return out
}

func gather(cases []CaseResult) map[string]evidence {
	found := map[string]evidence{}
	for _, c := range cases {
		for _, f := range c.Findings {
			e := found[f.Requirement]
			switch {
			case c.Outcome == Waived:
				e.waived++
			case IsMust(f.Level):
				e.must++
			default:
				e.should++
			}
			found[f.Requirement] = e
		}
		if c.Outcome != Passed && c.Outcome != Failed && c.Outcome != UnexpectedPass {
			continue
		}
		for _, id := range c.Checked {
			e := found[id]
			e.checked = true
			found[id] = e
		}
	}
	return found
}

// status decides what the run says of one requirement. Findings come first, even for an excluded one. Warnings alone do
// not violate a MUST, because they fail nothing: a violated MUST always goes with exit code 1.
func status(
	e CatalogueEntry,
	found evidence,
	covering []string,
	results map[string]CaseResult,
) (status, reason string) {
	switch {
	case found.must > 0, found.should > 0 && !IsMust(e.Level):
		return Violated, ""
	case e.Excluded != "":
		return Excluded, e.Excluded
	case found.waived > 0:
		return Excused, printable.Plural(found.waived, "finding") + " waived"
	case found.checked && found.should > 0:
		return Satisfied, "with " + printable.Plural(found.should, "warning")
	case found.checked:
		return Satisfied, ""
	}
	return Unverified, whyUnverified(covering, results)
}

// whyUnverified says what became of the cases that cover a requirement which none of them checked.
func whyUnverified(covering []string, results map[string]CaseResult) string {
	number := map[string]int{}
	because := map[string]string{}
	for _, id := range covering {
		what := "ended before checking it"
		c, ran := results[id]
		switch {
		case !ran:
			what = "not selected or without a result"
		case c.Outcome == CouldNotRun:
			what = "could not run"
		case c.Outcome == Unsupported:
			what = "unsupported"
		case c.Outcome == Waived:
			what = "waived"
		}
		number[what]++
		if because[what] == "" {
			because[what] = valid(c.Reason)
		}
	}
	var parts []string
	for _, what := range []string{
		"could not run", "unsupported", "waived", "ended before checking it", "not selected or without a result",
	} {
		if number[what] == 0 {
			continue
		}
		part := fmt.Sprintf("%s %s", printable.Plural(number[what], "case"), what)
		if because[what] != "" {
			part += " (" + printable.Bounded(because[what], 120) + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}
