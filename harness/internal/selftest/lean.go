package selftest

import (
	"fmt"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
)

// leastByLean is the share of the defects that the cases of the lean cover must find, of those that all cases find.
const leastByLean = 0.99

// lean are the names of the cases of the lean cover.
func lean(cases []fixtures.Expanded) map[string]bool {
	names := map[string]bool{}
	for _, x := range fixtures.Lean(cases) {
		names[x.Name] = true
	}
	return names
}

// foundByLean tells whether the cases of the lean cover find a defect.
func foundByLean(caught Caught, report reports.Report, names map[string]bool) bool {
	only := report
	only.Cases = nil
	for _, c := range report.Cases {
		if names[c.ID] {
			only.Cases = append(only.Cases, c)
		}
	}
	return len(Caught{caught.Defect, findings(only)}.Sensible()) > 0
}

func (m *Matrix) leanTooWeak() []string {
	var missed []string
	found := 0
	for _, d := range m.Defects {
		switch {
		case len(d.Sensible()) == 0:
		case m.Lean[d.Name]:
			found++
		default:
			missed = append(missed, d.Name)
		}
	}
	if all := found + len(missed); float64(found) < leastByLean*float64(all) {
		return []string{fmt.Sprintf("the lean cover finds %d of %d defects; wanted %.0f%%; it misses %q", found, all, 100*leastByLean, missed)}
	}
	return nil
}
