package fault

import (
	"strings"
	"testing"
	"time"
)

func TestCount(t *testing.T) {
	s := NewSet(1)
	if _, err := s.Add(Fault{Operation: "DetachInstances", Kind: Throttle, Count: 2}); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, operation := range []string{"DetachInstances", "AttachInstances", "DetachInstances", "DetachInstances"} {
		f, _ := s.Draw(operation)
		got += string(f.Kind) + "."
	}
	if want := "throttle..throttle.."; got != want || len(s.All()) != 0 {
		t.Errorf("wanted %q and nothing left; got %q and %v", want, got, s.All())
	}
}

func TestOrderAndWildcard(t *testing.T) {
	s := NewSet(1)
	for _, text := range []string{"* drop", "DetachInstances slow delay=30s", "* unavailable count=2"} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	got := ""
	for range 5 {
		f, _ := s.Draw("DetachInstances")
		got += string(f.Kind) + "."
	}
	if want := "drop.slow.unavailable.unavailable.."; got != want {
		t.Errorf("wanted %q; got %q", want, got)
	}
}

func TestProbabilityFollowsTheSeed(t *testing.T) {
	draw := func(seed uint64) (pattern string) {
		s := NewSet(seed)
		if _, err := s.Add(Fault{Operation: "*", Kind: Drop, Probability: 0.3}); err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			if _, met := s.Draw("X"); met {
				pattern += "x"
			} else {
				pattern += "."
			}
		}
		return pattern
	}
	if first, again := draw(7), draw(7); first != again || first == draw(8) {
		t.Error("wanted the pattern to follow the seed")
	}
	if n := strings.Count(draw(7), "x"); n < 240 || n > 360 {
		t.Errorf("wanted about 300 of 1000; got %d", n)
	}
}

func TestParse(t *testing.T) {
	f, err := Parse(
		"DetachInstances error status=503 code=ServerBusy message=Busy probability=0.5 delay=1.5s count=3 " +
			"retryAfter=2s",
	)
	want := Fault{
		Operation: "DetachInstances", Kind: Error, Status: 503, Code: "ServerBusy", Message: "Busy", Probability: 0.5,
		Delay: Duration(1500 * time.Millisecond), Count: 3, RetryAfter: Duration(2 * time.Second),
	}
	if err != nil || f != want {
		t.Errorf("wanted %+v; got %+v, %v", want, f, err)
	}
	for text, says := range map[string]string{
		"":                            "wanted an operation and a kind",
		"DetachInstances":             "wanted an operation and a kind",
		"X explode":                   `kind "explode" is unknown`,
		"X slow":                      "delay is missing",
		"X slow delay=1h":             "wanted at most 10m0s",
		"X slow delay=30":             `wanted a duration such as "30s"`,
		"X drop count=-1":             "count is -1",
		"X drop count=many":           "count=many",
		"X drop probability=1.5":      "probability is 1.5",
		"X drop colour=red":           `unknown field "colour"`,
		"X error status=99":           "status is 99",
		"X throttle retryAfter=1000h": "retryAfter is",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: wanted %q; got %v", text, says, err)
		}
	}
}

func TestRemoveAndBound(t *testing.T) {
	s := NewSet(0)
	f, _ := s.Add(Fault{Operation: "*", Kind: Lose})
	if !s.Remove(f.ID) || s.Remove(f.ID) {
		t.Error("wanted it removed once")
	}
	if _, met := s.Draw("X"); met {
		t.Error("wanted no fault left")
	}
	for range mostFaults {
		if _, err := s.Add(Fault{Operation: "*", Kind: Lose}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Add(Fault{Operation: "*", Kind: Lose}); err == nil {
		t.Error("wanted a bound")
	}
}
