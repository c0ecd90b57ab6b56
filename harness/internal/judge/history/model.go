package history

import (
	"math/bits"
	"time"

	"github.com/anishathalye/porcupine"
)

// set is a set of at most maxIDs instances of a history, or of activities.
type set [4]uint64

const (
	maxIDs        = 256
	maxActivities = 64
)

func (s set) with(i int) set { s[i/64] |= 1 << (i % 64); return s }

func (s set) and(o set) set { return set{s[0] & o[0], s[1] & o[1], s[2] & o[2], s[3] & o[3]} }

func (s set) or(o set) set { return set{s[0] | o[0], s[1] | o[1], s[2] | o[2], s[3] | o[3]} }

func (s set) less(o set) set { return set{s[0] &^ o[0], s[1] &^ o[1], s[2] &^ o[2], s[3] &^ o[3]} }

func (s set) empty() bool { return s == set{} }

func (s set) size() int {
	return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) + bits.OnesCount64(s[2]) + bits.OnesCount64(s[3])
}

// groupState is one group at one moment of an explanation.
type groupState struct {
	// in are members for certain. maybe are those that are on their way, in or out: whether they count is
	// documented nowhere.
	in, maybe set
	running   uint64 // the activities of accepted calls
	min       int    // MinSize; below 0: not known
	life      lifecycle
}

type lifecycle uint8

const (
	lifeUnknown lifecycle = iota
	lifeActive
	lifeInactive
)

func lifecycleOf(text string) lifecycle {
	switch text {
	case "":
		return lifeUnknown
	case active:
		return lifeActive
	default:
		return lifeInactive
	}
}

// call is an operation as the model sees it.
type call struct {
	Operation
	at         int      // index in the history
	ids        set      // those that exist
	static     breaches // the rules that do not depend on the state
	concurrent bool     // another call on the group was under way
	beside     bool     // one that was refused for a reason of its own: a target may lock the group while it decides
	sizeUnsure bool
	freed      bool // of Attach
	activity   int  // bit of the activity; -1 for a call that starts none
	pardon     pardon
}

// pardon is what an explanation may do beyond the rules, to learn what a call breaks.
type pardon struct {
	all      bool // any answer is right
	ignored  ruleSet
	anyCode  bool   // a refusal needs a broken rule, and no certain code
	code     string // the refusal came with this code
	alone    bool   // only activities that calls started count
	acted    bool   // the refused call may have had its effect all the same
	minShift int    // added to MinSize
}

// event is one step of an explanation.
type event struct {
	kind eventKind
	call *call
	end  string // of ends: the final status
	mask uint64 // of together: activities in progress at once
	// Of last: what the group shows, and which instances count.
	shown, cared set
	min          int // of lastSettings; below 0: not looked at
	life         lifecycle
}

type eventKind uint8

const (
	called eventKind = iota
	ends
	together
	lastMembers
	lastSettings
)

// step gives all states that may follow.
func (p *problem) step(s groupState, e *event) []groupState {
	switch e.kind {
	case called:
		return p.answered(s, e.call)
	case ends:
		return finish(s, e)
	case together:
		if s.running&e.mask == e.mask {
			return []groupState{s}
		}
	case lastMembers:
		if s.in.and(e.cared).less(e.shown).empty() && e.shown.and(e.cared).less(s.in.or(s.maybe)).empty() {
			return []groupState{s}
		}
	case lastSettings:
		minOK := e.min < 0 || s.min < 0 || e.min == s.min
		lifeOK := e.life == lifeUnknown || s.life == lifeUnknown || e.life == s.life
		if minOK && lifeOK {
			return []groupState{s}
		}
	}
	return nil
}

// answered is what a call does with its answer.
func (p *problem) answered(s groupState, c *call) []groupState {
	accepts, refuses := true, true
	switch c.Kind {
	case Detach:
		b := p.breaches(s, c)
		accepts = c.pardon.all || b.accepts(c.pardon.ignored)
		refuses = c.pardon.all || p.mayRefuse(&b, c)
	case Attach:
		refuses = !c.freed || c.pardon.all || p.attachMayBeRefused(s, c)
	case Enable, Disable, Modify: // supporting operations are believed
	}
	switch {
	case c.Outcome == Accepted && accepts:
		return []groupState{begin(s, c)}
	case c.Outcome == Refused && refuses && c.pardon.acted, c.Outcome == Unanswered && accepts:
		return []groupState{s, begin(s, c)}
	case c.Outcome == Refused && refuses, c.Outcome == Unanswered:
		return []groupState{s}
	default:
		return nil
	}
}

func (p *problem) mayRefuse(b *breaches, c *call) bool {
	code := c.Code
	switch {
	case c.pardon.anyCode:
		code = ""
	case c.pardon.code != "":
		code = c.pardon.code
	}
	locked := c.beside && !c.pardon.alone && code == documented[idle].code
	return isThrottled(code) || c.concurrent && isConflict(code) || locked || b.refuses(code)
}

// attachMayBeRefused is lenient: an instance that was detached must be accepted elsewhere, but for the group's own
// state and bounds.
func (p *problem) attachMayBeRefused(s groupState, c *call) bool {
	b := p.breaches(s, c)
	b[inGroup], b[minSize] = broke(!c.ids.and(s.in.or(s.maybe)).empty(), false), kept
	for _, breach := range b {
		if breach != kept {
			return true
		}
	}
	return isConflict(c.Code) || c.Code == "IncorrectCapacity.MaxSize"
}

// breaches are the rules that a call breaks in a state.
func (p *problem) breaches(s groupState, c *call) breaches {
	b := c.static
	if c.pardon.alone && b[idle] == maybeBroken {
		b[idle] = kept
	}
	if !p.exists {
		return b
	}
	b[inGroup] = broke(!c.ids.less(s.in).empty(), !c.ids.less(s.in.or(s.maybe)).empty())
	b[enabled] = broke(s.life == lifeUnknown, s.life == lifeInactive)
	b[idle] = max(b[idle], broke(false, s.running != 0))
	least, most := s.in.size(), s.in.or(s.maybe).size()+p.strange
	floor := s.min + c.pardon.minShift
	switch {
	case s.min < 0 || c.sizeUnsure:
		b[minSize] = maybeBroken
	default:
		b[minSize] = broke(least-len(c.IDs) < floor, most-c.ids.size() < floor)
	}
	return b
}

// begin is the state once a call was accepted. Its instances are on their way until its activity ends.
func begin(s groupState, c *call) groupState {
	switch c.Kind {
	case Detach:
		s.maybe = s.maybe.or(c.ids.and(s.in))
		s.in = s.in.less(c.ids)
	case Attach:
		s.maybe = s.maybe.or(c.ids.less(s.in))
	case Enable:
		s.life = lifeActive
	case Disable:
		s.life = lifeInactive
	case Modify:
		if c.MinSize != nil {
			s.min = *c.MinSize
		}
	}
	if c.activity >= 0 {
		s.running |= 1 << c.activity
	}
	return s
}

// finish ends an activity. One that did not succeed promises nothing, so whether its instances are members stays open.
func finish(s groupState, e *event) []groupState {
	bit := uint64(1) << e.call.activity
	if s.running&bit == 0 {
		if e.call.Outcome == Accepted {
			return nil
		}
		return []groupState{s} // the call had no effect, or has none yet
	}
	s.running &^= bit
	if e.end == successful {
		s.maybe = s.maybe.less(e.call.ids)
		s.in = s.in.less(e.call.ids)
		if e.call.Kind == Attach {
			s.in = s.in.or(e.call.ids)
		}
	}
	return []groupState{s}
}

// explain searches for an order of the events that the rules allow.
func (p *problem) explain(operations []porcupine.Operation, budget time.Duration) porcupine.CheckResult {
	model := porcupine.NondeterministicModel{
		Init: func() []any { return []any{p.start} },
		Step: func(state, input, _ any) []any {
			states := p.step(state.(groupState), input.(*event))
			out := make([]any, len(states))
			for i, s := range states {
				out[i] = s
			}
			return out
		},
		Hash: hash,
	}
	return porcupine.CheckOperationsTimeout(model.ToModel(), operations, budget)
}

func hash(state any) uint64 {
	s := state.(groupState)
	h := uint64(14695981039346656037)
	mix := func(word uint64) { h = (h ^ word) * 1099511628211 }
	for i := range s.in {
		mix(s.in[i])
		mix(s.maybe[i])
	}
	mix(s.running)
	mix(uint64(s.min))
	mix(uint64(s.life))
	return h
}
