package merge

import (
	"errors"
	"fmt"
	"slices"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/render/markdown"
)

// MatrixStep is what changed from one run to the next.
type MatrixStep struct {
	Name    string         `json:"name"` // of the column of the later run
	Changes []MatrixChange `json:"changes"`
}

// MatrixChange is a requirement of which a run says something else than the one before.
type MatrixChange struct {
	ID   string `json:"id"`
	From string `json:"from"` // the statuses
	To   string `json:"to"`

	should bool
}

// Word says what a change is.
func (c MatrixChange) Word() string {
	switch {
	case c.To == reports.Violated && c.should:
		return "SHOULD not met"
	case c.To == reports.Violated:
		return "broken"
	case c.From == reports.Violated && c.To == reports.Satisfied:
		return "fixed"
	case c.To == reports.Satisfied:
		return "verified"
	case c.From == reports.Satisfied:
		return "no longer verified"
	}
	return "now " + c.To
}

// Sign is the sign of the status that the requirement has now.
func (c MatrixChange) Sign() string { return MatrixCell{Status: c.To, should: c.should}.Sign() }

// Class is the class of a change in the page.
func (c MatrixChange) Class() string { return MatrixCell{Status: c.To, should: c.should}.Class() }

// NewTrend sets the reports of one target side by side, which must be given from the oldest run to the newest. The
// error says why they cannot be: there are fewer than two, or they are of several targets or operations.
func NewTrend(all []reports.Report) (Matrix, error) {
	if len(all) < 2 {
		return Matrix{}, errors.New("one report makes no trend; keep the reports of several runs in one directory")
	}
	names := make([]string, len(all))
	for i, r := range all {
		for _, d := range []struct{ what, a, b string }{
			{"operations", all[0].Contract.Operation, r.Contract.Operation},
			{"targets", all[0].Target.Name, r.Target.Name},
			{"regions", all[0].Target.Region, r.Target.Region},
		} {
			if d.a != d.b {
				return Matrix{}, fmt.Errorf(
					"the reports are of different %s, %s and %s; give those of one, or use essconform merge",
					d.what, printable.ShortID(printable.OrNone(d.a)), printable.ShortID(printable.OrNone(d.b)))
			}
		}
		names[i] = r.Run.StartedAt.UTC().Format("2006-01-02 15:04:05")
	}
	m := matrixOf(all, unique(all, names), "run")
	for i := 1; i < len(all); i++ {
		step := MatrixStep{Name: m.Targets[i].Name, Changes: []MatrixChange{}}
		for _, row := range m.Requirements {
			if was, is := row.Cells[i-1].Status, row.Cells[i].Status; was != is {
				step.Changes = append(step.Changes, MatrixChange{row.ID, was, is, !reports.IsMust(row.Level)})
			}
		}
		slices.SortStableFunc(step.Changes, func(a, b MatrixChange) int { return order(a) - order(b) })
		m.Changes = append(m.Changes, step)
	}
	return m, nil
}

// order puts first what a reader must do something about.
func order(c MatrixChange) int {
	switch c.Word() {
	case "broken":
		return 0
	case "no longer verified":
		return 1
	}
	return 2
}

// IsTrend tells whether the columns are runs of one target.
func (m Matrix) IsTrend() bool { return len(m.Changes) > 0 }

// What is the word for a column.
func (m Matrix) What() string {
	if m.IsTrend() {
		return "run"
	}
	return "target"
}

// base is the name of the files of a matrix.
func (m Matrix) base() string {
	if m.IsTrend() {
		return "trend"
	}
	return "matrix"
}

// newest are the steps of a trend, the last one first.
func (m Matrix) newest() []MatrixStep {
	steps := slices.Clone(m.Changes)
	slices.Reverse(steps)
	return steps
}

// changeItems lists what changed when, the newest first.
func changeItems(m Matrix) (items []markdown.Item) {
	for _, s := range m.newest() {
		text := "- " + markdown.Code(s.Name, markdown.MaxID) + ": "
		if len(s.Changes) == 0 {
			text += "no change"
		}
		for i, c := range s.Changes {
			if i > 0 {
				text += ", "
			}
			text += c.Sign() + " " + markdown.Code(c.ID, markdown.MaxID) + " " + c.Word()
		}
		items = append(items, markdown.Item{Full: text + "\n"})
	}
	return items
}
