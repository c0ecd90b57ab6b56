package html

import (
	"fmt"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

// lineView is one step that led to a finding.
type lineView struct {
	When, Lane, Text string
	Marked           bool
}

// stepsView is how it came to a finding: a few steps, and the others for who opens them.
type stepsView struct {
	First  int // the number of the first one
	Shown  []lineView
	Others int
	All    []lineView // when there are others
}

// mostSteps bounds the steps that are drawn of a history; the engine keeps as many.
const mostSteps = 40

func drawSteps(lines []reports.HistoryLine) *stepsView {
	if len(lines) == 0 {
		return nil
	}
	shown, first, left := summary.ShortHistory(lines)
	v := &stepsView{First: first + 1, Shown: drawLines(shown), Others: left}
	if left > 0 {
		v.All = drawLines(lines[:min(mostSteps, len(lines))])
	}
	return v
}

func drawLines(lines []reports.HistoryLine) (out []lineView) {
	for _, l := range lines {
		when := fmt.Sprintf("%.0f ms", l.AtMs)
		if l.EndMs > l.AtMs {
			when = fmt.Sprintf("%.0f–%.0f ms", l.AtMs, l.EndMs)
		}
		out = append(out, lineView{
			When: when, Marked: l.Marked,
			Lane: printable.Bounded(l.Lane, htmlID), Text: printable.Bounded(l.Text, htmlText),
		})
	}
	return out
}
