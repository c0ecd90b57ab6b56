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
	var open []MatrixRow
	if m.IsTrend() {
		writeChanges(t, m)
	} else if open, _ = m.split(); len(open) > 0 {
		t.Line("")
		t.Line("what does not hold everywhere:")
	}
	for _, row := range open[:min(terminal.ShownGroups, len(open))] {
		t.Line("  " + printable.ShortID(row.ID))
		for i, c := range row.Cells {
			if c.Status != reports.Satisfied || c.partly() {
				t.Text("    ", printable.Bounded(fmt.Sprintf("%s %s: %s", c.Sign(), m.Targets[i].Name, c.Words()),
					terminal.ShownText))
			}
		}
	}
	t.More(len(open)-terminal.ShownGroups, "requirement", "matrix.md")
	if t.ReportDir != "" {
		t.Line("")
		t.Text("  ", m.base()+": "+printable.Visible(filepath.Join(t.ReportDir, m.base()+".html"))+
			"; also "+m.base()+".md, "+m.base()+".json")
	}
	if _, err := io.WriteString(w, t.B.String()); err != nil {
		return fmt.Errorf("write matrix: %w", err)
	}
	return nil
}

// writeChanges lists what changed when, the newest run first.
func writeChanges(t *terminal.Printer, m Matrix) {
	t.Line("")
	t.Line("what changed when:")
	steps := m.newest()
	for _, s := range steps[:min(terminal.ShownGroups, len(steps))] {
		t.Line("  " + printable.ShortID(s.Name))
		if len(s.Changes) == 0 {
			t.Line("    no change")
		}
		for _, c := range s.Changes[:min(terminal.ShownGroups, len(s.Changes))] {
			t.Text("    ", c.Sign()+" "+printable.ShortID(c.ID)+": "+c.Word())
		}
		t.More(len(s.Changes)-terminal.ShownGroups, "change", "trend.md")
	}
	t.More(len(steps)-terminal.ShownGroups, "run", "trend.md")
}
