package selftest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

// Failures are the demands that the matrix does not meet, one line each; none when the suite proved its strength.
func (m *Matrix) Failures() (failures []string) {
	return slices.Concat(m.clean(), m.defectsMissed(), m.requirementsUnproven(), m.casesUnproven(), m.variantsAccused(),
		m.generatedTooWeak(), m.rejudgedOtherwise(), m.leanTooWeak())
}

// Single are those of the demands that each defect and each variant must meet by itself.
func (m *Matrix) Single() (failures []string) {
	return slices.Concat(m.clean(), m.defectsMissed(), m.variantsAccused(), m.rejudgedOtherwise())
}

// rejudgedOtherwise demands that the recording of a run is judged as the run itself was.
func (m *Matrix) rejudgedOtherwise() (failures []string) {
	for _, difference := range m.Rejudged {
		failures = append(failures, "judged again from its recording: "+difference)
	}
	return failures
}

// clean demands that the mock as it is satisfies everything; else nothing that follows means much.
func (m *Matrix) clean() (failures []string) {
	for _, c := range m.Clean.Cases {
		if c.Outcome != reports.Passed {
			failures = append(failures,
				fmt.Sprintf("without a defect: case %s is %s, not passed: %s%s", c.ID, c.Outcome, c.Reason,
					firstFinding(c)))
		}
	}
	for _, r := range m.Clean.Requirements {
		if r.Status != reports.Satisfied && r.Status != reports.Excluded {
			failures = append(failures, fmt.Sprintf("without a defect: requirement %s is %s", r.ID, r.Status))
		}
	}
	return failures
}

func firstFinding(c reports.CaseResult) string {
	if len(c.Findings) == 0 {
		return ""
	}
	f := c.Findings[0]
	return fmt.Sprintf("%s: wanted %s; got %s", f.Requirement, f.Want, f.Got)
}

// defectsMissed demands that each defect is reported on a requirement on which that makes sense.
func (m *Matrix) defectsMissed() (failures []string) {
	for _, d := range m.Defects {
		for _, id := range d.Requirements {
			if _, ok := m.Contract.Requirement(id); !ok {
				failures = append(failures,
					fmt.Sprintf("defect %s: requirement %q is not in the catalogue", d.Name, id))
			}
		}
		if len(d.Sensible()) == 0 {
			failures = append(failures,
				fmt.Sprintf("defect %s: wanted a finding on one of %v; got findings on %v", d.Name, d.Requirements,
					slices.Sorted(maps.Keys(d.By))))
		}
	}
	return failures
}

// leastByGenerated is the share of the sequence defects that the generated programs must find by themselves: what they
// find of the defects that we know says how much they find of those that we do not.
const leastByGenerated = 0.85

func (m *Matrix) generatedTooWeak() []string {
	if found := m.byGenerated(); float64(found) < leastByGenerated*float64(len(m.Generated)) {
		return []string{fmt.Sprintf("the generated programs alone find %d of %d sequence defects; wanted %.0f%%", found,
			len(m.Generated), 100*leastByGenerated)}
	}
	return nil
}

func (m *Matrix) byGenerated() (found int) {
	for _, yes := range m.Generated {
		if yes {
			found++
		}
	}
	return found
}

// requirementsUnproven demands a defect for each requirement that is reported on that very requirement.
func (m *Matrix) requirementsUnproven() (failures []string) {
	proven := m.provenBy()
	for _, r := range m.Contract.Requirements {
		if r.Excluded == "" && len(proven[r.ID]) == 0 {
			failures = append(failures, fmt.Sprintf("requirement %s: no defect is reported on it", r.ID))
		}
	}
	return failures
}

// provenBy are the defects that are reported on each requirement on every run.
func (m *Matrix) provenBy() map[string][]string {
	by := map[string][]string{}
	for _, d := range m.Defects {
		for _, id := range d.Proves() {
			by[id] = append(by[id], d.Name)
		}
	}
	return by
}

// casesUnproven demands of each case of one call a defect that no other case catches, or a reason why there is none.
func (m *Matrix) casesUnproven() (failures []string) {
	catches, alone := m.caughtBy()
	reasons := shared()
	for _, id := range m.caseIDs() {
		reason, explained := reasons[id]
		switch {
		case len(catches[id]) == 0:
			failures = append(failures, fmt.Sprintf("case %s: it catches no defect", id))
		case len(alone[id]) == 0 && !explained:
			failures = append(failures,
				fmt.Sprintf("case %s: every defect that it catches is caught by another case, too", id))
		case len(alone[id]) > 0 && explained:
			failures = append(failures,
				fmt.Sprintf("case %s: it alone catches %s, so it needs no explanation (%q)", id, alone[id][0], reason))
		}
	}
	known := m.caseIDs()
	for _, id := range slices.Sorted(maps.Keys(reasons)) {
		if !slices.Contains(known, id) {
			failures = append(failures, fmt.Sprintf("the explained case %s does not exist", id))
		}
	}
	return failures
}

// caughtBy are the defects that each case catches, and those that it alone catches.
func (m *Matrix) caughtBy() (catches, alone map[string][]string) {
	catches, alone = map[string][]string{}, map[string][]string{}
	for _, d := range m.Defects {
		if !d.Certain() {
			continue
		}
		cases := d.Cases()
		for id := range cases {
			catches[id] = append(catches[id], d.Name)
			if len(cases) == 1 {
				alone[id] = append(alone[id], d.Name)
			}
		}
	}
	return catches, alone
}

// asked tells whether any case that ran on a variant is judged on the requirement.
func (m *Matrix) asked(v Judged, requirement string) bool {
	return slices.ContainsFunc(setFor(v.Variant).of(m.Cases), func(x fixtures.Expanded) bool {
		return slices.Contains(x.Requirements, requirement)
	})
}

// variantsAccused demands that no legal difference is accused, and that what cannot be verified on it is not called
// satisfied.
func (m *Matrix) variantsAccused() (failures []string) {
	for _, v := range m.Variants {
		said := map[string]bool{}
		bad := func(about, format string, args ...any) {
			if !said[about] { // what one answer does wrong, most cases say
				said[about] = true
				failures = append(failures, "variant "+v.Name+": "+fmt.Sprintf(format, args...))
			}
		}
		for _, c := range v.Report.Cases {
			for _, f := range c.Findings {
				switch {
				case f.Level != string(spec.Should):
					bad("accused "+f.Requirement, "case %s accuses it: %s: wanted %s; got %s", c.ID, f.Requirement,
						f.Want, f.Got)
				case !slices.Contains(v.Warned, f.Requirement):
					bad("warned "+f.Requirement, "case %s warns of it: %s: wanted %s; got %s", c.ID, f.Requirement,
						f.Want, f.Got)
				}
			}
			if c.Outcome == reports.CouldNotRun && len(v.Cannot) == 0 && !v.Partial {
				bad("could not run", "case %s could not run: %s", c.ID, c.Reason)
			}
		}
		for _, r := range v.Report.Requirements {
			if !m.asked(v, r.ID) {
				continue
			}
			cannot := slices.Contains(v.Cannot, r.ID)
			switch {
			case cannot && r.Status != reports.Unverified:
				bad(r.ID, "requirement %s is %s, and was not verified", r.ID, r.Status)
			case !cannot && r.Status == reports.Unverified:
				bad(r.ID, "requirement %s is unverified: %s", r.ID, r.Reason)
			}
		}
		for _, id := range v.Warned {
			if len(findings(v.Report)[id]) == 0 {
				bad("unwarned "+id, "wanted a warning on %s; got none", id)
			}
		}
	}
	return failures
}
