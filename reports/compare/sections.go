package compare

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/render/terminal"
)

// changeSection is one kind of change as all formats show it.
type changeSection struct {
	change       Change
	Title        string
	Requirements []RequirementChange
	Kinds        []changeKind
}

// changeKind is cases that changed in the same way.
type changeKind struct {
	What  string // "passed → failed", and the reason where it is the same for all
	Cases []string
}

var changeTitles = map[Change]string{
	CoverageLost:  "Coverage lost: judged before, not judged now",
	StillFailing:  "Still failing",
	WaiverChanged: "Waivers changed",
	NewWarning:    "New warnings, which fail nothing",
	Fixed:         "Fixed",
	NewlyJudged:   "Judged now, and not before",
	New:           "New",
	Removed:       "Removed",
}

// sections are the changes that there are, but for what regressed, of which the findings tell.
func (c Comparison) sections() []changeSection {
	var out []changeSection
	for _, change := range changes[1:] {
		s := changeSection{change: change, Title: changeTitles[change]}
		for _, q := range c.Requirements {
			if q.Change == change {
				s.Requirements = append(s.Requirements, q)
			}
		}
		s.Kinds = changeKinds(c.Cases, change)
		if len(s.Requirements)+len(s.Kinds) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func changeKinds(cases []CaseChange, change Change) []changeKind {
	var out []changeKind
	position := map[string]int{}
	for _, x := range cases {
		if x.Change != change {
			continue
		}
		what := fromTo(string(x.Old), string(x.New))
		switch change {
		case New:
			what = string(x.New)
		case Removed:
			what = string(x.Old) + " before"
		}
		if x.Reason != "" && change != StillFailing { // there it is the first of its findings
			what += ": " + x.Reason
		}
		at, seen := position[what]
		if !seen {
			at = len(out)
			position[what] = at
			out = append(out, changeKind{What: what})
		}
		out[at].Cases = append(out[at].Cases, x.ID)
	}
	slices.SortStableFunc(out, func(a, b changeKind) int { return len(b.Cases) - len(a.Cases) })
	return out
}

// FromTo is what became of the requirement.
func (q RequirementChange) FromTo() string { return fromTo(q.Old, q.New) }

// fromTo is "passed → failed", or what it is when it stayed that.
func fromTo(old, new string) string {
	if old == new {
		return old
	}
	return cmp.Or(old, "not there") + " → " + cmp.Or(new, "not there")
}

// sideLine is one of the two runs on one line.
func sideLine(s Side) string {
	name := cmp.Or(s.Target.Name, s.Target.Kind, "an unnamed target")
	line := fmt.Sprintf("%s: %s (%s, %s)", name, s.Verdict.Reason, cmp.Or(s.Target.Endpoint, "no endpoint"),
		s.Run.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"))
	return printable.Bounded(line, terminal.ShownText)
}

// tone is that of an exit code: all is well, something regressed, or coverage was lost.
func (c Comparison) tone() int {
	switch {
	case c.Verdict.Regressed:
		return reports.ExitNotConformant
	case c.Counts[CoverageLost] > 0:
		return reports.ExitCouldNotJudge
	}
	return reports.ExitConformant
}
