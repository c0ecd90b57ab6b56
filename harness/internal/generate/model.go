// Package generate makes the fixed set of generated programs, fixtures/cases/generated.yaml: from the model of one
// group it enumerates what may follow what, and covers every transition, and every pair of transitions that can follow
// each other, with few programs. Pure; its test writes the file with -update.
package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/internal/judge/history"
)

// Names of the groups in a program.
const (
	given = "given"
	other = "other"
)

// members is how many instances the group under test begins with, others how many the second one does.
const (
	members = 5
	others  = 3
)

// start is where a program begins.
type start struct {
	given, other string // provider states; other is "" when there is none
}

// The provider states that programs begin in.
const (
	detachable = "a scaling group with detachable instances"
	deniable   = "a caller without permission to detach instances"
	inactive   = "an inactive scaling group"
	empty      = "an active scaling group without instances"
)

// starts has those that fewer targets can arrange last, so that a program begins in one only when it must.
func starts() (out []start) {
	for _, g := range []string{detachable, deniable, inactive} {
		for _, o := range []string{"", detachable, empty} {
			out = append(out, start{g, o})
		}
	}
	return out
}

// state is what a program knows of its groups. Instances are named as in the cases: given.1, other.2.
type state struct {
	history.State
	start start
	// returned were detached from their group and attached to it again; named is the list of the latest detaching call.
	returned, named []string
}

func (s start) state() state {
	groups := []history.GroupStart{{ID: given, Members: instances(given, members)}}
	if s.given == inactive {
		groups[0].Lifecycle = "Inactive"
	}
	switch s.other {
	case detachable:
		groups = append(groups, history.GroupStart{ID: other, Members: instances(other, others)})
	case empty:
		groups = append(groups, history.GroupStart{ID: other})
	}
	return state{State: history.NewState(history.Start{Groups: groups}), start: s}
}

func instances(group string, n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("%s.%d", group, i+1))
	}
	return ids
}

// group is one of the groups; the zero value when the program does not have it.
func (s state) group(id string) history.GroupState {
	for _, g := range s.Groups {
		if g.ID == id {
			return g
		}
	}
	return history.GroupState{}
}

// class is the abstract state: what of the group decides how calls are answered.
func (s state) class() string {
	g := s.group(given)
	switch {
	case g.Busy:
		return "busy"
	case !g.Active:
		return "inactive"
	case g.MinSize == 0:
		return "idle"
	case len(g.Members) > g.MinSize:
		return "room"
	}
	return "full"
}

func (s state) busy(group string) bool {
	g := s.group(group)
	return g.Busy
}

func (s state) settled() state {
	s.State = s.Settled()
	return s
}

// key tells states apart.
func (s state) key() string {
	var b strings.Builder
	for _, g := range s.Groups {
		fmt.Fprintln(&b, g.ID, g.Members, g.Leaving, g.Joining, g.MinSize, g.Active, g.Busy)
	}
	free := slices.Sorted(slices.Values(s.Free))
	fmt.Fprintln(&b, free, s.returned, s.start)
	if s.busy(given) {
		fmt.Fprintln(&b, s.named)
	}
	return b.String()
}

// after is the state when a step was carried out, or refused.
func (s state) after(op history.Operation) state {
	allowed, next := history.Next(s.State, op)
	if allowed[0].Outcome != history.Accepted {
		return s
	}
	s.State = next
	switch op.Kind {
	case history.Attach:
		if op.Group == given {
			s.returned = append(slices.Clone(s.returned), op.IDs...)
		}
	case history.Detach:
		s.named = op.IDs
		s.returned = slices.DeleteFunc(slices.Clone(s.returned),
			func(id string) bool { return slices.Contains(op.IDs, id) })
	}
	return s
}

// pick is the nth of the given group's members, from the first on when n is 0 or more, else from the last; those that
// were attached again do not count.
func (s state) pick(n int) []string {
	g := s.group(given)
	never := slices.DeleteFunc(slices.Clone(g.Members), func(id string) bool {
		return slices.Contains(s.returned, id) || slices.Contains(g.Leaving, id)
	})
	if n < 0 {
		n += len(never)
	}
	if n < 0 || n >= len(never) {
		return nil
	}
	return never[n : n+1]
}

// strangers are the members of the second group.
func (s state) strangers() []string {
	g := s.group(other)
	return g.Members
}
