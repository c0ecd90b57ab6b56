package selftest

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/mock/defect"
)

// TestLighten: of the cases that find a defect, one that another makes needless is not listed, nor is one that
// every cover has.
func TestLighten(t *testing.T) {
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
	text := m.Lighten()
	g.Expect(text).To(HavePrefix(fixtures.NeededHeader))
	names := strings.Split(strings.TrimSpace(strings.TrimPrefix(text, fixtures.NeededHeader)), "\n")
	g.Expect(names).To(HaveLen(len(m.Needed)))
	g.Expect(names).To(ContainElement("- overlap.two-groups/xml/post"))
	g.Expect(names).NotTo(ContainElement(ContainSubstring("sequence.disabled-after-success")))
	g.Expect(names).NotTo(ContainElement(ContainSubstring("action.unknown")))
	found, missed := m.missedByLean()
	g.Expect(found).To(Equal(3))
	g.Expect(missed).To(BeEmpty(), "what no case finds is not missed")
}
