package compare

import (
	"fmt"
	"io"

	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/render/markdown"
)

// writeMarkdown draws a comparison as a comment on a pull request, below 64 KiB as report.md is.
func writeMarkdown(w io.Writer, c Comparison) error {
	d := &markdown.Document{}
	mark := []string{"✅", "❌", "⚠️"}[c.tone()]
	fmt.Fprintf(&d.B, "## %s %s\n\n| | |\n|---|---|\n", mark, markdown.Prose(c.Verdict.Reason, markdown.MaxText))
	for i, side := range []Side{c.Old, c.New} {
		name := []string{"before", "now"}[i]
		fmt.Fprintf(&d.B, "| %s | %s |\n", name, markdown.CellCode(sideLine(side), markdown.MaxText))
	}
	d.Section("What else differs", markdown.UntilFailures, markdown.Bullets(c.Notes))
	d.Section("What regressed", markdown.UntilCouldNotRun, markdown.FailureItems(c.regressed))
	for _, s := range c.sections() {
		d.Section(s.Title, markdown.MaxBytes-512, changeItems(s))
	}
	if _, err := io.WriteString(w, d.B.String()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

func changeItems(s changeSection) (items []markdown.Item) {
	add := func(format string, a ...any) { items = append(items, markdown.Item{Full: fmt.Sprintf(format, a...)}) }
	for _, k := range s.Kinds {
		add("- %s %s\n  in %s\n", printable.Plural(len(k.Cases), "case"), markdown.Code(k.What, markdown.MaxText),
			printable.Some(k.Cases, markdown.MaxCases, markdown.CodeID))
	}
	for _, q := range s.Requirements {
		status := markdown.Prose(q.FromTo(), markdown.MaxText)
		if q.Reason != "" {
			status += ", " + markdown.Code(q.Reason, markdown.MaxText)
		}
		add("- requirement %s (%s): %s. %s\n", markdown.Code(q.ID, markdown.MaxID),
			markdown.Prose(q.Level, markdown.MaxID), status, markdown.Prose(q.Text, markdown.MaxText))
	}
	return items
}
