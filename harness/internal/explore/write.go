package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge/history"
)

// start is the model of the groups before the first call.
func (p Program) start() history.State {
	var start history.Start
	names, sizes := p.groups()
	for i, name := range names {
		g := history.GroupStart{ID: name}
		for n := range sizes[i] {
			g.Members = append(g.Members, fmt.Sprintf("%s.%d", name, n+1))
		}
		if p.Given == inactive && name != "other" {
			g.Lifecycle = "Inactive"
		}
		start.Groups = append(start.Groups, g)
	}
	return history.NewState(start)
}

// operation is the call as the model takes it.
func (c Call) operation(s history.State) history.Operation {
	op := history.Operation{Kind: c.Kind, Group: c.Group, IDs: c.IDs, Denied: c.Denied}
	if c.Kind == history.Modify {
		size := 0
		if less, relative := strings.CutPrefix(c.MinSize, "members"); relative {
			n, _ := strconv.Atoi(less) // "" is 0, and "-2" is less than that
			i := slices.IndexFunc(s.Groups, func(g history.GroupState) bool { return g.ID == c.Group })
			size = max(0, len(s.Groups[i].Members)+n)
		}
		op.MinSize = &size
	}
	return op
}

// writing makes a case of a program. While calls come one after another the model says what must be answered. From the
// first one on that may be answered in two ways, the rest is left to the judge of histories.
type writing struct {
	fixtures.Case
	model   history.State
	certain bool
	moved   bool // something happened since the last settle
}

// Case writes the program as a case.
func (p Program) Case(id, title string) fixtures.Case {
	w := writing{model: p.start(), certain: true}
	w.ID, w.Title, w.Kinds = id, title, []string{"sequence"}
	w.Formats, w.Methods = []string{p.Format}, []string{p.Method}
	w.State = fixtures.State{Name: p.Given, Instances: givenSize}
	w.Copies = p.Copies
	switch p.Other {
	case empty:
		w.Other = &fixtures.State{Name: empty}
	case detachable:
		w.Other = &fixtures.State{Name: detachable, Instances: otherSize}
	}
	if names, _ := p.groups(); p.Given != detachable { // of the others no MinSize is promised
		for _, name := range names {
			if name != "other" {
				w.Steps = append(w.Steps, fixtures.Step{Modify: &fixtures.Modify{Group: name, MinSize: "0"}})
			}
		}
	}
	for _, s := range p.Steps {
		w.step(s)
	}
	w.Observe = []fixtures.Effect{fixtures.AsAnswered}
	return w.Case
}

func (w *writing) step(s Step) {
	if s.Settle && w.moved {
		w.Steps = append(w.Steps, fixtures.Step{Settle: "all"})
		w.model, w.moved = w.model.Settled(), false
	}
	if len(s.Calls) > 1 {
		w.together(s.Calls)
		return
	}
	for _, call := range s.Calls {
		if call.Kind == history.Detach {
			w.Steps = append(w.Steps, fixtures.Step{Detach: w.detach(call)})
			w.moved = true
		} else {
			w.supporting(call)
		}
	}
}

// detach writes one call, and takes it into the model.
func (w *writing) detach(call Call) *fixtures.Call {
	if !w.certain || w.busy(call.Group) {
		w.certain = false
		out := w.call(call, rule(call))
		out.Expect.Explained = true
		return out
	}
	allowed, next := history.Next(w.model, call.operation(w.model))
	w.model = next
	answer := allowed[0]
	about := rule(call)
	switch {
	case answer.Outcome == history.Accepted:
		about = accepting(call)
	case len(answer.Codes) == 1:
		about = history.RuleOf(answer.Codes[0])
	}
	out := w.call(call, about)
	out.Expect = fixtures.Expect{
		Accepted: answer.Outcome == history.Accepted,
		Refused:  answer.Outcome == history.Refused,
	}
	if len(answer.Codes) == 1 {
		out.Expect.Error = answer.Codes[0]
		if i := slices.IndexFunc(call.IDs, unknown); i >= 0 && call.Group != "unknown" {
			out.Expect.Names = call.IDs[i]
			if slices.ContainsFunc(call.IDs[i+1:], unknown) { // either may be named
				out.Expect = fixtures.Expect{Refused: true}
			}
		}
	}
	return out
}

func unknown(id string) bool { return strings.HasPrefix(id, "unknown") }

func (w *writing) busy(group string) bool {
	return slices.ContainsFunc(w.model.Groups, func(g history.GroupState) bool { return g.ID == group && g.Busy })
}

// call writes what is sent, and which requirement a wrong decision violates.
func (w *writing) call(call Call, rule string) *fixtures.Call {
	out := &fixtures.Call{Rule: rule}
	out.Request.Instances = selectors(call.IDs)
	if call.Group != "given" {
		out.Request.Group = call.Group
	}
	if call.Denied {
		out.Request.Caller = "state"
	}
	if call.OtherFormat {
		out.Request.Format = "other"
	}
	if call.OtherMethod {
		out.Request.Method = "other"
	}
	w.about(out.Rule)
	return out
}

// rule is what a call is about, by itself.
func rule(call Call) string {
	switch {
	case call.Denied:
		return "auth.unauthorized"
	case call.Group == "unknown":
		return "group.exists"
	case slices.ContainsFunc(call.IDs, unknown):
		return "instance.exists"
	case slices.ContainsFunc(call.IDs, func(id string) bool { return !strings.HasPrefix(id, call.Group+".") }):
		return "instance.in-group"
	}
	return accepting(call)
}

// accepting is what a call is about that must be accepted.
func accepting(call Call) string {
	if len(call.IDs) > 1 {
		return "detach.many"
	}
	return "detach.one"
}

func (w *writing) about(requirement string) {
	if !slices.Contains(w.Requirements, requirement) {
		w.Requirements = append(w.Requirements, requirement)
	}
}

// together writes calls that overlap.
func (w *writing) together(calls []Call) {
	step := fixtures.Step{}
	for _, call := range calls {
		out := w.call(call, rule(call))
		out.Expect.Explained = true
		step.Together = append(step.Together, *out)
	}
	w.Steps = append(w.Steps, step)
	w.Kinds = []string{"overlap"}
	w.certain, w.moved = false, true
}

// supporting writes one of the other operations, where it is possible for certain.
func (w *writing) supporting(call Call) {
	if w.moved { // what is under way must have ended
		w.Steps = append(w.Steps, fixtures.Step{Settle: "all"})
		w.model, w.moved = w.model.Settled(), false
	}
	allowed, next := history.Next(w.model, call.operation(w.model))
	i := slices.IndexFunc(w.model.Groups, func(g history.GroupState) bool { return g.ID == call.Group })
	active := w.model.Groups[i].Active
	switch call.Kind {
	case history.Attach:
		if !w.certain || allowed[0].Outcome != history.Accepted {
			return
		}
	case history.Enable, history.Disable:
		if active == (call.Kind == history.Enable) {
			return // it is so already, and a target may say that it is
		}
	case history.Modify, history.Detach:
	}
	w.model = next
	var step fixtures.Step
	switch call.Kind {
	case history.Attach:
		step.Attach = &fixtures.Attach{Group: call.Group, Instances: selectors(call.IDs)}
		w.moved = true
	case history.Enable:
		step.Enable = call.Group
	case history.Disable:
		step.Disable = call.Group
	case history.Modify:
		step.Modify = &fixtures.Modify{Group: call.Group, MinSize: call.MinSize}
	case history.Detach:
	}
	w.Steps = append(w.Steps, step)
}

func selectors(ids []string) (out []fixtures.Selector) {
	for _, id := range ids {
		out = append(out, fixtures.Selector(id))
	}
	return out
}
