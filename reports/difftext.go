package reports

import (
	"fmt"
	"io"
	"strings"
)

// ComparisonText draws a comparison for a person at a terminal. color and width are those of TerminalOptions.
func ComparisonText(w io.Writer, c Comparison, o TerminalOptions) error {
	o.Width = max(o.Width, 40)
	t := &terminal{TerminalOptions: o}
	mark, color := "✓ ", green
	if c.Verdict.Regressed {
		mark, color = "✗ ", red
	} else if c.Counts[CoverageLost] > 0 {
		mark, color = "? ", yellow
	}
	for i, line := range wrap(bounded(c.Verdict.Reason, shownText), t.Width-2) {
		if i > 0 {
			mark = "  "
		}
		t.line(mark + t.paint(color, line))
	}
	t.text("  ", "before: "+sideLine(c.Old))
	t.text("  ", "now:    "+sideLine(c.New))
	for _, n := range c.Notes {
		t.text("  ", "note: "+bounded(n, 2*shownText))
	}
	t.failures(c.regressed)
	for _, s := range c.sections() {
		t.changed(s)
	}
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

func (t *terminal) changed(s changeSection) {
	t.line("")
	color := ""
	switch s.change {
	case CoverageLost, StillFailing, WaiverChanged, NewWarning:
		color = yellow
	case Fixed:
		color = green
	}
	title := strings.ToLower(s.title) + ":"
	if color != "" {
		title = t.paint(color, title)
	}
	t.line(title)
	for _, k := range s.kinds[:min(shownGroups, len(s.kinds))] {
		t.text("  ", bounded(plural(len(k.cases), "case")+" "+k.what, shownText))
		t.text("    ", some(k.cases, shownCases, shortID))
	}
	t.more(len(s.kinds)-shownGroups, "kind", "")
	for _, q := range s.requirements[:min(shownGroups, len(s.requirements))] {
		t.text("  ", bounded(requirementLine(q), shownText))
	}
	t.more(len(s.requirements)-shownGroups, "requirement", "")
}

// requirementLine is a changed requirement on one line.
func requirementLine(q RequirementChange) string {
	s := "requirement " + q.ID + ": " + fromTo(q.Old, q.New)
	if !isMust(q.Level) {
		s = "requirement " + q.ID + " (SHOULD): " + fromTo(q.Old, q.New)
	}
	if q.Reason != "" {
		s += ", " + q.Reason
	}
	return s
}

// WriteComparisonJSON writes a comparison as JSON: kind ConformanceComparison.
func WriteComparisonJSON(w io.Writer, c Comparison) error {
	return writePrintable(w, "comparison", c)
}
