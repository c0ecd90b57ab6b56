package engine_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports"
)

// TestBurstOnABusyService: of calls on many groups some meet an activity of the service itself in every attempt. They
// are sent once more; a refusal that no activity explains is a finding as ever.
func TestBurstOnABusyService(t *testing.T) {
	for name, c := range map[string]struct {
		acts bool
		want reports.Outcome
	}{
		"an activity of its own": {true, reports.Passed},
		"no activity":            {false, reports.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			rules := mock.DefaultRules()
			idle := rules.Operation("DetachInstances").Precondition("no activity is in progress")
			next, met := idle.Violated, map[string]bool{} // read and written while the world is held
			idle.Violated = func(call *mock.Call) (string, bool) {
				if first := call.InstanceIDs[0]; !met[first] {
					met[first] = true
					if c.acts {
						call.World.Begin(call.Group, nil, "check the health of", 0, nil)
					}
					return "", true
				}
				return next(call)
			}
			m, err := mock.New(mock.Options{
				SkipVerification: true, ActivityDuration: 10 * time.Millisecond,
				Rules: rules,
			})
			g.Expect(err).NotTo(HaveOccurred())
			plan, runner := connected(t, onMock(t, m, 20*time.Millisecond))
			result := ran(t, plan, runner, "overlap.burst/json/post")[0]
			g.Expect(result.Outcome).To(Equal(c.want), "%s %v", result.Reason, result.Findings)
		})
	}
}
