package reports

import (
	"fmt"
	"io"
)

// WriteComparisonMarkdown draws a comparison as a comment on a pull request, below 64 KiB as report.md is.
func WriteComparisonMarkdown(w io.Writer, c Comparison) error {
	d := &document{}
	mark := "✅"
	if c.Verdict.Regressed {
		mark = "❌"
	} else if c.Counts[CoverageLost] > 0 {
		mark = "⚠️"
	}
	fmt.Fprintf(&d.b, "## %s %s\n\n| | |\n|---|---|\n", mark, prose(c.Verdict.Reason, mdText))
	fmt.Fprintf(&d.b, "| before | %s |\n| now | %s |\n", cellCode(sideLine(c.Old), mdText), cellCode(sideLine(c.New), mdText))
	d.section("What else differs", untilFailures, bullets(c.Notes))
	d.section("What regressed", untilCouldNotRun, failureItems(c.regressed))
	for _, s := range c.sections() {
		d.section(s.title, maxMarkdown-512, changeItems(s))
	}
	if _, err := io.WriteString(w, d.b.String()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

func changeItems(s changeSection) []item {
	var items []item
	for _, k := range s.kinds {
		items = append(items, item{full: fmt.Sprintf("- %s %s\n  in %s\n", plural(len(k.cases), "case"), code(k.what, mdText), some(k.cases, mdCases, codeID))})
	}
	for _, q := range s.requirements {
		status := prose(fromTo(q.Old, q.New), mdText)
		if q.Reason != "" {
			status += ", " + code(q.Reason, mdText)
		}
		items = append(items, item{full: fmt.Sprintf("- requirement %s (%s): %s. %s\n", code(q.ID, mdID), prose(q.Level, mdID), status, prose(q.Text, mdText))})
	}
	return items
}
