package html

import (
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/internal/summary"
)

const (
	failureDifferences = 3
	failureCases       = 4
	failureHides       = 12
	doubtCases         = 6
)

// failureView is a requirement that made cases fail.
type failureView struct {
	Requirement requirementLink // without an anchor for failures without a finding
	Name        string          // what it is about, when that is no requirement
	Advice      string
	Text        string
	N           int
	Violates    string // the value of the filter for the requirement
	Differences []differenceView
	More        int
	Hides       []requirementLink
	MoreHides   int
}

// failures draws what to change, and tells how many it left out. The first difference of each has its exchange.
func (d *drawing) failures(cards []repair.Card) (out []failureView, more int) {
	for _, c := range cards[:min(htmlGroups, len(cards))] {
		v := failureView{
			Name: c.Name(), Advice: printable.Bounded(c.Advice, htmlText), Text: printable.Bounded(c.Text, htmlText),
			N: len(c.Cases), Violates: d.violatedIndex(c.Requirement),
		}
		if c.Requirement != "" {
			v.Requirement = d.requirement(c.Requirement)
		}
		kinds := d.kinds(c.Differences)
		for i, k := range kinds[:min(failureDifferences, len(kinds))] {
			v.Differences = append(v.Differences, d.difference(k, failureCases, i == 0 && d.pen.full()))
		}
		v.More = len(kinds) - len(v.Differences)
		for _, g := range c.Hides[:min(failureHides, len(c.Hides))] {
			v.Hides = append(v.Hides, d.requirement(g.Requirement))
		}
		v.MoreHides = len(c.Hides) - len(v.Hides)
		out = append(out, v)
	}
	return out, len(cards) - len(out)
}

func (d *drawing) requirement(id string) requirementLink {
	return requirementLink{Anchor: d.requirementAnchor(id), ID: printable.Bounded(id, htmlID)}
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
	return d.doubtsOf(d.report.Cases, htmlGroups, doubtCases)
}

// doubtsOf draws the reasons of cases, at most limit of each kind.
func (d *drawing) doubtsOf(cases []reports.CaseResult, limit, links int) (out []doubtView, more int) {
	for _, kind := range []struct {
		state  cellState
		causes []summary.Cause
	}{
		{couldNotRunState, summary.Causes(cases, reports.CouldNotRun)},
		{unexpectedState, summary.Causes(cases, reports.UnexpectedPass)},
		{unsupportedState, summary.UnsupportedCauses(cases)},
		{notMetState, summary.NotMetCauses(cases)},
		{waivedState, summary.Causes(cases, reports.Waived)},
	} {
		drawn, left := d.doubtsWith(kind.state, kind.causes, limit, links)
		out, more = append(out, drawn...), more+left
	}
	return out, more
}

func (d *drawing) doubtsWith(
	state cellState, all []summary.Cause, limit, links int,
) (out []doubtView, more int) {
	for _, cause := range all[:min(limit, len(all))] {
		v := doubtView{
			State:  stateOf(state),
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
