// Package markdown draws report.md, and brings nothing that a target sent to life.
package markdown

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/internal/summary"
	"github.com/essconform/essconform/reports/internal/words"
)

// MaxBytes is the size of report.md in bytes: GitHub refuses a comment of more than 65,536 characters.
const MaxBytes = 64 << 10

// Each section may fill report.md up to here, in bytes; what one leaves the next may use. Failures get the most, and
// the table of requirements always has room for a catalogue of the size of ours.
const (
	UntilFailures     = 30 << 10
	UntilUnexpected   = 33 << 10
	UntilCouldNotRun  = 38 << 10
	untilStates       = 42 << 10
	untilWarnings     = 46 << 10
	UntilRequirements = MaxBytes - 512
)

// bounds of the parts, in runes.
const (
	MaxID      = 120
	MaxText    = 400
	mdCurl     = 1500
	mdBody     = 1200
	mdExchange = 3000
	mdBrief    = 80
)

// How much is shown.
const (
	MaxCases   = 8       // cases named of each difference
	mdVariants = 3       // differences shown of each requirement
	mdItem     = 8 << 10 // bytes of one item; a longer one is told in brief, so that it cannot crowd out the others
	MoreLine   = 60      // bytes of a line about what was left out
)

// Write writes report.md in English; see WriteIn.
func Write(w io.Writer, r reports.Report) error { return WriteIn(w, r, words.English) }

// WriteIn writes report.md in a language, "en" or "zh". It reads well as a comment on a pull request: the verdict
// first, what failed by requirement, what could not run and why. It stays below 64 KiB and says what it leaves out.
func WriteIn(w io.Writer, r reports.Report, language string) error {
	book, err := words.In(language)
	if err != nil {
		return fmt.Errorf("write markdown: %w", err)
	}
	d := &Document{book: book}
	d.head(r)
	d.Section("What failed", UntilFailures, d.failureItems(repair.Order(r.Cases)))
	d.Section("What passed though waived", UntilUnexpected,
		d.causeItems("", summary.Causes(r.Cases, reports.UnexpectedPass)))
	d.Section("Problems with the waivers", UntilUnexpected, Bullets(r.WaiverProblems))
	d.Section("What could not run", UntilCouldNotRun, d.causeItems("", summary.Causes(r.Cases, reports.CouldNotRun)))
	d.Section("States that the target does not know", untilStates, d.stateItems(r.MissingStates))
	d.Section("What is excused", untilStates, append(d.causeItems("waived", summary.Causes(r.Cases, reports.Waived)),
		d.causeItems("unsupported", summary.UnsupportedCauses(r.Cases))...))
	d.Section("SHOULD not met, which fails nothing", untilStates, d.causeItems("", summary.NotMetCauses(r.Cases)))
	d.Section("Warnings, which fail nothing", untilWarnings, d.warningItems(r))
	d.requirements(r.Requirements)
	if _, err := w.Write(printable.Unspoken([]byte(d.B.String()))); err != nil { // it is printed in logs, too
		return fmt.Errorf("write markdown: %w", err)
	}
	return nil
}

// Document is a text in Markdown that is being written.
type Document struct {
	B    strings.Builder
	book *words.Book
}

func (d *Document) head(r reports.Report) {
	mark := "❌"
	switch r.Verdict.ExitCode {
	case reports.ExitConformant:
		mark = "✅"
		if !r.Whole() {
			mark = "🟡"
		}
	case reports.ExitCouldNotJudge:
		mark = "⚠️"
	}
	fmt.Fprintf(&d.B, "## %s %s\n\n", mark, Prose(d.book.Say(r.Verdict.Reason), MaxText))
	row := func(name string, cells ...string) {
		fmt.Fprintf(&d.B, "| %s | %s |\n", d.book.Say(name), strings.Join(cells, " "))
	}
	d.B.WriteString("| | |\n|---|---|\n")
	if r.Target.Kind == reports.KindRecording { // it was not this program that called
		row("recording", CellCode(r.Target.Name, MaxID))
	} else {
		row("target", CellCode(cmp.Or(r.Target.Name, r.Target.Kind), MaxID), CellCode(r.Target.Endpoint, MaxID))
		row("region, signature, states", CellCode(r.Target.Region, MaxID), CellCode(r.Target.Signature, MaxID),
			CellCode(r.Target.Arrangement, MaxID))
	}
	row("contract", CellCode(r.Contract.Operation, MaxID), CellCode(r.Contract.APIVersion, MaxID),
		CellCode(r.Contract.File, MaxID), CellCode(printable.First(r.Contract.SHA256, 12), MaxID))
	suite := []string{CellCode(r.Suite.Version, MaxID)}
	if r.Suite.CaseSet != "" {
		suite = append(suite, d.book.Say("cases"), CellCode(printable.First(r.Suite.CaseSet, 12), MaxID))
	}
	row("suite", suite...)
	row("selection",
		strings.TrimSpace(CellCode(cmp.Or(r.Run.Selection, reports.Everything), MaxID)+" "+summary.ShardOf(r)))
	began := r.Run.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC")
	run := CellCode(r.Run.ID, MaxID) + " " + began + ", " + summary.Duration(r.Run)
	if r.Target.Kind != reports.KindRecording {
		run += fmt.Sprintf(", seed %d", r.Run.Seed)
	}
	row("run", run)
	n := r.Counts
	d.words("\n| selected | passed | failed | could not run | waived | passed though waived | unsupported " +
		"| SHOULD not met | not selected | warnings |\n" + "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	fmt.Fprintf(&d.B, "| %d | %d | %d | %d | %d | %d | %d | %d | %d | %d |\n", n.Selected, n.Passed, n.Failed,
		n.CouldNotRun, n.Waived, n.UnexpectedPass, n.Unsupported-n.NotMet, n.NotMet, n.NotSelected, n.Warnings)
	for _, line := range summary.LeftOut(r) {
		d.B.WriteString("\n" + Prose(d.book.Say(line), MaxText) + "\n")
	}
	if line := reports.TeardownFailures(r.Cases); line != "" { // it quotes the target
		d.B.WriteString("\n" + Code(d.book.Say(line), MaxText) + "\n")
	}
}

// Item is one part of a section: whole Markdown, and a short form for when it is too long; "" when it has none.
type Item struct{ Full, brief string }

// Section writes items as long as the document stays below until bytes.
func (d *Document) Section(title string, until int, items []Item) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(&d.B, "\n### %s\n\n", d.book.Say(title))
	fits := func(s string) bool { return d.B.Len()+len(s)+MoreLine <= until }
	for i, it := range items {
		text := it.Full
		if it.brief != "" && (len(text) > mdItem || !fits(text)) {
			text = it.brief
		}
		if !fits(text) {
			d.more(len(items) - i)
			return
		}
		d.B.WriteString(text)
	}
}

// more says how much was left out.
func (d *Document) more(n int) {
	d.B.WriteString("\n… " + d.book.Sayf("and %d more in report.json", n) + "\n")
}

// words writes the head of a table.
func (d *Document) words(head string) {
	cells := strings.Split(head, " | ")
	for i, c := range cells {
		bare := strings.Trim(c, "\n| ")
		if name, _, _ := strings.Cut(bare, " |\n"); name != "" {
			cells[i] = strings.Replace(c, name, d.book.Say(name), 1)
		}
	}
	d.B.WriteString(strings.Join(cells, " | "))
}

// FailureItems are what to change, in English: each card with its sentence, its differences and how to see it again.
func FailureItems(cards []repair.Card) []Item { return new(Document).failureItems(cards) }

func (d *Document) failureItems(cards []repair.Card) []Item {
	var items []Item
	for _, c := range cards {
		var b strings.Builder
		name := d.book.Say(c.Name())
		if c.Requirement != "" {
			name = Code(c.Requirement, MaxID)
		}
		head := fmt.Sprintf("#### %s · %s\n\n**%s**\n\n", name, d.book.Say(printable.Plural(len(c.Cases), "case")),
			Prose(d.book.Say(c.Advice), MaxText))
		b.WriteString(head)
		switch {
		case c.Everywhere:
			b.WriteString(Prose(d.book.Say(c.Text), MaxText) + "\n\n")
		case c.Text != "":
			b.WriteString(d.book.Sayf("The document says: %s", Prose(d.book.Say(c.Text), MaxText)) + "\n\n")
		}
		for _, v := range c.Differences[:min(mdVariants, len(c.Differences))] {
			b.WriteString(d.differenceItem(v))
		}
		if left := len(c.Differences) - mdVariants; left > 0 {
			others := d.book.Say(printable.Plural(left, "other difference"))
			b.WriteString("- " + d.book.Sayf("and %s in report.json", others) + "\n")
		}
		if len(c.Hides) > 0 {
			ids := make([]string, len(c.Hides))
			for i, g := range c.Hides {
				ids[i] = g.Requirement
			}
			b.WriteString("- " + d.book.Say("with the same root") + ": " + d.some(ids) + "\n")
		}
		first := c.Differences[0]
		b.WriteString(d.historyItem(first.History))
		b.WriteString("\n" + d.reproduceItem(*first.Cases[0]) + "\n")
		items = append(items, Item{b.String(), head + d.book.Sayf(
			"wanted %s; got %s", Code(first.Want, mdBrief), Code(first.Got, mdBrief),
		) + ", " + d.book.Sayf("in %s", CodeID(first.Cases[0].ID)) + "\n\n"})
	}
	return items
}

// historyItem draws the steps that led to a finding.
func (d *Document) historyItem(lines []reports.HistoryLine) string {
	if len(lines) == 0 {
		return ""
	}
	var b strings.Builder
	shown, first, left := summary.ShortHistory(lines)
	for i, l := range shown {
		b.WriteString(summary.HistoryText(first+i+1, l) + "\n")
	}
	if left > 0 {
		b.WriteString(d.book.Sayf("%s in report.json", d.book.Say(printable.Plural(left, "more step"))) + "\n")
	}
	return "\n" + fenced("text", b.String())
}

func (d *Document) differenceItem(v summary.Difference) string {
	s := "- " + d.book.Sayf("wanted %s; got %s", Code(v.Want, MaxText), Code(v.Got, MaxText))
	if v.Pointer != "" {
		s += d.book.Sayf(" at %s", Code(v.Pointer, MaxText))
	}
	if v.SpecLine != "" {
		s += " (" + Code(v.SpecLine, MaxID) + ")"
	}
	return s + d.in(summary.IdsOf(v.Cases))
}

// in is a line with the cases in which something was seen.
func (d *Document) in(ids []string) string { return "\n  " + d.book.Sayf("in %s", d.some(ids)) + "\n" }

// some are the first of ids, and how many more there are.
func (d *Document) some(ids []string) string {
	s := printable.Some(ids[:min(MaxCases, len(ids))], MaxCases, CodeID)
	if more := len(ids) - MaxCases; more > 0 {
		s += " " + d.book.Say(fmt.Sprintf("and %d more", more))
	}
	return s
}

// reproduceItem is how to see it again, and what was seen.
func (d *Document) reproduceItem(c reports.CaseResult) string {
	var lines []string
	for _, l := range summary.ReproduceLines(c.Reproduce) {
		if len(l.Line) <= mdCurl { // a line that was cut would not run
			lines = append(lines, printable.Visible(l.Line))
		}
	}
	s := ""
	if len(lines) > 0 {
		s = fenced("sh", strings.Join(lines, "\n")) + "\n"
	}
	if c.Exchange != nil {
		s += details(d.book.Sayf("exchange of %s", htmlCode(c.ID, MaxID)),
			fenced("text", printable.Clip(summary.ExchangeText(c.Exchange, mdBody), mdExchange)))
	}
	return s
}

// causeItems lists reasons; what says what became of the cases, where the title of the section does not.
func (d *Document) causeItems(what string, cs []summary.Cause) []Item {
	var items []Item
	for _, c := range cs {
		reason := ""
		if c.Reason != "" {
			reason = ": " + Code(d.book.Say(c.Reason), MaxText)
		}
		n := d.book.Say(printable.Plural(len(c.Cases), "case"))
		if what != "" {
			n += " " + d.book.Say(what)
		}
		items = append(items, Item{Full: "- " + n + reason + d.in(c.Cases)})
	}
	return items
}

// Bullets are the items of a list, one for each line.
func Bullets(lines []string) []Item {
	var items []Item
	for _, l := range lines {
		items = append(items, Item{Full: "- " + Code(l, MaxText) + "\n"})
	}
	return items
}

func (d *Document) stateItems(states []reports.State) []Item {
	if len(states) == 0 {
		return nil
	}
	list, left := summary.StatesYAML(states, summary.ShownStates)
	const teach = "Teach the target to reach them, or paste this into a target file and give the reasons:"
	text := d.book.Say(teach) + "\n\n" + fenced("yaml", list)
	if left > 0 {
		text += "\n… " + d.book.Sayf("and %d more in report.json", left) + "\n"
	}
	return []Item{{Full: text}}
}

func (d *Document) warningItems(r reports.Report) []Item {
	var items []Item
	for _, g := range summary.Warnings(r.Cases) {
		first := g.Differences[0]
		items = append(items, Item{Full: fmt.Sprintf("- %s, %s: %s\n  %s%s",
			Code(g.Requirement, MaxID), d.book.Say(printable.Plural(len(g.Cases), "case")),
			Prose(d.book.Say(g.Text), MaxText),
			d.book.Sayf("wanted %s; got %s", Code(first.Want, MaxText), Code(first.Got, MaxText)),
			d.in(summary.IdsOf(first.Cases)))})
	}
	return items
}

// requirements writes the table of all requirements, folded away.
// notMet is the status of a SHOULD that the target does not follow: it violates nothing that must hold.
const notMet = "SHOULD not met"

func statusWord(r reports.Requirement) string {
	if r.Status == reports.Violated && !reports.IsMust(r.Level) {
		return notMet
	}
	return r.Status
}

func (d *Document) requirements(rs []reports.Requirement) {
	if len(rs) == 0 {
		return
	}
	number := map[string]int{}
	for _, r := range rs {
		number[statusWord(r)]++
	}
	d.B.WriteString("\n<details><summary>" + d.book.Say(printable.Plural(len(rs), "requirement")) + ": ")
	d.B.WriteString(d.book.Sayf("%d satisfied, %d violated, %d SHOULD not met, %d waived, %d unverified, %d excluded",
		number[reports.Satisfied], number[reports.Violated], number[notMet], number[reports.Excused],
		number[reports.Unverified], number[reports.Excluded]) + "</summary>\n\n")
	d.words("| requirement | level | status | what the document says |\n|---|---|---|---|\n")
	for i, r := range rs {
		status := Prose(d.book.Say(statusWord(r)), MaxID)
		switch {
		case r.Status == reports.Excluded: // a sentence of the description
			status += ": " + Prose(r.Reason, MaxText)
		case r.Reason != "":
			status += ": " + CellCode(d.book.Say(r.Reason), MaxText)
		}
		row := fmt.Sprintf("| %s | %s | %s | %s |\n", CellCode(r.ID, MaxID), Prose(r.Level, MaxID), status,
			Prose(d.book.Say(r.Text), MaxText))
		if d.B.Len()+len(row)+MoreLine > UntilRequirements {
			d.more(len(rs) - i)
			break
		}
		d.B.WriteString(row)
	}
	d.B.WriteString("\n</details>\n")
}

// CodeID is an id as code.
func CodeID(id string) string { return Code(id, MaxID) }

// first is the beginning of a digest.
