package reports

// count counts settled cases by outcome. A selected case that left no result could not be run, so that the counts add up to Selected.
func count(cases []CaseResult, selected, notSelected int) Counts {
	n := Counts{Selected: max(selected, len(cases)), NotSelected: notSelected}
	n.CouldNotRun = n.Selected - len(cases)
	for _, c := range cases {
		n.Throttled += c.Throttled
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
		default:
			n.CouldNotRun++
		}
		for _, f := range c.Findings {
			if !isMust(f.Level) {
				n.Warnings++
			}
		}
	}
	return n
}
