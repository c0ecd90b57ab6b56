package engine_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports"
)

// TestThroughout: a group is busy for as long as its activity takes, however long that is. A call that comes when it
// has just ended is accepted, which is right.
func TestThroughout(t *testing.T) {
	expires := func(r *mock.Rules) {
		p := r.Operation("DetachInstances").Precondition("no activity is in progress")
		next := p.Violated
		p.Violated = func(c *mock.Call) (string, bool) {
			subject, busy := next(c)
			return subject, busy && c.World.Now().Before(c.Group.Current().Start.Add(80*time.Millisecond))
		}
	}
	const attaching, detaching = "sequence.during-attach/json/post", "sequence.refused-during-activity/xml/get"
	for name, c := range map[string]struct {
		name     string
		activity time.Duration
		change   func(*mock.Rules)
		slow     int             // the call of DetachInstances by GET that arrives when the activity is over
		want     reports.Outcome // "": not failed, whether or not a call came in time
		calls    int             // at least
	}{
		"activities of a millisecond":     {detaching, time.Millisecond, nil, 0, "", 2},
		"activities that take their time": {detaching, 200 * time.Millisecond, nil, 0, reports.Passed, 8},
		"attaching":                       {attaching, 200 * time.Millisecond, nil, 0, reports.Passed, 0},
		"a lock that expires":             {detaching, 300 * time.Millisecond, expires, 0, reports.Failed, 7},
		"attaching, a lock that expires":  {attaching, 300 * time.Millisecond, expires, 0, reports.Failed, 0},
		"a call that comes too late":      {detaching, 150 * time.Millisecond, nil, 7, reports.Passed, 7},
	} {
		t.Run(name, func(t *testing.T) {
			g, rules := NewWithT(t), mock.DefaultRules()
			if c.change != nil {
				c.change(rules)
			}
			var ahead atomic.Int64
			m, err := mock.New(mock.Options{
				SkipVerification: true, ActivityDuration: c.activity, Rules: rules,
				Clock: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
			})
			g.Expect(err).NotTo(HaveOccurred())
			calls := 0
			front := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("Action") == "DetachInstances" {
					if calls++; calls == c.slow { // the first one is the first contact
						ahead.Store(int64(c.activity))
					}
				}
				m.ServeHTTP(w, r)
			})
			plan, runner := connected(t, onMock(t, front, 100*time.Millisecond))
			result := ran(t, plan, runner, c.name)[0]
			if c.want == "" {
				g.Expect(result.Outcome).NotTo(Equal(reports.Failed), "%v", result.Findings)
			} else {
				g.Expect(result.Outcome).To(Equal(c.want), "%s %v", result.Reason, result.Findings)
			}
			if c.slow > 0 {
				g.Expect(result.ActivityIDs).To(HaveLen(3), "two calls of the program, and the one that came too late")
			}
			g.Expect(calls).To(And(BeNumerically(">=", c.calls), BeNumerically("<", 60)))
			for _, f := range result.Findings {
				g.Expect(f.Requirement).To(Equal("group.idle"))
			}
		})
	}
}

// TestEnabledMeanwhile: whether a group that is enabled may be enabled once more does not matter, and neither does how
// soon its activity is over.
func TestEnabledMeanwhile(t *testing.T) {
	for _, activity := range []time.Duration{time.Millisecond, 50 * time.Millisecond} {
		for _, strict := range []bool{true, false} {
			g, rules := NewWithT(t), mock.DefaultRules()
			if !strict {
				rules.Operation("EnableScalingGroup").Precondition("group is inactive").Violated = func(*mock.Call) (
					string, bool,
				) {
					return "", false
				}
			}
			m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: activity, Rules: rules})
			g.Expect(err).NotTo(HaveOccurred())
			plan, runner := connected(t, onMock(t, m, 100*time.Millisecond))
			result := ran(t, plan, runner, "sequence.enabled-during-activity")[0]
			want := Equal(reports.Passed)
			if activity == time.Millisecond { // no call may come in time
				want = Not(Equal(reports.Failed))
			}
			g.Expect(result.Outcome).To(want, "%s: %s %v", activity, result.Reason, result.Findings)
		}
	}
}

// TestPause: a pause is as long as the late look waits, and none where it does not.
func TestPause(t *testing.T) {
	for _, late := range []time.Duration{-1, 120 * time.Millisecond} {
		g := NewWithT(t)
		settings := around(t, nil, nil)
		settings.Late = late
		plan, runner := connected(t, settings)
		result := ran(t, plan, runner, "late.left-alone")[0]
		g.Expect(result.Outcome).To(Equal(reports.Passed), "%s %v", result.Reason, result.Findings)
		g.Expect(result.DurationMs).To(BeNumerically(">=", float64(late.Milliseconds())))
	}
}
