package html

import (
	"slices"

	"github.com/essconform/essconform/reports"
)

// cellState is what the cases of one cell say of one requirement. The higher, the worse; what tells nothing is below
// what passed, because a requirement is satisfied when some case has checked it.
type cellState int

const (
	absentState    cellState = iota // no case covers it there
	noResultState                   // not selected, or the run ended before
	uncheckedState                  // ended before it was checked
	passedState
	unsupportedState
	notMetState
	waivedState
	warningState
	unexpectedState
	couldNotRunState
	failedState
	partlyState // of a cell: passed, and not by all of its cases
)

// stateView tells a state by shape, word and, through its key, colour.
type stateView struct{ Key, Glyph, Word string }

func stateOf(s cellState) stateView {
	return [...]stateView{
		absentState:      {"absent", "–", "no case"},
		noResultState:    {"no-result", "○", "no result"},
		uncheckedState:   {"unchecked", "○", "unchecked"},
		passedState:      {"passed", "✓", "passed"},
		unsupportedState: {"unsupported", "∅", "unsupported"},
		notMetState:      {"not-met", "△", "SHOULD not met"},
		waivedState:      {"waived", "≈", "waived"},
		warningState:     {"warning", "△", "warning"},
		unexpectedState:  {"unexpected-pass", "‼", "unexpected"},
		couldNotRunState: {"could-not-run", "?", "not run"},
		failedState:      {"failed", "✕", "failed"},
		partlyState:      {"partly", "◐", "partly"},
	}[s]
}

// wordView explains a state.
type wordView struct {
	State stateView
	Text  string
}

// stateWords explains the states, the worst first.
func stateWords() []wordView {
	var out []wordView
	for _, w := range []struct {
		state cellState
		text  string
	}{
		{failedState, "a case found a difference from what the document demands"},
		{couldNotRunState, "a case could not run or could not be judged, which is never a pass"},
		{unexpectedState, "a case passed though a waiver says that it fails; the waiver is out of date"},
		{warningState, "a case found a difference from what the document recommends, which fails nothing"},
		{waivedState, "a case failed, and a waiver excuses it"},
		{notMetState, "the case is about a recommendation that the target does not follow, which fails nothing"},
		{unsupportedState, "the target declares that it cannot do what the case needs"},
		{passedState, "checked by every case, and it holds"},
		{partlyState, "checked, and it holds; some of the cases did not come to it or did not run"},
		{uncheckedState, "every case ended before it was checked, often because of another difference"},
		{noResultState, "no case was selected, or the run ended before"},
	} {
		out = append(out, wordView{stateOf(w.state), w.text})
	}
	return out
}

// caseState is the outcome of a case as a whole.
func caseState(c *reports.CaseResult) cellState {
	switch c.Outcome {
	case reports.Passed:
		if slices.ContainsFunc(c.Findings, func(f reports.Finding) bool { return !reports.IsMust(f.Level) }) {
			return warningState
		}
		return passedState
	case reports.Failed:
		return failedState
	case reports.Waived:
		return waivedState
	case reports.UnexpectedPass:
		return unexpectedState
	case reports.Unsupported:
		if c.NotMet {
			return notMetState
		}
		return unsupportedState
	}
	return couldNotRunState
}

// stateOn is what a case says of one requirement: a case that fails on one may well have shown that another holds.
func stateOn(c *reports.CaseResult, requirement string) cellState {
	var must, should, mustAnywhere bool
	for _, f := range c.Findings {
		here := f.Requirement == requirement
		must = must || here && reports.IsMust(f.Level)
		should = should || here && !reports.IsMust(f.Level)
		mustAnywhere = mustAnywhere || reports.IsMust(f.Level)
	}
	checked := slices.Contains(c.Checked, requirement)
	switch state := caseState(c); {
	case state != passedState && state != warningState && state != failedState:
		return state
	case must, state == failedState && !mustAnywhere && !checked:
		return failedState
	case should:
		return warningState
	case checked:
		return passedState
	}
	return uncheckedState
}
