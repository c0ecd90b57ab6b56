package selftest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
)

// leastByLean is the share of the defects that the cases of the lean cover must find, of those that all cases find.
const leastByLean = 0.99

// catchers are the names of the cases that find a defect, each in one format and by one method; sorted.
func catchers(caught Caught, report reports.Report) (names []string) {
	for _, c := range report.Cases {
		if slices.ContainsFunc(c.Findings, func(f reports.Finding) bool {
			return slices.Contains(caught.Requirements, f.Requirement)
		}) {
			names = append(names, c.ID)
		}
	}
	slices.Sort(names)
	return names
}

// lean are the cases of the lean cover.
func (m *Matrix) lean() []fixtures.Expanded { return fixtures.Cover(m.Cases, m.Needed) }

// missedByLean are the defects that all cases find, and those of the lean cover do not.
func (m *Matrix) missedByLean() (found int, missed []string) {
	lean := map[string]bool{}
	for _, x := range m.lean() {
		lean[x.Name] = true
	}
	for _, d := range m.Defects {
		switch names := m.Catchers[d.Name]; {
		case len(names) == 0:
		case slices.ContainsFunc(names, func(name string) bool { return lean[name] }):
			found++
		default:
			missed = append(missed, d.Name)
		}
	}
	return found, missed
}

func (m *Matrix) leanTooWeak() []string {
	found, missed := m.missedByLean()
	if all := found + len(missed); float64(found) < leastByLean*float64(all) {
		return []string{fmt.Sprintf("the lean cover finds %d of %d defects; wanted %.0f%%; it misses %q; -lean writes "+
			"a better list",
			found, all, 100*leastByLean, missed)}
	}
	return nil
}

// NeededByLean is a cheap list of cases which find what the cover by requirements alone would miss, as fixtures reads
// it: a greedy set cover, by what a case finds for its cost.
func (m *Matrix) NeededByLean() string {
	covered := map[string]bool{}
	for _, x := range fixtures.Cover(m.Cases, nil) {
		covered[x.Name] = true
	}
	by := map[string][]string{} // case to the defects that it finds
	missing := map[string]bool{}
	for defect, names := range m.Catchers {
		if len(names) == 0 || slices.ContainsFunc(names, func(name string) bool { return covered[name] }) {
			continue
		}
		missing[defect] = true
		for _, name := range names {
			by[name] = append(by[name], defect)
		}
	}
	var needed []string
	for len(missing) > 0 {
		best, gain := "", 0.0
		for _, x := range m.Cases {
			finds := 0
			for _, defect := range by[x.Name] {
				if missing[defect] {
					finds++
				}
			}
			if g := float64(finds) / float64(x.Cost()); g > gain {
				best, gain = x.Name, g
			}
		}
		if best == "" {
			break // what is left, no case of the set finds
		}
		needed = append(needed, best)
		for _, defect := range by[best] {
			delete(missing, defect)
		}
	}
	slices.Sort(needed)
	return fixtures.NeededHeader + "- " + strings.Join(needed, "\n- ") + "\n"
}
