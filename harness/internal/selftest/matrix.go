package selftest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/mock/defect"
	"github.com/essconform/essconform/harness/mock/variant"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

// Matrix is what the suite found of every defect and of every variant.
type Matrix struct {
	Contract *spec.Contract
	Cases    []fixtures.Expanded
	Needed   []string // see fixtures.Set
	Defects  []Caught
	Variants []Judged
	// Generated are the sequence defects, and whether the generated programs alone find them.
	Generated map[string]bool
	// Catchers are the names of the cases that find each defect, each in one format and by one method.
	Catchers map[string][]string
	// Rejudged are the cases of defects and variants whose recording was judged to be something else than the run
	// itself.
	Rejudged []string
	// Clean is the run on the mock as it is.
	Clean reports.Report
}

// Caught is what the suite found of one defect.
type Caught struct {
	defect.Defect
	// By has, for each requirement with a finding, the ids of the cases that found it, and in how many of their formats
	// and methods.
	By map[string]map[string]int
}

// Sensible are those of the requirements on which a finding makes sense that have one.
func (c Caught) Sensible() (ids []string) {
	for _, id := range c.Requirements {
		if len(c.By[id]) > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// Cases are the ids of the cases that found it on a sensible requirement, with the largest number of formats and
// methods.
func (c Caught) Cases() map[string]int {
	found := map[string]int{}
	for _, id := range c.Sensible() {
		for name, n := range c.By[id] {
			found[name] = max(found[name], n)
		}
	}
	return found
}

// Certain tells that the same cases find it on every run, on the same requirements. When calls meet, that depends on
// timing.
func (c Caught) Certain() bool { return c.Kind == defect.Single || c.Kind == defect.Wire }

// Proves are the requirements on which it is reported on every run.
func (c Caught) Proves() []string {
	if !c.Certain() && len(c.Requirements) > 1 {
		return nil
	}
	return c.Sensible()
}

// Judged is what the suite said of one variant.
type Judged struct {
	variant.Variant
	Report reports.Report
}

// Fill makes the matrix of these defects and variants, atOnce of them at a time. More than there are processors is
// right: a run often waits, for an activity or for an answer that never comes.
func (b *Bench) Fill(ctx context.Context, defects []defect.Defect, variants []variant.Variant,
	atOnce int,
) (*Matrix, error) {
	m := &Matrix{
		Contract: b.plan.Contract, Cases: b.cases, Needed: b.plan.Set.Needed,
		Defects: make([]Caught, len(defects)), Variants: make([]Judged, len(variants)),
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	group.Go(func() (err error) {
		m.Clean, err = b.Run(ctx, everything(), func(*mock.Options) {})
		return err
	})
	names := make([][]string, len(defects))
	alone, rejudged := make([]bool, len(defects)), make([][]string, len(defects)+len(variants))
	for i, d := range defects {
		group.Go(func() error {
			report, differences, err := b.runTwice(ctx, setOf(d), func(o *mock.Options) { d.Break(o.Rules) })
			if err != nil {
				return fmt.Errorf("defect %s: %w", d.Name, err)
			}
			m.Defects[i], rejudged[i] = Caught{d, findings(report)}, differences
			names[i] = catchers(m.Defects[i], report)
			if d.Kind == defect.Sequence {
				alone[i], err = b.byGenerated(ctx, d)
			}
			return err
		})
	}
	for i, v := range variants {
		group.Go(func() error {
			report, differences, err := b.runTwice(ctx, setFor(v), v.Options)
			if err != nil {
				return fmt.Errorf("variant %s: %w", v.Name, err)
			}
			m.Variants[i], rejudged[len(defects)+i] = Judged{v, judgedOnly(report)}, differences
			return nil
		})
	}
	err := group.Wait()
	m.Generated, m.Catchers = map[string]bool{}, map[string][]string{}
	for i, differences := range rejudged {
		name := ""
		if i < len(defects) {
			name = defects[i].Name
		} else {
			name = variants[i-len(defects)].Name
		}
		for _, difference := range differences {
			m.Rejudged = append(m.Rejudged, name+": "+difference)
		}
	}
	for i, d := range defects {
		m.Catchers[d.Name] = names[i]
		if d.Kind == defect.Sequence {
			m.Generated[d.Name] = alone[i]
		}
	}
	return m, err
}

// byGenerated tells whether the generated programs alone find a defect.
func (b *Bench) byGenerated(ctx context.Context, d defect.Defect) (bool, error) {
	set := setOf(d)
	set.Programs = []string{"generated"}
	report, err := b.Run(ctx, set, func(o *mock.Options) { d.Break(o.Rules) })
	if err != nil {
		return false, fmt.Errorf("defect %s: %w", d.Name, err)
	}
	return len(Caught{d, findings(report)}.Sensible()) > 0, nil
}

// judgedOnly leaves out what was sent and seen: of so many runs, it would take a gigabyte.
func judgedOnly(r reports.Report) reports.Report {
	for i := range r.Cases {
		c := &r.Cases[i]
		c.Exchange, c.Exchanges, c.Trail, c.RequestIDs, c.ActivityIDs = nil, nil, nil, nil, nil
	}
	return r
}

// findings are the requirements with a finding, and for each the cases that found it.
func findings(r reports.Report) map[string]map[string]int {
	by := map[string]map[string]int{}
	for _, c := range r.Cases {
		seen := map[string]bool{}
		for _, f := range c.Findings {
			if seen[f.Requirement] {
				continue
			}
			seen[f.Requirement] = true
			if by[f.Requirement] == nil {
				by[f.Requirement] = map[string]int{}
			}
			by[f.Requirement][caseID(c.ID)]++
		}
	}
	return by
}

// caseID is the id of a case without format and method.
func caseID(name string) string {
	id, _, _ := strings.Cut(name, "/")
	return id
}

// caseIDs are the cases of one call in their order.
func (m *Matrix) caseIDs() (ids []string) {
	for _, x := range m.Cases {
		if len(x.Kinds) == 0 && !slices.Contains(ids, x.ID) {
			ids = append(ids, x.ID)
		}
	}
	return ids
}

// sorted are the keys of a map, by count and then by name.
func sorted(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts),
		func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
}
