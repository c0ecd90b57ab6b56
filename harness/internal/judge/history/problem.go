package history

import (
	"cmp"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// problem is one group of a history: groups share nothing but the instances that move between them, and those the
// calls name.
type problem struct {
	*evidence
	group   string
	exists  bool // whether the group exists
	given   GroupStart
	start   groupState
	strange int
	index   map[string]int // of instances
	calls   []*call
	looks   []int // those that say something of the calls
	tooBig  string
}

// selection is a part of a problem. Leaving out looks and refused calls only takes constraints away.
type selection struct {
	calls []*call
	looks []int
}

func newProblem(e *evidence, group string) *problem {
	p := &problem{evidence: e, group: group, strange: e.strange[group], index: map[string]int{}}
	for _, g := range e.Start.Groups {
		if g.ID == group {
			p.exists, p.given = true, g
		}
	}
	p.start = groupState{min: p.given.MinSize, life: lifecycleOf(p.given.Lifecycle)}
	for _, id := range p.given.Members {
		if i, ok := p.number(id); ok {
			p.start.in = p.start.in.with(i)
		}
	}
	for _, look := range e.Looks { // also those that are members without a call that put them there
		for id := range look.Members {
			if look.Group == group && e.handed[id] {
				p.number(id)
			}
		}
	}
	activities := 0
	for i, o := range e.Operations {
		if o.Group != group {
			continue
		}
		c := &call{Operation: o, at: i, activity: -1, sizeUnsure: e.sizeUnsure(o)}
		c.freed = o.Kind == Attach && e.wasFreed(o)
		if c.Outcome != Refused && (o.Kind == Detach || o.Kind == Attach) {
			c.activity = activities
			activities++
		}
		p.describe(c)
		p.calls = append(p.calls, c)
	}
	if activities > maxActivities {
		p.tooBig = "the history has more activities than can be judged"
	}
	slices.SortStableFunc(p.calls, func(a, b *call) int { return cmp.Compare(a.Done, b.Done) })
	p.looks = p.telling()
	return p
}

// number is the place of an instance in a set.
func (p *problem) number(id string) (int, bool) {
	i, known := p.index[id]
	if known {
		return i, true
	}
	if len(p.index) == maxIDs {
		p.tooBig = "the history has more instances than can be judged"
		return 0, false
	}
	p.index[id] = len(p.index)
	return p.index[id], true
}

// describe works out what of a call does not depend on the state.
func (p *problem) describe(c *call) {
	is := func(r rule, yes bool) { c.static[r] = broke(yes, yes) }
	for _, id := range c.IDs {
		if !p.evidence.exists[id] {
			is(instanceExists, true)
		} else if i, ok := p.number(id); ok {
			c.ids = c.ids.with(i)
		}
	}
	is(denied, c.Denied || c.Unseen)
	is(groupExists, !p.exists)
	is(loadBalancer, p.given.BadLoadBalancer)
	is(database, p.given.BadDB)
	c.static[idle] = p.busy(c.Operation)
	for i, o := range p.Operations {
		if i != c.at && o.Group == p.group && o.Sent < c.Done && c.Sent < o.Done {
			c.concurrent = true
			c.beside = c.beside || o.Kind == Detach && o.Outcome == Refused && o.Code != documented[idle].code
		}
	}
}

// maxTogether bounds how many looks at several activities at once are kept.
const maxTogether = 10

// telling are the looks that bound the end of an activity, and those at several at once. A program that waits has
// hundreds of others.
func (p *problem) telling() (out []int) {
	kept := map[int]bool{}
	for _, c := range p.calls {
		if c.Outcome != Accepted || c.Activity == "" {
			continue
		}
		running, final := -1, -1
		for i, look := range p.Looks {
			switch status := look.Activities[c.Activity]; {
			case look.Done < c.Sent:
			case status == inProgress && (running < 0 || look.Sent > p.Looks[running].Sent):
				running = i
			case hasEnded(status) && (final < 0 || look.Done < p.Looks[final].Done):
				final = i
			}
		}
		kept[running], kept[final] = true, true
	}
	together := 0
	for i := range p.Looks {
		several := p.runningIn(i, p.calls) != 0
		if several {
			together++
		}
		if kept[i] || several && together <= maxTogether {
			out = append(out, i)
		}
	}
	return out
}

// all is the whole problem.
func (p *problem) all() selection { return selection{p.calls, p.looks} }

// events lays a selection out in time.
func (p *problem) events(s selection) []porcupine.Operation {
	var out []porcupine.Operation
	add := func(e *event, from, to time.Duration) {
		out = append(out, porcupine.Operation{Input: e, Call: int64(from), Return: int64(to)})
	}
	for _, c := range s.calls {
		to := c.Done
		if c.Outcome == Unanswered {
			to = never
		}
		add(&event{kind: called, call: c}, c.Sent, to)
		if c.activity >= 0 {
			end := p.ended(c.Operation, s.looks)
			add(&event{kind: ends, call: c, end: end.status}, end.from, end.to)
		}
	}
	for _, i := range s.looks {
		if mask := p.runningIn(i, s.calls); mask != 0 {
			add(&event{kind: together, mask: mask}, p.Looks[i].Sent-p.lag, p.Looks[i].Done)
		}
	}
	return out
}

// runningIn are the activities of several of the calls that one look shows in progress: then they were so at one
// moment, however long ago. A single one is part of its ending.
func (p *problem) runningIn(look int, calls []*call) uint64 {
	var mask uint64
	n := 0
	for _, c := range calls {
		ours := c.Outcome == Accepted && c.Activity != "" && c.activity >= 0
		if ours && p.Looks[look].Activities[c.Activity] == inProgress {
			mask |= 1 << c.activity
			n++
		}
	}
	if n < 2 {
		return 0
	}
	return mask
}

// check searches for an explanation of a selection, with further events at the end of time.
func (p *problem) check(s selection, budget time.Duration, last ...*event) porcupine.CheckResult {
	operations := p.events(s)
	for _, e := range last {
		operations = append(operations, porcupine.Operation{Input: e, Call: int64(never) - 1, Return: int64(never) - 1})
	}
	return p.explain(operations, budget)
}

// lastEvent is when the last thing happened that could change the group: an answer, or the end of an activity.
// known is false when an activity of the group was not seen to end.
func (p *problem) lastEvent() (at time.Duration, known bool) {
	known = true
	for i, o := range p.Operations {
		at = max(at, o.Done)
		if o.Outcome != Accepted || o.Kind != Detach && o.Kind != Attach {
			continue
		}
		if end := p.ends[i]; end.to < never {
			at = max(at, end.to)
		} else if o.Group == p.group {
			known = false
		}
	}
	return at, known
}
