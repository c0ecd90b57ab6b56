package engine

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// TestTypicalActivity: an activity that was looked for late says only that it is no longer than that; one that was seen
// to run, that it is longer.
func TestTypicalActivity(t *testing.T) {
	g := NewWithT(t)
	h := new(health)
	g.Expect(h.typical()).To(BeZero())
	h.took(0, 100*time.Millisecond)
	g.Expect(h.typical()).To(Equal(90 * time.Millisecond))
	h.took(0, time.Hour)
	g.Expect(h.typical()).To(Equal(90*time.Millisecond), "whatever was waited for says nothing of the activity")
	h.took(260*time.Millisecond, time.Second)
	g.Expect(h.typical()).To(Equal(99*time.Millisecond), "one slow activity moves it little")
	h.took(0, 20*time.Millisecond)
	g.Expect(h.typical()).To(Equal(18 * time.Millisecond))
}
