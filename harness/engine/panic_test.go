package engine

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// faulty is a driver with a fault of its own: it panics where it is told to.
type faulty struct {
	states.Driver
	inSetup, inTeardown bool
	setups, teardowns   int
}

func (f *faulty) Setup(ctx context.Context, r states.Request) (states.Values, error) {
	f.setups++
	if f.inSetup {
		panic("fault in the setup")
	}
	return f.Driver.Setup(ctx, r)
}

func (f *faulty) Teardown(ctx context.Context, r states.Release) error {
	f.teardowns++
	err := f.Driver.Teardown(ctx, r)
	if f.inTeardown {
		panic("fault in the teardown")
	}
	return err
}

// TestPanicInACase injects faults of the harness. A case in which one happens could not run, whatever it had found
// until then, the other cases still run, and the run cannot be conformant.
func TestPanicInACase(t *testing.T) {
	for _, c := range []struct {
		name      string
		inject    func(*Runner, *faulty)
		says      string
		teardowns int
	}{
		{"in the setup", func(_ *Runner, f *faulty) { f.inSetup = true }, "fault in the setup", 0},
		{"in the teardown", func(_ *Runner, f *faulty) { f.inTeardown = true }, "fault in the teardown", 1},
		{"in the call", func(r *Runner, _ *faulty) { r.client = nil }, "nil pointer", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			plan, err := NewPlan(target.Defaults())
			g.Expect(err).NotTo(HaveOccurred())
			address, stop, err := plan.Start(t.Context(), StartOptions{Embedded: embedMock})
			g.Expect(err).NotTo(HaveOccurred())
			defer stop()
			sound, err := plan.Connect(address, nil)
			g.Expect(err).NotTo(HaveOccurred())
			defer sound.Close()
			broken, err := plan.Connect(address, nil)
			g.Expect(err).NotTo(HaveOccurred())
			defer broken.Close()
			driver := &faulty{Driver: broken.driver}
			broken.driver = driver
			client := broken.client
			c.inject(broken, driver)
			defer func() { broken.client = client }() // so that Close has one

			cases, err := plan.Select([]string{"detach.one"}, func([]string) bool { return true })
			g.Expect(err).NotTo(HaveOccurred())
			faulty := broken.Run(t.Context(), cases[0])
			g.Expect(faulty.Outcome).To(Equal(reports.CouldNotRun))
			g.Expect(faulty.Reason).To(And(ContainSubstring("please report it: panic"), ContainSubstring(c.says)))
			g.Expect(driver.teardowns).To(Equal(c.teardowns), "of %d setups", driver.setups)

			results := []reports.CaseResult{faulty}
			for _, x := range cases[1:] {
				result := sound.Run(t.Context(), x)
				g.Expect(result.Outcome).To(Equal(reports.Passed), "%s: %s%v", x.Name, result.Reason, result.Findings)
				results = append(results, result)
			}
			report := plan.Report(RunOutcome{
				StartedAt: time.Now(), Selected: len(cases), Results: results,
				Expected: cases,
			})
			g.Expect(report.Counts.Passed).To(Equal(len(cases) - 1))
			g.Expect(report.Counts.CouldNotRun).To(Equal(1))
			g.Expect(report.Verdict.Conformant).To(BeFalse())
			g.Expect(report.Verdict.ExitCode).To(Equal(reports.ExitCouldNotJudge))
		})
	}
}
