package selftest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
)

// Write draws the matrix as Markdown. The same matrix gives the same bytes: no times, no ids of a run.
func (m *Matrix) Write(w io.Writer) error {
	var b strings.Builder
	catches, alone := m.caughtBy()
	fmt.Fprintf(&b, `# Self-test of the suite

What each defect of the mock makes the suite report, and that no legal difference is accused. Written by `+"`make selftest`"+`.

| | number | demand |
|---|---|---|
| defects | %d | each is reported on a requirement on which that makes sense: %d are |
| requirements | %d | for each, a defect is reported on that very requirement: %d of %d |
| cases | %d | each catches a defect that no other catches, or it is explained: %d and %d |
| legal variants | %d | none is accused: %d are not |
`, len(m.Defects), len(m.Defects)-len(m.defectsMissed()), len(m.Contract.Requirements), len(m.provenBy()), m.demanded(),
		len(m.caseIDs()), len(alone), len(shared()), len(m.Variants), m.unaccused())

	b.WriteString("\n## Defects\n\nThe numbers are in how many formats and methods a case found it.\n\n| defect | what is wrong | reported on | by the cases |\n|---|---|---|---|\n")
	for _, d := range m.Defects {
		row(&b, "`"+d.Name+"`", d.Note, quotedList(d.Sensible()), counted(d.Cases()))
	}
	b.WriteString("\n## Requirements\n\n| requirement | level | defects reported on it |\n|---|---|---|\n")
	proven := m.provenBy()
	for _, r := range m.Contract.Requirements {
		what := quotedList(proven[r.ID])
		if r.Excluded != "" {
			what = "excluded: " + r.Excluded
		}
		row(&b, "`"+r.ID+"`", string(r.Level), what)
	}
	b.WriteString("\n## Cases\n\n| case | defects that it catches | caught by no other case |\n|---|---|---|\n")
	for _, id := range m.caseIDs() {
		only := quotedList(alone[id])
		if reason, ok := shared()[id]; ok {
			only = "none: " + reason
		}
		row(&b, "`"+id+"`", fmt.Sprint(len(catches[id])), only)
	}
	b.WriteString("\n## Legal variants\n\n| variant | what is different | passed | could not run | unsupported | warned of | cannot be verified |\n|---|---|---|---|---|---|---|\n")
	for _, v := range m.Variants {
		count := map[reports.Outcome]int{}
		for _, c := range v.Report.Cases {
			count[c.Outcome]++
		}
		row(&b, "`"+v.Name+"`", v.Note, fmt.Sprint(count[reports.Passed]), fmt.Sprint(count[reports.CouldNotRun]),
			fmt.Sprint(count[reports.Unsupported]), quotedList(slices.Sorted(maps.Keys(findings(v.Report)))), quotedList(unverified(v.Report)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// demanded is the number of requirements that a defect must prove.
func (m *Matrix) demanded() (n int) {
	for _, r := range m.Contract.Requirements {
		if r.Excluded == "" {
			n++
		}
	}
	return n
}

// unaccused is the number of variants without a finding of level MUST.
func (m *Matrix) unaccused() (n int) {
	for _, v := range m.Variants {
		if v.Report.Counts.Failed == 0 {
			n++
		}
	}
	return n
}

func unverified(r reports.Report) (ids []string) {
	for _, one := range r.Requirements {
		if one.Status == reports.Unverified {
			ids = append(ids, one.ID)
		}
	}
	return ids
}

func row(b *strings.Builder, cells ...string) {
	escape := strings.NewReplacer("|", `\|`, "<", `\<`)
	for i, c := range cells {
		cells[i] = escape.Replace(c)
	}
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// most bounds a list in a cell: a defect in every answer is found by every case.
const most = 6

func quotedList(names []string) string {
	return strings.Join(bounded(names, func(name string) string { return "`" + name + "`" }), ", ")
}

func counted(cases map[string]int) string {
	return strings.Join(
		bounded(sorted(cases), func(id string) string { return fmt.Sprintf("`%s` %d", id, cases[id]) }), ", ")
}

func bounded(names []string, draw func(string) string) (out []string) {
	for i, name := range names {
		if i == most {
			return append(out, fmt.Sprintf("%d more", len(names)-most))
		}
		out = append(out, draw(name))
	}
	return out
}
