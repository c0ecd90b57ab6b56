package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge/history"
)

// Set is the fixed set: the programs, and what they cover.
type Set struct {
	Programs           []fixtures.Case
	Transitions, Pairs int
}

// New makes the set.
func New() Set {
	g := explore()
	s := Set{Transitions: len(g.transitions), Pairs: len(g.pairs())}
	for i, p := range g.cover() {
		s.Programs = append(s.Programs, g.program(i, p))
	}
	return s
}

// Figures says what is covered, in one line.
func (s Set) Figures() string {
	return fmt.Sprintf("%d transitions, %d pairs, all covered by %d programs", s.Transitions, s.Pairs, len(s.Programs))
}

// File is the text of the file of cases.
func (s Set) File() string {
	text := fmt.Sprintf(`# Made by "go generate ./fixtures"; do not edit. Programs of up to %d steps from the model of one group
# (harness/internal/generate), so that whatever can be done to it comes before and after whatever else can be:
# %s.
# Leave them out with -label-filter='!generated'.
`, longest, s.Figures())
	for _, c := range s.Programs {
		text += "\n" + c.Stanza()
	}
	return text
}

// variants are the formats and methods, each program in one of them.
var variants = [][2]string{{"xml", "get"}, {"json", "post"}, {"xml", "post"}, {"json", "get"}}

// writer makes a case step by step.
type writer struct {
	fixtures.Case
	state state
	words []string
}

func (g *graph) program(n int, p path) fixtures.Case {
	w := writer{state: g.nodes[p.start].state}
	w.ID, w.Kinds = fmt.Sprintf("generated.%03d", n+1), []string{"generated"}
	v := variants[n%len(variants)]
	w.Formats, w.Methods = v[:1], v[1:]
	w.State = fixtures.State{Name: w.state.start.given, Instances: members}
	switch w.state.start.other {
	case empty:
		w.Other = &fixtures.State{Name: empty}
	case detachable:
		w.Other = &fixtures.State{Name: detachable, Instances: others}
	}
	if w.State.Name != detachable { // of the others no MinSize is promised
		w.Steps = append(w.Steps, fixtures.Step{Modify: &fixtures.Modify{Group: given, MinSize: "0"}})
	}
	for i, e := range p.edges {
		w.take(e.move, i+1 < len(p.edges) && p.edges[i+1].move.name == meanwhile)
	}
	w.Title = strings.Join(w.words, ", ")
	w.Observe = []fixtures.Effect{fixtures.AsAnswered}
	return w.Case
}

// take adds a step. started: the next one meets its activity.
func (w *writer) take(m *move, started bool) {
	op, before, _ := m.taken(w.state) // it was possible when the graph was made
	if settle := w.settle(before); settle != "" {
		w.Steps = append(w.Steps, fixtures.Step{Settle: settle})
	}
	allowed, _ := history.Next(before.State, op)
	words := m.words
	if op.Kind == history.Detach && allowed[0].Outcome == history.Refused {
		words += " (refused)"
	}
	w.words = append(w.words, words)
	w.state = before.after(op)
	var step fixtures.Step
	switch op.Kind {
	case history.Detach:
		step.Detach = w.call(m, op, allowed[0])
	case history.Attach:
		step.Attach = &fixtures.Attach{Group: op.Group, Instances: selectors(op.IDs), Started: started}
	case history.Modify:
		g := before.group(op.Group)
		step.Modify = &fixtures.Modify{Group: op.Group, MinSize: minSize(*op.MinSize, len(g.Members))}
	case history.Enable:
		step.Enable = op.Group
	case history.Disable:
		step.Disable = op.Group
	}
	w.Steps = append(w.Steps, step)
}

// call is a call of the operation under test, with the answer that the model demands.
func (w *writer) call(m *move, op history.Operation, answer history.Answer) *fixtures.Call {
	call := &fixtures.Call{Rule: m.rule, During: m.name == meanwhile}
	call.Request.Instances = selectors(op.IDs)
	if op.Group != given {
		call.Request.Group = op.Group
	}
	if op.Denied {
		call.Request.Caller = "state"
	}
	// A refusal for which several codes are right, or any, is left to the judge of histories.
	call.Expect = fixtures.Expect{
		Accepted: answer.Outcome == history.Accepted,
		Refused:  answer.Outcome == history.Refused,
	}
	if len(answer.Codes) > 0 { // to accept the call is to break the first of its rules, at least
		call.Rule = history.RuleOf(answer.Codes[0])
	}
	if len(answer.Codes) == 1 {
		call.Expect.Error = answer.Codes[0]
		if slices.Contains(op.IDs, "unknown") {
			call.Expect.Names = "unknown"
		}
	}
	if !slices.Contains(w.Requirements, call.Rule) {
		w.Requirements = append(w.Requirements, call.Rule)
	}
	return call
}

// settle names the groups whose activities have ended in the next state; "" for none.
func (w *writer) settle(next state) string {
	var ended []string
	for _, g := range w.state.Groups {
		if g.Busy && !next.busy(g.ID) {
			ended = append(ended, g.ID)
		}
	}
	switch len(ended) {
	case 0:
		return ""
	case 1:
		return ended[0]
	}
	return "all"
}

// minSize is written relative to the number of members, because a target may arrange more than a program asks for.
func minSize(size, members int) string {
	switch size {
	case 0:
		return "0"
	case members:
		return "members"
	}
	return fmt.Sprintf("members-%d", members-size)
}

func selectors(ids []string) (out []fixtures.Selector) {
	for _, id := range ids {
		out = append(out, fixtures.Selector(id))
	}
	return out
}
