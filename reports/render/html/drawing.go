package html

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// drawing is what the parts of a page share while it is drawn.
type drawing struct {
	ctx      context.Context // of the one call that draws the page
	report   reports.Report
	byID     map[string]*reports.CaseResult
	anchors  map[[2]string]string // kind and id -> anchor
	taken    map[string]bool
	codes    []string // in the order of the filter
	compared map[[2]string][2][]part
	violated []string // requirements with a finding, in the order of the filter
	pen      *pen     // the one in use
	shown    pen      // of what is in the page
	opened   pen      // of what is drawn when it is opened
}

func newDrawing(ctx context.Context, r reports.Report) *drawing {
	d := &drawing{
		ctx: ctx, report: r, byID: make(map[string]*reports.CaseResult, len(r.Cases)), anchors: map[[2]string]string{},
		taken:    map[string]bool{},
		compared: map[[2]string][2][]part{}, shown: pen{left: drawnInFull}, opened: pen{left: openedInFull},
	}
	d.pen = &d.shown
	violated := map[string]bool{}
	for i := range r.Cases {
		c := &r.Cases[i]
		for _, f := range c.Findings {
			violated[f.Requirement] = true
		}
		if d.byID[c.ID] == nil {
			d.byID[c.ID] = c
		}
		if code := codeOf(c); code != "" && !slices.Contains(d.codes, code) {
			d.codes = append(d.codes, code)
		}
	}
	slices.Sort(d.codes)
	d.violated = slices.Sorted(maps.Keys(violated))
	return d
}

// codeOf is the documented error code that a case is about; "" for none.
func codeOf(c *reports.CaseResult) string {
	for _, l := range c.Labels {
		if code, ok := strings.CutPrefix(l, "code:"); ok {
			return printable.Bounded(code, htmlID)
		}
	}
	return ""
}

// codeIndex is the value of the filter for the code of a case.
func (d *drawing) codeIndex(c *reports.CaseResult) string {
	at, found := slices.BinarySearch(d.codes, codeOf(c))
	if !found {
		return "none"
	}
	return fmt.Sprint(at)
}

func (d *drawing) caseAnchor(id string) string        { return d.anchor("case", id) }
func (d *drawing) requirementAnchor(id string) string { return d.anchor("requirement", id) }

// anchor is an id of the page that stays the same from report to report, so that a link to it does too.
func (d *drawing) anchor(kind, id string) string {
	key := [2]string{kind, id}
	if a, ok := d.anchors[key]; ok {
		return a
	}
	base := kind + "." + strings.Map(func(r rune) rune {
		if r < 0x80 &&
			(r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z') {
			return r
		}
		return '-'
	}, printable.CutRunes(id, htmlID))
	a := base
	for n := 2; d.taken[a]; n++ {
		a = fmt.Sprintf("%s~%d", base, n)
	}
	d.anchors[key], d.taken[a] = a, true
	return a
}

func (d *drawing) link(c *reports.CaseResult) caseLink {
	return caseLink{Anchor: d.caseAnchor(c.ID), ID: printable.Bounded(c.ID, htmlID), State: stateOf(caseState(c))}
}

// use takes another pen until back is called.
func (d *drawing) use(p *pen) (back func()) {
	before := d.pen
	d.pen = p
	return func() { d.pen = before }
}

// violatedIndex is the value of the filter for a requirement; "" when nothing was found on it.
func (d *drawing) violatedIndex(requirement string) string {
	if at, found := slices.BinarySearch(d.violated, requirement); found && requirement != "" {
		return fmt.Sprint(at)
	}
	return ""
}

// violatedBy are the values of the filter for what a case found.
func (d *drawing) violatedBy(c *reports.CaseResult) string {
	var out []string
	for _, f := range c.Findings[:min(caseFindings, len(c.Findings))] {
		if v := d.violatedIndex(f.Requirement); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return strings.Join(out, " ")
}

func (d *drawing) shortViolated() []string {
	out := make([]string, len(d.violated))
	for i, id := range d.violated {
		out[i] = printable.Bounded(id, htmlID)
	}
	return out
}
