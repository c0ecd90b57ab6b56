package traffic

import (
	"fmt"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/judge/history"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/spec"
)

// patience bounds how long the groups of one recording are judged.
const patience = 30 * time.Second

// EndOfFile judges what the entries so far show of groups. The entries that follow are of another recording, with a
// clock of its own.
func (c *Collector) EndOfFile() {
	f := c.follower
	if c.follower = nil; f == nil {
		return
	}
	if f.noStatuses {
		f.ecs = nil
	}
	slices.Sort(f.losses)
	end := time.Now().Add(patience)
	for _, t := range f.sorted() {
		if f.stopped == "" && time.Now().After(end) {
			f.stopped = fmt.Sprintf("it took longer than %s", patience)
		}
		if f.stopped != "" {
			break
		}
		lag := c.Lag
		if lag < 0 {
			lag = LagOf(t.host)
		}
		for _, e := range t.episodes(lag) {
			if r, ok := c.episode(t, e, e.judge(e.within(f.ecs, f.losses), lag)); ok {
				c.add(r)
			}
		}
	}
	if f.stopped != "" && !slices.Contains(c.Stopped, f.stopped) {
		c.Stopped = append(c.Stopped, f.stopped)
	}
}

// episode is the result of what a group shows; false when it shows nothing.
func (c *Collector) episode(t *track, e *episode, verdicts []history.Verdict) (reports.CaseResult, bool) {
	if len(verdicts) == 0 {
		return reports.CaseResult{}, false
	}
	c.groups++
	out := reports.CaseResult{
		ID:     fmt.Sprintf("recorded.group.%05d/none/none", c.groups),
		Title:  fmt.Sprintf("group %s: %s", printable.Text(t.group, keptID), printable.Text(e.title(), keptText)),
		Format: "none", Method: "none", Labels: []string{"recording", "sequence"},
		State: reports.State{Name: "as recorded", Outcome: "as the recording shows it"}, BodyChecked: true,
	}
	for _, v := range verdicts {
		if !slices.Contains(out.Checked, v.Requirement) {
			out.Checked = append(out.Checked, v.Requirement)
		}
		if v.Result == history.Violated {
			f := c.finding(judge.Finding{
				Requirement: v.Requirement, Level: c.level(v.Requirement), Want: v.Want, Got: v.Got,
			})
			for _, l := range e.steps(v) {
				f.History = append(f.History, reports.HistoryLine{
					AtMs: float64(l.At.Microseconds()) / 1000, Lane: l.Lane, Text: printable.Text(l.Text, keptText),
					Marked: l.Marked,
				})
			}
			out.Findings = append(out.Findings, f)
		}
	}
	out.Requirements = slices.Clone(out.Checked)
	return out, true
}

// steps are those of a verdict, with the look at the members that it begins with.
func (e *episode) steps(v history.Verdict) []history.Line {
	if first := history.LineOf(e.began); e.members && e.began.Members != nil &&
		!slices.ContainsFunc(v.Steps, func(l history.Line) bool { return l.Text == first.Text && l.At == first.At }) {
		return append([]history.Line{first}, v.Steps...)
	}
	return v.Steps
}

func (c *Collector) level(requirement string) spec.Level {
	if r, ok := c.Contract.Requirement(requirement); ok {
		return r.Level
	}
	return spec.Must
}
