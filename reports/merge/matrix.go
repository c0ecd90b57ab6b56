// Package merge joins the shards of a run into one report, and sets the reports of several targets side by side in a
// matrix.
package merge

import (
	"errors"
	"fmt"
	"slices"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/render/markdown"
)

// MatrixKind is the kind of a compatibility matrix written as JSON, and MatrixVersion the version of its model and of
// matrix.schema.json.
const (
	MatrixKind    = "CompatibilityMatrix"
	MatrixVersion = 1
)

// Matrix answers which of several targets, regions or releases are compatible: targets across, requirements down.
type Matrix struct {
	SchemaVersion int           `json:"schemaVersion"`
	Kind          string        `json:"kind"`
	Verdict       MatrixVerdict `json:"verdict"`
	// Notes say where the targets were not asked the same: another contract, case set or selection.
	Notes        []string       `json:"notes"`
	Targets      []MatrixTarget `json:"targets"`
	Requirements []MatrixRow    `json:"requirements"`
	// Changes are set in a trend only: what changed with each run but the first.
	Changes  []MatrixStep `json:"changes,omitempty"`
	Complete bool         `json:"complete"` // stands last: a file without it was cut off
}

// MatrixVerdict sums the verdicts of the targets up: exit code 0 when all are conformant, 1 when one is not, else 2:
// also when a target was judged by a part of the cases only.
type MatrixVerdict struct {
	Compatible bool   `json:"compatible"`
	Reason     string `json:"reason"`
	ExitCode   int    `json:"exitCode"`
}

// MatrixTarget is one column.
type MatrixTarget struct {
	Name     string           `json:"name"`           // unique in the matrix
	Link     string           `json:"link,omitempty"` // to its report.html, from the directory of the matrix
	Target   reports.Target   `json:"target"`
	Suite    reports.Suite    `json:"suite"`
	Contract reports.Contract `json:"contract"`
	Run      reports.Run      `json:"run"`
	Verdict  reports.Verdict  `json:"verdict"`
	Counts   reports.Counts   `json:"counts"`
}

// MatrixRow is one requirement; Cells has one entry for each target, in the order of Targets.
type MatrixRow struct {
	ID      string       `json:"id"`
	Level   string       `json:"level"`
	Profile string       `json:"profile"`
	Text    string       `json:"text"`
	Cells   []MatrixCell `json:"cells"`
}

// MatrixCell is what one run says of one requirement.
type MatrixCell struct {
	// Status is as in a report, or "absent" when the target's contract does not hold the requirement.
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`
	Failed int    `json:"failed"` // cases with a finding on it
	Cases  int    `json:"cases"`  // cases that cover it
	// Unverified are those of them that say nothing of it: they could not run, are unsupported or waived, or were not
	// selected.
	Unverified int `json:"unverified"`

	should bool // it is about a SHOULD: what is violated fails nothing
}

// AbsentStatus is the status of a requirement that the contract of a target does not hold.
const AbsentStatus = "absent"

// NewMatrix sets reports side by side. The error says why they cannot be: there are fewer than two, or they are about
// different operations.
func NewMatrix(all []reports.Report) (Matrix, error) {
	if len(all) < 2 {
		return Matrix{}, errors.New(
			"one report makes no matrix; give the reports of several targets, or the shards of one run")
	}
	for _, r := range all[1:] {
		if r.Contract.Operation != all[0].Contract.Operation {
			return Matrix{}, fmt.Errorf("the reports are about different operations, %s and %s; give reports of one",
				printable.ShortID(all[0].Contract.Operation), printable.ShortID(r.Contract.Operation))
		}
	}
	return matrixOf(all, columnNames(all), "target"), nil
}

// WithLinks is m with the address of each target's report; "" for none.
func (m Matrix) WithLinks(links []string) Matrix {
	m.Targets = slices.Clone(m.Targets)
	for i := range m.Targets {
		m.Targets[i].Link = links[i]
	}
	return m
}

// matrixOf sets reports side by side. what is the word for one of them.
func matrixOf(all []reports.Report, names []string, what string) Matrix {
	m := Matrix{
		SchemaVersion: MatrixVersion,
		Kind:          MatrixKind,
		Notes:         matrixNotes(all, what),
		Verdict:       matrixVerdict(all, what),
		Complete:      true,
	}
	for i, r := range all {
		m.Targets = append(m.Targets, MatrixTarget{
			Name: names[i], Target: r.Target, Suite: r.Suite, Contract: r.Contract, Run: r.Run,
			Verdict: r.Verdict, Counts: r.Counts,
		})
	}
	m.Requirements = matrixRows(all)
	return m
}

// matrixRows keeps the order of the first catalogue; what only others hold comes behind.
func matrixRows(all []reports.Report) []MatrixRow {
	rows := []MatrixRow{}
	at := map[string]int{}
	for i, r := range all {
		failed, silent := failedOn(r), silentIn(r)
		for _, q := range r.Requirements {
			n, seen := at[q.ID]
			if !seen {
				n = len(rows)
				at[q.ID] = n
				row := MatrixRow{
					ID:      q.ID,
					Level:   q.Level,
					Profile: q.Profile,
					Text:    q.Text,
					Cells:   make([]MatrixCell, len(all)),
				}
				for j := range row.Cells {
					row.Cells[j].Status = AbsentStatus
				}
				rows = append(rows, row)
			}
			rows[n].Cells[i] = MatrixCell{
				Status: q.Status, Reason: q.Reason, Failed: failed[q.ID], Cases: len(q.Cases),
				Unverified: number(q.Cases, silent), should: !reports.IsMust(q.Level),
			}
		}
	}
	return rows
}

// failedOn counts by requirement the cases with a finding on it.
func failedOn(r reports.Report) map[string]int {
	out := map[string]int{}
	for _, c := range r.Cases {
		var seen []string
		for _, f := range c.Findings {
			if !slices.Contains(seen, f.Requirement) {
				seen = append(seen, f.Requirement)
				out[f.Requirement]++
			}
		}
	}
	return out
}

// silentIn tells which cases say nothing of the requirements that they cover. A case that is not in the report was not
// selected, or does not apply to the target, where no other was left out.
func silentIn(r reports.Report) func(id string) bool {
	outcomes := make(map[string]reports.Outcome, len(r.Cases))
	for _, c := range r.Cases {
		outcomes[c.ID] = c.Outcome
	}
	return func(id string) bool {
		switch outcome, ran := outcomes[id]; outcome {
		case reports.Passed, reports.Failed, reports.UnexpectedPass:
			return false
		default:
			return ran || r.Counts.NotSelected > 0
		}
	}
}

func number(ids []string, fits func(string) bool) (n int) {
	for _, id := range ids {
		if fits(id) {
			n++
		}
	}
	return n
}

func matrixVerdict(all []reports.Report, what string) MatrixVerdict {
	conformant, part, code := 0, 0, reports.ExitConformant
	for _, r := range all {
		switch {
		case r.Verdict.Conformant && r.Counts.NotSelected == 0:
			conformant++
		case r.Verdict.Conformant:
			part++
			if code == reports.ExitConformant {
				code = reports.ExitCouldNotJudge
			}
		case r.Verdict.ExitCode == reports.ExitNotConformant:
			code = reports.ExitNotConformant
		case code == reports.ExitConformant:
			code = reports.ExitCouldNotJudge
		}
	}
	reason := fmt.Sprintf("%d of %s conformant", conformant, printable.Plural(len(all), what))
	if part > 0 {
		reason += fmt.Sprintf("; %d judged by a part of the cases only", part)
	}
	return MatrixVerdict{Compatible: code == reports.ExitConformant, Reason: reason, ExitCode: code}
}

// columnNames tells the targets apart by their name, then by the region, then by the time of the run, at last by their
// number.
func columnNames(all []reports.Report) []string {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = printable.Bounded(printable.OrNone(r.Target.Name), markdown.MaxID)
	}
	return unique(all, names)
}

// unique tells equal names apart.
func unique(all []reports.Report, names []string) []string {
	for _, more := range []func(int) string{
		func(i int) string { return all[i].Target.Region },
		func(i int) string { return all[i].Run.StartedAt.UTC().Format("2006-01-02 15:04:05") },
		func(i int) string { return fmt.Sprintf("#%d", i+1) },
	} {
		number := map[string]int{}
		for _, n := range names {
			number[n]++
		}
		helps := map[string]map[string]bool{} // name -> what would be added
		for i, n := range names {
			if helps[n] == nil {
				helps[n] = map[string]bool{}
			}
			helps[n][more(i)] = true
		}
		for i, n := range slices.Clone(names) {
			if number[n] > 1 && len(helps[n]) > 1 {
				names[i] = printable.Bounded(n+" "+more(i), 2*markdown.MaxID)
			}
		}
	}
	return names
}

func matrixNotes(all []reports.Report, what string) []string {
	notes := []string{}
	for _, d := range []struct {
		what string
		of   func(reports.Report) string
	}{
		{"contract", func(r reports.Report) string { return r.Contract.SHA256 }},
		{"case set", func(r reports.Report) string { return r.Suite.CaseSet }},
		{"selection", func(r reports.Report) string { return r.Run.Selection }},
	} {
		if slices.ContainsFunc(all, func(r reports.Report) bool { return d.of(r) != d.of(all[0]) }) {
			notes = append(notes, "the "+what+"s were not judged by the same "+d.what+
				", so their columns cannot be compared cell by cell")
		}
	}
	return notes
}
