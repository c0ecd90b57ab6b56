package summary

import (
	"fmt"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// LeftOut says which cases were not for this target, and what brings them back, one line each.
func LeftOut(r reports.Report) (lines []string) {
	for _, l := range r.LeftOut[:min(shownLeftOut, len(r.LeftOut))] {
		lines = append(lines, fmt.Sprintf("%s left out: %s; %s brings them back",
			printable.Plural(l.Cases, "case"),
			printable.Bounded(l.Why, longestStep), printable.Bounded(l.Flag, longestStep)))
	}
	return lines
}

const shownLeftOut = 20
