package engine_test

import (
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// TestActivitiesThatEndAtOnce: no call can meet the activity of another one there, and that can be declared. An activity
// that the target arranges still refuses calls.
func TestActivitiesThatEndAtOnce(t *testing.T) {
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: -1})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	const meets, arranged = "sequence.second-call/xml/get", "error.ScalingActivityInProgress/xml/get"
	outcomes := func(g *WithT, unsupported ...target.Unsupported) (reasons string, of map[string]reports.Outcome) {
		plan, err := engine.NewPlan(target.Settings{
			Endpoint: s.URL, ProviderStates: s.URL + mock.StatesPath, Signature: "none", Late: -1, Lag: time.Millisecond,
			Unsupported: unsupported,
		}.WithDefaults())
		g.Expect(err).NotTo(HaveOccurred())
		cases, err := plan.Select([]string{meets, arranged}, func([]string) bool { return true })
		g.Expect(err).NotTo(HaveOccurred())
		address, stop, err := plan.Start(t.Context(), engine.StartOptions{})
		g.Expect(err).NotTo(HaveOccurred())
		defer func() { g.Expect(stop()).To(Succeed()) }()
		runner, err := plan.Connect(address, nil)
		g.Expect(err).NotTo(HaveOccurred())
		defer runner.Close()
		of = map[string]reports.Outcome{}
		for _, r := range runner.Results(t.Context(), cases) {
			of[r.ID] = r.Outcome
			reasons += r.Reason
		}
		return reasons, of
	}
	g := NewWithT(t)
	why, of := outcomes(g)
	g.Expect(of).To(Equal(map[string]reports.Outcome{meets: reports.CouldNotRun, arranged: reports.Passed}))
	g.Expect(why).To(ContainSubstring("unsupported: [{state: an activity that outlasts its call, reason: …}]"))
	_, of = outcomes(g, target.Unsupported{State: "an activity that outlasts its call", Reason: "at once"})
	g.Expect(of).To(Equal(map[string]reports.Outcome{meets: reports.Unsupported, arranged: reports.Passed}))
	_, of = outcomes(g, target.Unsupported{State: "a scaling group with a scaling activity in progress", Reason: "none"})
	g.Expect(of).To(Equal(map[string]reports.Outcome{meets: reports.Unsupported, arranged: reports.Unsupported}))
}
