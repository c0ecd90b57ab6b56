package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/wildcard"
)

// waiverDate is how Expires is written.
const waiverDate = "2006-01-02"

// matchWaivers says which cases each waiver speaks of. A waiver with a requirement covers only cases that have to do
// with it. One that is expired at the time covers nothing; an entry is good to the end of its day in UTC. elsewhere are
// cases of which a waiver may speak although they were not selected. problems are faults of the waivers themselves:
// each is one line that says what to do.
func matchWaivers(cases, elsewhere []CaseResult, waivers []Waiver, at time.Time) (matched []Waiver, problems []string) {
	matched = make([]Waiver, len(waivers))
	seen := map[[2]string]bool{}
	for i, w := range waivers {
		w.Matched = []string{}
		key := [2]string{w.Case, w.Requirement}
		switch problem := fault(w, at); {
		case seen[key]:
			problems = append(problems, w.name()+" is there twice; remove one of them")
		case problem != "":
			problems = append(problems, w.name()+" "+problem)
		default:
			w.Matched = covered(cases, w)
			if len(w.Matched) == 0 && len(covered(elsewhere, w)) == 0 {
				problems = append(problems, w.name()+" matches no selected case; remove it, or correct the pattern")
			}
		}
		seen[key] = true
		matched[i] = w
	}
	return matched, problems
}

// excuse gives settled cases the outcomes that they have under the waivers that matched them. A failed case that the
// waivers cover becomes waived; a covered case that passed becomes unexpected-pass; a case that could not run or is
// unsupported stays what it is. A waiver with a requirement excuses only findings on it. outdated are waivers that a
// case no longer needs, one line each.
func excuse(cases []CaseResult, matched []Waiver) (results []CaseResult, outdated []string) {
	results = slices.Clone(cases)
	excuses := excusesByCase(matched)
	for i, c := range results {
		if ws := excuses[c.ID]; len(ws) > 0 {
			results[i] = applyTo(c, ws)
			outdated = append(outdated, notNeeded(results[i], ws)...)
		}
	}
	return results, outdated
}

// applyTo gives a settled case the outcome that it has under the waivers that cover it.
func applyTo(c CaseResult, ws []Waiver) CaseResult {
	switch {
	case c.Outcome == Failed && excused(c, ws):
		c.Outcome, c.Waiver = Waived, reasonOf(c, ws)
		c.Reason = c.Waiver.Reason
	case c.Outcome == Passed && slices.ContainsFunc(ws, func(w Waiver) bool { return !stillFound(c, w) }):
		c.Outcome = UnexpectedPass
	}
	return c
}

// notNeeded lists waivers for one requirement in a case that fails, but no longer on that requirement.
func notNeeded(c CaseResult, ws []Waiver) []string {
	if c.Outcome != Failed && c.Outcome != Waived {
		return nil
	}
	var out []string
	for _, w := range ws {
		if w.Requirement != "" && slices.Contains(c.Checked, w.Requirement) && !HasFinding(c.Findings, w.Requirement) {
			out = append(out, fmt.Sprintf("%s is needed no longer in %s; remove or narrow it", w.name(), c.ID))
		}
	}
	return out
}

// stillFound holds when what the waiver names is still to be seen in a case that passed: a warning on its requirement.
func stillFound(c CaseResult, w Waiver) bool {
	return w.Requirement != "" && HasFinding(c.Findings, w.Requirement)
}

// excused holds when the waivers cover all that makes the case fail.
func excused(c CaseResult, ws []Waiver) bool {
	whole := slices.ContainsFunc(ws, func(w Waiver) bool { return w.Requirement == "" })
	if whole || !HasMust(c.Findings) {
		return whole // a failure without a finding can only be excused as a whole
	}
	return !slices.ContainsFunc(c.Findings, func(f Finding) bool {
		return IsMust(f.Level) &&
			!slices.ContainsFunc(ws, func(w Waiver) bool { return w.Requirement == f.Requirement })
	})
}

// reasonOf joins what the waivers say that were needed to excuse the case; it expires with the first of them.
func reasonOf(c CaseResult, ws []Waiver) *WaiverReason {
	var out WaiverReason
	for _, w := range ws {
		if w.Requirement != "" && !HasFinding(c.Findings, w.Requirement) {
			continue
		}
		out.Reason = join(out.Reason, w.Reason)
		out.Issue = join(out.Issue, w.Issue)
		if out.Expires == "" || w.Expires != "" && w.Expires < out.Expires {
			out.Expires = w.Expires
		}
	}
	return &out
}

func join(a, b string) string {
	if a == "" || b == "" || a == b {
		return a + strings.TrimPrefix(b, a)
	}
	return a + "; " + b
}

// fault says what is wrong with one entry by itself; "" when nothing is.
func fault(w Waiver, now time.Time) string {
	switch {
	case w.Case == "":
		return "names no case; add case, an id or a pattern with *"
	case strings.TrimSpace(w.Reason) == "":
		return "has no reason; say why the failure is accepted"
	case w.Expires == "":
		return ""
	}
	day, err := time.Parse(waiverDate, w.Expires)
	if err != nil {
		return fmt.Sprintf("expires on %q, which is not a date; write it as 2026-12-31", printable.Clip(w.Expires, 40))
	}
	if !now.UTC().Before(day.AddDate(0, 0, 1)) {
		return "expired on " + w.Expires + "; remove it, or renew it with a reason"
	}
	return ""
}

// covered lists the cases that w speaks of, in order.
func covered(cases []CaseResult, w Waiver) []string {
	out := []string{}
	for _, c := range cases {
		about := w.Requirement == "" || slices.Contains(c.Requirements, w.Requirement) ||
			slices.Contains(c.Checked, w.Requirement) || HasFinding(c.Findings, w.Requirement)
		if about && wildcard.Match(w.Case, c.ID) {
			out = append(out, c.ID)
		}
	}
	return out
}

func excusesByCase(ws []Waiver) map[string][]Waiver {
	out := map[string][]Waiver{}
	for _, w := range ws {
		for _, id := range w.Matched {
			out[id] = append(out[id], w)
		}
	}
	return out
}

// name is the waiver as messages print it.
func (w Waiver) name() string {
	s := fmt.Sprintf("waiver for %q", printable.Clip(w.Case, 120))
	if w.Requirement != "" {
		s += fmt.Sprintf(" on %q", printable.Clip(w.Requirement, 120))
	}
	return s
}
