// Package explore tries random programs on a target: it draws them, lets the engine judge them like any case, and
// makes those that fail as short as they can be.
package explore

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/essconform/essconform/harness/internal/judge/history"
)

// Program is a random program as it was drawn. What must be answered is worked out when it is written as a case, so
// that a shorter one is right, too.
type Program struct {
	Given, Other   string // provider states; Other is "" for none
	Copies         int
	Format, Method string
	Steps          []Step
}

// Step is one call, or several that overlap.
type Step struct {
	Settle bool // wait for what came before
	Calls  []Call
}

// Call is one call. Groups and instances are named as in the cases.
type Call struct {
	Kind        history.Kind
	Group       string
	IDs         []string
	Denied      bool
	MinSize     string // of a modifying call
	OtherFormat bool
	OtherMethod bool
}

// The provider states that programs begin in.
const (
	detachable = "a scaling group with detachable instances"
	deniable   = "a caller without permission to detach instances"
	inactive   = "an inactive scaling group"
	empty      = "an active scaling group without instances"
)

// The numbers of instances.
const (
	givenSize = 6
	otherSize = 4
)

// groups are the groups of a program, and how many instances each begins with.
func (p Program) groups() (names []string, sizes []int) {
	names, sizes = []string{"given"}, []int{givenSize}
	switch p.Other {
	case detachable:
		names, sizes = append(names, "other"), append(sizes, otherSize)
	case empty:
		names, sizes = append(names, "other"), append(sizes, 0)
	}
	for n := range p.Copies {
		names, sizes = append(names, fmt.Sprintf("copy%d", n+1)), append(sizes, givenSize)
	}
	return names, sizes
}

// Programs draws programs. A word stands as often in a list as it is likely.
func Programs() *rapid.Generator[Program] {
	return rapid.Custom(func(t *rapid.T) Program {
		p := Program{
			Given:  one(t, detachable, detachable, detachable, deniable, deniable, inactive),
			Other:  one(t, "", detachable, empty),
			Copies: one(t, 0, 0, 0, 0, 2),
			Format: one(t, "xml", "json"),
			Method: one(t, "get", "post"),
		}
		d := drawing{t: t, program: p, model: p.start(), overlaps: one(t, true, false)}
		for range one(t, 1, 2, 3, 4, 5, 6, 7) {
			d.step()
		}
		d.model = d.model.Settled()
		d.program.Steps = append(d.program.Steps, Step{Settle: true, Calls: []Call{d.detach("")}})
		return d.program
	})
}

// drawing is a program in the making. The model says what is likely to be possible; where calls overlap it only
// guesses.
type drawing struct {
	t        *rapid.T
	program  Program
	model    history.State
	overlaps bool
	recent   []string // instances of the calls before: what was touched is what a mistake shows in
}

func (d *drawing) chance(percent int) bool { return below(d.t, 100) < percent }

// below draws a number from 0 to n-1, each as likely as the others, which the library's own numbers are not.
func below(t *rapid.T, n int) (out int) {
	for _, bit := range rapid.SliceOfN(rapid.Bool(), 12, 12).Draw(t, "bits") {
		out *= 2
		if bit {
			out++
		}
	}
	return out * n >> 12
}

// one draws one of them. What stands in a list several times is so much the likelier.
func one[T any](t *rapid.T, of ...T) T { return of[below(t, len(of))] }

func (d *drawing) step() {
	s := Step{Settle: d.chance(75)}
	if s.Settle {
		d.model = d.model.Settled()
	}
	kinds := []string{"detach", "detach", "detach", "detach", "modify", "attach", "attach", "lifecycle"}
	if d.overlaps {
		kinds = []string{"detach", "detach", "modify", "attach", "together", "together", "together"}
	}
	switch kind := one(d.t, kinds...); kind {
	case "detach":
		s.Calls = []Call{d.detach("")}
	case "together":
		s.Settle = true
		d.model = d.model.Settled()
		s.Calls = d.together()
	default:
		s.Settle = true
		d.model = d.model.Settled()
		call, ok := d.supporting(kind)
		if !ok {
			return
		}
		s.Calls = []Call{call}
	}
	for _, call := range s.Calls {
		if allowed, next := history.Next(d.model, call.operation(d.model)); allowed[0].Outcome == history.Accepted {
			d.model = next
		}
	}
	d.program.Steps = append(d.program.Steps, s)
}

// together are calls of which most are about one group, and some about the same instances.
func (d *drawing) together() (calls []Call) {
	focus := one(d.t, d.names()...)
	for range one(d.t, 2, 2, 3, 3, 4, 5) {
		group := focus
		if d.chance(25) {
			group = ""
		}
		call := d.detach(group)
		if len(calls) > 0 && d.chance(30) {
			call.Group, call.IDs = calls[0].Group, calls[0].IDs
		}
		calls = append(calls, call)
	}
	return calls
}

func (d *drawing) names() []string {
	names, _ := d.program.groups()
	return names
}

// group draws one that is there; the first one is the likeliest.
func (d *drawing) group() history.GroupState {
	groups := d.model.Groups
	return one(d.t, append([]history.GroupState{groups[0], groups[0]}, groups...)...)
}

// detach draws a call of the operation under test, of a group when one is named.
func (d *drawing) detach(of string) Call {
	g := d.group()
	if i := slices.IndexFunc(d.model.Groups, func(g history.GroupState) bool { return g.ID == of }); i >= 0 {
		g = d.model.Groups[i]
	}
	call := Call{Kind: history.Detach, Group: g.ID, OtherFormat: d.chance(20), OtherMethod: d.chance(20)}
	call.Denied = d.program.Given == deniable && d.chance(25)
	for range one(d.t, 1, 1, 1, 2, 3) {
		id := d.instance(g)
		if !unknown(id) {
			d.recent = append(d.recent, id)
		}
		if !slices.Contains(call.IDs, id) {
			call.IDs = append(call.IDs, id)
		}
	}
	if d.chance(4) {
		call.Group = "unknown"
	}
	return call
}

// instance draws a member most of the time.
func (d *drawing) instance(g history.GroupState) string {
	from := g.Members
	if member := func(id string) bool { return slices.Contains(g.Members, id) }; len(d.recent) > 0 && d.chance(25) {
		if again := slices.DeleteFunc(slices.Clone(d.recent),
			func(id string) bool { return !member(id) }); len(again) > 0 {
			return again[len(again)-1]
		}
	}
	switch what := below(d.t, 100); {
	case what < 5:
		return "unknown"
	case what < 8:
		return "unknown.2"
	case what < 15:
		from = d.model.Groups[len(d.model.Groups)-1].Members
	case what < 30:
		from = d.model.Free
	}
	if len(from) == 0 {
		return "given.1"
	}
	return one(d.t, from...)
}

// supporting draws another operation; ok is false where it is not possible.
func (d *drawing) supporting(kind string) (call Call, ok bool) {
	g := d.group()
	if kind == "lifecycle" {
		kind = string(history.Disable)
		if !g.Active {
			kind = string(history.Enable)
		}
	}
	call = Call{Kind: history.Kind(kind), Group: g.ID}
	switch call.Kind {
	case history.Modify:
		call.MinSize = one(d.t, "members", "members-1", "members-1", "members-2", "0")
	case history.Attach:
		if i := slices.Index(d.names(), "other"); i >= 0 && d.program.Other == empty && d.chance(60) {
			g = d.model.Groups[i] // moved
			call.Group = g.ID
		}
		room := givenSize - len(g.Members)
		if g.ID == "other" {
			room = 2 - len(g.Members) // the empty state promises a MaxSize of 2
		}
		free := d.model.Free
		most := min(room, len(free), 2)
		if most < 1 || !g.Active {
			return call, false
		}
		first := below(d.t, len(free)-most+1)
		call.IDs = slices.Clone(free[first : first+most])
	case history.Enable, history.Disable, history.Detach:
	}
	return call, true
}
