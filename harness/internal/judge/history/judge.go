package history

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// maxViolations bounds what is found in one group: after each violation the search goes on as if that answer were
// right.
const maxViolations = 5

// Judge asks whether the documented rules explain a history. There is at most one verdict a requirement and group:
// a violation where there is one, else that it was satisfied where the history shows it, else why it could not be
// looked at.
func Judge(h History, o Options) []Verdict {
	if o.Budget <= 0 {
		o.Budget = DefaultBudget
	}
	e := gather(h, max(0, o.Lag))
	j := &judgement{evidence: e, budget: o.Budget}
	for _, group := range e.groupIDs() {
		j.judge(newProblem(e, group))
	}
	j.activities()
	j.statuses()
	return j.result()
}

// groupIDs are the groups that the case began with, and those that calls named.
func (e *evidence) groupIDs() []string {
	var out []string
	for _, g := range e.Start.Groups {
		out = append(out, g.ID)
	}
	for _, o := range e.Operations {
		out = append(out, o.Group)
	}
	return distinct(out)
}

// judgement collects verdicts.
type judgement struct {
	*evidence
	budget   time.Duration
	verdicts []Verdict
}

func (j *judgement) judge(p *problem) {
	if p.tooBig != "" {
		j.cannot("", p.tooBig)
		return
	}
	for range maxViolations {
		switch p.check(p.all(), j.budget) {
		case porcupine.Ok:
			j.exercised(p)
			j.final(p)
			return
		case porcupine.Unknown:
			j.tooLong("an explanation of", p)
			return
		case porcupine.Illegal:
		}
		if !j.violation(p) {
			return
		}
	}
}

// violation finds the first answer that nothing explains, says which requirement it breaks, and pardons it. It is
// false when the search took too long.
func (j *judgement) violation(p *problem) bool {
	s, culprit, ok := j.culprit(p)
	if !ok {
		j.tooLong("the first step that nothing explains in", p)
		return false
	}
	v := Verdict{Result: Violated}
	if culprit.call == nil {
		look := culprit.look
		v.Requirement = documented[idle].requirement
		v.Want = "no second activity of group " + printable(p.group) + " while one is in progress"
		v.Got = "several in progress at once: " + list(p.shownRunning(look))
		v.Steps = j.lines(p, j.shorten(p, s, nil, &look), nil, look)
		j.verdicts = append(j.verdicts, v)
		for _, c := range p.calls { // the calls whose activities ran at once must not be found again
			if c.Outcome == Accepted && p.Looks[look].Activities[c.Activity] == inProgress {
				c.pardon.all = true
			}
		}
		return true
	}
	c := culprit.call
	var because *call
	v.Requirement, v.Want, because = j.diagnose(p, s, c)
	v.Got = answerText(c.Operation)
	v.Steps = j.lines(p, j.shorten(p, s, []*call{c, because}, nil), c, -1)
	j.verdicts = append(j.verdicts, v)
	c.pardon = pardon{all: true}
	return true
}

func (j *judgement) tooLong(search string, p *problem) {
	j.cannot("", fmt.Sprintf("the search for %s group %s took longer than %s", search, printable(p.group), j.budget))
}

// suspect is an answer, or a look when call is nil.
type suspect struct {
	call *call
	look int
	done time.Duration
}

// culprit is the first answer, by the time that it was complete, with which the steps so far have no explanation.
func (j *judgement) culprit(p *problem) (s selection, first suspect, ok bool) {
	var suspects []suspect
	for _, c := range p.calls {
		suspects = append(suspects, suspect{call: c, done: c.Done})
	}
	for _, i := range p.looks {
		if p.runningIn(i, p.calls) != 0 {
			suspects = append(suspects, suspect{look: i, done: p.Looks[i].Done})
		}
	}
	slices.SortStableFunc(suspects, func(a, b suspect) int { return int(a.done - b.done) })
	single := slices.DeleteFunc(slices.Clone(p.looks), func(i int) bool { return p.runningIn(i, p.calls) != 0 })
	s.looks = single
	for _, next := range suspects {
		if next.call != nil {
			s.calls = append(s.calls, next.call)
		} else {
			s.looks = append(s.looks, next.look)
		}
		switch p.check(s, j.budget) {
		case porcupine.Illegal:
			return s, next, true
		case porcupine.Unknown:
			return s, next, false
		case porcupine.Ok:
		}
	}
	return s, first, false
}

// shorten leaves out looks and refused calls, one after the other, as long as no explanation appears. What is in
// keep, and the look keepLook, stays. last are what the end must agree with.
func (j *judgement) shorten(p *problem, s selection, keep []*call, keepLook *int, last ...*event) selection {
	illegal := func(s selection) bool { return p.check(s, j.budget/10, last...) == porcupine.Illegal }
	for i := len(s.looks) - 1; i >= 0; i-- {
		if keepLook != nil && s.looks[i] == *keepLook {
			continue
		}
		less := selection{s.calls, slices.Delete(slices.Clone(s.looks), i, i+1)}
		if !p.matters(s.looks[i], s.calls) || illegal(less) {
			s = less
		}
	}
	for i := len(s.calls) - 1; i >= 0; i-- {
		c := s.calls[i]
		if slices.Contains(keep, c) || c.Outcome == Accepted {
			continue
		}
		less := selection{slices.Delete(slices.Clone(s.calls), i, i+1), s.looks}
		if illegal(less) {
			s = less
		}
	}
	return s
}

// matters reports whether a look says anything of the activities of the calls.
func (p *problem) matters(look int, calls []*call) bool {
	return slices.ContainsFunc(calls, func(c *call) bool {
		_, shown := p.Looks[look].Activities[c.Activity]
		return c.Outcome == Accepted && shown
	})
}

func (p *problem) shownRunning(look int) []string {
	var ids []string
	for _, c := range p.calls {
		if c.Outcome == Accepted && c.Activity != "" && p.Looks[look].Activities[c.Activity] == inProgress {
			ids = append(ids, c.Activity)
		}
	}
	return distinct(ids)
}

func (j *judgement) satisfied(requirement string) {
	j.verdicts = append(j.verdicts, Verdict{Result: Satisfied, Requirement: requirement})
}

func (j *judgement) cannot(requirement, reason string) {
	j.verdicts = append(j.verdicts, Verdict{Result: CouldNotLook, Requirement: requirement, Reason: reason})
}

// result keeps all violations, and of the other verdicts one a requirement.
func (j *judgement) result() []Verdict {
	var out []Verdict
	for _, wanted := range []Result{Violated, Satisfied, CouldNotLook} {
		for _, v := range j.verdicts {
			known := slices.ContainsFunc(out, func(o Verdict) bool {
				return o.Requirement == v.Requirement && (v.Result != Violated || o.Got == v.Got && o.Want == v.Want) &&
					(v.Requirement != "" || o.Reason == v.Reason)
			})
			if v.Result == wanted && !known {
				out = append(out, v)
			}
		}
	}
	return out
}

func list(ids []string) string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		out = append(out, printable(id))
	}
	if len(out) > 6 {
		out = append(out[:5], fmt.Sprintf("… (%d)", len(ids)))
	}
	return strings.Join(out, ", ")
}
