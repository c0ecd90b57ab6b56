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
	mark := []string{"✓ ", "✗ ", "? "}[c.tone()]
	color := []string{terminal.Green, terminal.Red, terminal.Yellow}[c.tone()]
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
	title := strings.ToLower(s.Title) + ":"
	if color != "" {
		title = t.Paint(color, title)
	}
	t.Line(title)
	for _, k := range s.Kinds[:min(terminal.ShownGroups, len(s.Kinds))] {
		t.Text("  ", printable.Bounded(printable.Plural(len(k.Cases), "case")+" "+k.What, terminal.ShownText))
		t.Text("    ", printable.Some(k.Cases, terminal.ShownCases, printable.ShortID))
	}
	t.More(len(s.Kinds)-terminal.ShownGroups, "kind", "")
	for _, q := range s.Requirements[:min(terminal.ShownGroups, len(s.Requirements))] {
		t.Text("  ", printable.Bounded(requirementLine(q), terminal.ShownText))
	}
	t.More(len(s.Requirements)-terminal.ShownGroups, "requirement", "")
}

// requirementLine is a changed requirement on one line.
func requirementLine(q RequirementChange) string {
	s := "requirement " + q.ID
	if !reports.IsMust(q.Level) {
		s += " (SHOULD)"
	}
	s += ": " + q.FromTo()
	if q.Reason != "" {
		s += ", " + q.Reason
	}
	return s
}

// writeJSON writes a comparison as JSON: kind ConformanceComparison.
func writeJSON(w io.Writer, c Comparison) error {
	return printable.WriteJSON(w, "comparison", c)
}
