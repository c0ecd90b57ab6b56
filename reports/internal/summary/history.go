package summary

import (
	"fmt"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// HistoryText is one step that led to a finding, on one line: its number, when it was, who did it, and what happened.
func HistoryText(number int, l reports.HistoryLine) string {
	when := fmt.Sprintf("%.0f ms", l.AtMs)
	if l.EndMs > l.AtMs {
		when = fmt.Sprintf("%.0f-%.0f ms", l.AtMs, l.EndMs)
	}
	s := fmt.Sprintf("%d. %s", number, when)
	if l.Lane != "" {
		s += " " + printable.ShortID(l.Lane) + ":"
	}
	s += " " + printable.Bounded(l.Text, longestStep)
	if l.Marked {
		s += "  <- nothing explains this"
	}
	return s
}

// longestStep bounds the text of a step, in runes.
const longestStep = 400
