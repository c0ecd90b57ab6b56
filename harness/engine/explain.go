package engine

import (
	"context"
	"slices"
	"strconv"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/judge/history"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

// accounted are the requirements that the account of the case judges better than the history does: it also has the late
// look.
var accounted = []string{
	"detach.leaves-group", "detach.keeps-running", "detach.independent", noEffect,
	"group.settings-kept", observable,
}

// explain asks whether the documented rules can explain the answers of a program, in an order that their times allow.
func (c *attempt) explain(ctx context.Context) {
	if len(c.x.Kinds) == 0 || !c.seen || len(c.answers) == 0 || c.again != "" || ctx.Err() != nil {
		return
	}
	if proves(c.x) {
		for _, group := range c.groups() {
			_, _ = c.activities(ctx, group, "") // the last word on what ran when; what could not be seen proves nothing
		}
	}
	c.timeline.past.Start = c.start()
	for _, v := range history.Judge(c.timeline.past, history.Options{Lag: c.lag()}) {
		switch v.Result {
		case history.Violated:
			c.violated(v)
		case history.CouldNotLook:
			if v.Requirement == "" || slices.Contains(c.x.About(), v.Requirement) &&
				!slices.Contains(accounted, v.Requirement) {
				if c.again == "" {
					c.again = "could not look: " + v.Reason
				}
			}
		case history.Satisfied:
			c.rec.findings(nil, v.Requirement)
		}
	}
}

// violated notes what nothing explains: with the finding of the answer itself, where there is one.
func (c *attempt) violated(v history.Verdict) {
	lines := shortened(v.Steps)
	for _, f := range c.rec.found {
		if f.Requirement == v.Requirement {
			c.rec.historyOf(f, lines)
			return
		}
	}
	level := spec.Must
	if r, ok := c.plan.Contract.Requirement(v.Requirement); ok {
		level = r.Level
	}
	f := judge.Finding{Requirement: v.Requirement, Level: level, Want: v.Want, Got: v.Got}
	c.rec.historyOf(f, lines)
	c.rec.findings([]judge.Finding{f}, v.Requirement)
}

func shortened(steps []history.Line) (out []reports.HistoryLine) {
	for _, l := range steps {
		out = append(out, reports.HistoryLine{AtMs: milliseconds(l.At), Lane: l.Lane, Text: l.Text, Marked: l.Marked})
	}
	return out
}

// start is what was so before the first call.
func (c *attempt) start() (s history.Start) {
	for _, g := range c.before.Groups {
		start := history.GroupStart{
			ID: g.ID, Members: g.Instances, MinSize: -1,
			Lifecycle: g.Settings["LifecycleState"],
		}
		if n, err := strconv.Atoi(g.Settings["MinSize"]); err == nil {
			start.MinSize = n
		}
		for _, a := range g.Activities {
			if !a.Ended() {
				start.BusyWith = a.ID
			}
		}
		if start.BusyWith == "" && c.x.State.Name == inProgress && g.ID == c.at.group("given") {
			start.BusyWith = "the activity of the state"
		}
		start.Cooling = c.x.State.Name == coolingDown && g.ID == c.at.group("given")
		given := c.at.given()
		start.BadLoadBalancer = given.String("loadBalancerId") != "" && g.ID == c.at.group("given")
		start.BadDB = given.String("dbInstanceId") != "" && g.ID == c.at.group("given")
		s.Groups = append(s.Groups, start)
	}
	return s
}
