package reports

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// maxMarkdown is the size of report.md in bytes: GitHub refuses a comment of more than 65,536 characters.
const maxMarkdown = 64 << 10

// Each section may fill report.md up to here, in bytes; what one leaves the next may use. Failures get the most, and the table of
// requirements always has room for a catalogue of the size of ours.
const (
	untilFailures     = 30 << 10
	untilUnexpected   = 33 << 10
	untilCouldNotRun  = 38 << 10
	untilStates       = 42 << 10
	untilWarnings     = 46 << 10
	untilRequirements = maxMarkdown - 512
)

// bounds of the parts, in runes.
const (
	mdID       = 120
	mdText     = 400
	mdCurl     = 1500
	mdBody     = 1200
	mdExchange = 3000
	mdBrief    = 80
)

const (
	mdCases    = 8       // cases named of each difference
	mdVariants = 3       // differences shown of each requirement
	mdItem     = 8 << 10 // bytes of one item; a longer one is told in brief, so that it cannot crowd out the others
	mdMoreLine = 60      // bytes of a line about what was left out
)

// WriteMarkdown writes report.md, which reads well as a comment on a pull request: the verdict first, what failed by requirement, what
// could not run and why. It stays below 64 KiB and says what it leaves out.
func WriteMarkdown(w io.Writer, r Report) error {
	d := &document{}
	d.head(r)
	d.section("What failed", untilFailures, failureItems(failures(r.Cases)))
	d.section("What passed though waived", untilUnexpected, causeItems("", causes(r.Cases, UnexpectedPass)))
	d.section("Problems with the waivers", untilUnexpected, bullets(r.WaiverProblems))
	d.section("What could not run", untilCouldNotRun, causeItems("", causes(r.Cases, CouldNotRun)))
	d.section("States that the target does not know", untilStates, stateItems(r.MissingStates))
	d.section("What is excused", untilStates, append(causeItems(" waived", causes(r.Cases, Waived)), causeItems(" unsupported", causes(r.Cases, Unsupported))...))
	d.section("Warnings, which fail nothing", untilWarnings, warningItems(r))
	d.requirements(r.Requirements)
	if _, err := io.WriteString(w, d.b.String()); err != nil {
		return fmt.Errorf("write markdown: %w", err)
	}
	return nil
}

type document struct{ b strings.Builder }

func (d *document) head(r Report) {
	mark := "❌"
	switch r.Verdict.ExitCode {
	case ExitConformant:
		mark = "✅"
	case ExitCouldNotJudge:
		mark = "⚠️"
	}
	fmt.Fprintf(&d.b, "## %s %s\n\n", mark, prose(r.Verdict.Reason, mdText))
	row := func(name string, cells ...string) { fmt.Fprintf(&d.b, "| %s | %s |\n", name, strings.Join(cells, " ")) }
	d.b.WriteString("| | |\n|---|---|\n")
	row("target", cellCode(cmp.Or(r.Target.Name, r.Target.Kind), mdID), cellCode(r.Target.Endpoint, mdID))
	row("region, signature, states", cellCode(r.Target.Region, mdID), cellCode(r.Target.Signature, mdID), cellCode(r.Target.Arrangement, mdID))
	row("contract", cellCode(r.Contract.Operation, mdID), cellCode(r.Contract.APIVersion, mdID), cellCode(r.Contract.File, mdID),
		cellCode(first(r.Contract.SHA256, 12), mdID))
	row("suite", cellCode(r.Suite.Version, mdID), "cases", cellCode(first(r.Suite.CaseSet, 12), mdID))
	row("selection", strings.TrimSpace(cellCode(cmp.Or(r.Run.Selection, Everything), mdID)+" "+shardOf(r)))
	row("run", cellCode(r.Run.ID, mdID), r.Run.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC")+",", duration(r.Run)+",",
		fmt.Sprintf("seed %d", r.Run.Seed))
	n := r.Counts
	d.b.WriteString("\n| selected | passed | failed | could not run | waived | passed though waived | unsupported | not selected | warnings |\n" +
		"|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	fmt.Fprintf(&d.b, "| %d | %d | %d | %d | %d | %d | %d | %d | %d |\n",
		n.Selected, n.Passed, n.Failed, n.CouldNotRun, n.Waived, n.UnexpectedPass, n.Unsupported, n.NotSelected, n.Warnings)
}

// item is one part of a section: whole Markdown, and a short form for when it is too long; "" when it has none.
type item struct{ full, brief string }

// section writes items as long as the document stays below until bytes.
func (d *document) section(title string, until int, items []item) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(&d.b, "\n### %s\n\n", title)
	fits := func(s string) bool { return d.b.Len()+len(s)+mdMoreLine <= until }
	for i, it := range items {
		text := it.full
		if it.brief != "" && (len(text) > mdItem || !fits(text)) {
			text = it.brief
		}
		if !fits(text) {
			fmt.Fprintf(&d.b, "\n… and %d more in report.json\n", len(items)-i)
			return
		}
		d.b.WriteString(text)
	}
}

func failureItems(groups []group) []item {
	var items []item
	for _, g := range groups {
		var b strings.Builder
		name := "failed without a finding"
		if g.requirement != "" {
			name = code(g.requirement, mdID)
		}
		fmt.Fprintf(&b, "#### %s · %s\n\n", name, plural(len(g.cases), "case"))
		if g.text != "" {
			fmt.Fprintf(&b, "The document says: %s\n\n", prose(g.text, mdText))
		}
		for _, v := range g.differences[:min(mdVariants, len(g.differences))] {
			b.WriteString(differenceItem(v))
		}
		if left := len(g.differences) - mdVariants; left > 0 {
			fmt.Fprintf(&b, "- and %s in report.json\n", plural(left, "other difference"))
		}
		b.WriteString("\n" + reproduceItem(*g.differences[0].cases[0]) + "\n")
		d := g.differences[0]
		items = append(items, item{b.String(), fmt.Sprintf("#### %s · %s\n\nwanted %s; got %s, in %s\n\n",
			name, plural(len(g.cases), "case"), code(d.Want, mdBrief), code(d.Got, mdBrief), codeID(d.cases[0].ID))})
	}
	return items
}

func differenceItem(v difference) string {
	s := "- wanted " + code(v.Want, mdText) + "; got " + code(v.Got, mdText)
	if v.Pointer != "" {
		s += " at " + code(v.Pointer, mdText)
	}
	if v.SpecLine != "" {
		s += " (" + code(v.SpecLine, mdID) + ")"
	}
	return s + "\n  in " + some(idsOf(v.cases), mdCases, codeID) + "\n"
}

// reproduceItem is how to see it again, and what was seen.
func reproduceItem(c CaseResult) string {
	var lines []string
	for _, l := range reproduceLines(c.Reproduce) {
		if len(l.line) <= mdCurl { // a line that was cut would not run
			lines = append(lines, visible(l.line))
		}
	}
	s := ""
	if len(lines) > 0 {
		s = fenced("sh", strings.Join(lines, "\n")) + "\n"
	}
	if c.Exchange != nil {
		s += details("exchange of "+htmlCode(c.ID, mdID), fenced("text", clip(exchangeText(c.Exchange, mdBody), mdExchange)))
	}
	return s
}

// causeItems lists reasons; what says what became of the cases, where the title of the section does not.
func causeItems(what string, cs []cause) []item {
	var items []item
	for _, c := range cs {
		reason := ""
		if c.reason != "" {
			reason = ": " + code(c.reason, mdText)
		}
		items = append(items, item{full: fmt.Sprintf("- %s%s%s\n  in %s\n", plural(len(c.cases), "case"), what, reason, some(c.cases, mdCases, codeID))})
	}
	return items
}

func bullets(lines []string) []item {
	var items []item
	for _, l := range lines {
		items = append(items, item{full: "- " + code(l, mdText) + "\n"})
	}
	return items
}

func stateItems(states []State) []item {
	if len(states) == 0 {
		return nil
	}
	list, left := statesYAML(states, shownStates)
	text := "Teach the target to reach them, or paste this into a target file and give the reasons:\n\n" + fenced("yaml", list)
	if left > 0 {
		text += fmt.Sprintf("\n… and %d more in report.json\n", left)
	}
	return []item{{full: text}}
}

func warningItems(r Report) []item {
	var items []item
	for _, g := range warnings(r.Cases) {
		d := g.differences[0]
		items = append(items, item{full: fmt.Sprintf("- %s, %s: %s\n  wanted %s; got %s\n  in %s\n", code(g.requirement, mdID),
			plural(len(g.cases), "case"), prose(g.text, mdText), code(d.Want, mdText), code(d.Got, mdText), some(idsOf(d.cases), mdCases, codeID))})
	}
	return items
}

// requirements writes the table of all requirements, folded away.
func (d *document) requirements(rs []Requirement) {
	if len(rs) == 0 {
		return
	}
	number := map[string]int{}
	for _, r := range rs {
		number[r.Status]++
	}
	fmt.Fprintf(&d.b, "\n<details><summary>%s: %d satisfied, %d violated, %d unverified, %d excluded</summary>\n\n",
		plural(len(rs), "requirement"), number[Satisfied], number[Violated], number[Unverified], number[Excluded])
	d.b.WriteString("| requirement | level | status | what the document says |\n|---|---|---|---|\n")
	for i, r := range rs {
		status := prose(r.Status, mdID)
		switch {
		case r.Status == Excluded: // a sentence of the description
			status += ": " + prose(r.Reason, mdText)
		case r.Reason != "":
			status += ": " + cellCode(r.Reason, mdText)
		}
		row := fmt.Sprintf("| %s | %s | %s | %s |\n", cellCode(r.ID, mdID), prose(r.Level, mdID), status, prose(r.Text, mdText))
		if d.b.Len()+len(row)+mdMoreLine > untilRequirements {
			fmt.Fprintf(&d.b, "\n… and %d more in report.json\n", len(rs)-i)
			break
		}
		d.b.WriteString(row)
	}
	d.b.WriteString("\n</details>\n")
}

func codeID(id string) string { return code(id, mdID) }

// first is the beginning of a digest.
func first(s string, n int) string { return s[:min(n, len(s))] }
