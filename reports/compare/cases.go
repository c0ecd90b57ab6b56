package compare

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/internal/summary"
)

// runSide is what a comparison looks up in one report.
type runSide struct {
	results map[string]reports.CaseResult
	set     map[string]bool // the ids of its case set, selected or not
	// repeated are the requirements that only the whole run can show to be violated, and does: which case gets the
	// finding is chance.
	repeated map[string]bool
}

func newRunSide(r reports.Report) runSide {
	s := runSide{results: map[string]reports.CaseResult{}, set: map[string]bool{}, repeated: map[string]bool{}}
	for _, q := range r.Requirements {
		for _, id := range q.Cases {
			s.set[id] = true
		}
	}
	for _, c := range r.Cases {
		s.results[c.ID], s.set[c.ID] = c, true
		for _, f := range c.Findings {
			if f.Requirement == reports.RequestIDUnique || f.Requirement == reports.ActivityUnique {
				s.repeated[f.Requirement] = true
			}
		}
	}
	return s
}

func (s runSide) outcome(id string) reports.Outcome {
	switch c, ran := s.results[id]; {
	case ran:
		return c.Outcome
	case s.set[id]:
		return NotRun
	}
	return Absent
}

func judged(o reports.Outcome) bool {
	return o == reports.Passed || o == reports.Failed || o == reports.Waived || o == reports.UnexpectedPass
}

// compareCases lists the cases that changed, the gravest change first, and counts those that were judged in both
// reports.
func compareCases(old, new reports.Report) (changed []CaseChange, both int) {
	a, b := newRunSide(old), newRunSide(new)
	changed = []CaseChange{}
	ids := maps.Clone(a.set)
	maps.Copy(ids, b.set)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if judged(a.outcome(id)) && judged(b.outcome(id)) {
			both++
		}
		if c, differs := compareCase(id, a, b); differs {
			changed = append(changed, c)
		}
	}
	slices.SortStableFunc(changed, func(x, y CaseChange) int { return changeOrder(x.Change) - changeOrder(y.Change) })
	return changed, both
}

func compareCase(id string, a, b runSide) (CaseChange, bool) {
	before, now := a.results[id], b.results[id]
	c := CaseChange{
		ID: id, Title: cmp.Or(now.Title, before.Title), Old: a.outcome(id), New: b.outcome(id),
		Requirements: newlyViolated(before, now, a), Findings: reports.MustFindings(now), Reason: now.Reason,
		Rerun: now.Reproduce.Rerun,
	}
	switch {
	case c.Old == Absent:
		c.Change = New
	case c.New == Absent:
		c.Change = Removed
	case !judged(c.Old) && !judged(c.New):
		return c, false
	case !judged(c.Old):
		c.Change = NewlyJudged
	case !judged(c.New):
		c.Change = CoverageLost
	default:
		c.Change, c.Reason = compareJudged(c, before, now, a, b)
	}
	return c, c.Change != ""
}

// compareJudged tells what changed in a case that was judged in both reports; "" for nothing.
func compareJudged(c CaseChange, before, now reports.CaseResult, a, b runSide) (Change, string) {
	failedBefore, failsNow := failing(c.Old), failing(c.New)
	switch {
	case c.New == reports.Failed && len(c.Requirements) > 0:
		return Regressed, c.Reason
	case c.New == reports.Failed && !failedBefore && chance(now, a): // another case had the finding before
		return StillFailing, c.Reason
	case c.New == reports.Failed && !failedBefore:
		return Regressed, c.Reason
	case c.New == reports.Failed && c.Old == reports.Failed:
		return StillFailing, c.Reason
	case failedBefore && !failsNow && chance(before, b): // another case has the finding now
		return "", ""
	case failedBefore && !failsNow:
		return Fixed, c.Reason
	}
	// What is left: a waiver has to do with it, or it is as it was.
	switch was, is := excuseOf(before), excuseOf(now); {
	case was != is:
		return WaiverChanged, "waiver before: " + was + "; now: " + is
	case c.New == reports.Waived && len(c.Requirements) > 0:
		return WaiverChanged, "the waiver excuses more than before: " + strings.Join(c.Requirements, ", ")
	}
	return "", ""
}

func failing(o reports.Outcome) bool { return o == reports.Failed || o == reports.Waived }

// chance holds when all that makes the case fail are repeats, and the other run has them too, in whatever case.
func chance(c reports.CaseResult, other runSide) bool {
	fs := reports.MustFindings(c)
	return len(fs) > 0 &&
		!slices.ContainsFunc(fs, func(f reports.Finding) bool { return !other.repeated[f.Requirement] })
}

// newlyViolated lists the requirements that a case violates now and did not before, though it had checked them.
func newlyViolated(before, now reports.CaseResult, a runSide) []string {
	out := []string{}
	for _, f := range reports.MustFindings(now) {
		held := judged(before.Outcome) && !reports.HasFinding(reports.MustFindings(before), f.Requirement) &&
			(slices.Contains(before.Checked, f.Requirement) || !failing(before.Outcome))
		if held && !a.repeated[f.Requirement] && !slices.Contains(out, f.Requirement) {
			out = append(out, f.Requirement)
		}
	}
	return out
}

func excuseOf(c reports.CaseResult) string {
	switch {
	case c.Waiver != nil:
		s := c.Waiver.Reason
		if c.Waiver.Issue != "" {
			s += " (" + c.Waiver.Issue + ")"
		}
		if c.Waiver.Expires != "" {
			s += " until " + c.Waiver.Expires
		}
		return s
	case c.Outcome == reports.UnexpectedPass:
		return "one that is not needed"
	}
	return "none"
}

// regressedGroups are the findings on what regressed, by requirement.
func regressedGroups(new reports.Report, changed []CaseChange) []repair.Card {
	on := map[string][]string{}
	for _, c := range changed {
		if c.Change == Regressed {
			on[c.ID] = c.Requirements
		}
	}
	cases := slices.DeleteFunc(
		slices.Clone(new.Cases),
		func(c reports.CaseResult) bool { _, is := on[c.ID]; return !is },
	)
	for i, c := range cases {
		if ids := on[c.ID]; len(ids) > 0 {
			cases[i].Findings = slices.DeleteFunc(
				slices.Clone(c.Findings),
				func(f reports.Finding) bool { return !slices.Contains(ids, f.Requirement) },
			)
		}
	}
	return repair.Of(summary.Failures(cases))
}
