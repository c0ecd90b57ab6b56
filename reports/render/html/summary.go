package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

// What stands on the first screen.

type verdictView struct{ State, Glyph, Word, Reason string }

// fact is a name and what it is. Values that are identifiers stand in Code.
type fact struct {
	Name, Text string
	Code       []string
}

type countView struct {
	N     int
	Word  string
	State stateView
}

// shareView is how many requirements the run can say anything of.
type shareView struct {
	Verified, Of int
	Percent      int
	Bars         []barView
	Profiles     []profileView
}

// barView is a part of the bar, in thousandths of its width.
type barView struct {
	From, Width int
	State       stateView
	N           int
	Word        string
}

type profileView struct {
	Name                 string
	Satisfied, Violated  int
	NotMet, Waived       int // NotMet counts recommendations
	Unverified, Excluded int
}

func verdictWord(r reports.Report) string {
	switch r.Verdict.ExitCode {
	case reports.ExitConformant:
		if r.WithWaivers() {
			return fmt.Sprintf("Conformant with %d waived", r.Counts.Waived)
		}
		return "Conformant"
	case reports.ExitNotConformant:
		return "Not conformant"
	}
	return "Could not judge"
}

func drawVerdict(r reports.Report) verdictView {
	v := r.Verdict
	state := stateOf(couldNotRunState)
	switch v.ExitCode {
	case reports.ExitConformant:
		state = stateOf(passedState)
		if !r.Whole() {
			state.Key = stateOf(warningState).Key
		}
	case reports.ExitNotConformant:
		state = stateOf(failedState)
	}
	word := verdictWord(r)
	reason := v.Reason
	for _, prefix := range []string{strings.ToLower(word) + ": "} { // the word above says it
		reason = strings.TrimPrefix(reason, prefix)
	}
	return verdictView{state.Key, state.Glyph, word, printable.Bounded(reason, htmlText)}
}

func drawFacts(r reports.Report) []fact {
	named := func(name string, values ...string) fact {
		f := fact{Name: name}
		for _, v := range values {
			if v != "" {
				f.Code = append(f.Code, printable.Bounded(v, htmlID))
			}
		}
		return f
	}
	target := named("target", cmp.Or(r.Target.Name, r.Target.Kind), r.Target.Endpoint)
	if r.Target.Endpoint == r.Target.Name {
		target = named("target", r.Target.Name)
	}
	target.Text = printable.Bounded(r.Target.Kind, htmlID)
	contract := named("contract", r.Contract.File, "sha256 "+printable.First(r.Contract.SHA256, 12))
	contract.Text = printable.Bounded(strings.TrimSpace(r.Contract.Operation+" "+r.Contract.APIVersion), htmlID)
	selection := fact{Name: "selection", Text: printable.Bounded(cmp.Or(r.Run.Selection, reports.Everything), htmlText)}
	if r.Counts.NotSelected > 0 {
		selection.Text += fmt.Sprintf("; %s not selected", printable.Plural(r.Counts.NotSelected, "case"))
	}
	return []fact{
		target, contract,
		{
			Name: "date",
			Text: r.Run.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC") + ", took " + summary.Duration(r.Run),
		},
		selection,
	}
}

func drawCounts(n reports.Counts) []countView {
	out := []countView{{n.Passed, "passed", stateOf(passedState)}, {n.Failed, "failed", stateOf(failedState)}}
	for _, c := range []countView{
		{n.CouldNotRun, "could not run", stateOf(couldNotRunState)},
		{n.UnexpectedPass, "passed though waived", stateOf(unexpectedState)},
		{n.Waived, "waived", stateOf(waivedState)},
		{n.Unsupported - n.NotMet, "unsupported", stateOf(unsupportedState)},
		{n.NotMet, "SHOULD not met", stateOf(notMetState)},
		{n.Warnings, "warnings", stateOf(warningState)},
	} {
		if c.N > 0 || c.Word == "could not run" || c.Word == "warnings" {
			out = append(out, c)
		}
	}
	return out
}

// drawShare counts requirements by status. One is verified when the run can say whether it holds; the excluded ones
// never can be.
func drawShare(rs []reports.Requirement) shareView {
	number := map[string]int{}
	notMet := 0
	var profiles []profileView
	for _, r := range rs {
		number[r.Status]++
		at := slices.IndexFunc(profiles, func(p profileView) bool { return p.Name == r.Profile })
		if at < 0 {
			at = len(profiles)
			profiles = append(profiles, profileView{Name: r.Profile})
		}
		switch p := &profiles[at]; r.Status {
		case reports.Satisfied:
			p.Satisfied++
		case reports.Violated:
			if reports.IsMust(r.Level) {
				p.Violated++
			} else {
				p.NotMet++
				notMet++
			}
		case reports.Excused:
			p.Waived++
		case reports.Excluded:
			p.Excluded++
		default:
			p.Unverified++
		}
	}
	v := shareView{
		Verified: number[reports.Satisfied] + number[reports.Violated] + number[reports.Excused],
		Of:       len(rs) - number[reports.Excluded],
		Profiles: profiles,
	}
	for i := range v.Profiles {
		v.Profiles[i].Name = printable.Bounded(v.Profiles[i].Name, htmlID)
	}
	if v.Of > 0 {
		v.Percent = 100 * v.Verified / v.Of
	}
	from := 0
	for _, b := range []barView{
		{State: stateOf(passedState), N: number[reports.Satisfied], Word: reports.Satisfied},
		{State: stateOf(failedState), N: number[reports.Violated] - notMet, Word: reports.Violated},
		{State: stateOf(warningState), N: notMet, Word: "SHOULD not met"},
		{State: stateOf(waivedState), N: number[reports.Excused], Word: reports.Excused},
		{
			State: stateOf(couldNotRunState), Word: reports.Unverified,
			N: len(rs) - number[reports.Satisfied] - number[reports.Violated] - number[reports.Excused] -
				number[reports.Excluded],
		},
		{State: stateOf(absentState), N: number[reports.Excluded], Word: reports.Excluded},
	} {
		if b.N > 0 {
			b.From, b.Width = from, 1000*b.N/len(rs)
			from += b.Width
		}
		v.Bars = append(v.Bars, b)
	}
	return v
}
