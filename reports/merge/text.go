package merge

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/render/terminal"
)

// WriteText draws the verdicts of a matrix for a person at a terminal, and what does not hold everywhere.
func WriteText(w io.Writer, m Matrix, o terminal.Options) error {
	o.Width = max(o.Width, 40)
	t := &terminal.Printer{Options: o}
	sign := func(code int) (string, string) {
		switch code {
		case reports.ExitConformant:
			return "✓", terminal.Green
		case reports.ExitNotConformant:
			return "✗", terminal.Red
		}
		return "?", terminal.Yellow
	}
	mark, color := sign(m.Verdict.ExitCode)
	t.Line(mark + " " + t.Paint(color, printable.Visible(m.Verdict.Reason)))
	for _, x := range m.Targets {
		mark, color := sign(x.Verdict.ExitCode)
		t.Line("  " + t.Paint(color, mark) + " " + printable.Bounded(x.Name+": "+x.Verdict.Reason, terminal.ShownText))
	}
	for _, n := range m.Notes {
		t.Text("  ", "note: "+n)
	}
	open, _ := m.split()
	if len(open) > 0 {
		t.Line("")
		t.Line("what does not hold everywhere:")
	}
	for _, row := range open[:min(terminal.ShownGroups, len(open))] {
		t.Line("  " + printable.ShortID(row.ID))
		for i, c := range row.Cells {
			if c.Status != reports.Satisfied {
				t.Text(
					"    ",
					printable.Bounded(
						fmt.Sprintf("%s %s: %s", c.Sign(), m.Targets[i].Name, c.Words()),
						terminal.ShownText,
					),
				)
			}
		}
	}
	t.More(len(open)-terminal.ShownGroups, "requirement", "matrix.md")
	if t.ReportDir != "" {
		t.Line("")
		t.Text(
			"  ",
			"matrix: "+printable.Visible(filepath.Join(t.ReportDir, "matrix.html"))+"; also matrix.md, matrix.json",
		)
	}
	if _, err := io.WriteString(w, t.B.String()); err != nil {
		return fmt.Errorf("write matrix: %w", err)
	}
	return nil
}
