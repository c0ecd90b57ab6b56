package history

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/anishathalye/porcupine"
)

const settingsKept = "group.settings-kept"

// finalSettings compares the last look at the settings with the first, and with what accepted calls set. It takes a
// look that cannot be old to find a difference.
func (j *judgement) finalSettings(p *problem) {
	at, settled, ok := p.lastLook(func(l Look) bool { return l.Settings != nil })
	if !ok || !settled {
		return
	}
	requirement := noEffect
	if p.detached() {
		requirement = settingsKept
	}
	now := *p.Looks[at].Settings
	before := j.verdictCount(requirement)
	j.finalMinSize(p, at, requirement, now)
	j.finalLifecycle(p, at, requirement, now)
	if first := p.firstSettings(); first != nil {
		j.unchangedNumber(p, at, requirement, "MaxSize", first.MaxSize, now.MaxSize)
		j.unchangedNumber(p, at, requirement, "DefaultCooldown", first.Cooldown, now.Cooldown)
	}
	j.totalCapacity(p, at, now)
	if j.verdictCount(requirement) == before && requirement == settingsKept {
		j.satisfied(settingsKept)
	}
}

func (j *judgement) verdictCount(requirement string) (n int) {
	for _, v := range j.verdicts {
		if v.Result == Violated && v.Requirement == requirement {
			n++
		}
	}
	return n
}

// firstSettings are those that a look before the first call showed; nil when there was none.
func (p *problem) firstSettings() *Settings {
	begin := p.begin()
	for _, look := range p.Looks {
		if look.Group == p.group && look.Settings != nil && look.Done <= begin {
			return look.Settings
		}
	}
	return nil
}

func (j *judgement) finalMinSize(p *problem, at int, requirement string, now Settings) {
	if p.check(p.all(), j.budget, &event{kind: lastSettings, min: now.MinSize}) == porcupine.Illegal {
		j.changed(p, at, requirement, "MinSize", p.expectedMin(), strconv.Itoa(now.MinSize))
	}
}

func (p *problem) expectedMin() string {
	minimum := p.given.MinSize
	for _, c := range p.calls {
		if c.Kind == Modify && c.Outcome == Accepted && c.MinSize != nil {
			minimum = *c.MinSize
		}
	}
	return strconv.Itoa(minimum)
}

func (j *judgement) finalLifecycle(p *problem, at int, requirement string, now Settings) {
	last := &event{kind: lastSettings, min: -1, life: lifecycleOf(now.Lifecycle)}
	if p.check(p.all(), j.budget, last) == porcupine.Illegal {
		j.changed(p, at, requirement, "LifecycleState", p.expectedLifecycle(), now.Lifecycle)
	}
}

func (p *problem) expectedLifecycle() string {
	state := p.given.Lifecycle
	for _, c := range p.calls {
		switch {
		case c.Outcome != Accepted:
		case c.Kind == Enable:
			state = active
		case c.Kind == Disable:
			state = "Inactive"
		}
	}
	return state
}

func (j *judgement) unchangedNumber(p *problem, at int, requirement, name string, was, now int) {
	modified := slices.ContainsFunc(p.calls, func(c *call) bool { return c.Kind == Modify && c.Outcome != Refused })
	if was >= 0 && now >= 0 && was != now && !modified {
		j.changed(p, at, requirement, name, strconv.Itoa(was), strconv.Itoa(now))
	}
}

func (j *judgement) changed(p *problem, at int, requirement, name, want, got string) {
	j.verdicts = append(j.verdicts, Verdict{
		Result: Violated, Requirement: requirement,
		Want:  fmt.Sprintf("%s of group %s %s", name, printable(p.group), printable(want)),
		Got:   printable(got),
		Steps: j.lines(p, selection{calls: p.calls}, nil, at),
	})
}

// totalCapacity compares the capacity that the group shows with the members that it shows, where both are known to
// mean the same: they were equal before the first call.
func (j *judgement) totalCapacity(p *problem, at int, now Settings) {
	first := p.firstSettings()
	members, settled, ok := p.lastLook(func(l Look) bool { return l.Members != nil })
	event, known := p.lastEvent()
	if first == nil || !ok || !settled || !known {
		return
	}
	if now.TotalCapacity < 0 || first.TotalCapacity != len(p.given.Members) {
		return
	}
	foreign := slices.ContainsFunc(p.foreign[p.group], func(f foreign) bool { return f.possible.to+p.lag >= event })
	n := len(p.Looks[members].Members)
	if !p.detached() || foreign || p.strange > 0 || now.TotalCapacity == n {
		return
	}
	j.changed(p, at, leavesGroup, "TotalCapacity", strconv.Itoa(n), strconv.Itoa(now.TotalCapacity))
}
