package html

import (
	"cmp"
	"context"
	"html/template"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/internal/summary"
)

// page is report.html as data. All text in it is printable and bounded; html/template escapes it for the place where it
// stands.
type page struct {
	Style   template.CSS
	Script  template.JS
	Policy  string
	Lang    string
	Title   string
	Verdict verdictView
	Partial string
	Left    string // by teardowns that failed
	Facts   []fact
	Counts  []countView
	Share   shareView

	Failures     []failureView
	MoreFailures int
	Matrix       matrixView
	Words        []wordView
	Warnings     []failureView
	MoreWarnings int
	Doubts       []doubtView
	MoreDoubts   int
	States       string // of the target, missing, as a target file declares them
	MoreStates   int
	Problems     []string // with the waivers

	Groups    []caseGroup
	MoreCases int
	Codes     []string
	Violated  []string // the requirements that a filter knows
	LeftOut   []string
	Later     string // what is drawn when it is opened

	Waivers   []waiverView
	Audit     []fact
	Badge     string // Markdown that embeds it
	Settings  []fact
	Durations []fact
}

// bounds of texts, in runes, and of lists.
const (
	htmlText     = 600
	htmlID       = 160
	htmlLine     = 2000 // a curl line
	htmlGroups   = 100
	htmlCases    = 10_000
	htmlStates   = 100
	htmlProblems = 100
	htmlWaivers  = 500
)

func drawPage(ctx context.Context, r reports.Report) (page, error) {
	d := newDrawing(ctx, r)
	p := page{
		Title:   printable.Bounded(verdictWord(r)+" · "+summary.Subject(r), htmlText),
		Verdict: drawVerdict(r), Facts: drawFacts(r), Counts: drawCounts(r.Counts), Share: drawShare(r.Requirements),
		Words: stateWords(), Codes: d.codes, Violated: d.shortViolated(), LeftOut: summary.LeftOut(r),
		Waivers: drawWaivers(r.Waivers),
		Audit:   drawAudit(r), Badge: badgeSnippet(r), Settings: drawSettings(r.Run.Config), Durations: drawTimes(r),
	}
	if r.Run.Partial != "" {
		p.Partial = printable.Bounded(r.Run.Partial, htmlText)
	}
	p.Left = printable.Bounded(reports.TeardownFailures(r.Cases), htmlText)
	p.Matrix = d.matrix() // before all that links to requirements, so that these get the plain anchors
	p.Failures, p.MoreFailures = d.failures(repair.Order(r.Cases))
	p.Warnings, p.MoreWarnings = d.failures(repair.Of(summary.Warnings(r.Cases)))
	p.Doubts, p.MoreDoubts = d.doubts()
	if len(r.MissingStates) > 0 {
		p.States, p.MoreStates = summary.StatesYAML(r.MissingStates, htmlStates)
	}
	for _, problem := range r.WaiverProblems[:min(htmlProblems, len(r.WaiverProblems))] {
		p.Problems = append(p.Problems, printable.Bounded(problem, htmlText))
	}
	p.Groups = d.groups()
	p.MoreCases = max(0, len(r.Cases)-htmlCases)
	return p, ctx.Err()
}

// badgeSnippet is Markdown that shows the badge and leads to the report.
func badgeSnippet(r reports.Report) string {
	return "[![" + cmp.Or(printable.ShortID(r.Contract.Operation), "essconform") + "](badge.svg)](report.html)"
}
