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
func (m *Matrix) missedByLean() (found int, missed []string) { return m.found(m.lean()) }

// found counts the defects that some of the cases find, and names those that only others do.
func (m *Matrix) found(cases []fixtures.Expanded) (found int, missed []string) {
	some := map[string]bool{}
	for _, x := range cases {
		some[x.Name] = true
	}
	for _, d := range m.Defects {
		switch names := m.Catchers[d.Name]; {
		case len(names) == 0:
		case slices.ContainsFunc(names, func(name string) bool { return some[name] }):
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

// enoughByLean is the share that Lighten aims at: what is left out costs more than what it finds is worth.
const enoughByLean = 0.99

// leanTries is how often a part of the cover is chosen again: after a few dozen it is as cheap as an exact solver's.
const leanTries = 3000

// Lighten makes the lean cover a cheap list of cases which cover the requirements and find nearly all defects, and
// gives it as fixtures reads it. Cases that start no activity are in every cover, and are not listed.
func (m *Matrix) Lighten() string {
	finds := map[string][]string{} // case to the defects that it finds
	var defects []string
	for _, d := range m.Defects {
		defects = append(defects, "defect "+d.Name)
		for _, name := range m.Catchers[d.Name] {
			finds[name] = append(finds[name], "defect "+d.Name)
		}
	}
	set := make([]fixtures.Candidate, len(m.Cases))
	for i, x := range m.Cases {
		set[i] = fixtures.Candidate{Covers: append(x.Covers(), finds[x.Name]...), Cost: x.Cost()}
	}
	found, _ := m.found(m.Cases)
	chosen := fixtures.Cheapest(set, fixtures.Slack{
		Items: defects, Most: int((1 - enoughByLean) * float64(found)), Tries: leanTries,
	})
	m.Needed = nil
	for _, i := range chosen {
		if x := m.Cases[i]; !x.Free() {
			m.Needed = append(m.Needed, x.Name)
		}
	}
	slices.Sort(m.Needed)
	return fixtures.NeededHeader + "- " + strings.Join(m.Needed, "\n- ") + "\n"
}
