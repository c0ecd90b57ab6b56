package compare

import (
	"cmp"
	"slices"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/summary"
)

// compareRequirements lists the requirements whose status changed or that are still violated, the gravest change first.
func compareRequirements(old, new reports.Report, cases []CaseChange) []RequirementChange {
	before := summary.RequirementsByID(old)
	now := summary.RequirementsByID(new)
	out := []RequirementChange{}
	for _, q := range new.Requirements {
		p, was := before[q.ID]
		c := RequirementChange{
			ID: q.ID, Level: q.Level, Profile: q.Profile, Text: q.Text, Old: p.Status, New: q.Status,
			Reason: q.Reason, Cases: regressedOn(cases, q.ID),
		}
		if c.Change = New; was {
			c.Change = compareStatus(c)
		}
		if c.Change != "" {
			out = append(out, c)
		}
	}
	for _, p := range old.Requirements {
		if _, is := now[p.ID]; !is {
			out = append(out, RequirementChange{
				ID: p.ID, Level: p.Level, Profile: p.Profile, Text: p.Text, Change: Removed, Old: p.Status,
				Cases: []string{},
			})
		}
	}
	slices.SortStableFunc(out, func(a, b RequirementChange) int {
		return cmp.Or(changeOrder(a.Change)-changeOrder(b.Change), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// compareStatus tells how a requirement of both catalogues changed; "" for not at all. A requirement that is violated
// now is a regression only when a case that had seen it hold shows it: a case that is new, or runs for the first time,
// may show an old fault.
func compareStatus(c RequirementChange) Change {
	was, is := decided(c.Old), decided(c.New)
	switch {
	case was && !is:
		return CoverageLost
	case !was && is:
		return NewlyJudged
	case !was:
		return ""
	case c.New == reports.Satisfied && c.Old == reports.Violated:
		return Fixed
	case c.New == reports.Satisfied:
		return ""
	case !reports.IsMust(c.Level) && c.Old == reports.Satisfied:
		return NewWarning
	case !reports.IsMust(c.Level):
		return ""
	case len(c.Cases) > 0:
		return Regressed
	case c.Old == reports.Violated:
		return StillFailing
	}
	return NewlyJudged
}

func decided(status string) bool { return status == reports.Satisfied || status == reports.Violated }

func regressedOn(cases []CaseChange, requirement string) []string {
	out := []string{}
	for _, c := range cases {
		if c.Change == Regressed && slices.Contains(c.Requirements, requirement) {
			out = append(out, c.ID)
		}
	}
	return out
}
