package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
	Unverified, Excluded int
}

func verdictWord(v Verdict) string {
	switch v.ExitCode {
	case ExitConformant:
		return "Conformant"
	case ExitNotConformant:
		return "Not conformant"
	}
	return "Could not judge"
}

func drawVerdict(v Verdict) verdictView {
	state := stateOf(couldNotRunState)
	switch v.ExitCode {
	case ExitConformant:
		state = stateOf(passedState)
	case ExitNotConformant:
		state = stateOf(failedState)
	}
	word := verdictWord(v)
	reason := v.Reason
	for _, prefix := range []string{"not conformant: ", "could not judge: ", "conformant: "} { // the word above says it
		reason = strings.TrimPrefix(reason, prefix)
	}
	return verdictView{state.Key, state.Glyph, word, bounded(reason, htmlText)}
}

func drawFacts(r Report) []fact {
	named := func(name string, values ...string) fact {
		f := fact{Name: name}
		for _, v := range values {
			if v != "" {
				f.Code = append(f.Code, bounded(v, htmlID))
			}
		}
		return f
	}
	target := named("target", cmp.Or(r.Target.Name, r.Target.Kind), r.Target.Endpoint)
	if r.Target.Endpoint == r.Target.Name {
		target = named("target", r.Target.Name)
	}
	target.Text = bounded(r.Target.Kind, htmlID)
	contract := named("contract", r.Contract.File, "sha256 "+first(r.Contract.SHA256, 12))
	contract.Text = bounded(strings.TrimSpace(r.Contract.Operation+" "+r.Contract.APIVersion), htmlID)
	selection := fact{Name: "selection", Text: bounded(cmp.Or(r.Run.Selection, Everything), htmlText)}
	if r.Counts.NotSelected > 0 {
		selection.Text += fmt.Sprintf("; %s not selected", plural(r.Counts.NotSelected, "case"))
	}
	return []fact{
		target, contract,
		{Name: "date", Text: r.Run.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC") + ", took " + duration(r.Run)},
		selection,
	}
}

func drawCounts(n Counts) []countView {
	out := []countView{{n.Passed, "passed", stateOf(passedState)}, {n.Failed, "failed", stateOf(failedState)}}
	for _, c := range []countView{
		{n.CouldNotRun, "could not run", stateOf(couldNotRunState)},
		{n.UnexpectedPass, "passed though waived", stateOf(unexpectedState)},
		{n.Waived, "waived", stateOf(waivedState)},
		{n.Unsupported, "unsupported", stateOf(unsupportedState)},
		{n.Warnings, "warnings", stateOf(warningState)},
	} {
		if c.N > 0 || c.Word == "could not run" || c.Word == "warnings" {
			out = append(out, c)
		}
	}
	return out
}

// drawShare counts requirements by status. One is verified when the run can say whether it holds; the excluded ones never can be.
func drawShare(rs []Requirement) shareView {
	number := map[string]int{}
	var profiles []profileView
	for _, r := range rs {
		number[r.Status]++
		at := slices.IndexFunc(profiles, func(p profileView) bool { return p.Name == r.Profile })
		if at < 0 {
			at = len(profiles)
			profiles = append(profiles, profileView{Name: r.Profile})
		}
		switch p := &profiles[at]; r.Status {
		case Satisfied:
			p.Satisfied++
		case Violated:
			p.Violated++
		case Excluded:
			p.Excluded++
		default:
			p.Unverified++
		}
	}
	v := shareView{Verified: number[Satisfied] + number[Violated], Of: len(rs) - number[Excluded], Profiles: profiles}
	for i := range v.Profiles {
		v.Profiles[i].Name = bounded(v.Profiles[i].Name, htmlID)
	}
	if v.Of > 0 {
		v.Percent = 100 * v.Verified / v.Of
	}
	from := 0
	for _, b := range []barView{
		{State: stateOf(passedState), N: number[Satisfied], Word: Satisfied},
		{State: stateOf(failedState), N: number[Violated], Word: Violated},
		{State: stateOf(couldNotRunState), N: len(rs) - number[Satisfied] - number[Violated] - number[Excluded], Word: Unverified},
		{State: stateOf(absentState), N: number[Excluded], Word: Excluded},
	} {
		if b.N > 0 {
			b.From, b.Width = from, 1000*b.N/len(rs)
			from += b.Width
		}
		v.Bars = append(v.Bars, b)
	}
	return v
}
