package reports

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// group is all findings on one requirement, for people: a target that gets one thing wrong gets it wrong in many cases.
type group struct {
	requirement string // "" for failures that came without a finding
	text        string
	cases       []*CaseResult // in order, each once
	differences []difference  // the most frequent first
}

// difference is one kind of finding and where it was made.
type difference struct {
	Finding
	cases []*CaseResult
}

// failures groups what made cases fail.
func failures(cases []CaseResult) []group {
	return groupFindings(cases, func(c *CaseResult) []Finding {
		if c.Outcome != Failed {
			return nil
		}
		fs := slices.DeleteFunc(slices.Clone(c.Findings), func(f Finding) bool { return !isMust(f.Level) })
		if len(fs) == 0 {
			fs = []Finding{{Level: levelMust, Want: "a case that passes", Got: cmp.Or(c.Reason, "a failure without a finding")}}
		}
		return fs
	})
}

// warnings groups the findings of level SHOULD.
func warnings(cases []CaseResult) []group {
	return groupFindings(cases, func(c *CaseResult) []Finding {
		return slices.DeleteFunc(slices.Clone(c.Findings), func(f Finding) bool { return isMust(f.Level) })
	})
}

// groupFindings puts the requirement with the most cases first; equal ones stand in the order of their ids.
func groupFindings(cases []CaseResult, pick func(*CaseResult) []Finding) []group {
	var out []*group
	byRequirement := map[string]*group{}
	position := map[string]int{}
	for i := range cases {
		c := &cases[i]
		for _, f := range pick(c) {
			g := byRequirement[f.Requirement]
			if g == nil {
				g = &group{requirement: f.Requirement, text: f.Text}
				byRequirement[f.Requirement] = g
				out = append(out, g)
			}
			if len(g.cases) == 0 || g.cases[len(g.cases)-1] != c {
				g.cases = append(g.cases, c)
			}
			at, seen := position[kindKey(f)]
			if !seen {
				at = len(g.differences)
				position[kindKey(f)] = at
				g.differences = append(g.differences, difference{Finding: f})
			}
			if d := &g.differences[at]; len(d.cases) == 0 || d.cases[len(d.cases)-1] != c {
				d.cases = append(d.cases, c)
			}
		}
	}
	groups := make([]group, 0, len(out))
	for _, g := range out {
		slices.SortStableFunc(g.differences, func(a, b difference) int { return len(b.cases) - len(a.cases) })
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(len(b.cases)-len(a.cases), cmp.Compare(a.requirement, b.requirement))
	})
	return groups
}

// named is a line that reproduces a case, and what it is.
type named struct{ name, line string }

// reproduceLines are the lines of r, the better one first: the command arranges the state again, a curl line only sends the same request.
func reproduceLines(r Reproduce) (out []named) {
	if r.Rerun != "" {
		out = append(out, named{"rerun", r.Rerun})
	}
	if r.Curl != "" && r.Curl != r.Rerun {
		out = append(out, named{"curl", r.Curl})
	}
	return out
}

// idLike is a word that may be an id. One without a digit is taken for a word.
var idLike = regexp.MustCompile(`[A-Za-z0-9_*-]{6,}`)

// kindOf is a finding without its ids, so that the same difference in two cases is one difference.
func kindOf(f Finding) Finding {
	blank := func(s string) string {
		return idLike.ReplaceAllStringFunc(s, func(word string) string {
			if strings.ContainsAny(word, "0123456789") {
				return "…"
			}
			return word
		})
	}
	f.Want, f.Got = blank(f.Want), blank(f.Got)
	return f
}

// cause is one reason why cases could not run, and these cases.
type cause struct {
	reason string
	cases  []string
}

// causes groups the cases with an outcome by the reason they give, the most frequent reason first.
func causes(cases []CaseResult, outcome Outcome) []cause {
	var out []cause
	position := map[string]int{}
	for _, c := range cases {
		if c.Outcome != outcome {
			continue
		}
		at, seen := position[c.Reason]
		if !seen {
			at = len(out)
			position[c.Reason] = at
			out = append(out, cause{reason: c.Reason})
		}
		out[at].cases = append(out[at].cases, c.ID)
	}
	slices.SortStableFunc(out, func(a, b cause) int { return len(b.cases) - len(a.cases) })
	return out
}

func idsOf(cases []*CaseResult) []string {
	out := make([]string, len(cases))
	for i, c := range cases {
		out[i] = c.ID
	}
	return out
}

// kindKey is a key for the kind of a finding.
func kindKey(f Finding) string {
	k := kindOf(f)
	return k.Requirement + "\x00" + k.Level + "\x00" + k.Pointer + "\x00" + k.Want + "\x00" + k.Got
}
