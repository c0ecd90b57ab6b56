package summary

import (
	"fmt"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// LeftOut says which cases were not for this target, and what brings them back, and what was odd about the target
// outside of the cases, one line each.
func LeftOut(r reports.Report) (lines []string) {
	for _, l := range r.LeftOut[:min(shownLeftOut, len(r.LeftOut))] {
		lines = append(lines, fmt.Sprintf("%s left out: %s; %s brings them back", printable.Plural(l.Cases, "case"),
			printable.Bounded(l.Why, longestStep), printable.Bounded(l.Flag, longestStep)))
	}
	for _, note := range r.Run.Notes[:min(shownNotes, len(r.Run.Notes))] {
		lines = append(lines, "warning: "+printable.Bounded(note, longestNote))
	}
	return lines
}

// How much of both is shown.
const (
	shownLeftOut = 20
	shownNotes   = 10
	longestNote  = 400
)
