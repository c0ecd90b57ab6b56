package reports

import (
	"fmt"
	"io"
	"path/filepath"
)

// MatrixText draws the verdicts of a matrix for a person at a terminal, and what does not hold everywhere.
func MatrixText(w io.Writer, m Matrix, o TerminalOptions) error {
	o.Width = max(o.Width, 40)
	t := &terminal{TerminalOptions: o}
	sign := func(code int) (string, string) {
		switch code {
		case ExitConformant:
			return "✓", green
		case ExitNotConformant:
			return "✗", red
		}
		return "?", yellow
	}
	mark, color := sign(m.Verdict.ExitCode)
	t.line(mark + " " + t.paint(color, visible(m.Verdict.Reason)))
	for _, x := range m.Targets {
		mark, color := sign(x.Verdict.ExitCode)
		t.line("  " + t.paint(color, mark) + " " + bounded(x.Name+": "+x.Verdict.Reason, shownText))
	}
	for _, n := range m.Notes {
		t.text("  ", "note: "+n)
	}
	open, _ := m.split()
	if len(open) > 0 {
		t.line("")
		t.line("what does not hold everywhere:")
	}
	for _, row := range open[:min(shownGroups, len(open))] {
		t.line("  " + shortID(row.ID))
		for i, c := range row.Cells {
			if c.Status != Satisfied {
				t.text("    ", bounded(fmt.Sprintf("%s %s: %s", c.Sign(), m.Targets[i].Name, c.Words()), shownText))
			}
		}
	}
	t.more(len(open)-shownGroups, "requirement", "matrix.md")
	if t.ReportDir != "" {
		t.line("")
		t.text("  ", "matrix: "+visible(filepath.Join(t.ReportDir, "matrix.html"))+"; also matrix.md, matrix.json")
	}
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("write matrix: %w", err)
	}
	return nil
}
