package history

import (
	"slices"
	"strings"
	"time"
)

// Cause is the requirement that the wrong refusal of a call is about by what it comes from, whatever the call was to
// show: a target that refuses because of the cooldown has nothing to change in how it looks at MinSize. It is "" where
// the history does not show what it comes from. at is an index in the operations.
func Cause(h History, o Options, at int) (requirement string) {
	p := newProblem(gather(h, max(0, o.Lag)), h.Operations[at].Group)
	for _, c := range p.calls {
		if c.at == at {
			requirement = p.cause(c).requirement
		}
	}
	return requirement
}

// cause is what a refusal comes from; the zero value when that is not shown.
type cause struct {
	requirement string
	why         string // another answer was wanted
	unless      bool   // a call that was refused before explains the refusal by its effect
}

// cause is asked of a refusal that no rule explains.
func (p *problem) cause(c *call) cause {
	if c.Kind != Detach || c.Outcome != Refused || !p.exists {
		return cause{}
	}
	if c.Code == documented[idle].code {
		return p.withoutActivity(c)
	}
	if strings.Contains(strings.ToLower(c.Code), "cooldown") && p.atRest(c) {
		return inCooldown
	}
	if id := p.vanished(c); id != "" {
		return cause{
			requirement: leavesGroup,
			why:         "instance " + printable(id) + " is still in the group: no call before named it",
		}
	}
	return cause{}
}

// inCooldown is the cause of a refusal for the cooldown alone.
var inCooldown = cause{
	requirement: "group.cooldown", why: "no activity is in progress, and the cooldown does not count",
}

// rest is an activity that has ended: when that was, and what kind of call started it; "" for one before the case.
type rest struct {
	kind  Kind
	ended window
}

// withoutActivity is asked of a call that was refused as if an activity were in progress. Where certainly none was,
// and the group was in the cooldown of one that had ended, it comes from the cooldown, if nothing in the history speaks
// against that. A target may go on refusing what it refused rightly while the activity ran; calls that overlap may
// refuse each other; and one that accepted a call in such a cooldown, no later than this one came, does not mind it.
func (p *problem) withoutActivity(c *call) cause {
	last, ok := p.lastRest(c)
	if !ok || !p.atRest(c) {
		return cause{}
	}
	wentOn, accepted, refused := c.concurrent, false, false
	for _, before := range p.calls {
		switch {
		case before.Kind != Detach || before == c || before.Done > c.Sent:
		case before.Outcome == Accepted:
			r, ok := p.lastRest(before)
			soon := before.Sent-r.ended.to <= c.Done-last.ended.from
			accepted = accepted || ok && r.kind == last.kind && p.atRest(before) && soon
			refused = false
		case before.Code == c.Code:
			wentOn = wentOn || !p.atRest(before)
		default:
			refused = true
		}
	}
	if !wentOn && !accepted && (last.kind == "" || c.Done < last.ended.from+p.cooldown()) {
		return inCooldown
	}
	return cause{documented[idle].requirement, "no activity is in progress", refused && !wentOn}
}

// atRest reports whether certainly no activity of the group was in progress while a call was under way.
func (p *problem) atRest(c *call) bool {
	if c.static[idle] != kept {
		return false
	}
	return !slices.ContainsFunc(p.calls, func(o *call) bool {
		starts := o != c && o.Outcome != Refused && (o.Kind == Detach || o.Kind == Attach)
		return starts && o.Sent < c.Done && !p.endedBy(o, c.Sent)
	})
}

// endedBy reports whether the activity of a call was seen to have ended by then.
func (p *problem) endedBy(c *call, at time.Duration) bool {
	end := p.ends[c.at]
	return c.Outcome == Accepted && end.status != "" && end.to <= at
}

// lastRest is the activity that was the last one to end before a call.
func (p *problem) lastRest(c *call) (last rest, ok bool) {
	if p.given.Cooling {
		last, ok = rest{ended: window{-never, p.begin()}}, true
	}
	for _, o := range p.calls {
		if o.activity >= 0 && p.endedBy(o, c.Sent) && (!ok || p.ends[o.at].to > last.ended.to) {
			last, ok = rest{o.Kind, p.ends[o.at].window}, true
		}
	}
	return last, ok
}

// cooldown is the shortest that the looks show; 0 where they show none.
func (p *problem) cooldown() time.Duration {
	shortest := -1
	for _, s := range p.settings[p.group] {
		if n := s.shown.Cooldown; n >= 0 && (shortest < 0 || n < shortest) {
			shortest = n
		}
	}
	return time.Duration(max(0, shortest)) * time.Second
}

// vanished is a member that no call named before, that a call does not find after others were detached, and that a look
// of the time does not show: two signs that it left with them. It is "" where there is none, and where something else
// may be the cause: an activity of the service, or an error that belongs to another call.
func (p *problem) vanished(c *call) string {
	if r, known := ofCode(c.Code); known && r != instanceExists || p.actedByItself() {
		return ""
	}
	since := never
	for i, o := range p.Operations {
		switch {
		case i == c.at || o.Kind != Detach || o.Sent >= c.Done:
		case o.Code == c.Code && slices.ContainsFunc(o.IDs, p.gone):
			return ""
		case o.Outcome == Accepted && o.Group == p.group:
			since = min(since, o.Sent)
		}
	}
	for _, id := range c.IDs {
		if p.namedBefore(id, c) || !slices.Contains(p.given.Members, id) {
			continue
		}
		for _, look := range p.Looks {
			_, member := look.Members[id]
			ofThen := look.Sent >= since && (look.Aside || look.Sent < c.Done)
			if look.Group == p.group && look.Members != nil && !member && ofThen {
				return id
			}
		}
	}
	return ""
}

// actedByItself reports whether an activity of the service may have moved instances of the group.
func (p *problem) actedByItself() bool {
	begin := p.begin()
	return slices.ContainsFunc(p.foreign[p.group], func(f foreign) bool { return f.possible.to > begin })
}

// gone reports whether an instance was never there, or may have been detached.
func (p *problem) gone(id string) bool {
	return !p.handed[id] || slices.ContainsFunc(p.Operations, func(o Operation) bool {
		return o.Kind == Detach && o.Outcome != Refused && slices.Contains(o.IDs, id)
	})
}

// namedBefore reports whether another call may have had to do with an instance.
func (p *problem) namedBefore(id string, c *call) bool {
	return slices.ContainsFunc(p.calls, func(o *call) bool {
		return o != c && o.Sent < c.Done && o.Code != c.Code && slices.Contains(o.IDs, id)
	})
}
