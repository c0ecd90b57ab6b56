package states

import (
	"cmp"
	"slices"

	"github.com/essconform/essconform/fixtures"
)

// Wants says how many instances -arrange api keeps for a case in its first group, and how many in the second one.
// empty: the second one must have none.
func Wants(
	first fixtures.State, later []fixtures.State, kinds func(string) (fixtures.StateKind, bool),
) (main, second int, empty bool) {
	kind, _ := kinds(first.Name)
	for _, s := range later {
		if kind, _ := kinds(s.Name); len(kind.Arrange) == 0 {
			second = s.Instances
		} else if slices.Contains(kind.Arrange, secondGroup) {
			empty = true
		}
	}
	return first.Instances + kind.Spare, second, empty
}

// turn is what moves instances for a case: how many it wants in each group, and how many of the first one it takes out.
type turn struct{ at, wanted, second, takes int }

// Turns orders cases, by their places, so that few instances are moved. Those that take none out of a group come first:
// they have it as the run begins. Of the others, the one that wants most of those that leave one in the group is next,
// so that small ones use up what large ones leave, and one call is enough to attach them all again. Those about the
// second group come when so many are in no group that none has to be detached for them, and last of these the ones that
// want it empty.
func Turns(cases []fixtures.Expanded, kinds func(string) (fixtures.StateKind, bool), instances int) (order []int) {
	var free, rest, others, without []turn
	enough, spare := 0, 0
	for i, x := range cases {
		all := x.States()
		main, second, empty := Wants(all[0], all[1:], kinds)
		t := turn{i, main, second, takes(x, kinds)}
		switch {
		case empty:
			without = append(without, t)
		case second > 0:
			others = append(others, t)
			enough, spare = max(enough, main), max(spare, 2*second)
		case t.takes > 0:
			rest = append(rest, t)
		default:
			free = append(free, t)
		}
	}
	for _, some := range [][]turn{free, rest, others} {
		slices.SortStableFunc(some, func(a, b turn) int { return cmp.Or(b.wanted-a.wanted, b.second-a.second) })
	}
	add := func(some ...turn) {
		for _, t := range some {
			order = append(order, t.at)
		}
	}
	add(free...)
	for inside := instances; len(rest) > 0; {
		if inside >= enough && instances-inside >= spare {
			add(others...)
			add(without...)
			others, without = nil, nil
		}
		next := slices.IndexFunc(rest, func(t turn) bool { return t.wanted <= inside && t.takes < inside })
		if next < 0 {
			next, inside = 0, max(instances, rest[0].wanted) // they are attached again
		}
		add(rest[next])
		inside -= rest[next].takes
		rest = slices.Delete(rest, next, next+1)
	}
	add(others...)
	add(without...)
	return order
}

// takes is about how many instances a case takes out of its first group.
func takes(x fixtures.Expanded, kinds func(string) (fixtures.StateKind, bool)) (n int) {
	kind, _ := kinds(x.State.Name)
	n = kind.Spare
	for _, s := range x.Steps {
		n += s.Leaving()
		if s.Attach != nil && s.Attach.Group != "other" {
			n -= len(s.Attach.Instances)
		}
	}
	return max(n, 0)
}

// Places count our instances by where they are: in the first group, in the second one, and in none.
type Places struct{ Inside, Away, Outside int }

// Moves are how many instances go where before a case, in this order.
type Moves struct {
	Fetch  int // out of the second group
	Attach int // to the first group, of those that are in none by then
	Detach int // out of the first group
	Bring  int // to the second group, of those that are in none by then
}

// For says what to move for a case. An instance stays where it is until one is wanted elsewhere, and then all that can
// be spared go at once: an activity costs far more than a call. The second group gets those that are in no group, as
// far as they go.
func (p Places) For(wanted, second int, empty bool) (m Moves) {
	if empty {
		m.Fetch = p.Away
	}
	m.Bring = max(0, second-(p.Away-m.Fetch))
	spared := min(m.Bring, p.Outside+m.Fetch)
	m.Detach = m.Bring - spared
	if p.Inside < wanted+m.Detach {
		if p.Inside+p.Outside+m.Fetch-spared < wanted+m.Detach {
			m.Fetch = max(m.Fetch, p.Away-second)
		}
		m.Attach = p.Outside + m.Fetch - spared
	} else if m.Bring > 0 {
		m.Bring += min(2*second, p.Outside+m.Fetch-spared) // the next cases may want some, too
	}
	return m
}

// After is where they are when the moves are made.
func (p Places) After(m Moves) Places {
	return Places{
		Inside:  p.Inside + m.Attach - m.Detach,
		Away:    p.Away - m.Fetch + m.Bring,
		Outside: p.Outside + m.Fetch - m.Attach + m.Detach - m.Bring,
	}
}
