package compare

import (
	"cmp"
	"io"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/page"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
	"github.com/essconform/essconform/reports/render/terminal"
)

// diffPage is a comparison as its page shows it. All that a target has a say in is bounded here and escaped by the
// template.
type diffPage struct {
	Verdict     ComparisonVerdict
	Mark, Class string
	Before, Now string
	Notes       []string
	Groups      []diffPageGroup
	Sections    []diffPageSection
}

type diffPageGroup struct {
	Requirement, Text string
	Number            int
	Differences       []diffPageDifference
}

type diffPageDifference struct {
	reports.Finding
	Cases string
}

type diffPageSection struct {
	Title        string
	Kinds        []diffPageKind
	Requirements []diffPageRequirement
}

type diffPageKind struct {
	What, Cases string
	Number      int
}

type diffPageRequirement struct {
	RequirementChange
	FromTo string
}

// pageCases is how many cases a page names of each kind.
const pageCases = 8

// writeHTML draws a comparison as one file that needs nothing else.
func writeHTML(w io.Writer, c Comparison) error {
	p := diffPage{
		Verdict: c.Verdict,
		Mark:    "✓",
		Class:   "good",
		Before:  sideLine(c.Old),
		Now:     sideLine(c.New),
		Notes:   c.Notes,
	}
	if c.Verdict.Regressed {
		p.Mark, p.Class = "✗", "bad"
	} else if c.Counts[CoverageLost] > 0 {
		p.Mark, p.Class = "?", "doubt"
	}
	for _, g := range c.regressed {
		v := diffPageGroup{
			Requirement: cmp.Or(printable.ShortID(g.Requirement), "failed without a finding"),
			Text:        g.Text,
			Number:      len(g.Cases),
		}
		for _, d := range g.Differences[:min(terminal.ShownGroups, len(g.Differences))] {
			v.Differences = append(
				v.Differences,
				diffPageDifference{d.Finding, printable.Some(summary.IdsOf(d.Cases), pageCases, printable.ShortID)},
			)
		}
		p.Groups = append(p.Groups, v)
	}
	for _, s := range c.sections() {
		v := diffPageSection{Title: s.title}
		for _, k := range s.kinds {
			v.Kinds = append(
				v.Kinds,
				diffPageKind{
					What:   k.what,
					Cases:  printable.Some(k.cases, pageCases, printable.ShortID),
					Number: len(k.cases),
				},
			)
		}
		for _, q := range s.requirements {
			v.Requirements = append(v.Requirements, diffPageRequirement{q, fromTo(q.Old, q.New)})
		}
		p.Sections = append(p.Sections, v)
	}
	return page.Write(w, "diff.html", p)
}
