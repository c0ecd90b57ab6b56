package engine

import (
	"slices"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/mock/variant"
	"github.com/essconform/essconform/reports"
)

// TestLagThroughTheAPI: where the Describe operations are behind, a case still begins with what the one before it left,
// and not with what was before that.
func TestLagThroughTheAPI(t *testing.T) {
	t.Parallel() // most of it is waiting
	NotRaced(t)
	for name, some := range map[string][]string{
		"lag-groups": {
			"error.IncorrectScalingGroupStatus/json/*", "error.InvalidInstanceId.NotFound/json/*",
			"detach.one/json/get",
			"error.IncorrectCapacity.MinSize/json/*", "sequence.disabled-during-activity/json/*",
			"no-effect.Forbidden.Unauthorized/json/get",
		},
		"lag-members": {
			"error.ScalingActivityInProgress/json/*", "effect.leaves-group/json/get", "effect.one-keeps-running/*",
			"sequence.second-call/json/get",
			"instance.detached-before/json/get",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, all := NewWithT(t), variant.All()
			behind := all[slices.IndexFunc(all, func(v variant.Variant) bool { return v.Name == name })]
			c := newCloud(t, wire.SignV1, 8, 40*time.Millisecond, func(r *mock.Rules) {
				behind.Options(&mock.Options{Rules: r})
			})
			results, err := c.run(t, c.settings(t), 1, some...)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(outcomes(results)).To(Equal(map[reports.Outcome]int{reports.Passed: len(results)}), "%v",
				reasons(results))
		})
	}
}
