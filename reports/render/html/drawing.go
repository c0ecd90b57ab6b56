package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// drawing is what the parts of a page share while it is drawn.
type drawing struct {
	report   reports.Report
	byID     map[string]*reports.CaseResult
	anchors  map[[2]string]string // kind and id -> anchor
	taken    map[string]bool
	codes    []string // in the order of the filter
	compared map[[2]string][2][]part
	pen      pen
}

func newDrawing(r reports.Report) *drawing {
	d := &drawing{
		report: r, byID: make(map[string]*reports.CaseResult, len(r.Cases)), anchors: map[[2]string]string{},
		taken:    map[string]bool{},
		compared: map[[2]string][2][]part{}, pen: pen{left: drawnInFull},
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		if d.byID[c.ID] == nil {
			d.byID[c.ID] = c
		}
		if code := codeOf(c); code != "" && !slices.Contains(d.codes, code) {
			d.codes = append(d.codes, code)
		}
	}
	slices.Sort(d.codes)
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
