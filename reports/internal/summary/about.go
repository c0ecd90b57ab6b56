package summary

import (
	"strconv"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// About is the requirement that a case is shown under: the first that it violates, else the first that it covers.
func About(c reports.CaseResult, catalogue map[string]reports.Requirement) reports.Requirement {
	for _, must := range []bool{true, false} {
		for _, f := range c.Findings {
			if reports.IsMust(f.Level) == must {
				q := catalogue[f.Requirement]
				q.ID, q.Level, q.SpecLine, q.Text = f.Requirement, f.Level, f.SpecLine, f.Text
				return q
			}
		}
	}
	for _, id := range c.Requirements {
		if q, known := catalogue[id]; known {
			return q
		}
	}
	return reports.Requirement{}
}

// FileAndLine splits "file:line"; line is "" where there is none.
func FileAndLine(at string) (file, line string) {
	i := strings.LastIndexByte(at, ':')
	if i < 0 {
		return printable.ShortID(at), ""
	}
	if n, err := strconv.Atoi(at[i+1:]); err != nil || n < 1 {
		return printable.ShortID(at), ""
	}
	return printable.ShortID(at[:i]), at[i+1:]
}

// Number is the number that a text is; 0 when it is none.
func Number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
