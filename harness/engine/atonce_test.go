package engine_test

import (
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// TestActivitiesThatEndAtOnce: no call can meet the activity of another one there, and that can be declared. An
// activity that the target arranges still refuses calls.
func TestActivitiesThatEndAtOnce(t *testing.T) {
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: -1})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	const meets, arranged = "sequence.second-call/xml/get", "error.ScalingActivityInProgress/xml/get"
	outcomes := func(unsupported ...target.Unsupported) (reasons string, of map[string]reports.Outcome) {
		plan, runner := connected(t, target.Settings{
			Endpoint: s.URL, ProviderStates: s.URL + mock.StatesPath, Signature: "none", Late: -1,
			Lag:         time.Millisecond,
			Unsupported: unsupported,
		})
		of = map[string]reports.Outcome{}
		for _, r := range ran(t, plan, runner, meets, arranged) {
			of[r.ID] = r.Outcome
			reasons += r.Reason
		}
		return reasons, of
	}
	g := NewWithT(t)
	why, of := outcomes()
	g.Expect(of).To(Equal(map[string]reports.Outcome{meets: reports.CouldNotRun, arranged: reports.Passed}))
	g.Expect(why).To(ContainSubstring("unsupported: [{state: an activity that outlasts its call, reason: …}]"))
	_, of = outcomes(target.Unsupported{State: "an activity that outlasts its call", Reason: "at once"})
	g.Expect(of).To(Equal(map[string]reports.Outcome{meets: reports.Unsupported, arranged: reports.Passed}))
	_, of = outcomes(target.Unsupported{State: "a scaling group with a scaling activity in progress", Reason: "none"})
	g.Expect(of).To(Equal(map[string]reports.Outcome{meets: reports.Unsupported, arranged: reports.Unsupported}))
}
