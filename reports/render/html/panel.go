package html

import (
	"slices"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/summary"
)

// panelView is what a click on a cell opens.
type panelView struct {
	Differences []differenceView
	More        int
	Reasons     []doubtView
	Cases       []caseLink
	MoreCases   int
}

// bounds of a panel.
const (
	panelDifferences = 12
	panelSamples     = 3
	panelCases       = 12
)

// panel draws what cases say of a requirement.
func (d *drawing) panel(r reports.Requirement, cases []*reports.CaseResult) *panelView {
	p := &panelView{}
	var found []reports.CaseResult
	for _, c := range cases {
		if c.Outcome != reports.Passed || len(c.Findings) > 0 { // the others have nothing to tell
			found = append(found, *c)
		}
	}
	groups := summary.GroupFindings(found, func(c *reports.CaseResult) []reports.Finding {
		return slices.DeleteFunc(slices.Clone(c.Findings),
			func(f reports.Finding) bool { return f.Requirement != r.ID })
	})
	if len(groups) > 0 {
		kinds := d.kinds(groups[0].Differences)
		slices.SortStableFunc(kinds,
			func(a, b kindOfDifference) int { return levelOrder(a.Level) - levelOrder(b.Level) })
		limit := panelDifferences
		if !d.pen.full() {
			limit = panelSamples
		}
		for i, k := range kinds[:min(limit, len(kinds))] {
			p.Differences = append(p.Differences, d.difference(k, panelCases, i < panelSamples && d.pen.full()))
		}
		p.More = len(kinds) - len(p.Differences)
	}
	p.Reasons, _ = d.doubtsOf(found, panelSamples, panelCases)
	slices.SortStableFunc(cases,
		func(a, b *reports.CaseResult) int { return int(stateOn(b, r.ID)) - int(stateOn(a, r.ID)) })
	for _, c := range cases[:min(panelCases, len(cases))] {
		link := d.link(c)
		link.State = stateOf(stateOn(c, r.ID))
		p.Cases = append(p.Cases, link)
	}
	p.MoreCases = len(cases) - len(p.Cases)
	return p
}

func levelOrder(level string) int {
	if reports.IsMust(level) {
		return 0
	}
	return 1
}
