package states

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPlacesFor(t *testing.T) {
	for name, c := range map[string]struct {
		at             Places
		wanted, second int
		empty          bool
		want           Moves
	}{
		"enough are there":  {Places{Inside: 3, Outside: 4}, 3, 0, false, Moves{}},
		"too few are there": {Places{Inside: 2, Outside: 4}, 3, 0, false, Moves{Attach: 4}},
		"they are in the second group": {
			Places{Inside: 1, Away: 4, Outside: 1},
			3, 0, false,
			Moves{Fetch: 4, Attach: 5},
		},
		"one case has left some there": {Places{Inside: 5, Away: 3}, 3, 3, false, Moves{}},
		"those in no group go there":   {Places{Inside: 5, Outside: 3}, 3, 3, false, Moves{Bring: 3}},
		"and some for the next cases":  {Places{Inside: 5, Outside: 8}, 3, 2, false, Moves{Bring: 6}},
		"but none that are wanted here": {
			Places{Inside: 1, Away: 2, Outside: 4},
			3, 3, false,
			Moves{Attach: 3, Bring: 1},
		},
		"members go there":  {Places{Inside: 7, Outside: 1}, 3, 3, false, Moves{Detach: 2, Bring: 3}},
		"it is to be empty": {Places{Inside: 7, Away: 2}, 3, 0, true, Moves{Fetch: 2}},
	} {
		if got := c.at.For(c.wanted, c.second, c.empty); got != c.want {
			t.Errorf("%s: wanted %+v; got %+v", name, c.want, got)
		}
	}
}

// TestPlacesAfter: wherever the instances are, each group has as many as a case wants after the moves, and none is
// moved that is not where it is moved from.
func TestPlacesAfter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.IntRange(0, 9)
		at := Places{Inside: some.Draw(t, "inside"), Away: some.Draw(t, "away"), Outside: some.Draw(t, "outside")}
		all := at.Inside + at.Away + at.Outside
		second := rapid.IntRange(0, all).Draw(t, "second")
		wanted := rapid.IntRange(0, all-second).Draw(t, "wanted")
		empty := second == 0 && rapid.Bool().Draw(t, "empty")
		moves := at.For(wanted, second, empty)
		fetched := at.Outside + moves.Fetch
		attached := fetched - moves.Attach
		left := attached + moves.Detach
		if moves.Fetch > at.Away || moves.Attach > fetched || moves.Detach > at.Inside+moves.Attach ||
			moves.Bring > left ||
			min(moves.Fetch, moves.Attach, moves.Detach, moves.Bring) < 0 {
			t.Fatalf("%+v cannot be made from %+v", moves, at)
		}
		after := at.After(moves)
		if after.Inside < wanted || after.Away < second || empty && after.Away > 0 ||
			after.Inside+after.Away+after.Outside != all {
			t.Fatalf("%+v gives %+v", moves, after)
		}
	})
}
