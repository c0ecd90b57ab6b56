package engine_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports"
)

// TestOwnActivityIsNotTheOneToMeet: where the activity of a call has ended before the next call comes, one that the
// service begins by itself after that does not show that the next call was to be refused. An activity that is still in
// progress does.
func TestOwnActivityIsNotTheOneToMeet(t *testing.T) {
	for name, c := range map[string]struct {
		ended bool
		want  reports.Outcome
	}{
		"ended":       {true, reports.CouldNotRun},
		"in progress": {false, reports.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			rules := mock.DefaultRules()
			accepted := 0 // counted while the world is held
			look := rules.Operation("DescribeScalingActivities")
			look.Preconditions = append(look.Preconditions, mock.Precondition{
				Name: "the service acts", Violated: func(call *mock.Call) (string, bool) {
					g := call.World.Group(call.Request.Param("ScalingGroupId"))
					if g != nil && g.Current() == nil && accepted > 0 && accepted%2 == 0 { // both calls have come
						call.World.Begin(g, nil, "check the health of", 0, nil)
					}
					return "", false
				},
			})
			detach := rules.Operation("DetachInstances")
			idle := detach.Precondition("no activity is in progress")
			refuses := idle.Violated
			idle.Violated = func(call *mock.Call) (string, bool) {
				if !c.ended {
					return "", false
				}
				return refuses(call)
			}
			effect := detach.Effect
			detach.Effect = func(call *mock.Call) []mock.Field {
				accepted++
				fields := effect(call)
				if c.ended && accepted%2 == 1 { // the first call of an attempt
					call.World.Apart(func() { time.Sleep(160 * time.Millisecond) })
				}
				return fields
			}
			m, err := mock.New(mock.Options{
				SkipVerification: true, ActivityDuration: 80 * time.Millisecond,
				Rules: rules,
			})
			if err != nil {
				t.Fatal(err)
			}
			plan, runner := connected(t, onMock(t, m, 50*time.Millisecond))
			result := ran(t, plan, runner, "sequence.second-call/xml/get")[0]
			NewWithT(t).Expect(result.Outcome).To(Equal(c.want), "%s %v", result.Reason, result.Findings)
		})
	}
}
