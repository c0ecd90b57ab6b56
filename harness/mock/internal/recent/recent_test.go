package recent

import (
	"strconv"
	"testing"
	"time"
)

const lifetime = 30 * time.Minute

func TestMemoryIsBounded(t *testing.T) {
	m := New[int](100, lifetime)
	now := time.Unix(0, 0)
	for i := range 1000 {
		if !m.Use(KeyOf(strconv.Itoa(i)), i, now) {
			t.Fatalf("wanted key %d to be fresh", i)
		}
		if m.Count() > 200 {
			t.Fatalf("wanted at most two generations; got %d keys", m.Count())
		}
	}
	if v, known := m.Find(KeyOf("999"), now); !known || v != 999 || m.Use(KeyOf("999"), 0, now) {
		t.Errorf("wanted the last key to be remembered; got %d, %t", v, known)
	}
	if !m.Use(KeyOf("later"), 0, now.Add(3*lifetime)) || m.Count() != 1 {
		t.Errorf("wanted all old ones forgotten; got %d keys", m.Count())
	}
	m.Clear()
	if m.Count() != 0 {
		t.Errorf("wanted nothing left; got %d keys", m.Count())
	}
}

func TestMemoryLastsLongEnough(t *testing.T) {
	for _, first := range []time.Duration{0, lifetime / 2, lifetime - time.Second} {
		m := New[int](100, lifetime)
		start := time.Unix(0, 0)
		m.Use(KeyOf("begins the generation"), 0, start)
		m.Use(KeyOf("n"), 1, start.Add(first))
		if m.Use(KeyOf("n"), 2, start.Add(first+lifetime-time.Second)) {
			t.Errorf("wanted a key of %s remembered for %s", first, lifetime)
		}
	}
}

func TestKeysDoNotRunTogether(t *testing.T) {
	if KeyOf("a", "bc") == KeyOf("ab", "c") {
		t.Error("wanted keys of other parts to differ")
	}
}
