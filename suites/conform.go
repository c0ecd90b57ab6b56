package suites

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/printable"
)

// Conform succeeds on a reports.CaseResult that passed. Its failure text says what the document demands, what came, and
// how to see it again.
func Conform() types.GomegaMatcher { return conform{} }

type conform struct{}

func (conform) Match(actual any) (bool, error) {
	result, ok := actual.(reports.CaseResult)
	if !ok {
		return false, fmt.Errorf("Conform expects a reports.CaseResult; got %T", actual)
	}
	return result.Outcome == reports.Passed, nil
}

func (conform) FailureMessage(actual any) string {
	r := actual.(reports.CaseResult)
	var text strings.Builder
	b := printable.NewLog(&text) // a runner prints this, and may break its lines
	fmt.Fprintf(b, "%s: %s\n", r.ID, r.Outcome)
	if r.Reason != "" {
		fmt.Fprintf(b, "  %s\n", r.Reason)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(b, "\n  %s (%s, %s)\n  the document: %s\n  wanted %s\n  got    %s", f.Requirement, f.Level,
			f.SpecLine, f.Text, f.Want, f.Got)
		if f.Pointer != "" {
			fmt.Fprintf(b, " (%s)", f.Pointer)
		}
		fmt.Fprintln(b)
	}
	if r.Reproduce.Rerun != "" {
		fmt.Fprintf(b, "\n  again: %s\n", r.Reproduce.Curl)
	}
	return text.String()
}

func (conform) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("%s passed, and was expected not to", actual.(reports.CaseResult).ID)
}
