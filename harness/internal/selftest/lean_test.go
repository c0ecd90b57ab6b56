package selftest

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/mock/defect"
)

// TestNeededByLean: of the cases that find a defect, one that another makes needless is not listed, nor is one that
// every cover has.
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
	g.Expect(names).To(ContainElement("- overlap.two-groups/xml/post"))
	g.Expect(names).NotTo(ContainElement(ContainSubstring("sequence.disabled-after-success")))
	g.Expect(names).NotTo(ContainElement(ContainSubstring("action.unknown")))
	for _, name := range names {
		m.Needed = append(m.Needed, strings.TrimPrefix(name, "- "))
	}
	found, missed := m.missedByLean()
	g.Expect(found).To(Equal(3))
	g.Expect(missed).To(BeEmpty(), "what no case finds is not missed")
	g.Expect(m.lean()).To(HaveLen(len(fixtures.Cover(m.Cases, m.Needed))))
	g.Expect(len(fixtures.Cover(m.Cases, nil))).To(BeNumerically(">", len(names)), "requirements alone want no fewer")
}
