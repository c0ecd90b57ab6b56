package engine

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/wire"
	"github.com/essconform/essconform/reports"
)

// TestWholeSuiteThroughTheAPI: nothing but the operations of the service arranges the states, and afterwards all is as it was.
func TestWholeSuiteThroughTheAPI(t *testing.T) {
	for _, scheme := range []wire.Scheme{wire.SignV1, wire.SignV3} {
		t.Run(string(scheme), func(t *testing.T) {
			g := NewWithT(t)
			c := newCloud(t, scheme, 22, 15*time.Millisecond)
			before := c.dump(t)
			results, err := c.run(t, c.settings(t), 3)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(reasons(results)).To(BeEmpty())
			g.Expect(outcomes(results)).To(HaveKeyWithValue(reports.Passed, len(results)))
			g.Expect(c.dump(t)).To(Equal(before))
		})
	}
}
