package history

import "slices"

// State is what a program knows of its groups when its calls do not overlap: the documented rules as a pure state
// machine.
type State struct {
	Groups []GroupState
	Free   []string
}

// GroupState is one group of a State.
type GroupState struct {
	ID      string
	Members []string // those that leave or join included, until the activity ends
	// Leaving and Joining are the instances of the activity that runs.
	Leaving, Joining       []string
	MinSize                int
	Active                 bool
	Busy                   bool // an activity of our own runs
	AlwaysBusy             bool // an activity that does not end runs
	BadLoadBalancer, BadDB bool
}

// Answer is one that the document allows.
type Answer struct {
	Outcome Outcome
	// Codes are the errors of which one must come; empty for an accepted call, and for a refusal with whatever code.
	Codes []string
}

// NewState is the state in which a case begins.
func NewState(start Start) State {
	s := State{Free: slices.Clone(start.Free)}
	for _, g := range start.Groups {
		s.Groups = append(s.Groups, GroupState{
			ID: g.ID, Members: slices.Clone(g.Members), MinSize: max(0, g.MinSize),
			Active: g.Lifecycle == "" || g.Lifecycle == active, AlwaysBusy: g.BusyWith != "",
			BadLoadBalancer: g.BadLoadBalancer, BadDB: g.BadDB,
		})
	}
	return s
}

// active is the LifecycleState of an enabled group (facts, section 6).
const active = "Active"

// Next is what may be answered to op, sent when nothing else is under way, and the state after the answer. An
// accepted Detach or Attach leaves an activity running, which Settled ends. s is not changed.
func Next(s State, op Operation) (allowed []Answer, next State) {
	var codes []string
	refused, whatever := false, false
	for r, c := range s.breaches(op) {
		if c == kept {
			continue
		}
		refused = true
		code := documented[r].code
		if code == "" && op.Kind == Attach {
			code = "InvalidInstanceId.InUse" // facts, section 6
		}
		whatever = whatever || code == ""
		codes = append(codes, code)
	}
	switch {
	case whatever:
		return []Answer{{Outcome: Refused}}, s
	case refused:
		return []Answer{{Outcome: Refused, Codes: codes}}, s
	}
	return []Answer{{Outcome: Accepted}}, s.after(op)
}

// breaches is exact here: what is true of a sequential program is known.
func (s State) breaches(op Operation) (b breaches) {
	is := func(r rule, yes bool) { b[r] = broke(yes, yes) }
	is(denied, op.Denied)
	at := slices.IndexFunc(s.Groups, func(g GroupState) bool { return g.ID == op.Group })
	is(groupExists, at < 0)
	is(instanceExists, slices.ContainsFunc(op.IDs, func(id string) bool { return !s.exists(id) }))
	if at < 0 || op.Kind == Enable || op.Kind == Disable || op.Kind == Modify {
		return b
	}
	g := s.Groups[at]
	is(enabled, !g.Active)
	is(idle, g.Busy || g.AlwaysBusy)
	is(loadBalancer, g.BadLoadBalancer)
	is(database, g.BadDB)
	if op.Kind == Attach {
		is(inGroup, s.outside(op.IDs, s.Free))
		return b
	}
	is(inGroup, s.outside(op.IDs, g.Members))
	is(minSize, len(g.Members)-len(distinct(op.IDs)) < g.MinSize)
	return b
}

func (s State) exists(id string) bool {
	return slices.Contains(s.Free, id) || slices.ContainsFunc(s.Groups, func(g GroupState) bool {
		return slices.Contains(g.Members, id)
	})
}

// outside reports whether one of the ids exists, and is not in the list.
func (s State) outside(ids, list []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return s.exists(id) && !slices.Contains(list, id) })
}

// after is the state once op was accepted.
func (s State) after(op Operation) State {
	next := State{Groups: slices.Clone(s.Groups), Free: slices.Clone(s.Free)}
	g := &next.Groups[slices.IndexFunc(next.Groups, func(g GroupState) bool { return g.ID == op.Group })]
	switch op.Kind {
	case Enable:
		g.Active = true
	case Disable:
		g.Active = false
	case Modify:
		if op.MinSize != nil {
			g.MinSize = *op.MinSize
		}
	case Attach:
		g.Joining, g.Busy = distinct(op.IDs), true
		g.Members = append(slices.Clone(g.Members), g.Joining...)
		next.Free = slices.DeleteFunc(next.Free, func(id string) bool { return slices.Contains(op.IDs, id) })
	case Detach:
		g.Leaving, g.Busy = distinct(op.IDs), true
	}
	return next
}

// Settled is the state when the activities of accepted calls have ended.
func (s State) Settled() State {
	next := State{Groups: slices.Clone(s.Groups), Free: slices.Clone(s.Free)}
	for i := range next.Groups {
		g := &next.Groups[i]
		next.Free = append(next.Free, g.Leaving...)
		g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(id string) bool {
			return slices.Contains(g.Leaving, id)
		})
		g.Leaving, g.Joining, g.Busy = nil, nil, false
	}
	return next
}

// distinct are the ids, each once, in their order.
func distinct(ids []string) []string {
	var out []string
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
