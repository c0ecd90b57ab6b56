package compare

import (
	"fmt"
	"io"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/render/terminal"
)

// writeText draws a comparison for a person at a terminal. color and width are those of TerminalOptions.
func writeText(w io.Writer, c Comparison, o terminal.Options) error {
	o.Width = max(o.Width, 40)
	t := &terminal.Printer{Options: o}
	mark, color := "✓ ", terminal.Green
	if c.Verdict.Regressed {
		mark, color = "✗ ", terminal.Red
	} else if c.Counts[CoverageLost] > 0 {
		mark, color = "? ", terminal.Yellow
	}
	for i, line := range printable.Wrap(printable.Bounded(c.Verdict.Reason, terminal.ShownText), t.Width-2) {
		if i > 0 {
			mark = "  "
		}
		t.Line(mark + t.Paint(color, line))
	}
	t.Text("  ", "before: "+sideLine(c.Old))
	t.Text("  ", "now:    "+sideLine(c.New))
	for _, n := range c.Notes {
		t.Text("  ", "note: "+printable.Bounded(n, 2*terminal.ShownText))
	}
	t.Failures(c.regressed)
	for _, s := range c.sections() {
		changed(t, s)
	}
	if _, err := io.WriteString(w, t.B.String()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

func changed(t *terminal.Printer, s changeSection) {
	t.Line("")
	color := ""
	switch s.change {
	case CoverageLost, StillFailing, WaiverChanged, NewWarning:
		color = terminal.Yellow
	case Fixed:
		color = terminal.Green
	}
	title := strings.ToLower(s.title) + ":"
	if color != "" {
		title = t.Paint(color, title)
	}
	t.Line(title)
	for _, k := range s.kinds[:min(terminal.ShownGroups, len(s.kinds))] {
		t.Text("  ", printable.Bounded(printable.Plural(len(k.cases), "case")+" "+k.what, terminal.ShownText))
		t.Text("    ", printable.Some(k.cases, terminal.ShownCases, printable.ShortID))
	}
	t.More(len(s.kinds)-terminal.ShownGroups, "kind", "")
	for _, q := range s.requirements[:min(terminal.ShownGroups, len(s.requirements))] {
		t.Text("  ", printable.Bounded(requirementLine(q), terminal.ShownText))
	}
	t.More(len(s.requirements)-terminal.ShownGroups, "requirement", "")
}

// requirementLine is a changed requirement on one line.
func requirementLine(q RequirementChange) string {
	s := "requirement " + q.ID + ": " + fromTo(q.Old, q.New)
	if !reports.IsMust(q.Level) {
		s = "requirement " + q.ID + " (SHOULD): " + fromTo(q.Old, q.New)
	}
	if q.Reason != "" {
		s += ", " + q.Reason
	}
	return s
}

// writeJSON writes a comparison as JSON: kind ConformanceComparison.
func writeJSON(w io.Writer, c Comparison) error {
	return printable.WriteJSON(w, "comparison", c)
}
