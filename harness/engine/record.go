package engine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"al.essio.dev/pkg/shellescape"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/recording"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/spec"
)

// What a report keeps of one case, in bytes. Answers to this operation are a few hundred bytes; a hostile target's
// megabyte times all cases would not fit in memory.
const (
	keptText = 1 << 10  // of a reason, a step or a finding
	keptID   = 200      // of an id that must not come twice
	keptCurl = 16 << 10 // a longer line is nothing that anybody would paste
)

// record collects what one case found.
type record struct {
	x      fixtures.Expanded
	result reports.CaseResult
	found  []judge.Finding
	// short is the first finding for which a case about recommendations is no pass, though it fails nothing: the
	// recommendation was not followed, or the answer is not even one by the rules that every answer must keep. A
	// warning on such a rule is neither.
	short    *judge.Finding
	last     *answered // the answer that the report shows: the first with a finding, else the last
	pinned   bool
	redactor *wire.Redactor
	pace     support.Pace
	lines    map[judge.Finding][]reports.HistoryLine // how it came to a finding, where more than one answer shows it
}

func newRecord(x fixtures.Expanded) *record {
	format := string(x.Format)
	if format == "" {
		format = "none"
	}
	return &record{x: x, result: reports.CaseResult{
		ID: x.Name, Title: x.Title, Requirements: x.Requirements, Format: format, Method: strings.ToLower(x.Method),
		Labels: x.Labels,
		State:  reports.State{Name: x.State.Name, Params: x.State.Params(), Outcome: "not reached"},
	}}
}

// couldNot notes why the case could not be judged to its end. The first reason stays.
func (r *record) couldNot(why string) {
	if r.result.Reason == "" {
		r.result.Reason, r.result.Outcome = why, reports.CouldNotRun
	}
}

func (r *record) couldNotBecause(err error) {
	if err == nil {
		return
	}
	var u *support.Unobservable
	if errors.As(err, &u) {
		r.couldNot("an effect could not be observed: " + u.Error())
		return
	}
	r.couldNot(err.Error())
}

func (r *record) unsupported(why string) {
	r.result.Reason, r.result.Outcome = why, reports.Unsupported
}

// state notes how a state went. The one that failed is the one that is shown.
func (r *record) state(s fixtures.State, outcome string) {
	if r.result.State.Outcome == "not reached" || outcome != "arranged" {
		r.result.State = reports.State{Name: s.Name, Params: s.Params(), Outcome: outcome}
	}
}

func (r *record) step(what, outcome string, begin time.Time) {
	r.result.Trail = append(r.result.Trail,
		reports.Step{What: what, Result: outcome, Ms: milliseconds(r.pace.Since(begin))})
}

// answer notes an answer and its findings. Places are those in the answer that the report shows.
func (r *record) answer(a answered) {
	if r.pinned {
		a.Findings = withoutPlaces(a.Findings)
	}
	r.findings(a.Findings, a.Checked...)
	if !r.pinned {
		r.last, r.pinned = &a, len(a.Findings) > 0
	}
	if len(r.result.RequestIDs) == 0 {
		r.result.BodyChecked = true
	}
	r.result.BodyChecked = r.result.BodyChecked && a.BodyChecked
	if id := a.Fields["RequestId"]; id != "" {
		r.result.RequestIDs = append(r.result.RequestIDs, keepID(a.ex.Redact(id), id))
	}
	if id := a.Fields["ScalingActivityId"]; id != "" && a.Decision == judge.Accepted {
		r.result.ActivityIDs = append(r.result.ActivityIDs, keepID(a.ex.Redact(id), id))
	}
}

// findings notes what was found, and which requirements were looked at to find it.
func (r *record) findings(found []judge.Finding, checked ...string) {
	for _, f := range found {
		own := f.Level
		f.Level = couldBeLevel(r.x, f)
		if lines, ok := r.lines[findingKey(f, own)]; ok {
			r.lines[f] = lines
		}
		if r.found = append(r.found, f); r.short == nil && (f.Level != own || r.x.IsAbout(f.Requirement)) {
			r.short = &f
		}
	}
	for _, id := range checked {
		if !slices.Contains(r.result.Checked, id) {
			r.result.Checked = append(r.result.Checked, id)
		}
	}
}

// historyOf notes how it came to a finding.
func (r *record) historyOf(f judge.Finding, lines []reports.HistoryLine) {
	if r.lines == nil {
		r.lines = map[judge.Finding][]reports.HistoryLine{}
	}
	r.lines[f] = lines
}

// findingKey is the finding with the level that it was made with.
func findingKey(f judge.Finding, own spec.Level) judge.Finding { f.Level = own; return f }

// certain tells whether the case has failed already, whatever else comes.
func (r *record) certain() bool {
	return slices.ContainsFunc(r.found, func(f judge.Finding) bool { return f.Level == spec.Must })
}

// unique judges ids that must differ. Fewer than two say nothing.
func (r *record) unique(contract *spec.Contract, requirement string, ids []string) {
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" })
	if len(ids) >= 2 {
		r.findings(judge.Unique(contract, requirement, ids), requirement)
	}
}

// finish makes the result of the case. What was found is all that it knows: reports decides what that makes of the
// case.
func (r *record) finish(run *Runner) reports.CaseResult {
	out := r.result
	r.redactor = run.redactor
	kept := 0 // bytes of the body in which places are what they were
	if r.last != nil {
		shown := r.last.ex.Redacted()
		out.Exchange = recording.Shown(shown)
		kept = asItCame(r.last.ex, shown, out.Exchange)
	}
	for _, f := range r.found {
		out.Findings = append(out.Findings, r.finding(run, f, kept))
	}
	if out.Outcome == "" && r.x.Level == spec.Should && r.short != nil && r.last != nil && len(out.Checked) > 0 {
		out.Outcome, out.NotMet = reports.Unsupported, true
		out.Reason = fmt.Sprintf("SHOULD not met: wanted %s; got %s", r.short.Want, r.short.Got)
	}
	out.Reproduce = r.reproduce(run)
	out.Reason = r.kept(out.Reason)
	out.State.Outcome = r.kept(out.State.Outcome)
	for i := range out.Trail {
		out.Trail[i].What, out.Trail[i].Result = r.kept(out.Trail[i].What), r.kept(out.Trail[i].Result)
	}
	return reports.Decide(out, nil, time.Time{})
}

// kept is a text that may quote the target, as the report shows it.
func (r *record) kept(text string) string {
	return clip(r.redactor.Redact(text), keptText)
}

// keepID is a redacted id that still differs from every other one, however long it is and whatever it held.
func keepID(redacted, id string) string {
	if redacted == id && len(id) <= keptID {
		return id
	}
	return fmt.Sprintf("%s (sha256 %x)", clip(redacted, keptID/2), sha256.Sum256([]byte(id)))
}

// finding is the report's view of f. Its place may reach to the byte kept of the body.
func (r *record) finding(run *Runner, f judge.Finding, kept int) reports.Finding {
	out := reports.Finding{
		History: r.keptLines(r.lines[f]), Requirement: f.Requirement, Level: string(f.Level),
		Pointer: r.kept(f.Pointer), Want: r.kept(f.Want), Got: r.kept(f.Got),
	}
	if f.Offset < kept && f.Length > 0 {
		out.Offset, out.Length = f.Offset, min(f.Length, kept-f.Offset)
	}
	if req, ok := run.plan.Contract.Requirement(f.Requirement); ok {
		out.Text, out.SpecLine = req.Text, run.plan.Contract.At(req.Line)
	}
	return out
}

// keptLines is a history as the report shows it: the beginning and the end of a long one.
func (r *record) keptLines(lines []reports.HistoryLine) []reports.HistoryLine {
	const most = 40
	if len(lines) > most {
		lines = slices.Concat(lines[:most/4], lines[len(lines)-most*3/4:])
	}
	out := make([]reports.HistoryLine, 0, len(lines))
	for _, l := range lines {
		l.Text = r.kept(l.Text)
		out = append(out, l)
	}
	return out
}

// reproduce says how to see it again. A signed request cannot be sent twice, and its secret is never printed: there,
// the command runs the case again.
func (r *record) reproduce(run *Runner) reports.Reproduce {
	rerun := shellescape.QuoteCommand(append([]string{"essconform", "run", "-case", r.x.Name}, run.rerun...))
	out := reports.Reproduce{Rerun: rerun, Curl: rerun}
	if r.last != nil && r.last.wire.Scheme == wire.SignNone {
		if line := r.redactor.Redact(wire.Curl(r.last.wire, run.endpoint)); len(line) <= keptCurl {
			out.Curl = line
		}
	}
	return out
}

// clip is the beginning of a text of others, on one line and printable.
func clip(s string, most int) string { return printable.Text(s, most) }

// summary is one line of the trail.
func summary(a answered) string {
	line := a.ex.Redact(bareSummary(a))
	if why := a.ex.Repeats(); why != "" {
		line += " (" + why + ")"
	}
	return line
}

func bareSummary(a answered) string {
	switch {
	case a.ex.Response == nil:
		return "no answer: " + a.ex.Failure
	case a.Fields["Code"] != "":
		return fmt.Sprintf("HTTP %d %s", a.ex.Response.Status, clip(a.ex.Redact(a.Fields["Code"]), 80))
	}
	return fmt.Sprintf("HTTP %d", a.ex.Response.Status)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
