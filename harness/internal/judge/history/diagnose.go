package history

import (
	"fmt"
	"strings"

	"github.com/anishathalye/porcupine"
)

const noEffect = "error.no-effect"

// legal reports whether the steps have an explanation when call c is judged with this pardon.
func (j *judgement) legal(p *problem, s selection, c *call, with pardon) bool {
	return j.check(p, s, c, with) == porcupine.Ok
}

func (j *judgement) check(p *problem, s selection, c *call, with pardon) porcupine.CheckResult {
	before := c.pardon
	c.pardon = with
	defer func() { c.pardon = before }()
	return p.check(s, j.budget)
}

// diagnose names the requirement that an answer breaks, by what would explain it. because is an earlier call that
// it comes from, or nil.
func (j *judgement) diagnose(p *problem, s selection, c *call) (requirement, want string, because *call) {
	switch {
	case c.Kind == Attach:
		return "detach.independent", "a detached instance to be accepted by another group", nil
	case c.Outcome == Accepted:
		requirement, want = j.diagnoseAccepted(p, s, c)
		return requirement, want, nil
	}
	cause := p.cause(c)
	if cause.requirement == "" || cause.unless {
		if because := j.explainedByRefused(p, s, c); because != nil {
			return noEffect, callAccepted + ", because the call that was refused before has no effect", because
		}
	}
	requirement, want = j.diagnoseRefused(p, s, c)
	if cause.requirement != "" {
		answer, _, _ := strings.Cut(want, ",")
		return cause.requirement, answer + ", because " + cause.why, nil
	}
	return requirement, want, nil
}

const callAccepted = "the call accepted"

// diagnoseAccepted finds the rule that the call breaks, or the last one of several.
func (j *judgement) diagnoseAccepted(p *problem, s selection, c *call) (requirement, want string) {
	// An activity comes last: where there is room for one of two calls, that both were accepted is more than that
	// they overlapped.
	order := [ruleCount]rule{
		denied, groupExists, instanceExists, inGroup, enabled, loadBalancer, database, minSize,
		idle,
	}
	for _, r := range order {
		if j.legal(p, s, c, pardon{ignored: ruleSet(0).with(r)}) {
			return r.refusal()
		}
	}
	var ignored ruleSet
	for _, r := range order {
		if ignored = ignored.with(r); j.legal(p, s, c, pardon{ignored: ignored}) {
			return r.refusal()
		}
	}
	return idle.refusal() // it is right by all rules, so that only the activities shown are in its way
}

// refusal is the requirement of a broken rule, and the answer that it demands.
func (r rule) refusal() (requirement, want string) {
	if documented[r].code == "" {
		return documented[r].requirement, "a refusal"
	}
	return documented[r].requirement, "a refusal with " + documented[r].code
}

// diagnoseRefused asks first whether a refusal was right at all, then what would justify this one.
func (j *judgement) diagnoseRefused(p *problem, s selection, c *call) (requirement, want string) {
	if j.legal(p, s, c, pardon{anyCode: true}) {
		for r := range ruleCount {
			if code := documented[r].code; code != "" && j.legal(p, s, c, pardon{code: code}) {
				return r.refusal()
			}
		}
	}
	const accepted = callAccepted + ", because it breaks no rule"
	r, known := ofCode(c.Code)
	switch {
	case known && r == minSize && j.legal(p, s, c, pardon{minShift: 1}):
		return "group.min-size-boundary", callAccepted + ", because it leaves exactly MinSize instances"
	case known:
		return documented[r].requirement, accepted
	default:
		return c.about(), accepted
	}
}

// explainedByRefused is a call that was refused before, whose effect would explain the answer; nil when there is
// none. Only a refusal for MinSize, for an activity, or for an instance can come from such an effect.
func (j *judgement) explainedByRefused(p *problem, s selection, c *call) *call {
	r, known := ofCode(c.Code)
	if known && r != minSize && r != idle && r != instanceExists || j.legal(p, s, c, pardon{anyCode: true}) {
		return nil
	}
	for _, other := range s.calls {
		if other == c || other.Outcome != Refused || other.Kind != Detach || other.ids.empty() || other.pardon.all {
			continue
		}
		if j.legal(p, s, other, pardon{acted: true}) {
			return other
		}
	}
	return nil
}

// about is the requirement that a valid call satisfies, by how many instances it names.
func (c *call) about() string {
	switch n := len(distinct(c.IDs)); {
	case n >= 20:
		return "detach.max"
	case n > 1:
		return "detach.many"
	default:
		return "detach.one"
	}
}

// exercised says which rules an explained history really put to the test.
func (j *judgement) exercised(p *problem) {
	for _, c := range p.calls {
		if c.Kind != Detach || c.pardon.all {
			continue
		}
		switch c.Outcome {
		case Accepted:
			j.satisfied(c.about())
			if p.fewestLeft(c) <= p.highestMin() && j.check(p, p.all(), c, pardon{minShift: 1}) == porcupine.Illegal {
				j.satisfied("group.min-size-boundary")
			}
			j.couldHaveEnded(p, c)
		case Refused:
			j.refusalShows(p, c)
		case Unanswered:
			j.cannot(c.about(), "the call of "+printable(c.Lane)+" was not answered")
		}
	}
}

// refusalShows notes the rule that a refusal is about. One that an instance outside the group explains with
// whatever code, or an overlap, shows nothing else.
func (j *judgement) refusalShows(p *problem, c *call) {
	r, known := ofCode(c.Code)
	switch {
	case isThrottled(c.Code):
		j.cannot(c.about(), "the target throttled the call: send fewer a second with -rate")
	case c.concurrent && isConflict(c.Code):
		j.cannot(documented[idle].requirement, "the target refused one of two calls at once with "+printable(c.Code))
	case !p.surelyMembers(c) && j.legal(p, p.all(), c, pardon{code: "any other code"}):
		j.satisfied(documented[inGroup].requirement)
	case known && r == minSize && c.sizeUnsure:
		j.cannot(documented[r].requirement,
			"an activity that the service started may have changed the number of instances")
	case known && r == idle && c.beside && j.check(p, p.all(), c, pardon{alone: true}) == porcupine.Illegal:
		j.cannot(documented[r].requirement,
			"the target refused one of two calls at once as if the other had started an activity")
	case known && r == idle && j.onlyForeign(p, c):
		j.cannot(documented[r].requirement,
			"only an activity of the service explains it, and that may have ended before")
	case known:
		j.satisfied(documented[r].requirement)
	}
}

// onlyForeign reports whether a refusal rests on an activity of the service that may have been in progress, or not.
func (j *judgement) onlyForeign(p *problem, c *call) bool {
	return c.static[idle] == maybeBroken && j.check(p, p.all(), c, pardon{alone: true}) == porcupine.Illegal
}

// couldHaveEnded says of an accepted call that came after another one's activity had begun, and before that was
// seen to end, that the rule was not put to the test.
func (j *judgement) couldHaveEnded(p *problem, c *call) {
	for _, other := range p.calls {
		if other == c || other.activity < 0 || other.Outcome != Accepted || other.Done > c.Sent {
			continue
		}
		if end := p.ends[other.at]; end.to >= c.Sent {
			j.cannot(documented[idle].requirement, fmt.Sprintf(
				"activity %s may have ended before the next call came; a longer activity would show it",
				printable(other.Activity)))
		}
	}
}

// surelyMembers reports whether nothing that happened can have taken an instance of a call out of the group, so
// that no search is needed.
func (p *problem) surelyMembers(c *call) bool {
	for _, other := range p.calls {
		if other != c && other.Kind == Detach && other.Outcome != Refused && !other.ids.and(c.ids).empty() {
			return false
		}
	}
	return c.ids.less(p.start.in).empty()
}

// fewestLeft is a lower bound of the members that a call may leave, highestMin an upper one of MinSize.
func (p *problem) fewestLeft(c *call) int {
	left := p.start.in.less(c.ids)
	for _, other := range p.calls {
		if other.Kind == Detach && other.Outcome != Refused {
			left = left.less(other.ids)
		}
	}
	return left.size()
}

func (p *problem) highestMin() int {
	highest := p.start.min
	for _, c := range p.calls {
		if c.Kind == Modify && c.MinSize != nil {
			highest = max(highest, *c.MinSize)
		}
	}
	return highest
}
