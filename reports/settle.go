package reports

import (
	"slices"
	"time"
)

// settleAll sorts results by id, keeps the worst of those with the same id (a case that was repeated), and settles each
// of them.
func settleAll(cases []CaseResult) []CaseResult {
	out := make([]CaseResult, 0, len(cases))
	for _, c := range cases {
		out = append(out, settle(c))
	}
	slices.SortStableFunc(out, func(a, b CaseResult) int {
		if d := byID(a, b); d != 0 {
			return d
		}
		return severity(b.Outcome) - severity(a.Outcome)
	})
	return slices.CompactFunc(out, func(a, b CaseResult) bool { return a.ID == b.ID })
}

// settle returns a copy of c with the outcome that follows from what was found, before any waiver.
func settle(c CaseResult) CaseResult {
	c.Requirements, c.Labels = filled(c.Requirements), filled(c.Labels)
	c.Findings, c.Checked = filled(c.Findings), filled(c.Checked)
	if c.Exchange != nil {
		c.Exchange = tidyExchange(*c.Exchange)
	}
	if c.Waiver != nil {
		c.Waiver, c.Reason = nil, "" // of an earlier report
	}
	switch c.Outcome {
	case "", Passed, UnexpectedPass:
		c.Outcome = Passed
		switch {
		case len(c.Checked) == 0:
			c.Outcome, c.Reason = CouldNotRun, "no requirement was checked, so this is not a pass"
		case !c.BodyChecked:
			c.Outcome, c.Reason = CouldNotRun, "no body was checked, so this is not a pass"
		}
	case Waived:
		c.Outcome = Failed
	case Failed, CouldNotRun, Unsupported:
	default:
		c.Outcome, c.Reason = CouldNotRun, "the case ended without an outcome"
	}
	if HasMust(c.Findings) {
		c.Outcome = Failed // what was found is certain, whatever else could not be looked at
	}
	if c.Outcome == CouldNotRun && c.Reason == "" {
		c.Reason = "no reason was recorded"
	}
	c.StartedAt = c.StartedAt.UTC().Truncate(time.Millisecond)
	c.NotMet = c.NotMet && c.Outcome == Unsupported
	return c
}

func tidyExchange(e Exchange) *Exchange {
	e.Request.Headers = filled(e.Request.Headers)
	if e.Response != nil {
		r := *e.Response
		r.Headers = filled(r.Headers)
		e.Response = &r
	}
	return &e
}

// severity orders outcomes: of two results of one case the worse counts. 0 is no outcome at all.
func severity(o Outcome) int {
	switch o {
	case Passed:
		return 1
	case Unsupported:
		return 2
	case Waived:
		return 3
	case UnexpectedPass:
		return 4
	case CouldNotRun:
		return 5
	case Failed:
		return 6
	}
	return 0
}

// IsMust holds for all but SHOULD: an unknown level must not make a failure disappear.
func IsMust(level string) bool { return level != Should }

// HasMust tells whether one of the findings makes a case fail.
func HasMust(fs []Finding) bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return IsMust(f.Level) })
}

// HasFinding tells whether one of the findings is on the requirement.
func HasFinding(fs []Finding, requirement string) bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return f.Requirement == requirement })
}

// MustFindings are the findings for which c fails.
func MustFindings(c CaseResult) []Finding {
	return slices.DeleteFunc(filled(c.Findings), func(f Finding) bool { return !IsMust(f.Level) })
}
