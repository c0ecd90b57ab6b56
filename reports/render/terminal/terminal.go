// Package terminal draws a report for a person at a terminal.
package terminal

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/internal/summary"
	"github.com/essconform/essconform/reports/internal/words"
)

// Options say how Terminal draws.
type Options struct {
	Color     bool
	Width     int    // columns; 0 means 80, less than 40 means 40
	ReportDir string // where WriteAll wrote; "" when it did not
	Lang      string // "en", which is also the default, or "zh"
}

// bounds of what the terminal shows; the report has the rest.
const (
	ShownGroups = 10
	shownWarned = 3 // requirements with warnings: they fail nothing
	ShownCases  = 3
	ShownText   = 240 // runes of want, got or a reason
	shownCurl   = 800 // runes; a longer line gives way to the shorter rerun line
)

// The colors, as SGR parameters.
const (
	Red    = "1;31"
	Green  = "1;32"
	Yellow = "1;33"
)

// Write draws the report for a person: the verdict, what ran on what, what failed by requirement, what could not run
// and why. Only the escapes that color it are control characters, whatever the target sent.
func Write(w io.Writer, r reports.Report, o Options) error {
	if o.Width == 0 {
		o.Width = 80
	}
	o.Width = max(o.Width, 40)
	book, err := words.In(o.Lang)
	if err != nil {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	t := &Printer{Options: o, book: book}
	t.verdict(r)
	if r.Verdict.ExitCode == reports.ExitConformant {
		t.table(summary.ProfileTable(r.Cases))
	}
	t.Failures(repair.Order(r.Cases))
	t.causes("passed though waived", Yellow, summary.Causes(r.Cases, reports.UnexpectedPass))
	t.list("problems with the waivers", r.WaiverProblems)
	t.causes("could not run", Yellow, summary.Causes(r.Cases, reports.CouldNotRun))
	t.states(r.MissingStates)
	t.warnings(summary.Warnings(r.Cases))
	if line := reports.TeardownFailures(r.Cases); line != "" {
		t.Line("")
		t.Text("  ", line)
	}
	t.where()
	if _, err := io.WriteString(w, t.B.String()); err != nil {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	return nil
}

// Printer writes text for a terminal.
type Printer struct {
	Options
	B    strings.Builder
	book *words.Book
}

func (t *Printer) verdict(r reports.Report) {
	mark, color := "✗ ", Red
	switch r.Verdict.ExitCode {
	case reports.ExitConformant:
		mark, color = "✓ ", Green
		if !r.Whole() {
			color = Yellow
		}
	case reports.ExitCouldNotJudge:
		mark, color = "? ", Yellow
	}
	for i, line := range printable.Wrap(t.book.Say(printable.Bounded(r.Verdict.Reason, ShownText)), t.Width-2) {
		if i > 0 {
			mark = "  "
		}
		t.Line(t.Paint(color, mark+line))
	}
	t.Text("  ", summary.Subject(r))
	t.Text("  ", t.book.Say(r.Counts.String())+"; "+summary.Duration(r.Run)+t.book.Say(summary.Calls(r.Counts)))
	for _, line := range summary.LeftOut(r) {
		t.Text("  ", line)
	}
}

// Failures draws what to change: each card with the sentence of the document and its most frequent difference.
func (t *Printer) Failures(cards []repair.Card) {
	for _, c := range cards[:min(ShownGroups, len(cards))] {
		d := c.Differences[0]
		t.Line("")
		cases := t.book.Say(printable.Plural(len(c.Cases), "case"))
		t.Line(t.Paint(Red, "✗ "+t.book.Say(c.Name())) + "  (" + cases + ")")
		t.field("change", t.book.Say(c.Advice))
		what := "document"
		if c.Everywhere {
			what = "because"
		}
		t.field(what, t.book.Say(c.Text))
		t.field("wanted", d.Want)
		t.field("got", d.Got)
		t.field("at", d.Pointer)
		t.history(d.History)
		t.field("spec", d.SpecLine)
		if len(c.Differences) > 1 {
			t.field("also", t.book.Say(printable.Plural(len(c.Differences)-1, "other difference")))
		}
		t.field("hides", t.hidden(c.Hides))
		t.field("cases", t.some(summary.IdsOf(c.Cases)))
		t.reproduce(d.Cases[0].Reproduce)
	}
	if len(cards) > ShownGroups {
		t.Line("")
	}
	t.More(len(cards)-ShownGroups, "requirement", "report.md")
}

// hidden lists the requirements that fail for the same reason.
func (t *Printer) hidden(groups []summary.Group) string {
	if len(groups) == 0 {
		return ""
	}
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.Requirement
	}
	return t.book.Say("with the same root") + ": " + t.some(ids)
}

// some are the first of ids, and how many more there are.
func (t *Printer) some(ids []string) string {
	s := printable.Some(ids[:min(ShownCases, len(ids))], ShownCases, printable.ShortID)
	if more := len(ids) - ShownCases; more > 0 {
		s += " " + t.book.Say(fmt.Sprintf("and %d more", more))
	}
	return s
}

// history draws the steps that led to a finding.
func (t *Printer) history(lines []reports.HistoryLine) {
	shown, first, left := summary.ShortHistory(lines)
	for i, l := range shown {
		text, name := summary.HistoryText(first+i+1, l), ""
		if i == 0 {
			name = "steps"
		}
		t.field(name, text)
	}
	if left > 0 {
		t.field("", t.book.Say(printable.Plural(left, "more step")))
	}
}

// reproduce prints lines to paste, which therefore are not wrapped.
func (t *Printer) reproduce(r reports.Reproduce) {
	for _, l := range summary.ReproduceLines(r) {
		if line := printable.Visible(l.Line); len(line) <= shownCurl {
			t.Line(t.label(l.Name) + line)
		}
	}
}

func (t *Printer) causes(title, color string, cs []summary.Cause) {
	if len(cs) == 0 {
		return
	}
	t.Line("")
	t.Line(t.Paint(color, t.book.Say(title)+":"))
	for _, c := range cs[:min(ShownGroups, len(cs))] {
		head := t.book.Say(printable.Plural(len(c.Cases), "case"))
		if c.Reason != "" {
			head += ": " + t.book.Say(c.Reason)
		}
		t.Text("  ", printable.Bounded(head, ShownText))
		t.Text("    ", t.some(c.Cases))
	}
	t.More(len(cs)-ShownGroups, "reason", "report.md")
}

func (t *Printer) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	t.Line("")
	t.Line(t.Paint(Yellow, t.book.Say(title)+":"))
	for _, s := range items[:min(ShownGroups, len(items))] {
		t.Text("  ", printable.Bounded(s, ShownText))
	}
	t.More(len(items)-ShownGroups, "problem", "report.md")
}

func (t *Printer) states(states []reports.State) {
	if len(states) == 0 {
		return
	}
	t.Line("")
	const head = "the target does not know these states; teach it to reach them, or paste this into a target file " +
		"and give the reasons:"
	for _, line := range printable.Wrap(t.book.Say(head), t.Width) {
		t.Line(t.Paint(Yellow, line))
	}
	list, left := summary.StatesYAML(states, summary.ShownStates)
	t.Line(list)
	t.More(left, "state", "report.json")
}

func (t *Printer) warnings(groups []summary.Group) {
	if len(groups) == 0 {
		return
	}
	t.Line("")
	t.Line(t.Paint(Yellow, t.book.Say("warnings, which fail nothing")+":"))
	for _, g := range groups[:min(shownWarned, len(groups))] {
		d := g.Differences[0]
		t.Text("  ", printable.Bounded(
			summary.FindingLine(d.Finding)+" ("+t.book.Say(printable.Plural(len(g.Cases), "case"))+")", ShownText))
	}
	t.More(len(groups)-shownWarned, "requirement", "report.md")
}

func (t *Printer) table(rows [][]string) {
	if len(rows) == 0 {
		return
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], printable.Columns(t.book.Say(c)))
		}
	}
	t.Line("")
	for _, row := range rows {
		var b strings.Builder
		for i, c := range row {
			c = t.book.Say(c)
			b.WriteString("  " + c + strings.Repeat(" ", widths[i]-printable.Columns(c)))
		}
		t.Line(strings.TrimRight(b.String(), " "))
	}
}

func (t *Printer) where() {
	if t.ReportDir == "" {
		return
	}
	t.Line("")
	const full = "full report: %s; also report.md, report.json, junit.xml, badge.json"
	t.Text("  ", t.book.Sayf(full, t.report("report.html")))
}

// More says how much was left out, and where it stands.
func (t *Printer) More(n int, what, file string) {
	if n <= 0 {
		return
	}
	s := "and " + printable.Plural(n, "more "+what)
	if t.ReportDir == "" {
		t.Text("  ", s)
		return
	}
	t.Text("  ", t.book.Sayf("%s in %s", t.book.Say(s), t.report(file)))
}

func (t *Printer) report(file string) string {
	return printable.Visible(filepath.Join(t.ReportDir, file))
}

// label is the name of a field, ten columns wide.
func (t *Printer) label(name string) string {
	name = t.book.Say(name)
	return "    " + name + strings.Repeat(" ", max(0, labelled-printable.Columns(name)))
}

const labelled = 10

// field draws a name and a text that is wrapped beside it; nothing when there is no text.
func (t *Printer) field(name, text string) {
	if text == "" {
		return
	}
	indent := t.label(name)
	for _, line := range printable.Wrap(printable.Bounded(text, ShownText), t.Width-printable.Columns(indent)) {
		t.Line(indent + line)
		indent = t.label("")
	}
}

// Text writes s, in its language, wrapped, with each line indented.
func (t *Printer) Text(indent, s string) {
	for _, line := range printable.Wrap(t.book.Say(s), t.Width-len(indent)) {
		t.Line(indent + line)
	}
}

// Line writes one line.
func (t *Printer) Line(s string) { t.B.WriteString(s + "\n") }

// Paint is s in a color, where colors are wanted.
func (t *Printer) Paint(sgr, s string) string {
	if !t.Color {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}
