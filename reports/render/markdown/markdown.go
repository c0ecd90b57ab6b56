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

// Write writes report.md, which reads well as a comment on a pull request: the verdict first, what failed by
// requirement, what could not run and why. It stays below 64 KiB and says what it leaves out.
func Write(w io.Writer, r reports.Report) error {
	d := &Document{}
	d.head(r)
	d.Section("What failed", UntilFailures, FailureItems(repair.Order(r.Cases)))
	d.Section(
		"What passed though waived",
		UntilUnexpected,
		causeItems("", summary.Causes(r.Cases, reports.UnexpectedPass)),
	)
	d.Section("Problems with the waivers", UntilUnexpected, Bullets(r.WaiverProblems))
	d.Section("What could not run", UntilCouldNotRun, causeItems("", summary.Causes(r.Cases, reports.CouldNotRun)))
	d.Section("States that the target does not know", untilStates, stateItems(r.MissingStates))
	d.Section(
		"What is excused",
		untilStates,
		append(
			causeItems(" waived", summary.Causes(r.Cases, reports.Waived)),
			causeItems(" unsupported", summary.UnsupportedCauses(r.Cases))...),
	)
	d.Section("SHOULD not met, which fails nothing", untilStates, causeItems("", summary.NotMetCauses(r.Cases)))
	d.Section("Warnings, which fail nothing", untilWarnings, warningItems(r))
	d.requirements(r.Requirements)
	if _, err := io.WriteString(w, printable.Unspoken(d.B.String())); err != nil { // it is printed in logs, too
		return fmt.Errorf("write markdown: %w", err)
	}
	return nil
}

// Document is a text in Markdown that is being written.
type Document struct{ B strings.Builder }

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
	fmt.Fprintf(&d.B, "## %s %s\n\n", mark, Prose(r.Verdict.Reason, MaxText))
	row := func(name string, cells ...string) { fmt.Fprintf(&d.B, "| %s | %s |\n", name, strings.Join(cells, " ")) }
	d.B.WriteString("| | |\n|---|---|\n")
	row("target", CellCode(cmp.Or(r.Target.Name, r.Target.Kind), MaxID), CellCode(r.Target.Endpoint, MaxID))
	row(
		"region, signature, states",
		CellCode(r.Target.Region, MaxID),
		CellCode(r.Target.Signature, MaxID),
		CellCode(r.Target.Arrangement, MaxID),
	)
	row(
		"contract",
		CellCode(r.Contract.Operation, MaxID),
		CellCode(r.Contract.APIVersion, MaxID),
		CellCode(r.Contract.File, MaxID),
		CellCode(printable.First(r.Contract.SHA256, 12), MaxID),
	)
	row("suite", CellCode(r.Suite.Version, MaxID), "cases", CellCode(printable.First(r.Suite.CaseSet, 12), MaxID))
	row(
		"selection",
		strings.TrimSpace(CellCode(cmp.Or(r.Run.Selection, reports.Everything), MaxID)+" "+summary.ShardOf(r)),
	)
	row(
		"run",
		CellCode(r.Run.ID, MaxID),
		r.Run.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC")+",",
		summary.Duration(r.Run)+",",
		fmt.Sprintf("seed %d", r.Run.Seed),
	)
	n := r.Counts
	d.B.WriteString(
		"\n| selected | passed | failed | could not run | waived | passed though waived | unsupported " +
			"| SHOULD not met | not selected | warnings |\n" +
			"|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
	)
	fmt.Fprintf(
		&d.B,
		"| %d | %d | %d | %d | %d | %d | %d | %d | %d | %d |\n",
		n.Selected,
		n.Passed,
		n.Failed,
		n.CouldNotRun,
		n.Waived,
		n.UnexpectedPass,
		n.Unsupported-n.NotMet,
		n.NotMet,
		n.NotSelected,
		n.Warnings,
	)
	for _, line := range summary.LeftOut(r) {
		d.B.WriteString("\n" + Prose(line, MaxText) + "\n")
	}
	if line := reports.TeardownFailures(r.Cases); line != "" { // it quotes the target
		d.B.WriteString("\n" + Code(line, MaxText) + "\n")
	}
}

// Item is one part of a section: whole Markdown, and a short form for when it is too long; "" when it has none.
type Item struct{ Full, brief string }

// Section writes items as long as the document stays below until bytes.
func (d *Document) Section(title string, until int, items []Item) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(&d.B, "\n### %s\n\n", title)
	fits := func(s string) bool { return d.B.Len()+len(s)+MoreLine <= until }
	for i, it := range items {
		text := it.Full
		if it.brief != "" && (len(text) > mdItem || !fits(text)) {
			text = it.brief
		}
		if !fits(text) {
			fmt.Fprintf(&d.B, "\n… and %d more in report.json\n", len(items)-i)
			return
		}
		d.B.WriteString(text)
	}
}

// FailureItems are what to change: each card with its sentence, its differences and how to see it again.
func FailureItems(cards []repair.Card) []Item {
	var items []Item
	for _, c := range cards {
		var b strings.Builder
		name := c.Name()
		if c.Requirement != "" {
			name = Code(c.Requirement, MaxID)
		}
		head := fmt.Sprintf(
			"#### %s · %s\n\n**%s**\n\n",
			name,
			printable.Plural(len(c.Cases), "case"),
			Prose(c.Advice, MaxText),
		)
		b.WriteString(head)
		switch {
		case c.Everywhere:
			b.WriteString(Prose(c.Text, MaxText) + "\n\n")
		case c.Text != "":
			fmt.Fprintf(&b, "The document says: %s\n\n", Prose(c.Text, MaxText))
		}
		for _, v := range c.Differences[:min(mdVariants, len(c.Differences))] {
			b.WriteString(differenceItem(v))
		}
		if left := len(c.Differences) - mdVariants; left > 0 {
			fmt.Fprintf(&b, "- and %s in report.json\n", printable.Plural(left, "other difference"))
		}
		if len(c.Hides) > 0 {
			ids := make([]string, len(c.Hides))
			for i, g := range c.Hides {
				ids[i] = g.Requirement
			}
			b.WriteString("- with the same root: " + printable.Some(ids, MaxCases, CodeID) + "\n")
		}
		d := c.Differences[0]
		b.WriteString(historyItem(d.History))
		b.WriteString("\n" + reproduceItem(*d.Cases[0]) + "\n")
		items = append(items, Item{b.String(), fmt.Sprintf(
			"%swanted %s; got %s, in %s\n\n", head, Code(d.Want, mdBrief), Code(d.Got, mdBrief), CodeID(d.Cases[0].ID),
		)})
	}
	return items
}

// historyItem draws the steps that led to a finding.
func historyItem(lines []reports.HistoryLine) string {
	if len(lines) == 0 {
		return ""
	}
	var b strings.Builder
	shown, first, left := summary.ShortHistory(lines)
	for i, l := range shown {
		b.WriteString(summary.HistoryText(first+i+1, l) + "\n")
	}
	if left > 0 {
		b.WriteString(printable.Plural(left, "more step") + " in report.json\n")
	}
	return "\n" + fenced("text", b.String())
}

func differenceItem(v summary.Difference) string {
	s := "- wanted " + Code(v.Want, MaxText) + "; got " + Code(v.Got, MaxText)
	if v.Pointer != "" {
		s += " at " + Code(v.Pointer, MaxText)
	}
	if v.SpecLine != "" {
		s += " (" + Code(v.SpecLine, MaxID) + ")"
	}
	return s + "\n  in " + printable.Some(summary.IdsOf(v.Cases), MaxCases, CodeID) + "\n"
}

// reproduceItem is how to see it again, and what was seen.
func reproduceItem(c reports.CaseResult) string {
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
		s += details(
			"exchange of "+htmlCode(c.ID, MaxID),
			fenced("text", printable.Clip(summary.ExchangeText(c.Exchange, mdBody), mdExchange)),
		)
	}
	return s
}

// causeItems lists reasons; what says what became of the cases, where the title of the section does not.
func causeItems(what string, cs []summary.Cause) []Item {
	var items []Item
	for _, c := range cs {
		reason := ""
		if c.Reason != "" {
			reason = ": " + Code(c.Reason, MaxText)
		}
		items = append(
			items,
			Item{
				Full: fmt.Sprintf(
					"- %s%s%s\n  in %s\n",
					printable.Plural(len(c.Cases), "case"),
					what,
					reason,
					printable.Some(c.Cases, MaxCases, CodeID),
				),
			},
		)
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

func stateItems(states []reports.State) []Item {
	if len(states) == 0 {
		return nil
	}
	list, left := summary.StatesYAML(states, summary.ShownStates)
	text := "Teach the target to reach them, or paste this into a target file and give the reasons:\n\n" + fenced(
		"yaml",
		list,
	)
	if left > 0 {
		text += fmt.Sprintf("\n… and %d more in report.json\n", left)
	}
	return []Item{{Full: text}}
}

func warningItems(r reports.Report) []Item {
	var items []Item
	for _, g := range summary.Warnings(r.Cases) {
		d := g.Differences[0]
		items = append(
			items,
			Item{Full: fmt.Sprintf(
				"- %s, %s: %s\n  wanted %s; got %s\n  in %s\n",
				Code(g.Requirement, MaxID),
				printable.Plural(
					len(g.Cases),
					"case",
				),
				Prose(g.Text, MaxText),
				Code(d.Want, MaxText),
				Code(d.Got, MaxText),
				printable.Some(summary.IdsOf(d.Cases), MaxCases, CodeID),
			)},
		)
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
	fmt.Fprintf(
		&d.B,
		"\n<details><summary>%s: %d satisfied, %d violated, "+
			"%d SHOULD not met, %d waived, %d unverified, %d excluded</summary>\n\n",
		printable.Plural(
			len(rs),
			"requirement",
		),
		number[reports.Satisfied],
		number[reports.Violated],
		number[notMet],
		number[reports.Excused],
		number[reports.Unverified],
		number[reports.Excluded],
	)
	d.B.WriteString("| requirement | level | status | what the document says |\n|---|---|---|---|\n")
	for i, r := range rs {
		status := Prose(statusWord(r), MaxID)
		switch {
		case r.Status == reports.Excluded: // a sentence of the description
			status += ": " + Prose(r.Reason, MaxText)
		case r.Reason != "":
			status += ": " + CellCode(r.Reason, MaxText)
		}
		row := fmt.Sprintf(
			"| %s | %s | %s | %s |\n",
			CellCode(r.ID, MaxID),
			Prose(r.Level, MaxID),
			status,
			Prose(r.Text, MaxText),
		)
		if d.B.Len()+len(row)+MoreLine > UntilRequirements {
			fmt.Fprintf(&d.B, "\n… and %d more in report.json\n", len(rs)-i)
			break
		}
		d.B.WriteString(row)
	}
	d.B.WriteString("\n</details>\n")
}

// CodeID is an id as code.
func CodeID(id string) string { return Code(id, MaxID) }

// first is the beginning of a digest.
