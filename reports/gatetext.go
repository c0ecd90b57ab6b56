package reports

import (
	"fmt"
	"io"
)

// GateText draws a decision: every rule on a line, the ones that do not hold told by sign, color and word.
func GateText(w io.Writer, d Decision, o TerminalOptions) error {
	t := &terminal{TerminalOptions: o}
	t.Width = max(o.Width, 40)
	broken, unjudged := 0, 0
	for _, rule := range d.Rules {
		mark, color := "✓ holds    ", green
		switch rule.ExitCode {
		case ExitNotConformant:
			mark, color = "✗ broken   ", red
			broken++
		case ExitCouldNotJudge:
			mark, color = "? unjudged ", yellow
			unjudged++
		}
		for i, line := range wrap(rule.Name+": "+rule.Detail, t.Width-11) {
			if i > 0 {
				mark = "           "
			}
			t.line(t.paint(color, mark) + line)
		}
	}
	t.line("")
	switch d.ExitCode {
	case ExitConformant:
		t.line(t.paint(green, "✓ the gate is open: all "+plural(len(d.Rules), "rule")+" hold"))
	case ExitNotConformant:
		t.line(t.paint(red, "✗ the gate is closed: "+plural(broken, "rule")+" broken"))
	default:
		t.line(t.paint(yellow, "? the gate is closed: "+plural(unjudged, "rule")+" could not be judged"))
	}
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	return nil
}
