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

// enoughByLean is the share that NeededByLean aims at: what is left out costs more than all that went before.
const enoughByLean = 0.995

// NeededByLean is a cheap list of cases which find what the cover by requirements alone would miss, as fixtures reads
// it: a greedy set cover, by what a case finds for its cost, without those that the others make needless.
func (m *Matrix) NeededByLean() string {
	needed := m.greedy()
	slices.SortStableFunc(needed, func(a, b fixtures.Expanded) int { return b.Cost() - a.Cost() })
	names := make([]string, len(needed))
	for i, x := range needed {
		names[i] = x.Name
	}
	lean := fixtures.Cover(m.Cases, names)
	for _, name := range slices.Clone(names) { // the dearest first
		fewer := slices.DeleteFunc(slices.Clone(names), func(other string) bool { return other == name })
		if less := fixtures.Cover(m.Cases, fewer); m.enough(less) && cost(less) < cost(lean) {
			names, lean = fewer, less
		}
	}
	slices.Sort(names)
	return fixtures.NeededHeader + "- " + strings.Join(names, "\n- ") + "\n"
}

// enough tells whether the cases find nearly all that all cases find.
func (m *Matrix) enough(cases []fixtures.Expanded) bool {
	found, missed := m.found(cases)
	return float64(found) >= enoughByLean*float64(found+len(missed))
}

func cost(cases []fixtures.Expanded) (sum int) {
	for _, x := range cases {
		sum += x.Cost()
	}
	return sum
}

// greedy takes the case that finds most for its cost of what the cover by requirements misses, again and again.
func (m *Matrix) greedy() (needed []fixtures.Expanded) {
	_, missed := m.found(fixtures.Cover(m.Cases, nil))
	missing := map[string]bool{}
	by := map[string][]string{} // case to the defects that it finds
	for _, defect := range missed {
		missing[defect] = true
		for _, name := range m.Catchers[defect] {
			by[name] = append(by[name], defect)
		}
	}
	for len(missing) > 0 {
		best, gain := -1, 0.0
		for i, x := range m.Cases {
			finds := 0
			for _, defect := range by[x.Name] {
				if missing[defect] {
					finds++
				}
			}
			if g := float64(finds) / float64(x.Cost()); g > gain {
				best, gain = i, g
			}
		}
		if best < 0 {
			break // what is left, no case of the set finds
		}
		needed = append(needed, m.Cases[best])
		for _, defect := range by[m.Cases[best].Name] {
			delete(missing, defect)
		}
	}
	return needed
}
