package main

import (
	"regexp"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// TestPlanTellsTheTime: the time of a plan is about what runs took that were measured with two processors, and it says
// what that rests on.
func TestPlanTellsTheTime(t *testing.T) {
	own := []string{
		"-endpoint", "http://127.0.0.1:9090", "-provider-states", "http://127.0.0.1:9090/_states", "-signature", "v1",
	}
	about := regexp.MustCompile(`Time: about (\S+), with\n {2}(\S+) for an activity, as in (the embedded mock|` +
		"`essconform mock`" + `)`)
	for _, c := range []struct {
		target []string
		more   []string
		took   time.Duration
	}{
		{nil, nil, 5600 * time.Millisecond},
		{nil, []string{"-cover", "lean"}, 3100 * time.Millisecond},
		{nil, []string{"-jobs", "1"}, 17200 * time.Millisecond},
		{own, nil, 11500 * time.Millisecond},
		{own, []string{"-cover", "lean"}, 4100 * time.Millisecond},
		{own, []string{"-cover", "lean", "-late", "0"}, 1500 * time.Millisecond},
		{own, []string{"-jobs", "1"}, 64800 * time.Millisecond},
	} {
		g := NewWithT(t)
		code, out, stderr := essconform(t, nil, append(append([]string{"run", "-plan"}, c.target...), c.more...)...)
		g.Expect(code).To(Equal(exitConformant), stderr)
		g.Expect(out).To(MatchRegexp(about.String()))
		told, err := time.ParseDuration(about.FindStringSubmatch(out)[1])
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(told.Seconds()).To(BeNumerically("~", c.took.Seconds(), c.took.Seconds()*0.3), "%q", c)
	}
}
