package states

import "github.com/essconform/essconform/fixtures"

// Wants are how many instances -arrange api keeps for a case in its first group, and how many it moves into the second
// one.
func Wants(
	first fixtures.State, later []fixtures.State, kinds func(string) (fixtures.StateKind, bool),
) (main, second int) {
	kind, _ := kinds(first.Name)
	for _, s := range later {
		if kind, _ := kinds(s.Name); len(kind.Arrange) == 0 {
			second = s.Instances
		}
	}
	return first.Instances + kind.Spare, second
}

// Moves are how many of the instances that are in no group are attached to the first one again, and how many then leave
// it for the second one. The second group gets those that are in no group, as far as they go.
func Moves(inside, outside, wanted, second int) (attach, detach int) {
	spared := min(second, outside)
	if inside < wanted+second-spared {
		attach = outside - spared
	}
	return attach, second - spared
}
