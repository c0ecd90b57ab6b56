package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteMatrixJSON writes the matrix as matrix.schema.json describes it.
func WriteMatrixJSON(w io.Writer, m Matrix) error { return writePrintable(w, "matrix", m) }

// mdTargets is how many targets the Markdown shows side by side; more would not be readable.
const mdTargets = 12

// WriteMatrixMarkdown draws the matrix as a comment on a pull request: the targets, then what does not hold everywhere, then the rest.
func WriteMatrixMarkdown(w io.Writer, m Matrix) error {
	d := &document{}
	fmt.Fprintf(&d.b, "## %s %s\n\n| target | verdict | passed | failed | could not run |\n|---|---|--:|--:|--:|\n",
		map[int]string{ExitConformant: "✅", ExitNotConformant: "❌", ExitCouldNotJudge: "⚠️"}[m.Verdict.ExitCode], prose(m.Verdict.Reason, mdText))
	for i, t := range m.Targets {
		row := fmt.Sprintf("| %s | %s | %d of %d | %d | %d |\n", cellCode(t.Name, mdID), cellCode(t.Verdict.Reason, mdText),
			t.Counts.Passed, t.Counts.Selected, t.Counts.Failed, t.Counts.CouldNotRun)
		if d.b.Len()+len(row)+mdMoreLine > untilFailures {
			fmt.Fprintf(&d.b, "\n… and %d more in matrix.json\n", len(m.Targets)-i)
			break
		}
		d.b.WriteString(row)
	}
	d.section("Read with care", untilUnexpected, bullets(m.Notes))
	open, rest := m.split()
	d.matrixTable("What does not hold everywhere", m, open, untilRequirements)
	d.matrixTable("What holds everywhere", m, rest, untilRequirements)
	if _, err := io.WriteString(w, d.b.String()); err != nil {
		return fmt.Errorf("write matrix: %w", err)
	}
	return nil
}

// split puts the requirements apart that are satisfied, or excluded, by all targets.
func (m Matrix) split() (open, rest []MatrixRow) {
	for _, row := range m.Requirements {
		if slices.ContainsFunc(row.Cells, func(c MatrixCell) bool { return c.Status != Satisfied && c.Status != Excluded }) {
			open = append(open, row)
		} else {
			rest = append(rest, row)
		}
	}
	return open, rest
}

func (d *document) matrixTable(title string, m Matrix, rows []MatrixRow, until int) {
	if len(rows) == 0 || d.b.Len() > until {
		return
	}
	targets := m.Targets[:min(mdTargets, len(m.Targets))]
	fmt.Fprintf(&d.b, "\n<details%s><summary>%s: %s</summary>\n\n| requirement |", map[bool]string{true: " open"}[title == "What does not hold everywhere"],
		title, plural(len(rows), "requirement"))
	for _, t := range targets {
		d.b.WriteString(" " + cellCode(t.Name, 40) + " |")
	}
	d.b.WriteString("\n|---|" + strings.Repeat("---|", len(targets)) + "\n")
	for i, row := range rows {
		line := fmt.Sprintf("| %s %s |", cellCode(row.ID, mdID), prose(shouldMark(row.Level), mdID))
		for _, c := range row.Cells[:len(targets)] {
			line += " " + c.Sign() + " " + prose(c.Words(), mdID) + " |"
		}
		if d.b.Len()+len(line)+2*mdMoreLine > until {
			fmt.Fprintf(&d.b, "\n… and %d more in matrix.json\n", len(rows)-i)
			break
		}
		d.b.WriteString(line + "\n")
	}
	if more := len(m.Targets) - len(targets); more > 0 {
		fmt.Fprintf(&d.b, "\n… and %s more in matrix.json and matrix.html\n", plural(more, "target"))
	}
	d.b.WriteString("\n</details>\n")
}

func shouldMark(level string) string {
	if isMust(level) {
		return ""
	}
	return "(SHOULD)"
}

// Sign is the sign of a cell; Words beside it say the same.
func (c MatrixCell) Sign() string {
	switch c.Status {
	case Satisfied:
		return "✓"
	case Violated:
		return "✗"
	case Unverified:
		return "?"
	}
	return "–"
}

// Words are what a cell says, without its reason.
func (c MatrixCell) Words() string {
	switch {
	case c.Status == Violated:
		return fmt.Sprintf("violated in %d of %s", c.Failed, plural(c.Cases, "case"))
	case c.Status == Satisfied && c.Failed > 0:
		return fmt.Sprintf("satisfied, warnings in %s", plural(c.Failed, "case"))
	}
	return c.Status
}

// Class is the class of a cell in the page.
func (c MatrixCell) Class() string {
	return map[string]string{Satisfied: "good", Violated: "bad", Unverified: "doubt"}[c.Status]
}

// WriteMatrixHTML draws the matrix as one file that needs nothing else.
func WriteMatrixHTML(w io.Writer, m Matrix) error { return writePage(w, "matrix.html", m) }
