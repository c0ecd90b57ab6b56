package engine

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/support"
)

// operationsFor are the supporting operations that the case cannot do without.
func operationsFor(x fixtures.Expanded) (out []string) {
	for _, e := range x.Observe {
		switch e {
		case fixtures.LeftGroup:
			out = append(out, support.OpMembers, support.OpActivities)
		case fixtures.KeepsRunning:
			out = append(out, support.OpInstances, support.OpActivities)
		case fixtures.AttachesElsewhere:
			out = append(out, support.OpAttach, support.OpActivities)
		case fixtures.Activity:
			out = append(out, support.OpActivities)
		case fixtures.Unchanged:
			out = append(out, support.OpMembers)
		}
	}
	for _, call := range x.Calls {
		if call.Wait {
			out = append(out, support.OpActivities)
		}
		if slices.Contains(call.Request.Instances, fixtures.DownToMinSize) || slices.Contains(call.Request.Instances, fixtures.OneBelowMinSize) {
			out = append(out, support.OpGroups, support.OpMembers)
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
			members, err := c.support.Members(ctx, id)
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
		known, err := c.support.Statuses(ctx, w.ids)
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
	if info, err := c.support.Group(ctx, g.ID); err == nil {
		g.Settings = map[string]string{
			"LifecycleState": info.Lifecycle, "MinSize": strconv.Itoa(info.MinSize), "MaxSize": strconv.Itoa(info.MaxSize),
			"DefaultCooldown": strconv.Itoa(info.Cooldown),
		}
	}
	if all, err := c.support.Activities(ctx, g.ID, ""); err == nil {
		g.Activities = seen(all)
	}
}

// seen is a list of activities for the judge; never nil, because none were seen is not the same as none were looked for.
func seen(all []support.Activity) []judge.Activity {
	out := []judge.Activity{}
	for _, a := range all {
		out = append(out, judge.Activity{ID: a.ID, GroupID: a.Group, Status: a.Status})
	}
	return out
}

// lasting are the members that nothing but the call under test would move: those in service, and in a group with an activity in
// progress only those that the state handed out.
func (c *caseRun) lasting(members []support.Member, given []string) (ids []string) {
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
