package main

import (
	"testing"
	"time"
)

// Every request is answered by both, in each round.
func TestCompare(t *testing.T) {
	s, err := compare(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range s.rounds {
		if r.bare.wall <= 0 || r.mock.wall <= 0 || r.share() <= 0 {
			t.Errorf("round %d: wanted both to take time; got %+v", n, r)
		}
	}
	if s.bodySize < 200 {
		t.Errorf("wanted the refusal of a full decision; got %d bytes", s.bodySize)
	}
}

// One slow round changes no figure, and the CPU's time goes before wall time.
func TestSpeedIsTheMedian(t *testing.T) {
	took := func(wall, cpu time.Duration) spent { return spent{wall * time.Millisecond, cpu * time.Millisecond} }
	s := speed{rounds: []round{
		{took(40, 90), took(50, 100)},
		{took(40, 90), took(9000, 100)},
		{took(9000, 90), took(50, 100)},
	}}
	want := map[string]string{
		"  bare handler, 8 clients in this process":                "10000/s",
		"  mock, 8 clients in this process":                        "8000/s",
		"  mock / bare handler, by wall time":                      "0.80",
		"  mock / bare handler, by CPU time of server and clients": "0.90",
	}
	for _, r := range s.rows()[1:] {
		if want[r.what] != r.measured {
			t.Errorf("%s: wanted %q; got %q", r.what, want[r.what], r.measured)
		}
	}
	unknown := round{took(40, 0), took(80, 0)}
	if got := unknown.share(); got != 0.5 {
		t.Errorf("wanted wall time where the CPU's is unknown; got %v", got)
	}
}
