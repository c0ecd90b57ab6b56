package states

import (
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

// Turn orders cases so that few instances are moved; the least comes first. Those that take none out of a group have it
// as the run begins. Of the others, those that want few come before those that want many, which would have the group
// filled again for each. Instances in the second group are wanted in between: by then, some are in no group.
func Turn(x fixtures.Expanded, kinds func(string) (fixtures.StateKind, bool)) []int {
	all := x.States()
	kind, _ := kinds(all[0].Name)
	main, second, empty := Wants(all[0], all[1:], kinds)
	takes := kind.Spare > 0 ||
		slices.ContainsFunc(x.Steps, func(s fixtures.Step) bool { return slices.Contains(s.Starting(), true) })
	switch {
	case second > 0:
		return []int{3, -second, main}
	case empty:
		return []int{2}
	case !takes:
		return []int{0, -main}
	case main <= few:
		return []int{1, main}
	}
	return []int{4, main}
}

// few are as many instances as most cases want.
const few = 5

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
		m.Bring += min(second, p.Outside+m.Fetch-spared) // the next case may want some, too
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
