package html

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

// caseGroup is the cases that differ in format and method only.
type caseGroup struct {
	Name, Title string
	Cases       []caseView
}

// caseView is one case with all that is known of it.
type caseView struct {
	caseLink
	Variant, Reason, Took string
	Brief                 string // the first finding, or the reason
	Title                 string // when it is not that of the group
	Format, Code          string
	Provider              string // the state that was asked for, with its parameters
	StateOutcome          string
	Waiver                *waiverView
	Findings              []namedFinding
	More                  int
	Exchange              *exchangeView
	Trail                 []stepView
	MoreSteps             int
	Requirements          []requirementLink
	Curl, Rerun           string
	Recorded              string // the entries of exchanges.har: "12-28 40"
	Violated              string // what the filter looks at
	Later                 bool   // drawn when it is opened
	Short                 string // all of it in a few lines, when the report is too long for more
}

type namedFinding struct {
	Requirement requirementLink
	differenceView
}

type requirementLink struct {
	Anchor, ID string
	State      stateView // in the case that it stands in
}

type stepView struct{ What, Result, Took string }

const (
	caseFindings = 12
	caseSteps    = 20
)

// groups draws the cases in the order of their ids. What failed is drawn first, while there is most room for exchanges.
func (d *drawing) groups() []caseGroup {
	cases := d.report.Cases[:min(htmlCases, len(d.report.Cases))]
	drawn := make([]caseView, len(cases))
	for _, passed := range []bool{false, true} {
		for i := range cases {
			if d.ctx.Err() != nil {
				return nil
			}
			if c := &cases[i]; (caseState(c) == passedState) == passed {
				drawn[i] = d.drawCase(c)
			}
		}
	}
	var out []caseGroup
	for i := range cases {
		name, variant := splitID(cases[i].ID)
		if n := len(out); n == 0 || out[n-1].Name != name {
			out = append(out, caseGroup{Name: name, Title: printable.Bounded(cases[i].Title, htmlText)})
		}
		g := &out[len(out)-1]
		v := drawn[i]
		v.Variant = variant
		if title := printable.Bounded(cases[i].Title, htmlText); title != g.Title {
			v.Title = title
		}
		g.Cases = append(g.Cases, v)
	}
	return out
}

// splitID splits a case id into the case and what follows it, format and method.
func splitID(id string) (name, variant string) {
	parts := strings.Split(id, "/")
	at := max(1, len(parts)-2)
	join := func(parts []string) string { return printable.Bounded(strings.Join(parts, "/"), htmlID) }
	return join(parts[:at]), join(parts[at:])
}

func (d *drawing) drawCase(c *reports.CaseResult) caseView {
	v := caseView{
		caseLink: d.link(c), Reason: printable.Bounded(c.Reason, htmlText), Took: milliseconds(c.DurationMs),
		Code: d.codeIndex(c), StateOutcome: printable.Bounded(c.State.Outcome, htmlText),
	}
	v.Format = columnOf(c.ID)
	if format, _, ok := strings.Cut(v.Format, "-"); ok {
		v.Format = format
	}
	v.Brief = brief(c)
	v.Violated = d.violatedBy(c)
	v.Later = caseState(c) != failedState || !d.pen.full()
	if v.Later {
		defer d.use(&d.opened)()
	}
	if !d.pen.full() {
		v.Short = d.short(c)
		return v
	}
	if c.State.Name != "" {
		v.Provider = printable.Bounded(c.State.Name, htmlText)
		if len(c.State.Params) > 0 {
			v.Provider = printable.Bounded(summary.StateJSON(reports.State{Name: c.State.Name, Params: c.State.Params}),
				htmlText)
		}
	}
	if w := c.Waiver; w != nil {
		v.Waiver = &waiverView{
			Reason:  printable.Bounded(w.Reason, htmlText),
			Issue:   printable.Bounded(w.Issue, htmlText),
			Expires: printable.Bounded(w.Expires, htmlID),
		}
	}
	for _, f := range c.Findings[:min(caseFindings, len(c.Findings))] {
		v.Findings = append(v.Findings, namedFinding{d.requirementLink(c, f.Requirement), d.findingView(f)})
	}
	v.More = len(c.Findings) - len(v.Findings)
	v.Exchange = d.pen.exchange(c.Exchange, c.Findings[:len(v.Findings)])
	for _, s := range c.Trail[:min(caseSteps, len(c.Trail))] {
		v.Trail = append(v.Trail,
			stepView{printable.Bounded(s.What, htmlID), printable.Bounded(s.Result, htmlText), milliseconds(s.Ms)})
	}
	v.MoreSteps = len(c.Trail) - len(v.Trail)
	for _, id := range c.Requirements {
		v.Requirements = append(v.Requirements, d.requirementLink(c, id))
	}
	v.Curl, v.Rerun = commands(c.Reproduce)
	v.Recorded = ranges(c.Exchanges)
	d.pen.spend(caseSize+linkSize*(len(v.Requirements)+len(v.Trail)), v.Curl, v.Rerun, v.Reason, v.Provider)
	return v
}

// ranges are rising numbers in short.
func ranges(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		text := strconv.Itoa(numbers[i])
		if last > i {
			text += "-" + strconv.Itoa(numbers[last])
		}
		out = append(out, text)
		i = last + 1
	}
	return strings.Join(out, " ")
}

// About how many bytes of HTML the parts of a case take beside its exchange.
const (
	caseSize = 1500
	linkSize = 150
)

// brief is why a case did not pass, on its line: the first finding, or the reason.
func brief(c *reports.CaseResult) string {
	switch n := len(c.Findings); n {
	case 0:
		return printable.Bounded(c.Reason, htmlText)
	case 1:
		return printable.Bounded(c.Findings[0].Requirement, htmlID)
	default:
		return fmt.Sprintf("%s and %d more", printable.Bounded(c.Findings[0].Requirement, htmlID), n-1)
	}
}

// short is a case in a few lines of text.
func (d *drawing) short(c *reports.CaseResult) string {
	const note = "shortened, all of it is in report.json"
	_, rerun := commands(c.Reproduce)
	if !d.pen.brief() {
		return note
	}
	var lines []string
	for _, f := range c.Findings[:min(shortFindings, len(c.Findings))] {
		line := printable.Bounded(f.Requirement, htmlID) + ": wanted " + printable.Bounded(f.Want, shortText) +
			"; got " + printable.Bounded(summary.Got(f), shortText)
		if p := place(f); p != "" {
			line += " at " + printable.Bounded(p, shortText)
		}
		if f.SpecLine != "" {
			line += " (" + printable.Bounded(f.SpecLine, htmlID) + ")"
		}
		lines = append(lines, line)
	}
	if more := len(c.Findings) - shortFindings; more > 0 {
		lines = append(lines, fmt.Sprintf("and %s", printable.Plural(more, "more finding")))
	}
	if c.Reason != "" {
		lines = append(lines, printable.Bounded(c.Reason, htmlText))
	}
	text := strings.Join(append(lines, exchangeBrief(c.Exchange), "", rerun, "", note), "\n")
	d.pen.spend(0, text)
	return text
}

// bounds of a case in brief.
const (
	shortFindings = 3
	shortText     = 120 // runes
)

func (d *drawing) requirementLink(c *reports.CaseResult, id string) requirementLink {
	out := d.requirement(id)
	out.State = stateView{"unchecked", "○", "not reached"}
	if slices.Contains(c.Checked, id) {
		out.State = stateView{"passed", "✓", "held"}
	}
	for _, f := range c.Findings {
		switch {
		case f.Requirement != id:
		case reports.IsMust(f.Level):
			out.State = stateView{"failed", "✕", "violated"}
			return out
		default:
			out.State = stateView{"warning", "△", "not met"}
		}
	}
	return out
}
