package summary

import (
	"fmt"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// ShownSteps is how many steps of a history are shown at first, and mostShown how many where they are looks only. The
// last ones tell most, up to the one that nothing explains, with the call that they are about.
const (
	ShownSteps = 6
	mostShown  = 12
)

// ShortHistory are the steps from number first+1 on that are shown of a history, and how many others there are.
func ShortHistory(lines []reports.HistoryLine) (shown []reports.HistoryLine, first, left int) {
	end := len(lines)
	for i, l := range lines {
		if l.Marked {
			end = i + 1
		}
	}
	end = max(end, min(ShownSteps, len(lines)))
	first = max(0, end-ShownSteps)
	for at := end - 1; at >= max(0, end-mostShown); at-- {
		if !strings.HasPrefix(lines[at].Text, "Describe") {
			first = min(first, at)
			break
		}
	}
	return lines[first:end], first, len(lines) - (end - first)
}

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
