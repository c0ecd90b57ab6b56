package selftest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/mock/defect"
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
| cases of one call | %d | each catches a defect that no other catches, or it is explained: %d and %d |
| sequence defects | %d | the generated programs alone find at least %.0f%%: they do%s |
| legal variants | %d | none is accused: %d are not |
| recordings of these runs | %d | each is judged again as its run was: %s |
| cases of the lean cover | %d | they find at least %.0f%% of the defects that all find: they do%s |
`, len(m.Defects), len(m.Defects)-len(m.defectsMissed()), len(m.Contract.Requirements), len(m.provenBy()), m.demanded(),
		len(m.caseIDs()), len(alone), len(shared()), len(m.Generated), 100*leastByGenerated, m.notByGenerated(),
		len(m.Variants), m.unaccused(),
		len(m.Defects)+len(m.Variants), m.asTheRuns(), len(m.lean()), 100*leastByLean, m.notByLean())

	m.writeKinds(&b)
	m.writeDefects(&b)
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
	b.WriteString("\n## Legal variants\n\n| variant | what is different | passed | could not run | unsupported | " +
		"warned of | cannot be verified |\n|---|---|---|---|---|---|---|\n")
	for _, v := range m.Variants {
		passed, couldNot, unsupported := v.counts()
		row(&b, "`"+v.Name+"`", v.Note, passed, couldNot, unsupported,
			quotedList(slices.Sorted(maps.Keys(findings(v.Report)))),
			quotedList(m.unverified(v)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// notByGenerated is " not" where they do not. How many they find depends on how calls meet, so no number stands here.
func (m *Matrix) notByGenerated() string {
	if len(m.generatedTooWeak()) > 0 {
		return " not"
	}
	return ""
}

// asTheRuns is "they are" where all recordings are.
func (m *Matrix) asTheRuns() string {
	if len(m.Rejudged) > 0 {
		return fmt.Sprintf("%d cases are not", len(m.Rejudged))
	}
	return "they are"
}

// notByLean is " not" where they do not.
func (m *Matrix) notByLean() string {
	if len(m.leanTooWeak()) > 0 {
		return " not"
	}
	return ""
}

// writeKinds says how many defects of each kind there are, and which cases were to find them.
func (m *Matrix) writeKinds(b *strings.Builder) {
	b.WriteString("\n## Kinds of defects\n\n| kind | defects | found | cases that ran |\n|---|---|---|---|\n")
	for _, kind := range []defect.Kind{defect.Single, defect.Wire, defect.Sequence, defect.Overlap, defect.Late} {
		all, found := 0, 0
		for _, d := range m.Defects {
			if d.Kind != kind {
				continue
			}
			if all++; len(d.Sensible()) > 0 {
				found++
			}
		}
		row(b, string(kind), fmt.Sprint(all), fmt.Sprint(found), ran(kind))
	}
}

// ran names the cases that are to find the defects of a kind.
func ran(kind defect.Kind) string {
	set := setOf(defect.Defect{Kind: kind})
	if set.Singles {
		calls := "those of one call"
		if len(set.Programs) > 0 {
			calls += " and programs labelled " + strings.Join(set.Programs, " or ")
		}
		return calls + " that are judged on a requirement of the defect, one at a time"
	}
	return fmt.Sprintf("programs labelled %s, %d at a time", strings.Join(set.Programs, " or "), set.Jobs)
}

// writeDefects lists what was found. Which programs see a defect may depend on how calls meet, so these are not named.
func (m *Matrix) writeDefects(b *strings.Builder) {
	b.WriteString("\n## Defects\n\nThe numbers are in how many formats and methods a case found it. Which programs " +
		"see a defect, and on which of several requirements, depends on how calls meet; for those, the requirements " +
		"are the ones of which one must be reported.\n\n" +
		"| defect | kind | what is wrong | reported on | by |\n|---|---|---|---|---|\n")
	for _, d := range m.Defects {
		on, by := d.Sensible(), counted(d.Cases())
		if !d.Certain() {
			by = "none"
			if len(on) > 0 {
				on, by = d.Requirements, "programs"
			}
		}
		row(b, "`"+d.Name+"`", string(d.Kind), d.Note, quotedList(on), by)
	}
}

// counts are the outcomes of the cases. How many could not run is not the same on every run where the service acts on
// its own.
func (v Judged) counts() (passed, couldNot, unsupported string) {
	count := map[reports.Outcome]int{}
	for _, c := range v.Report.Cases {
		count[c.Outcome]++
	}
	if v.Partial && v.Timed {
		return "most", "some", fmt.Sprint(count[reports.Unsupported])
	}
	return fmt.Sprint(count[reports.Passed]), fmt.Sprint(count[reports.CouldNotRun]),
		fmt.Sprint(count[reports.Unsupported])
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

// unverified are the requirements that cases ran for and none could verify.
func (m *Matrix) unverified(v Judged) (ids []string) {
	for _, one := range v.Report.Requirements {
		if one.Status == reports.Unverified && m.asked(v, one.ID) {
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
