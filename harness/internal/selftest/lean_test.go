package selftest

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock/defect"
)

// TestNeededByLean: of the cases that find a defect which the cover by requirements misses, a cheap one is needed, and
// one that another makes needless is not.
func TestNeededByLean(t *testing.T) {
	g := NewWithT(t)
	m := &Matrix{
		Cases: bench(t).cases,
		Catchers: map[string][]string{
			"cheap or dear": {"overlap.two-groups/xml/post", "sequence.disabled-after-success/json/get"},
			"dear only":     {"overlap.two-groups/xml/post"},
			"found anyway":  {"action.unknown/json/get", "action.unknown/json/post"},
		},
	}
	for _, name := range []string{"cheap or dear", "dear only", "found anyway", "found by none"} {
		m.Defects = append(m.Defects, Caught{Defect: defect.Defect{Name: name}})
	}
	names := strings.Split(strings.TrimSpace(strings.Split(m.NeededByLean(), "lean.yaml\n")[1]), "\n")
	g.Expect(names).To(Equal([]string{"- overlap.two-groups/xml/post"}))
}
