package engine

import (
	"context"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
)

// TestWholeSuiteThroughTheAPI: nothing but the operations of the service arranges the states, and afterwards all is as it was.
func TestWholeSuiteThroughTheAPI(t *testing.T) {
	for scheme, some := range map[wire.Scheme]string{wire.SignV1: "*", wire.SignV3: "*/json/post"} {
		t.Run(string(scheme), func(t *testing.T) {
			g := NewWithT(t)
			c := newCloud(t, scheme, 22, 15*time.Millisecond)
			before := c.dump(t)
			results, err := c.run(t, c.settings(t), 3, some)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(reasons(results)).To(BeEmpty())
			g.Expect(outcomes(results)).To(HaveKeyWithValue(reports.Passed, len(results)))
			g.Expect(c.dump(t)).To(Equal(before))
		})
	}
}

// TestPlanAgrees: the numbers of the plan are those that a server counts, to the call where nothing is polled for longer than the plan
// assumes, and at least those elsewhere.
func TestPlanAgrees(t *testing.T) {
	for _, c := range []struct {
		name     string
		activity time.Duration
		exactly  bool
	}{
		{"activities end when they are looked at", tick / 2, true},
		{"activities take time", 15 * time.Millisecond, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			cloud := newCloud(t, wire.SignV3, 7, c.activity)
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", keyID)
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keySecret)
			s := cloud.settings(t)
			plan, err := NewPlan(s)
			g.Expect(err).NotTo(HaveOccurred())
			cases, err := plan.Select([]string{"*/json/post"}, func([]string) bool { return true })
			g.Expect(err).NotTo(HaveOccurred())
			forecast, err := plan.Rehearse(context.Background(), cases)
			g.Expect(err).NotTo(HaveOccurred())
			for operation := range cloud.calls {
				g.Expect(operation).To(HavePrefix("Describe"), "a plan only reads")
			}
			clear(cloud.calls)

			results, err := cloud.run(t, s, 1, "*/json/post")
			g.Expect(err).NotTo(HaveOccurred())
			total := 0
			for _, one := range forecast.Calls {
				if polled := strings.HasPrefix(one.Operation, "Describe"); polled && !c.exactly {
					g.Expect(cloud.calls[one.Operation]).To(BeNumerically(">=", one.Count), one.Operation)
				} else {
					g.Expect(cloud.calls[one.Operation]).To(Equal(one.Count), one.Operation)
				}
				total += one.Count
			}
			g.Expect(cloud.calls).To(HaveLen(len(forecast.Calls)))
			g.Expect(forecast.Total).To(Equal(total))
			g.Expect(forecast.Unable).To(HaveLen(outcomes(results)[reports.CouldNotRun]))
			for _, unable := range forecast.Unable {
				g.Expect(unable.Why).To(MatchRegexp(`\d+ instances are wanted and arrange.instanceIds names 7: add \d+ more`))
			}
		})
	}
}
