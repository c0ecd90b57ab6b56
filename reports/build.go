package reports

import (
	"cmp"
	"slices"
	"time"
)

// Input is all that a report is built from.
type Input struct {
	Suite     Suite
	Contract  Contract
	Target    Target
	Run       Run
	Catalogue []CatalogueEntry // in the order in which the report lists the requirements
	// Cases are what was found in the selected cases, in any order. Their Outcome may say CouldNotRun, Unsupported or
	// Failed, where the findings do not show it; every other outcome is decided by Build.
	Cases []CaseResult
	// Selected is how many cases were selected. Fewer results than that make the run one that could not judge.
	Selected    int
	NotSelected int
	Waivers     []Waiver // as ParseWaivers read them
	// Elsewhere are cases that this run did not select, of which ID and Requirements are enough: that a waiver matches
	// only there is no problem.
	Elsewhere []CaseResult
	// LeftOut are cases that could not have been selected; NotSelected does not count them.
	LeftOut []LeftOut
}

// CatalogueEntry is one requirement of the description that drove the run.
type CatalogueEntry struct {
	ID       string
	Level    string // "MUST" or "SHOULD"
	Profile  string // "document" or "conventions"
	Text     string // the sentence of the document, in the project's words
	Source   string // section of the document
	Excluded string // why no case covers it; "" when cases must
	SpecLine string // "file:line" of the description
	// Cases are the ids of all cases of the case set that cover it, selected or not.
	Cases []string
}

// The levels of a requirement and of a finding.
const (
	Must   = "MUST"
	Should = "SHOULD"
)

// Build makes the report of a run. It is pure, and changes nothing that it was given. It decides the outcome of every
// case, finds ids that came twice in the run, applies the waivers (those that had not expired when the run ended), and
// gives the verdict. It trusts no outcome that the rest of a result contradicts: a "passed" with a MUST finding is a
// failure, one that checked nothing is none.
func Build(in Input) Report {
	cases := findRepeats(in.Cases, in.Catalogue)
	waivers, problems := matchWaivers(cases, in.Elsewhere, in.Waivers, in.Run.EndedAt)
	cases, outdated := excuse(cases, waivers)
	return assemble(in, cases, waivers, append(problems, outdated...))
}

// Decide gives one result the outcome that it has by itself: Build gives it the same one, unless an id in it came in
// another case, too. at decides which waivers have expired.
func Decide(c CaseResult, waivers []Waiver, at time.Time) CaseResult {
	cases := []CaseResult{settle(c)}
	matched, _ := matchWaivers(cases, nil, waivers, at)
	cases, _ = excuse(cases, matched)
	return cases[0]
}

// assemble makes the report of decided cases.
func assemble(in Input, cases []CaseResult, waivers []Waiver, problems []string) Report {
	in.Run = tidyRun(in.Run)
	counts := count(cases, in.Selected, in.NotSelected)
	return Report{
		SchemaVersion:  SchemaVersion,
		Kind:           Kind,
		Suite:          in.Suite,
		Contract:       in.Contract,
		Target:         in.Target,
		Run:            in.Run,
		Verdict:        judge(cases, counts, in, problems),
		Counts:         counts,
		Requirements:   requirements(in.Catalogue, cases, uncovered(in.Target)),
		Cases:          cases,
		Waivers:        tidyWaivers(waivers),
		LeftOut:        slices.Clone(in.LeftOut),
		WaiverProblems: slices.Clone(problems),
		MissingStates:  missingStates(cases),
		Complete:       true,
	}
}

// tidyRun puts times into UTC and milliseconds, so that equal runs give equal reports wherever they are written.
func tidyRun(r Run) Run {
	r.StartedAt = r.StartedAt.UTC().Truncate(time.Millisecond)
	r.EndedAt = r.EndedAt.UTC().Truncate(time.Millisecond)
	r.Partial, r.Selection = valid(r.Partial), valid(r.Selection)
	if r.Config == nil {
		r.Config = map[string]string{}
	}
	return r
}

// valid is s as JSON writes it, byte by byte, so that texts derived from it are the same for whoever reads the file.
func valid(s string) string { return string([]rune(s)) }

func tidyWaivers(ws []Waiver) []Waiver {
	out := make([]Waiver, len(ws))
	for i, w := range ws {
		w.Matched = filled(w.Matched)
		out[i] = w
	}
	return out
}

// filled is a copy of s that is never nil: readers of the report get [], not null.
func filled[T any](s []T) []T {
	return append(make([]T, 0, len(s)), s...)
}

func byID(a, b CaseResult) int { return cmp.Compare(a.ID, b.ID) }
