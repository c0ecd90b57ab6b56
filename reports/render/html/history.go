package html

import (
	"fmt"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// lineView is one step that led to a finding.
type lineView struct {
	When, Lane, Text string
	Marked           bool
}

// shownSteps bounds the steps that are drawn of a history; the fewest steps that cannot be explained are few.
const shownSteps = 40

func drawSteps(lines []reports.HistoryLine) (out []lineView) {
	for _, l := range lines[:min(shownSteps, len(lines))] {
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
