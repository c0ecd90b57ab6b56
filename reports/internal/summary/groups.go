// Package summary says what the drawings of a report have in common: failures by requirement, causes, counts in words.
package summary

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	show "github.com/essconform/essconform/reports/printable"
)

// Group is all findings on one requirement, for people: a target that gets one thing wrong gets it wrong in many cases.
type Group struct {
	Requirement string // "" for failures that came without a finding
	Text        string
	Cases       []*reports.CaseResult // in order, each once
	Differences []Difference          // the most frequent first
}

// Difference is one kind of finding and where it was made.
type Difference struct {
	reports.Finding
	Cases []*reports.CaseResult
}

// IDs are the ids of its cases.
func (d Difference) IDs() []string { return IdsOf(d.Cases) }

// Failures groups what made cases fail.
func Failures(cases []reports.CaseResult) []Group {
	return GroupFindings(cases, func(c *reports.CaseResult) []reports.Finding {
		if c.Outcome != reports.Failed {
			return nil
		}
		fs := slices.DeleteFunc(
			slices.Clone(c.Findings),
			func(f reports.Finding) bool { return !reports.IsMust(f.Level) },
		)
		if len(fs) == 0 {
			fs = []reports.Finding{
				{Level: reports.Must, Want: "a case that passes", Got: cmp.Or(c.Reason, "a failure without a finding")},
			}
		}
		return fs
	})
}

// Warnings groups the findings of level SHOULD.
func Warnings(cases []reports.CaseResult) []Group {
	return GroupFindings(cases, func(c *reports.CaseResult) []reports.Finding {
		return slices.DeleteFunc(
			slices.Clone(c.Findings),
			func(f reports.Finding) bool { return reports.IsMust(f.Level) },
		)
	})
}

// GroupFindings puts the requirement with the most cases first; equal ones stand in the order of their ids.
func GroupFindings(cases []reports.CaseResult, pick func(*reports.CaseResult) []reports.Finding) []Group {
	var out []*Group
	byRequirement := map[string]*Group{}
	position := map[kind]int{}
	for i := range cases {
		c := &cases[i]
		for _, f := range pick(c) {
			g := byRequirement[f.Requirement]
			if g == nil {
				g = &Group{Requirement: f.Requirement, Text: f.Text}
				byRequirement[f.Requirement] = g
				out = append(out, g)
			}
			if len(g.Cases) == 0 || g.Cases[len(g.Cases)-1] != c {
				g.Cases = append(g.Cases, c)
			}
			at, seen := position[kindOf(f)]
			if !seen {
				at = len(g.Differences)
				position[kindOf(f)] = at
				g.Differences = append(g.Differences, Difference{Finding: f})
			}
			if d := &g.Differences[at]; len(d.Cases) == 0 || d.Cases[len(d.Cases)-1] != c {
				d.Cases = append(d.Cases, c)
			}
		}
	}
	groups := make([]Group, 0, len(out))
	for _, g := range out {
		slices.SortStableFunc(g.Differences, func(a, b Difference) int { return len(b.Cases) - len(a.Cases) })
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(len(b.Cases)-len(a.Cases), cmp.Compare(a.Requirement, b.Requirement))
	})
	return groups
}

// Named is a line that reproduces a case, and what it is.
type Named struct{ Name, Line string }

// ReproduceLines are the lines of r, the better one first: the command arranges the state again, a curl line only sends
// the same request.
func ReproduceLines(r reports.Reproduce) (out []Named) {
	if r.Rerun != "" {
		out = append(out, Named{"rerun", r.Rerun})
	}
	if r.Curl != "" && r.Curl != r.Rerun {
		out = append(out, Named{"curl", r.Curl})
	}
	return out
}

// kind is what differs in a finding, and where.
type kind struct{ requirement, level, pointer, want, got, specLine, text string }

// kindOf is a finding without its ids, so that the same difference in two cases is one difference.
func kindOf(f reports.Finding) kind {
	look := func(s string) string { return show.WithoutIDs(printable.CutRunes(s, longestFinding)) }
	return kind{f.Requirement, f.Level, f.Pointer, look(f.Want), look(f.Got), f.SpecLine, f.Text}
}

// SameKind tells whether two findings are the same but for ids.
func SameKind(a, b reports.Finding) bool { return kindOf(a) == kindOf(b) }

// Cause is one reason why cases could not run, and these cases. Where they give it with different ids or states, these
// are left out of the reason.
type Cause struct {
	Reason string
	Cases  []string
}

// Causes groups the cases with an outcome by the reason they give, the most frequent reason first.
func Causes(cases []reports.CaseResult, outcome reports.Outcome) []Cause {
	return causes(cases, func(c reports.CaseResult) bool { return c.Outcome == outcome })
}

// UnsupportedCauses are the causes of cases that the target cannot do.
func UnsupportedCauses(cases []reports.CaseResult) []Cause {
	return causes(cases, func(c reports.CaseResult) bool { return c.Outcome == reports.Unsupported && !c.NotMet })
}

// NotMetCauses are the causes of cases about a SHOULD that the target does not follow.
func NotMetCauses(cases []reports.CaseResult) []Cause {
	return causes(cases, func(c reports.CaseResult) bool { return c.Outcome == reports.Unsupported && c.NotMet })
}

func causes(cases []reports.CaseResult, fits func(reports.CaseResult) bool) []Cause {
	var out []Cause
	position := map[string]int{}
	for _, c := range cases {
		if !fits(c) {
			continue
		}
		common := commonReason(c)
		at, seen := position[common]
		if !seen {
			at = len(out)
			position[common] = at
			out = append(out, Cause{Reason: c.Reason})
		}
		if out[at].Reason != c.Reason {
			out[at].Reason = common
		}
		out[at].Cases = append(out[at].Cases, c.ID)
	}
	slices.SortStableFunc(out, func(a, b Cause) int { return len(b.Cases) - len(a.Cases) })
	return out
}

// commonReason is the reason of a case without what only this case has in it: its state, and ids.
func commonReason(c reports.CaseResult) string {
	reason := printable.CutRunes(c.Reason, longestFinding)
	if c.State.Name != "" {
		reason = strings.ReplaceAll(reason, strconv.Quote(c.State.Name), "…")
	}
	return show.WithoutIDs(reason)
}

// IdsOf are the ids of cases.
func IdsOf(cases []*reports.CaseResult) []string {
	out := make([]string, len(cases))
	for i, c := range cases {
		out[i] = c.ID
	}
	return out
}

// longestFinding bounds a finding on one line, in runes.
const longestFinding = 2000

// FindingLine is one finding on one line.
func FindingLine(f reports.Finding) string {
	s := fmt.Sprintf("%s: wanted %s; got %s", f.Requirement, f.Want, Got(f))
	if f.Pointer != "" {
		s += " (" + f.Pointer + ")"
	}
	return printable.Bounded(s, longestFinding)
}

// RequirementsByID finds the requirements of a report.
func RequirementsByID(r reports.Report) map[string]reports.Requirement {
	out := make(map[string]reports.Requirement, len(r.Requirements))
	for _, q := range r.Requirements {
		out[q.ID] = q
	}
	return out
}

var bareStatus = regexp.MustCompile(`^[1-5][0-9][0-9]$`)

// Got is what came, written the way what was wanted is written.
func Got(f reports.Finding) string {
	if strings.HasPrefix(f.Want, "HTTP ") && bareStatus.MatchString(f.Got) {
		return "HTTP " + f.Got
	}
	return f.Got
}
