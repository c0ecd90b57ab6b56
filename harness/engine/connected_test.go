package engine_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// connected is a plan with a runner that has met the target; both end with the test.
func connected(t *testing.T, settings target.Settings) (*engine.Plan, *engine.Runner) {
	t.Helper()
	g := NewWithT(t)
	plan, err := engine.NewPlan(settings.WithDefaults())
	g.Expect(err).NotTo(HaveOccurred())
	address, stop, err := plan.Start(t.Context(), engine.StartOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { g.Expect(stop()).To(Succeed()) })
	runner, err := plan.Connect(address, nil)
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(runner.Close)
	return plan, runner
}

// onMock are settings for a mock that does not sign, or for something in front of one.
func onMock(t *testing.T, h http.Handler, lag time.Duration) target.Settings {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return target.Settings{
		Endpoint: s.URL, ProviderStates: s.URL + mock.StatesPath, Signature: "none", Late: -1, Lag: lag,
	}
}

// ran are the results of cases.
func ran(t *testing.T, plan *engine.Plan, runner *engine.Runner, names ...string) []reports.CaseResult {
	t.Helper()
	cases, err := plan.Select(names, func([]string) bool { return true })
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return runner.Results(t.Context(), cases)
}
