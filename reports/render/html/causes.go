package html

import (
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

const (
	failureDifferences = 3
	failureCases       = 4
	doubtCases         = 6
)

// failureView is a requirement that made cases fail.
type failureView struct {
	Requirement requirementLink // without an anchor for failures without a finding
	Text        string
	N           int
	Differences []differenceView
	More        int
}

// failures draws groups of findings, and tells how many it left out.
func (d *drawing) failures(groups []summary.Group) (out []failureView, more int) {
	for _, g := range groups[:min(htmlGroups, len(groups))] {
		v := failureView{Text: printable.Bounded(g.Text, htmlText), N: len(g.Cases)}
		if g.Requirement != "" {
			v.Requirement = requirementLink{
				Anchor: d.requirementAnchor(g.Requirement),
				ID:     printable.Bounded(g.Requirement, htmlID),
			}
		}
		kinds := d.kinds(g.Differences)
		for _, k := range kinds[:min(failureDifferences, len(kinds))] {
			v.Differences = append(v.Differences, d.difference(k, failureCases, false))
		}
		v.More = len(kinds) - len(v.Differences)
		out = append(out, v)
	}
	return out, len(groups) - len(out)
}

// doubtView is a reason why cases tell nothing, and these cases.
type doubtView struct {
	State  stateView
	Reason string
	N      int
	Cases  []caseLink
	More   int
}

// doubts are the reasons of all cases that could not run, are unsupported, or are excused.
func (d *drawing) doubts() (out []doubtView, more int) {
	for _, outcome := range []reports.Outcome{
		reports.CouldNotRun, reports.UnexpectedPass, reports.Unsupported, reports.Waived,
	} {
		drawn, left := d.doubtsWith(d.report.Cases, outcome, htmlGroups, doubtCases)
		out, more = append(out, drawn...), more+left
	}
	return out, more
}

func (d *drawing) doubtsWith(
	cases []reports.CaseResult,
	outcome reports.Outcome,
	limit, links int,
) (out []doubtView, more int) {
	all := summary.Causes(cases, outcome)
	for _, cause := range all[:min(limit, len(all))] {
		v := doubtView{
			State:  stateOf(caseState(&reports.CaseResult{Outcome: outcome})),
			Reason: printable.Bounded(cause.Reason, htmlText),
			N:      len(cause.Cases),
		}
		for _, id := range cause.Cases[:min(links, len(cause.Cases))] {
			v.Cases = append(v.Cases, d.link(d.byID[id]))
		}
		v.More = len(cause.Cases) - len(v.Cases)
		out = append(out, v)
	}
	return out, len(all) - len(out)
}
