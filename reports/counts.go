package reports

import (
	"fmt"
	"strings"

	"github.com/essconform/essconform/reports/internal/printable"
)

// count counts settled cases by outcome. A selected case that left no result could not be run, so that the counts add
// up to Selected.
func count(cases []CaseResult, selected, notSelected int) Counts {
	n := Counts{Selected: max(selected, len(cases)), NotSelected: notSelected}
	n.CouldNotRun = n.Selected - len(cases)
	for _, c := range cases {
		n.Throttled += c.Throttled
		n.Calls += c.Calls
		switch c.Outcome {
		case Passed:
			n.Passed++
		case Failed:
			n.Failed++
		case Waived:
			n.Waived++
		case UnexpectedPass:
			n.UnexpectedPass++
		case Unsupported:
			n.Unsupported++
			if c.NotMet {
				n.NotMet++
			}
		default:
			n.CouldNotRun++
		}
		for _, f := range c.Findings {
			if !IsMust(f.Level) {
				n.Warnings++
			}
		}
	}
	return n
}

// String is the counts that are not zero, as "231 cases: 219 passed, 12 failed; 3 warnings".
func (n Counts) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{
		{n.Passed, "passed"},
		{n.Failed, "failed"},
		{n.UnexpectedPass, "passed though waived"},
		{n.CouldNotRun, "could not run"},
		{n.Unsupported - n.NotMet, "unsupported"},
		{n.NotMet, "with a SHOULD not met"},
		{n.Waived, "waived"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	s := printable.Plural(n.Selected, "case")
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	if n.NotSelected > 0 {
		s += fmt.Sprintf("; %d not selected", n.NotSelected)
	}
	if n.Warnings > 0 {
		s += "; " + printable.Plural(n.Warnings, "warning")
	}
	return s
}
