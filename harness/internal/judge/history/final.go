package history

import (
	"fmt"
	"maps"
	"slices"

	"github.com/anishathalye/porcupine"
)

const leavesGroup = "detach.leaves-group"

// final compares the last looks at a group with what the answers promise.
func (j *judgement) final(p *problem) {
	if !p.exists {
		return
	}
	j.finalMembers(p)
	j.finalSettings(p)
}

// lastLook is the last look of one sort at the group that began after all that happened; settled is set when it
// cannot be older.
func (p *problem) lastLook(sort func(Look) bool) (at int, settled, ok bool) {
	event, _ := p.lastEvent()
	at = -1
	for i, look := range p.Looks {
		if look.Group != p.group || look.Aside || !sort(look) {
			continue
		}
		if look.Sent >= event && (at < 0 || look.Sent >= p.Looks[at].Sent) {
			at = i
		}
	}
	return at, at >= 0 && p.Looks[at].Sent >= event+p.lag, at >= 0
}

// finalMembers asks whether those that were accepted are exactly those that are gone.
func (j *judgement) finalMembers(p *problem) {
	requirement := noEffect
	if p.detached() {
		requirement = leavesGroup
	}
	at, settled, ok := p.lastLook(func(l Look) bool { return l.Members != nil })
	if _, known := p.lastEvent(); !known {
		j.cannot(leavesGroup, p.unfinished())
	}
	if !ok {
		j.cannot(requirement, "no look at the members of group "+printable(p.group)+" began after the last step")
		return
	}
	look := p.Looks[at]
	wrong, unknown := j.mismatches(p, look)
	if unknown {
		j.cannot(requirement, "the search for an explanation of the members took longer than "+j.budget.String())
		return
	}
	if len(wrong) == 0 {
		j.keptMembers(p, settled)
		return
	}
	if !settled {
		j.cannot(requirement, p.tooEarly())
		return
	}
	for _, id := range wrong {
		j.wrongMember(p, at, id, wrong)
	}
}

func (p *problem) tooEarly() string {
	return fmt.Sprintf("no look at the members began %s after the last step, which is how old a look may be", p.lag)
}

// unfinished names the activities that did not end well, or were not seen to end.
func (p *problem) unfinished() string {
	for _, c := range p.calls {
		if c.Outcome == Accepted && c.activity >= 0 && p.ends[c.at].to == never {
			return "activity " + printable(c.Activity) + " was not seen to end; raise -activity-timeout"
		}
	}
	return "an activity was not seen to end; raise -activity-timeout"
}

// keptMembers notes what the members show. An effect that was seen is no picture from before it; that nothing else
// happened needs a look that cannot be old.
func (j *judgement) keptMembers(p *problem, settled bool) {
	_, known := p.lastEvent()
	detached := false
	for _, c := range p.calls {
		if c.Kind != Detach {
			continue
		}
		switch c.Outcome {
		case Refused:
			if settled {
				j.satisfied(noEffect)
			} else {
				j.cannot(noEffect, p.tooEarly())
			}
		case Accepted:
			if end := p.ends[c.at]; end.status == successful {
				detached = true
			} else if end.status != "" {
				j.cannot(leavesGroup,
					"activity "+printable(c.Activity)+" ended as "+end.status+", which promises nothing")
			}
		case Unanswered:
		}
	}
	if detached && known {
		j.satisfied(leavesGroup)
	}
}

// mismatches are the instances whose place no explanation agrees with.
func (j *judgement) mismatches(p *problem, look Look) (wrong []string, unknown bool) {
	final := event{kind: lastMembers}
	for id := range look.Members {
		if i, ok := p.index[id]; ok {
			final.shown = final.shown.with(i)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.index)) {
		if p.handed[id] {
			final.cared = final.cared.with(p.index[id])
		}
	}
	switch p.check(p.all(), j.budget, &final) {
	case porcupine.Ok:
		return nil, false
	case porcupine.Unknown:
		return nil, true
	case porcupine.Illegal:
	}
	for _, id := range slices.Sorted(maps.Keys(p.index)) {
		one := final
		one.cared = set{}.with(p.index[id])
		if p.handed[id] && p.check(p.all(), j.budget, &one) == porcupine.Illegal {
			wrong = append(wrong, id)
		}
	}
	if len(wrong) == 0 { // each of them alone could be so, and not all of them together
		wrong = []string{""}
	}
	return wrong, false
}

// wrongMember says what is wrong with the place of one instance.
func (j *judgement) wrongMember(p *problem, at int, id string, wrong []string) {
	look := p.Looks[at]
	_, present := look.Members[id]
	name, group := printable(id), printable(p.group)
	still := "instance " + name + " still in group " + group
	detached := p.namedBy(id, Detach, Accepted)
	v := Verdict{Result: Violated}
	switch {
	case id == "":
		v.Requirement = leavesGroup
		v.Want = "the members that some order of the calls leaves in group " + group
		v.Got = list(slices.Sorted(maps.Keys(look.Members)))
	case present && len(detached) > 0:
		v.Requirement = leavesGroup
		v.Want, v.Got = "instance "+name+" out of group "+group, "it still a member"
	case present:
		v.Requirement = noEffect
		v.Want = "instance " + name + " not in group " + group + ", because no call that was accepted put it there"
		v.Got = "it a member"
	case len(p.namedBy(id, Attach, Accepted)) > 0 && len(detached) == 0:
		j.attachWithoutEffect(id, group)
		return
	case j.couldBeForeign(p, id, wrong):
		j.cannot(leavesGroup,
			"instance "+name+" left group "+group+", and an activity of the service may have moved it")
		return
	case j.takenByRefused(p, id):
		v.Requirement = noEffect
		v.Want, v.Got = still+", because the call that named it was refused", "it gone"
	case p.detached():
		v.Requirement = leavesGroup
		v.Want, v.Got = still+", because it was not to be detached", "it gone"
	case len(p.calls) > 0:
		v.Requirement = noEffect
		v.Want, v.Got = still, "it gone"
	case j.detachedElsewhere():
		v.Requirement = leavesGroup
		v.Want, v.Got = still+", which no call named", "it gone"
	default:
		j.cannot(noEffect, "instance "+name+" left group "+group+", which no call named")
		return
	}
	final := event{kind: lastMembers, cared: set{}.with(p.index[id])}
	if present {
		final.shown = final.cared
	}
	keep := append(p.namedBy(id, Detach, Refused), p.namedBy(id, Detach, Accepted)...)
	s := p.all()
	if id != "" {
		s = j.shorten(p, s, keep, nil, &final)
	}
	v.Steps = j.lines(p, s, nil, at)
	j.verdicts = append(j.verdicts, v)
}

// detached reports whether a call on the group to detach something was accepted.
func (p *problem) detached() bool {
	return slices.ContainsFunc(p.calls, func(c *call) bool { return c.Kind == Detach && c.Outcome == Accepted })
}

func (j *judgement) detachedElsewhere() bool {
	return slices.ContainsFunc(j.Operations, func(o Operation) bool {
		return o.Kind == Detach && o.Outcome == Accepted
	})
}

// attachWithoutEffect judges an instance that an accepted call attached, and that is no member. That is
// detach.independent when it had been detached before; else only the supporting operation is at fault.
func (j *judgement) attachWithoutEffect(id, group string) {
	j.cannot("detach.independent", "AttachInstances was accepted, and "+printable(id)+" is not in group "+group)
}

// takenByRefused reports whether a refused call may have taken an instance away. One that was refused because it was
// gone has not.
func (j *judgement) takenByRefused(p *problem, id string) bool {
	ours := p.namedBy(id, Detach, Refused)
	return len(j.named(id, Refused)) > len(ours) ||
		slices.ContainsFunc(ours, func(c *call) bool { return p.vanished(c) == "" })
}

// namedBy are the calls of a kind and outcome that named an instance.
func (p *problem) namedBy(id string, kind Kind, outcome Outcome) (out []*call) {
	for _, c := range p.calls {
		if c.Kind == kind && c.Outcome == outcome && slices.Contains(c.IDs, id) {
			out = append(out, c)
		}
	}
	return out
}

// couldBeForeign reports whether an activity of the service itself may have taken the instance away. It may not
// when exactly the instances of a refused call are gone and no such activity was seen before that call.
func (j *judgement) couldBeForeign(p *problem, id string, wrong []string) bool {
	named := p.namedBy(id, Detach, Refused)
	if p.given.BusyWith != "" && len(named) == 0 {
		return true
	}
	var others []foreign
	begin := p.begin()
	for _, f := range p.foreign[p.group] {
		if f.id != p.given.BusyWith && f.possible.to > begin {
			others = append(others, f)
		}
	}
	if len(others) == 0 {
		return false
	}
	for _, c := range named {
		members := slices.DeleteFunc(distinct(c.IDs), func(id string) bool {
			return !slices.Contains(p.given.Members, id)
		})
		before := slices.ContainsFunc(others, func(f foreign) bool { return f.possible.from < c.Sent })
		if !(before && c.Code == documented[idle].code) && same(members, wrong) {
			return false
		}
	}
	return true
}

func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
