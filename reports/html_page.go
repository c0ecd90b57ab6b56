package reports

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
)

// page is report.html as data. All text in it is printable and bounded; html/template escapes it for the place where it stands.
type page struct {
	Style   template.CSS
	Script  template.JS
	Policy  string
	Title   string
	Verdict verdictView
	Partial string
	Facts   []fact
	Counts  []countView
	Share   shareView

	Failures     []failureView
	MoreFailures int
	Matrix       matrixView
	Warnings     []failureView
	MoreWarnings int
	Doubts       []doubtView
	MoreDoubts   int
	States       string // of the target, missing, as JSON
	MoreStates   int
	Problems     []string // with the waivers

	Groups    []caseGroup
	MoreCases int
	Codes     []string

	Waivers   []waiverView
	Audit     []fact
	Settings  []fact
	Durations []fact
}

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

// bounds of texts, in runes, and of lists.
const (
	htmlText     = 600
	htmlID       = 160
	htmlLine     = 2000 // a curl line
	htmlGroups   = 100
	htmlCases    = 10_000
	htmlStates   = 100
	htmlProblems = 100
	htmlWaivers  = 500
)

func drawPage(r Report) page {
	d := newDrawing(r)
	p := page{
		Title:   bounded(verdictWord(r.Verdict)+" · "+subject(r), htmlText),
		Verdict: drawVerdict(r.Verdict), Facts: drawFacts(r), Counts: drawCounts(r.Counts), Share: drawShare(r.Requirements),
		Codes: d.codes, Waivers: drawWaivers(r.Waivers),
		Audit: drawAudit(r), Settings: drawSettings(r.Run.Config), Durations: drawTimes(r),
	}
	if r.Run.Partial != "" {
		p.Partial = bounded(r.Run.Partial, htmlText)
	}
	p.Matrix = d.matrix() // before all that links to requirements, so that these get the plain anchors
	p.Failures, p.MoreFailures = d.failures(failures(r.Cases))
	p.Warnings, p.MoreWarnings = d.failures(warnings(r.Cases))
	p.Doubts, p.MoreDoubts = d.doubts()
	if len(r.MissingStates) > 0 {
		p.States, p.MoreStates = statesJSON(r.MissingStates, htmlStates)
	}
	for _, problem := range r.WaiverProblems[:min(htmlProblems, len(r.WaiverProblems))] {
		p.Problems = append(p.Problems, bounded(problem, htmlText))
	}
	p.Groups = d.groups()
	p.MoreCases = max(0, len(r.Cases)-htmlCases)
	return p
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

func drawAudit(r Report) []fact {
	code := func(name, value string) fact {
		return fact{Name: name, Code: []string{bounded(cmp.Or(value, "(none)"), htmlText)}}
	}
	return []fact{
		code("run", r.Run.ID), code("command", r.Run.Command), code("seed", fmt.Sprint(r.Run.Seed)), code("processes", fmt.Sprint(r.Run.Procs)),
		code("exit code", fmt.Sprint(r.Verdict.ExitCode)),
		code("suite version", r.Suite.Version), code("suite commit", r.Suite.Commit), code("case set, sha256", r.Suite.CaseSet),
		code("contract", r.Contract.File), code("contract, sha256", r.Contract.SHA256),
		code("operation", r.Contract.Operation), code("API version", r.Contract.APIVersion),
		code("target", r.Target.Name), code("kind", r.Target.Kind), code("endpoint", r.Target.Endpoint), code("region", r.Target.Region),
		code("signature", r.Target.Signature), code("states arranged by", r.Target.Arrangement),
		code("report schema", fmt.Sprint(r.SchemaVersion)),
	}
}

func drawSettings(config map[string]string) []fact {
	var out []fact
	for _, name := range slices.Sorted(maps.Keys(config)) {
		out = append(out, fact{Name: bounded(name, htmlID), Code: []string{bounded(cmp.Or(config[name], "(empty)"), htmlText)}})
	}
	return out
}

// drawTimes tells when it ran and which cases took longest.
func drawTimes(r Report) []fact {
	stamp := "2006-01-02 15:04:05.000 UTC"
	out := []fact{
		{Name: "started", Text: r.Run.StartedAt.UTC().Format(stamp)},
		{Name: "ended", Text: r.Run.EndedAt.UTC().Format(stamp)},
		{Name: "took", Text: duration(r.Run)},
	}
	slowest := slices.Clone(r.Cases)
	slices.SortStableFunc(slowest, func(a, b CaseResult) int { return cmp.Compare(b.DurationMs, a.DurationMs) })
	for i, c := range slowest[:min(5, len(slowest))] {
		name := "slowest cases"
		if i > 0 {
			name = ""
		}
		out = append(out, fact{Name: name, Code: []string{bounded(c.ID, htmlID)}, Text: milliseconds(c.DurationMs)})
	}
	return out
}

type waiverView struct {
	Case, Requirement, Reason, Issue, Expires string
	Matched                                   []string
	More                                      int
}

func drawWaivers(ws []Waiver) []waiverView {
	var out []waiverView
	for _, w := range ws[:min(htmlWaivers, len(ws))] {
		v := waiverView{
			Case: bounded(w.Case, htmlID), Requirement: bounded(w.Requirement, htmlID), Reason: bounded(w.Reason, htmlText),
			Issue: bounded(w.Issue, htmlText), Expires: bounded(w.Expires, htmlID),
		}
		for _, id := range w.Matched[:min(20, len(w.Matched))] {
			v.Matched = append(v.Matched, bounded(id, htmlID))
		}
		v.More = len(w.Matched) - len(v.Matched)
		out = append(out, v)
	}
	return out
}
