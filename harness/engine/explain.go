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

// attributed are the findings on an answer. Where the program shows what a wrong refusal comes from, it is one finding
// on the requirement about that, in the place of those on what the call was to show.
func (c *attempt) attributed(a answered) []judge.Finding {
	if a.Decision != judge.Refused || !c.seen {
		return a.Findings
	}
	code := a.call.Expect.Error
	about := []string{"error.code." + code, "error.message." + code, "error.status." + code}
	if wanted(a.call) == judge.Accepted {
		about = []string{c.x.RuleOf(a.call)}
	}
	first := slices.IndexFunc(a.Findings, func(f judge.Finding) bool { return f.Requirement == about[0] })
	if first < 0 {
		return a.Findings
	}
	requirement, known := c.plan.Contract.Requirement(c.cause(a))
	if !known || requirement.Excluded != "" || requirement.ID == about[0] {
		return a.Findings
	}
	out := slices.Clone(a.Findings)
	out[first].Requirement, out[first].Level = requirement.ID, requirement.Level
	return slices.DeleteFunc(out, func(f judge.Finding) bool { return slices.Contains(about, f.Requirement) })
}

// cause is what the program so far shows of where a refusal comes from.
func (c *attempt) cause(a answered) string {
	h := c.timeline.past
	h.Start = c.start()
	sent := a.begin.Sub(c.began)
	at := slices.IndexFunc(h.Operations, func(o history.Operation) bool {
		return o.Kind == history.Detach && o.Sent == sent && o.Lane == a.lane && slices.Equal(o.IDs, a.ids)
	})
	if at < 0 {
		return ""
	}
	return history.Cause(h, history.Options{Lag: c.lag()}, at)
}

// notFound tells whether a call was refused because its instances do not exist, though each is a member that no call
// has detached. No activity that had ended makes that right.
func (c *attempt) notFound(a answered) bool {
	return a.Decision == judge.Refused && a.Fields["Code"] == missingCode && c.seen && c.ofMembers(a)
}

// ofMembers tells whether each instance of a call is a member that no call has detached.
func (c *attempt) ofMembers(a answered) bool {
	return len(a.ids) > 0 && len(missingFrom(a.ids, c.ledger.Members(a.group))) == 0
}

// glimpse looks at what shows where a refusal comes from, while it may still show: at the members of a group that lost
// one by its answers, and at the cooldown of one that says that it is busy.
func (c *attempt) glimpse(ctx context.Context, got ...answered) {
	c.timeline.aside = true
	defer func() { c.timeline.aside = false }()
	for _, a := range got {
		code := a.Fields["Code"]
		_, documented := c.plan.Contract.Error(code)
		started := len(c.answers) > 0 || len(got) > 1
		// What could not be seen proves nothing.
		switch {
		case !c.seen || a.Decision != judge.Refused || code == a.call.Expect.Error || !started:
		case code == busyCode && wanted(a.call) != judge.Either && !c.settingsSeen(a.group):
			_ = c.describe(ctx, &judge.Group{ID: a.group})
		case (code == missingCode || !documented) && c.ofMembers(a):
			_, _, _ = c.members(ctx, a.group)
		}
	}
}

func (c *attempt) settingsSeen(group string) bool {
	return slices.ContainsFunc(c.timeline.past.Looks, func(l history.Look) bool {
		return l.Group == group && l.Settings != nil
	})
}
