package merge

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/page"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/reports/render/markdown"
)

// writeJSON writes the matrix as matrix.schema.json describes it.
func writeJSON(w io.Writer, m Matrix) error { return printable.WriteJSON(w, "matrix", m) }

// mdTargets is how many targets the Markdown shows side by side; more would not be readable.
const mdTargets = 12

// WriteMarkdown draws the matrix as a comment on a pull request: the targets, then what does not hold everywhere, then
// the rest.
func WriteMarkdown(w io.Writer, m Matrix) error {
	d := &markdown.Document{}
	fmt.Fprintf(&d.B, "## %s %s\n\n| %s | verdict | passed | failed | could not run |\n|---|---|--:|--:|--:|\n",
		[]string{"✅", "❌", "⚠️"}[min(uint(m.Verdict.ExitCode), reports.ExitCouldNotJudge)],
		markdown.Prose(m.Verdict.Reason, markdown.MaxText), m.What())
	for i, t := range m.Targets {
		row := fmt.Sprintf("| %s | %s | %d of %d | %d | %d |\n", markdown.CellCode(t.Name, markdown.MaxID),
			markdown.CellCode(t.Verdict.Reason, markdown.MaxText), t.Counts.Passed, t.Counts.Selected, t.Counts.Failed,
			t.Counts.CouldNotRun)
		if d.B.Len()+len(row)+markdown.MoreLine > markdown.UntilFailures {
			fmt.Fprintf(&d.B, "\n… and %d more in %s.json\n", len(m.Targets)-i, m.base())
			break
		}
		d.B.WriteString(row)
	}
	d.Section("Read with care", markdown.UntilUnexpected, markdown.Bullets(m.Notes))
	if m.IsTrend() {
		d.Section("What changed when", markdown.UntilFailures, changeItems(m))
	}
	open, rest := m.split()
	matrixTable(d, "What does not hold everywhere", m, open, markdown.UntilRequirements)
	matrixTable(d, "What holds everywhere", m, rest, markdown.UntilRequirements)
	if _, err := w.Write(printable.Unspoken([]byte(d.B.String()))); err != nil {
		return fmt.Errorf("write matrix: %w", err)
	}
	return nil
}

// split puts the requirements apart that are satisfied, or excluded, by all targets. Of the others, those that are only
// not verified by all cases stand last.
func (m Matrix) split() (open, rest []MatrixRow) {
	var partly []MatrixRow
	for _, row := range m.Requirements {
		some := func(fits func(MatrixCell) bool) bool { return slices.ContainsFunc(row.Cells, fits) }
		switch {
		case some(func(c MatrixCell) bool { return c.Status != reports.Satisfied && c.Status != reports.Excluded }):
			open = append(open, row)
		case some(MatrixCell.partly):
			partly = append(partly, row)
		default:
			rest = append(rest, row)
		}
	}
	return append(open, partly...), rest
}

func matrixTable(d *markdown.Document, title string, m Matrix, rows []MatrixRow, until int) {
	if len(rows) == 0 || d.B.Len() > until {
		return
	}
	targets := m.Targets[:min(mdTargets, len(m.Targets))]
	fmt.Fprintf(&d.B, "\n<details%s><summary>%s: %s</summary>\n\n| requirement |",
		map[bool]string{true: " open"}[title == "What does not hold everywhere"], title,
		printable.Plural(len(rows), "requirement"))
	for _, t := range targets {
		d.B.WriteString(" " + markdown.CellCode(t.Name, 40) + " |")
	}
	d.B.WriteString("\n|---|" + strings.Repeat("---|", len(targets)) + "\n")
	for i, row := range rows {
		line := fmt.Sprintf("| %s %s |", markdown.CellCode(row.ID, markdown.MaxID),
			markdown.Prose(shouldMark(row.Level), markdown.MaxID))
		for _, c := range row.Cells[:len(targets)] {
			line += " " + c.Sign() + " " + markdown.Prose(c.Words(), markdown.MaxID) + " |"
		}
		if d.B.Len()+len(line)+2*markdown.MoreLine > until {
			fmt.Fprintf(&d.B, "\n… and %d more in %s.json\n", len(rows)-i, m.base())
			break
		}
		d.B.WriteString(line + "\n")
	}
	if more := len(m.Targets) - len(targets); more > 0 {
		fmt.Fprintf(&d.B, "\n… and %s more in %[2]s.json and %[2]s.html\n", printable.Plural(more, m.What()), m.base())
	}
	d.B.WriteString("\n</details>\n")
}

func shouldMark(level string) string {
	if reports.IsMust(level) {
		return ""
	}
	return "(SHOULD)"
}

// Sign is the sign of a cell; Words beside it say the same.
func (c MatrixCell) Sign() string { sign, _ := c.look(); return sign }

// Class is the class of a cell in the page.
func (c MatrixCell) Class() string { _, class := c.look(); return class }

func (c MatrixCell) look() (sign, class string) {
	switch {
	case c.partly():
		return "◐", "doubt"
	case c.Status == reports.Satisfied:
		return "✓", "good"
	case c.Status == reports.Violated && c.should:
		return "△", "doubt"
	case c.Status == reports.Violated:
		return "✗", "bad"
	case c.Status == reports.Unverified, c.Status == reports.Excused:
		return "?", "doubt"
	}
	return "–", ""
}

// partly tells whether a cell is satisfied, and not by all cases.
func (c MatrixCell) partly() bool { return c.Status == reports.Satisfied && c.Unverified > 0 }

// Words are what a cell says, without its reason.
func (c MatrixCell) Words() string {
	switch {
	case c.Status == reports.Violated && c.should:
		return fmt.Sprintf("SHOULD not met in %d of %s", c.Failed, printable.Plural(c.Cases, "case"))
	case c.Status == reports.Violated:
		return fmt.Sprintf("violated in %d of %s", c.Failed, printable.Plural(c.Cases, "case"))
	}
	words := c.Status
	if c.Status == reports.Satisfied && c.Failed > 0 {
		words += ", warnings in " + printable.Plural(c.Failed, "case")
	}
	if c.partly() {
		words += fmt.Sprintf(", not verified in %d of %s", c.Unverified, printable.Plural(c.Cases, "case"))
	}
	return words
}

// Number is how many of the cases failed, where a requirement does not hold, or verified it, where not all did; ""
// where there is nothing to count.
func (c MatrixCell) Number() string {
	switch {
	case c.Status == reports.Violated:
		return fmt.Sprintf("%d/%d", c.Failed, c.Cases)
	case c.partly():
		return fmt.Sprintf("%d/%d", c.Cases-c.Unverified, c.Cases)
	}
	return ""
}

// writeHTML draws the matrix as one file that needs nothing else.
func writeHTML(w io.Writer, m Matrix) error { return page.Write(w, "matrix.html", newPage(m)) }

// formats are the formats of a matrix or a trend, whose files have this name.
func formats(base string) []render.Format[Matrix] {
	return []render.Format[Matrix]{
		{Name: "text", Write: render.Quick(WriteText)},
		{Name: "json", File: base + ".json", Write: render.Plain(writeJSON)},
		{Name: "markdown", File: base + ".md", Write: render.Plain(WriteMarkdown)},
		{Name: "html", File: base + ".html", Write: render.Plain(writeHTML)},
	}
}

// WriteAll writes the files of a matrix into dir, the way render.WriteAll does.
func WriteAll(ctx context.Context, dir string, m Matrix) error {
	return render.WriteFiles(ctx, dir, m.base(), m, formats(m.base()), render.Options{})
}
