package gate

import (
	"fmt"
	"io"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/render/terminal"
)

// WriteText draws a decision: every rule on a line, the ones that do not hold told by sign, color and word.
func WriteText(w io.Writer, d Decision, o terminal.Options) error {
	t := &terminal.Printer{Options: o}
	t.Width = max(o.Width, 40)
	broken, unjudged := 0, 0
	for _, rule := range d.Rules {
		mark, color := "✓ holds    ", terminal.Green
		switch rule.ExitCode {
		case reports.ExitNotConformant:
			mark, color = "✗ broken   ", terminal.Red
			broken++
		case reports.ExitCouldNotJudge:
			mark, color = "? unjudged ", terminal.Yellow
			unjudged++
		}
		for i, line := range printable.Wrap(rule.Name+": "+rule.Detail, t.Width-11) {
			if i > 0 {
				mark = "           "
			}
			t.Line(t.Paint(color, mark) + line)
		}
	}
	t.Line("")
	switch d.ExitCode {
	case reports.ExitConformant:
		t.Line(t.Paint(terminal.Green, "✓ the gate is open: all "+printable.Plural(len(d.Rules), "rule")+" hold"))
	case reports.ExitNotConformant:
		t.Line(t.Paint(terminal.Red, "✗ the gate is closed: "+printable.Plural(broken, "rule")+" broken"))
	default:
		t.Line(t.Paint(terminal.Yellow,
			"? the gate is closed: "+printable.Plural(unjudged, "rule")+" could not be judged"))
	}
	if _, err := io.WriteString(w, t.B.String()); err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	return nil
}
