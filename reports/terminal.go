package reports

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// TerminalOptions say how Terminal draws.
type TerminalOptions struct {
	Color     bool
	Width     int    // columns; 0 means 80, less than 40 means 40
	ReportDir string // where WriteAll wrote; "" when it did not
}

// bounds of what the terminal shows; the report has the rest.
const (
	shownGroups = 10
	shownWarned = 3 // requirements with warnings: they fail nothing
	shownCases  = 3
	shownText   = 240 // runes of want, got or a reason
	shownCurl   = 800 // runes; a longer line gives way to the shorter rerun line
	shownStates = 12
)

// The colors, as SGR parameters.
const (
	red    = "1;31"
	green  = "1;32"
	yellow = "1;33"
)

// Terminal draws the report for a person: the verdict, what ran on what, what failed by requirement, what could not run and why. Only
// the escapes that color it are control characters, whatever the target sent.
func Terminal(w io.Writer, r Report, o TerminalOptions) error {
	if o.Width == 0 {
		o.Width = 80
	}
	o.Width = max(o.Width, 40)
	t := &terminal{TerminalOptions: o}
	t.verdict(r)
	if r.Verdict.ExitCode == ExitConformant {
		t.table(profileTable(r.Cases))
	}
	t.failures(failures(r.Cases))
	t.causes("passed though waived", yellow, causes(r.Cases, UnexpectedPass))
	t.list("problems with the waivers", r.WaiverProblems)
	t.causes("could not run", yellow, causes(r.Cases, CouldNotRun))
	t.states(r.MissingStates)
	t.warnings(warnings(r.Cases))
	t.where(r)
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	return nil
}

type terminal struct {
	TerminalOptions
	b strings.Builder
}

func (t *terminal) verdict(r Report) {
	mark, color := "✗ ", red
	switch r.Verdict.ExitCode {
	case ExitConformant:
		mark, color = "✓ ", green
	case ExitCouldNotJudge:
		mark, color = "? ", yellow
	}
	for i, line := range wrap(bounded(r.Verdict.Reason, shownText), t.Width-2) {
		if i > 0 {
			mark = "  "
		}
		t.line(mark + t.paint(color, line))
	}
	t.text("  ", subject(r))
	t.text("  ", tally(r.Counts)+"; "+duration(r.Run))
}

// failures draws the groups: requirement, the sentence of the document, and its most frequent difference.
func (t *terminal) failures(groups []group) {
	for _, g := range groups[:min(shownGroups, len(groups))] {
		d := g.differences[0]
		name := shortID(g.requirement)
		if name == "" {
			name = "failed without a finding"
		}
		t.line("")
		t.line(t.paint(red, "✗ "+name) + "  (" + plural(len(g.cases), "case") + ")")
		t.field("document", g.text)
		t.field("wanted", d.Want)
		t.field("got", d.Got)
		t.field("at", d.Pointer)
		t.field("spec", d.SpecLine)
		if len(g.differences) > 1 {
			t.field("also", plural(len(g.differences)-1, "other difference"))
		}
		t.field("cases", some(idsOf(g.cases), shownCases, shortID))
		t.reproduce(d.cases[0].Reproduce)
	}
	if len(groups) > shownGroups {
		t.line("")
	}
	t.more(len(groups)-shownGroups, "requirement", "report.md")
}

// reproduce prints lines to paste, which therefore are not wrapped.
func (t *terminal) reproduce(r Reproduce) {
	for _, l := range reproduceLines(r) {
		if line := visible(l.line); len(line) <= shownCurl {
			t.line(label(l.name) + line)
		}
	}
}

func (t *terminal) causes(title, color string, cs []cause) {
	if len(cs) == 0 {
		return
	}
	t.line("")
	t.line(t.paint(color, title+":"))
	for _, c := range cs[:min(shownGroups, len(cs))] {
		head := plural(len(c.cases), "case")
		if c.reason != "" {
			head += ": " + c.reason
		}
		t.text("  ", bounded(head, shownText))
		t.text("    ", some(c.cases, shownCases, shortID))
	}
	t.more(len(cs)-shownGroups, "reason", "report.md")
}

func (t *terminal) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	t.line("")
	t.line(t.paint(yellow, title+":"))
	for _, s := range items[:min(shownGroups, len(items))] {
		t.text("  ", bounded(s, shownText))
	}
	t.more(len(items)-shownGroups, "problem", "report.md")
}

func (t *terminal) states(states []State) {
	if len(states) == 0 {
		return
	}
	t.line("")
	t.line(t.paint(yellow, "the target does not know these states; teach it to reach them, or paste this\ninto a target file and give the reasons:"))
	list, left := statesYAML(states, shownStates)
	t.line(list)
	t.more(left, "state", "report.json")
}

func (t *terminal) warnings(groups []group) {
	if len(groups) == 0 {
		return
	}
	t.line("")
	t.line(t.paint(yellow, "warnings, which fail nothing:"))
	for _, g := range groups[:min(shownWarned, len(groups))] {
		d := g.differences[0]
		t.text("  ", bounded(fmt.Sprintf("%s (%s)", findingLine(d.Finding), plural(len(g.cases), "case")), shownText))
	}
	t.more(len(groups)-shownWarned, "requirement", "report.md")
}

func (t *terminal) table(rows [][]string) {
	if len(rows) == 0 {
		return
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], columns(c))
		}
	}
	t.line("")
	for _, row := range rows {
		var b strings.Builder
		for i, c := range row {
			b.WriteString("  " + c + strings.Repeat(" ", widths[i]-columns(c)))
		}
		t.line(strings.TrimRight(b.String(), " "))
	}
}

func (t *terminal) where(r Report) {
	if t.ReportDir == "" {
		return
	}
	t.line("")
	t.text("  ", "full report: "+t.report("report.html")+"; also report.md, report.json, junit.xml, badge.json")
}

// more says how much was left out, and where it stands.
func (t *terminal) more(n int, what, file string) {
	if n <= 0 {
		return
	}
	s := "and " + plural(n, "more "+what)
	if t.ReportDir != "" {
		s += " in " + t.report(file)
	}
	t.text("  ", s)
}

func (t *terminal) report(file string) string {
	return visible(filepath.Join(t.ReportDir, file))
}

func label(name string) string { return fmt.Sprintf("    %-10s", name) }

// field draws a name and a text that is wrapped beside it; nothing when there is no text.
func (t *terminal) field(name, text string) {
	if text == "" {
		return
	}
	indent := label(name)
	for _, line := range wrap(bounded(text, shownText), t.Width-len(indent)) {
		t.line(indent + line)
		indent = label("")
	}
}

func (t *terminal) text(indent, s string) {
	for _, line := range wrap(s, t.Width-len(indent)) {
		t.line(indent + line)
	}
}

func (t *terminal) line(s string) { t.b.WriteString(s + "\n") }

func (t *terminal) paint(sgr, s string) string {
	if !t.Color {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}
