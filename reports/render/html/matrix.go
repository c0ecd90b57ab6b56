package html

import (
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// matrixView is requirements down, formats and methods across.
type matrixView struct {
	Columns  []columnView
	Sections []matrixSection
	Width    int // columns of the table
}

type columnView struct{ Key, Name, Format string }

type matrixSection struct {
	Name string
	Rows []rowView
}

type rowView struct {
	Anchor, ID, Level, Text, Source, Reason string
	Status                                  string
	State                                   stateView
	Violated                                string // what the filter looks at
	Cells                                   []cellView
}

// cellView is one cell and what a click on it opens.
type cellView struct {
	Anchor, Column, Format string
	State                  stateView
	N, Of                  int    // cases in that state, of all
	States, Codes          string // what the filter looks at
	Panel                  *panelView
	Later                  bool // drawn when it is opened
}

type caseLink struct {
	Anchor, ID string
	State      stateView
}

// columns are the formats and methods across. The last two are there only where cases are.
var allColumns = []columnView{
	{"xml-get", "XML GET", "xml"},
	{"xml-post", "XML POST", "xml"},
	{"json-get", "JSON GET", "json"},
	{"json-post", "JSON POST", "json"},
	{"none", "no Format", "none"},
	{"other", "other", "other"},
}

// columnOf reads the column from a case id, <case>/<format>/<method>.
func columnOf(id string) string {
	parts := strings.Split(strings.ToLower(id), "/")
	if len(parts) < 3 {
		return "other"
	}
	format, method := parts[len(parts)-2], parts[len(parts)-1]
	switch {
	case format == "none":
		return "none"
	case (format == "xml" || format == "json") && (method == "get" || method == "post"):
		return format + "-" + method
	}
	return "other"
}

func (d *drawing) matrix() matrixView {
	rows := d.requirements()
	used := map[string]bool{}
	for _, r := range rows {
		for _, id := range r.Cases {
			used[columnOf(id)] = true
		}
	}
	var m matrixView
	for i, c := range allColumns {
		if i < 4 || used[c.Key] {
			m.Columns = append(m.Columns, c)
		}
	}
	m.Width = len(m.Columns) + 1
	for _, r := range rows {
		if d.ctx.Err() != nil {
			return m
		}
		if n := len(m.Sections); n == 0 || m.Sections[n-1].Name != r.Profile {
			m.Sections = append(m.Sections, matrixSection{Name: printable.Bounded(r.Profile, htmlID)})
		}
		s := &m.Sections[len(m.Sections)-1]
		s.Rows = append(s.Rows, d.row(r, m.Columns))
	}
	return m
}

// requirements are those of the catalogue, sorted by profile, each with all cases that cover it or have a finding on
// it, and after them those that only findings name.
func (d *drawing) requirements() []reports.Requirement {
	out := slices.Clone(d.report.Requirements)
	position := map[string]int{}
	covered := map[[2]string]bool{}
	for i := range out {
		position[out[i].ID] = i
		out[i].Cases = slices.Clone(out[i].Cases)
		for _, id := range out[i].Cases {
			covered[[2]string{out[i].ID, id}] = true
		}
	}
	for _, c := range d.report.Cases {
		for _, f := range c.Findings {
			at, known := position[f.Requirement]
			if !known {
				at = len(out)
				position[f.Requirement] = at
				out = append(out, reports.Requirement{
					ID: f.Requirement, Level: f.Level, Profile: "not in the catalogue", Text: f.Text,
					Status: reports.Violated,
				})
			}
			if key := [2]string{f.Requirement, c.ID}; !covered[key] {
				covered[key] = true
				out[at].Cases = append(out[at].Cases, c.ID)
			}
		}
	}
	var profiles []string
	for _, r := range out {
		if !slices.Contains(profiles, r.Profile) {
			profiles = append(profiles, r.Profile)
		}
	}
	slices.SortStableFunc(out, func(a, b reports.Requirement) int {
		return slices.Index(profiles, a.Profile) - slices.Index(profiles, b.Profile)
	})
	return out
}

func (d *drawing) row(r reports.Requirement, columns []columnView) rowView {
	v := rowView{
		Anchor: d.requirementAnchor(r.ID), ID: printable.Bounded(r.ID, htmlID),
		Level: printable.Bounded(r.Level, htmlID),
		Text:  printable.Bounded(r.Text, htmlText), Source: printable.Bounded(r.Source, htmlID),
		Reason: printable.Bounded(r.Reason, htmlText), Status: statusWord(r),
		State: statusState(r), Violated: d.violatedIndex(r.ID),
	}
	byColumn := map[string][]string{}
	for _, id := range r.Cases {
		c := columnOf(id)
		byColumn[c] = append(byColumn[c], id)
	}
	for _, c := range columns {
		v.Cells = append(v.Cells, d.cell(r, v.Anchor, c, byColumn[c.Key]))
	}
	return v
}

func statusState(r reports.Requirement) stateView {
	switch {
	case r.Status == reports.Satisfied:
		return stateOf(passedState)
	case r.Status == reports.Violated && reports.IsMust(r.Level):
		return stateOf(failedState)
	case r.Status == reports.Violated:
		return stateOf(warningState)
	case r.Status == reports.Excused:
		return stateOf(waivedState)
	case r.Status == reports.Excluded:
		return stateOf(absentState)
	}
	return stateOf(uncheckedState)
}

// cell draws what the cases with these ids say of a requirement.
func (d *drawing) cell(r reports.Requirement, row string, column columnView, ids []string) cellView {
	v := cellView{
		Anchor: row + "." + column.Key,
		Column: column.Name,
		Format: column.Format,
		Of:     len(ids),
		State:  stateOf(absentState),
	}
	if len(ids) == 0 {
		return v
	}
	worst := absentState
	number := map[cellState]int{}
	var cases []*reports.CaseResult
	var states, codes []string
	list := func(to *[]string, value string) {
		if !slices.Contains(*to, value) {
			*to = append(*to, value)
		}
	}
	for _, id := range ids {
		state := noResultState
		if c := d.byID[id]; c != nil {
			state = stateOn(c, r.ID)
			cases = append(cases, c)
			list(&codes, d.codeIndex(c))
		}
		number[state]++
		worst = max(worst, state)
		list(&states, stateOf(state).Key)
	}
	slices.Sort(states)
	slices.Sort(codes)
	v.State, v.N = stateOf(worst), number[worst]
	if worst == passedState && v.N < v.Of {
		v.State = stateOf(partlyState)
	}
	v.States, v.Codes = strings.Join(states, " "), strings.Join(codes, " ")
	v.Later = worst != failedState || !d.pen.full()
	if v.Later {
		defer d.use(&d.opened)()
	}
	v.Panel = d.panel(r, cases)
	return v
}

// statusWord is the status of a requirement; a SHOULD that is not met violates nothing that must hold.
func statusWord(r reports.Requirement) string {
	if r.Status == reports.Violated && !reports.IsMust(r.Level) {
		return "SHOULD not met"
	}
	return printable.Bounded(r.Status, htmlID)
}
