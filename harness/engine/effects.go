package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/judge"
	"github.com/essconform/essconform/harness/neighbour"
	"github.com/essconform/essconform/spec"
)

const (
	// settling bounds the wait for something that a refused call should not have started.
	settling = 5 * time.Second
	// noEffect is the requirement that a refused call changes nothing.
	noEffect = "error.no-effect"
	// inProgress is the state in which the group changes by itself while the case runs.
	inProgress = "a scaling group with a scaling activity in progress"
)

// operationsFor are the neighbour operations that the case cannot do without.
func operationsFor(x fixtures.Expanded) (out []string) {
	for _, e := range x.Observe {
		switch e {
		case fixtures.LeftGroup:
			out = append(out, neighbour.OpMembers, neighbour.OpActivities)
		case fixtures.KeepsRunning:
			out = append(out, neighbour.OpInstances, neighbour.OpActivities)
		case fixtures.AttachesElsewhere:
			out = append(out, neighbour.OpAttach, neighbour.OpActivities)
		case fixtures.Activity:
			out = append(out, neighbour.OpActivities)
		case fixtures.Unchanged:
			out = append(out, neighbour.OpMembers)
		}
	}
	for _, call := range x.Calls {
		if call.Wait {
			out = append(out, neighbour.OpActivities)
		}
		if slices.Contains(call.Request.Instances, fixtures.DownToMinSize) || slices.Contains(call.Request.Instances, fixtures.OneBelowMinSize) {
			out = append(out, neighbour.OpGroups, neighbour.OpMembers)
		}
	}
	return out
}

// watch is what was observed before the last call.
type watch struct {
	groups []string // observed groups
	ids    []string // observed instances
	before judge.Snapshot
}

// watch looks at what the effects of the case are about.
func (c *caseRun) watch(ctx context.Context) (*watch, error) {
	w := &watch{groups: []string{c.at.group("given")}, ids: c.at.given.Strings("instanceIds")}
	if c.x.Other != nil && slices.Contains(c.x.Observe, fixtures.Unchanged) {
		w.groups = append(w.groups, c.at.group("other"))
		w.ids = append(slices.Clone(w.ids), c.at.other.Strings("instanceIds")...)
	}
	begin := time.Now()
	var err error
	w.before, err = c.look(ctx, w)
	c.rec.step("observe", outcome(err), begin)
	if err != nil {
		return nil, err
	}
	return w, nil
}

// look takes a snapshot of what the case's effects need, and of no more.
func (c *caseRun) look(ctx context.Context, w *watch) (s judge.Snapshot, err error) {
	sees := func(e fixtures.Effect) bool { return slices.Contains(c.x.Observe, e) }
	if sees(fixtures.LeftGroup) || sees(fixtures.Unchanged) {
		for _, id := range w.groups {
			members, err := c.neighbours.Members(ctx, id)
			if err != nil {
				return s, err
			}
			group := judge.Group{ID: id, Instances: c.lasting(members, w.ids)}
			if sees(fixtures.Unchanged) && c.x.State.Name != inProgress {
				c.describe(ctx, &group)
			}
			s.Groups = append(s.Groups, group)
		}
	}
	if sees(fixtures.KeepsRunning) || sees(fixtures.Unchanged) {
		known, err := c.neighbours.Statuses(ctx, w.ids)
		if err != nil && sees(fixtures.KeepsRunning) {
			return s, err
		}
		if err == nil { // without ECS a refused call is judged by the groups alone
			s.Status = map[string]string{}
			for _, id := range w.ids {
				s.Status[id] = known[id]
			}
		}
	}
	return s, nil
}

// describe adds what else of a group a refused call must not change, as far as the target shows it: the members say most.
func (c *caseRun) describe(ctx context.Context, g *judge.Group) {
	if info, err := c.neighbours.Group(ctx, g.ID); err == nil {
		g.Settings = map[string]string{
			"LifecycleState": info.Lifecycle, "MinSize": strconv.Itoa(info.MinSize), "MaxSize": strconv.Itoa(info.MaxSize),
			"DefaultCooldown": strconv.Itoa(info.Cooldown),
		}
	}
	if all, err := c.neighbours.Activities(ctx, g.ID, ""); err == nil {
		g.Activities = seen(all)
	}
}

// seen is a list of activities for the judge; never nil, because none were seen is not the same as none were looked for.
func seen(all []neighbour.Activity) []judge.Activity {
	out := []judge.Activity{}
	for _, a := range all {
		out = append(out, judge.Activity{ID: a.ID, GroupID: a.Group, Status: a.Status})
	}
	return out
}

// lasting are the members that nothing but the call under test would move: those in service, and in a group with an activity in
// progress only those that the state handed out.
func (c *caseRun) lasting(members []neighbour.Member, given []string) (ids []string) {
	for _, m := range members {
		if m.State != "" && m.State != "InService" && m.State != "Removing" {
			continue
		}
		if c.x.State.Name == inProgress && !slices.Contains(given, m.ID) {
			continue
		}
		ids = append(ids, m.ID)
	}
	return ids
}

// effects judges what the call did.
func (c *caseRun) effects(ctx context.Context, w *watch, a answered) {
	if slices.Contains(c.x.Observe, fixtures.Unchanged) {
		c.rec.couldNotBecause(c.unchanged(ctx, w))
		return
	}
	if err := c.await(ctx, a); err != nil {
		c.rec.couldNotBecause(err)
		return
	}
	for _, e := range c.x.Observe {
		var err error
		switch e {
		case fixtures.LeftGroup:
			err = c.leftGroup(ctx, w, a)
		case fixtures.KeepsRunning:
			err = c.keepsRunning(ctx, w, a)
		case fixtures.AttachesElsewhere:
			err = c.attachesElsewhere(ctx, a)
		}
		if err != nil {
			c.rec.couldNotBecause(err)
		}
	}
}

// unchanged lets an activity that a refused call started against the rules come to its end, and compares.
func (c *caseRun) unchanged(ctx context.Context, w *watch) error {
	if c.x.State.Name != inProgress {
		for _, group := range w.groups {
			c.settle(ctx, group)
		}
	}
	after, err := c.look(ctx, w)
	if err != nil {
		return err
	}
	return c.compared(noEffect, judge.Unchanged(c.plan.Contract, noEffect, w.before, after))
}

// settle waits until no activity of the group is in progress. A target that does not show activities is looked at as it is.
func (c *caseRun) settle(ctx context.Context, group string) {
	_ = c.pace.Poll(ctx, min(settling, c.health.patience()), func() (bool, error) {
		busy, err := c.neighbours.Busy(ctx, group)
		return !busy, err
	})
}

func (c *caseRun) leftGroup(ctx context.Context, w *watch, a answered) error {
	group := c.at.group(a.call.Request.Group)
	detached := c.detached(a)
	var last judge.Comparison
	err := c.pace.Poll(ctx, c.pace.Lag, func() (bool, error) {
		after, err := c.look(ctx, w)
		last = judge.LeftGroup(c.plan.Contract, w.before, after, group, detached)
		return err != nil || len(last.Findings) == 0, err
	})
	if err != nil {
		return err
	}
	return c.compared("detach.leaves-group", last)
}

func (c *caseRun) keepsRunning(ctx context.Context, w *watch, a answered) error {
	after, err := c.look(ctx, w)
	if err != nil {
		return err
	}
	return c.compared("detach.keeps-running", judge.KeepsRunning(c.plan.Contract, w.before, after, c.detached(a)))
}

// attachesElsewhere attaches the detached instances to the second group. A refusal that is about the group, the caller or the target
// says nothing of the instances.
func (c *caseRun) attachesElsewhere(ctx context.Context, a answered) error {
	const id = "detach.independent"
	begin, group, ids := time.Now(), c.at.group("other"), c.detached(a)
	activityID, err := c.neighbours.Attach(ctx, group, ids)
	c.rec.step(neighbour.OpAttach, outcome(err), begin)
	var refused *neighbour.Refusal
	if errors.As(err, &refused) {
		if refused.Absent() || !aboutInstances(refused) {
			return neighbour.Unseen(neighbour.OpAttach, fmt.Sprintf("it answered HTTP %d %s", refused.Status, refused.Code))
		}
		c.finding(id, "AttachInstances to accept "+strings.Join(ids, ", ")+" in another group",
			fmt.Sprintf("HTTP %d %q: %q", refused.Status, clip(refused.Code, 80), clip(refused.Message, 120)))
		return nil
	}
	if err != nil {
		return err
	}
	if activityID != "" {
		if _, err := c.final(ctx, group, activityID); err != nil {
			return err
		}
	}
	var missing []string
	err = c.pace.Poll(ctx, c.pace.Lag, func() (bool, error) {
		members, err := c.neighbours.Members(ctx, group)
		missing = slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			return slices.ContainsFunc(members, func(m neighbour.Member) bool { return m.ID == id })
		})
		return err != nil || len(missing) == 0, err
	})
	if err != nil {
		return err
	}
	c.rec.findings(nil, id)
	if len(missing) > 0 {
		c.finding(id, "the detached instances as members of the group that they were attached to", strings.Join(missing, ", ")+" not in it")
	}
	return nil
}

// aboutInstances tells a refusal of the instances from one of the group, the caller or the moment.
func aboutInstances(r *neighbour.Refusal) bool {
	for _, other := range []string{"ScalingGroup", "ScalingActivity", "Capacity", "LoadBalancer", "DBInstance", "Forbidden", "Throttling", "Signature", "AccessKey", "Parameter", "Missing", "Internal", "ServiceUnavailable"} {
		if strings.Contains(r.Code, other) {
			return false
		}
	}
	return r.Status/100 == 4
}

// await waits for the end of the activity that an accepted call started, and judges activity.observable on the way.
func (c *caseRun) await(ctx context.Context, a answered) error {
	id, group := a.Fields["ScalingActivityId"], c.at.group(a.call.Request.Group)
	status, err := c.final(ctx, group, id)
	looksAtMore := len(c.x.Observe) > 0 && !slices.Equal(c.x.Observe, []fixtures.Effect{fixtures.Activity})
	if err != nil || status == "Successful" || !looksAtMore {
		return err
	}
	short := neighbour.Unseen(neighbour.OpActivities,
		fmt.Sprintf("activity %s ended as %s, and the document promises effects for a successful one only", id, status))
	if status == "Warning" && !slices.Contains(c.x.Observe, fixtures.Unchanged) { // it may have done all of its work: what is seen counts, what is missing does not
		c.doubt = short
		return nil
	}
	return short
}

// final polls an activity until it has ended.
func (c *caseRun) final(ctx context.Context, group, id string) (status string, err error) {
	const requirement = "activity.observable"
	if id == "" {
		return "", neighbour.Unseen(neighbour.OpActivities, "the answer gave no ScalingActivityId to look for")
	}
	begin, patience := time.Now(), c.health.patience()
	var last []judge.Activity
	err = c.pace.Poll(ctx, patience, func() (bool, error) {
		all, err := c.neighbours.Activities(ctx, group, id)
		last = seen(all)
		i := slices.IndexFunc(last, func(a judge.Activity) bool { return a.ID == id })
		if i >= 0 {
			status = last[i].Status
		}
		return err != nil || i >= 0 && last[i].Ended(), err
	})
	c.rec.step("wait for activity "+clip(id, 80), strings.TrimSpace(clip(status, 40)+" "+outcome(err)), begin)
	if err != nil {
		return status, err
	}
	comparison := judge.ActivityObservable(c.plan.Contract, id, group, last)
	for i := range comparison.Findings {
		comparison.Findings[i].Got += fmt.Sprintf(", after %s", patience)
	}
	if err := c.compared(requirement, comparison); err != nil {
		return status, err
	}
	if len(comparison.Findings) > 0 {
		c.health.lostPatience()
		return status, neighbour.Unseen(neighbour.OpActivities, "the activity was not seen to end")
	}
	return status, nil
}

// compared notes a comparison.
func (c *caseRun) compared(requirement string, found judge.Comparison) error {
	if c.doubt != nil && len(found.Findings) > 0 {
		return c.doubt
	}
	if found.Cannot != "" {
		c.rec.findings(found.Findings)
		return neighbour.Unseen("observation", found.Cannot)
	}
	c.rec.findings(found.Findings, requirement)
	return nil
}

func (c *caseRun) finding(requirement, want, got string) {
	if c.doubt != nil {
		c.rec.couldNotBecause(c.doubt)
		return
	}
	level := spec.Must
	if r, ok := c.plan.Contract.Requirement(requirement); ok {
		level = r.Level
	}
	c.rec.findings([]judge.Finding{{Requirement: requirement, Level: level, Want: want, Got: got}}, requirement)
}

// detached are the instances that the call named.
func (c *caseRun) detached(a answered) (ids []string) {
	for _, p := range a.wire.Params {
		if strings.HasPrefix(p.Name, c.plan.Contract.Instances.Prefix+".") {
			ids = append(ids, p.Value)
		}
	}
	return ids
}

// side is one answer for a comparison of formats.
func (c *caseRun) side(i int) judge.Rendering {
	a := c.answers[i]
	r := judge.Rendering{Format: c.x.FormatOf(a.call), Judgement: a.Judgement}
	if a.ex.Response != nil {
		r.Status = a.ex.Response.Status
	}
	return r
}

func outcome(err error) string {
	if err != nil {
		return err.Error()
	}
	return "done"
}
