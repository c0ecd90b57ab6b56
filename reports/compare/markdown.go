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
	mark := "✅"
	if c.Verdict.Regressed {
		mark = "❌"
	} else if c.Counts[CoverageLost] > 0 {
		mark = "⚠️"
	}
	fmt.Fprintf(&d.B, "## %s %s\n\n| | |\n|---|---|\n", mark, markdown.Prose(c.Verdict.Reason, markdown.MaxText))
	fmt.Fprintf(
		&d.B,
		"| before | %s |\n| now | %s |\n",
		markdown.CellCode(sideLine(c.Old), markdown.MaxText),
		markdown.CellCode(sideLine(c.New), markdown.MaxText),
	)
	d.Section("What else differs", markdown.UntilFailures, markdown.Bullets(c.Notes))
	d.Section("What regressed", markdown.UntilCouldNotRun, markdown.FailureItems(c.regressed))
	for _, s := range c.sections() {
		d.Section(s.title, markdown.MaxBytes-512, changeItems(s))
	}
	if _, err := io.WriteString(w, d.B.String()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

func changeItems(s changeSection) []markdown.Item {
	var items []markdown.Item
	for _, k := range s.kinds {
		items = append(
			items,
			markdown.Item{
				Full: fmt.Sprintf(
					"- %s %s\n  in %s\n",
					printable.Plural(len(k.cases), "case"),
					markdown.Code(k.what, markdown.MaxText),
					printable.Some(k.cases, markdown.MaxCases, markdown.CodeID),
				),
			},
		)
	}
	for _, q := range s.requirements {
		status := markdown.Prose(fromTo(q.Old, q.New), markdown.MaxText)
		if q.Reason != "" {
			status += ", " + markdown.Code(q.Reason, markdown.MaxText)
		}
		items = append(
			items,
			markdown.Item{
				Full: fmt.Sprintf(
					"- requirement %s (%s): %s. %s\n",
					markdown.Code(q.ID, markdown.MaxID),
					markdown.Prose(q.Level, markdown.MaxID),
					status,
					markdown.Prose(q.Text, markdown.MaxText),
				),
			},
		)
	}
	return items
}
