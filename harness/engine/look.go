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
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/support"
)

// aspects say what a look is about: no more is asked for than a case needs.
type aspects struct{ members, settings, status, activities bool }

// watched is what the program must see before its first call, to judge what it did.
func watched(x fixtures.Expanded) (a aspects) {
	for _, e := range x.Observe {
		switch e {
		case fixtures.LeftGroup, fixtures.AttachesElsewhere, fixtures.Activity:
			a.members = true
		case fixtures.KeepsRunning:
			a.members, a.status = true, true
		case fixtures.Unchanged:
			a.members, a.settings, a.status = true, true, true
			a.activities = x.State.Name != inProgress
		case fixtures.AsAnswered:
			a.members, a.settings, a.status = true, true, true
		}
	}
	if len(x.Kinds) > 0 {
		a.members, a.settings = true, true
		a.activities = proves(x)
	}
	if slices.ContainsFunc(x.Calls, func(c fixtures.Call) bool { return relative(c.Request.Instances) }) {
		a.members, a.settings = true, true
	}
	for _, s := range x.Steps {
		if s.Detach == nil && s.Together == nil {
			a.members = true
		}
		if s.Modify != nil || s.Enable != "" || s.Disable != "" {
			a.settings = true
		}
	}
	return a
}

// proves tells whether the case needs to know what ran at the same time.
func proves(x fixtures.Expanded) bool { return x.Overlaps() || x.During() }

// operationsFor are the supporting operations that the case cannot do without.
func operationsFor(x fixtures.Expanded) (out []string) {
	add := func(operations ...string) {
		for _, o := range operations {
			if !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	for _, e := range x.Observe {
		switch e {
		case fixtures.LeftGroup, fixtures.AsAnswered:
			add(support.OpMembers, support.OpActivities)
		case fixtures.KeepsRunning:
			add(support.OpInstances, support.OpActivities)
		case fixtures.AttachesElsewhere:
			add(support.OpAttach, support.OpActivities)
		case fixtures.Activity:
			add(support.OpActivities)
		case fixtures.Unchanged:
			add(support.OpMembers)
		}
	}
	for _, s := range x.Steps {
		switch {
		case s.Attach != nil:
			add(support.OpAttach, support.OpMembers, support.OpActivities)
		case s.Enable != "":
			add(support.OpEnable, support.OpMembers)
		case s.Disable != "":
			add(support.OpDisable, support.OpMembers)
		case s.Modify != nil:
			add(support.OpModify, support.OpMembers)
		case s.Settle != "":
			add(support.OpMembers, support.OpActivities)
		case s.Pause == fixtures.PauseWatched:
			add(support.OpMembers)
		}
	}
	for _, call := range x.Calls {
		if call.Wait || call.During {
			add(support.OpActivities)
		}
		if relative(call.Request.Instances) {
			add(support.OpGroups, support.OpMembers)
		}
	}
	return out
}

// relative tells whether a list of selectors needs to know MinSize.
func relative(instances []fixtures.Selector) bool {
	return slices.Contains(instances, fixtures.DownToMinSize) || slices.Contains(instances, fixtures.OneBelowMinSize)
}

// firstLook waits until the looks show what the setup returned, and begins the account with it. Of a target that does
// not show its members, a case that does not build on them is judged by its answers alone.
func (c *attempt) firstLook(ctx context.Context) error {
	needs := watched(c.x)
	c.ledger = judge.NewLedger(c.plan.Contract, judge.Snapshot{})
	if !needs.members && c.plan.declared(support.OpMembers) {
		return nil
	}
	all := needs
	all.members = true
	begin, deadline := c.pace.Now(), c.changed.Add(c.lag())
	var s judge.Snapshot
	missing := ""
	err := c.repeat(ctx, func(time.Time) (bool, error) {
		began := c.pace.Now()
		var err error
		if s, err = c.look(ctx, c.groups(), c.at.instances(), all); err != nil {
			return true, err
		}
		missing = c.notVisible(s, all)
		return missing == "" && !c.idleYet(s) || !began.Before(deadline), nil
	})
	c.rec.step("look", outcome(err), begin)
	var unseen *support.Unobservable
	switch {
	case err != nil && !needs.members && errors.As(err, &unseen):
		return nil // it is believed
	case err != nil:
		return err
	case missing != "":
		return fmt.Errorf("the setup is not complete: %s, %s after its answer; let setup wait until the Describe "+
			"operations show what it returns, or raise -lag", missing, c.lag())
	}
	c.seen, c.before = true, s
	c.ledger = judge.NewLedger(c.plan.Contract, s)
	c.ledger.Handed(c.at.instances())
	if slices.ContainsFunc(s.Groups, func(g judge.Group) bool { return len(g.Activities) > 0 }) {
		c.health.arrangedByActivity()
	}
	return nil
}

// notVisible says what of the setup a look does not show.
func (c *attempt) notVisible(s judge.Snapshot, need aspects) string {
	for _, values := range c.at.values {
		id := values.String("scalingGroupId")
		g, _ := s.Group(id)
		for _, instance := range values.Strings("instanceIds") {
			if !slices.Contains(g.Instances, instance) {
				return fmt.Sprintf("%s does not show instance %s in group %s", support.OpMembers, clip(instance, 80),
					clip(id, 80))
			}
			if need.status && s.Status != nil && s.Status[instance] == "" &&
				slices.Contains(c.x.Observe, fixtures.KeepsRunning) {
				return fmt.Sprintf("%s does not show instance %s", support.OpInstances, clip(instance, 80))
			}
		}
		if need.settings && g.Gone {
			return fmt.Sprintf("%s does not show group %s", support.OpGroups, clip(id, 80))
		}
	}
	return ""
}

// idleYet tells whether a look does not show the activity that the state is to have in progress, so that another one
// may.
func (c *attempt) idleYet(s judge.Snapshot) bool {
	g, _ := s.Group(c.at.group("given"))
	return c.x.State.Name == inProgress && g.Activities != nil &&
		!slices.ContainsFunc(g.Activities, func(a judge.Activity) bool { return !a.Ended() })
}

// programmed tells a case with steps beside calls of the operation under test.
func (c *attempt) programmed() bool {
	return slices.ContainsFunc(c.x.Steps, func(s fixtures.Step) bool { return s.Detach == nil && s.Together == nil })
}

// groups are the ids of the groups of the case.
func (c *attempt) groups() (ids []string) {
	for _, ref := range c.at.refs() {
		ids = append(ids, c.at.group(ref))
	}
	return ids
}

// look takes a picture of some groups and instances.
func (c *attempt) look(ctx context.Context, groups, instances []string, a aspects) (s judge.Snapshot, err error) {
	for _, id := range groups {
		group := judge.Group{ID: id}
		if a.members {
			if group.Instances, group.Shown, err = c.members(ctx, id); err != nil {
				return s, err
			}
		}
		if a.settings {
			if err := c.describe(ctx, &group); err != nil && c.programmed() {
				return s, err
			}
		}
		if a.activities {
			if all, err := c.activities(ctx, id, ""); err == nil {
				group.Activities = seen(all)
			}
		}
		s.Groups = append(s.Groups, group)
	}
	if a.status && len(instances) > 0 {
		begin := c.pace.Now()
		known, err := c.support.Statuses(ctx, instances)
		if err != nil {
			if slices.Contains(c.x.Observe, fixtures.KeepsRunning) {
				return s, err
			}
			return s, nil // without ECS the groups alone say what happened
		}
		s.Status = map[string]string{}
		for _, id := range instances {
			s.Status[id] = known[id]
		}
		c.timeline.statuses(c.began, begin, s.Status)
		c.ledger.Halted(s.Status)
	}
	return s, nil
}

// members are those that are listed, in whatever lifecycle state: a member is who is listed. In a group that changes by
// itself while the case runs, only those that the state handed out count.
func (c *attempt) members(ctx context.Context, group string) ([]string, map[string]judge.Member, error) {
	begin := c.pace.Now()
	listed, err := c.support.Members(ctx, group)
	if err != nil {
		return nil, nil, err
	}
	given := c.at.instances()
	ids, shown := []string{}, map[string]judge.Member{}
	for _, m := range listed {
		if c.x.State.Name == inProgress && !slices.Contains(given, m.ID) {
			continue
		}
		ids = append(ids, m.ID)
		shown[m.ID] = judge.Member{Lifecycle: m.State, Creation: m.CreationType}
	}
	c.timeline.members(c.began, begin, group, listed)
	return ids, shown, nil
}

// describe adds the settings of a group.
func (c *attempt) describe(ctx context.Context, g *judge.Group) error {
	begin := c.pace.Now()
	info, err := c.support.Group(ctx, g.ID)
	if errors.Is(err, support.ErrNotShown) {
		g.Gone = true
		return nil
	}
	if err != nil {
		return err
	}
	g.Settings = map[string]string{
		"LifecycleState": info.Lifecycle, "MinSize": strconv.Itoa(info.MinSize), "MaxSize": strconv.Itoa(info.MaxSize),
		"DefaultCooldown": strconv.Itoa(info.Cooldown),
	}
	if c.x.State.Name != inProgress {
		g.Total = info.Total
	}
	c.timeline.settings(c.began, begin, info)
	return nil
}

// activities of a group, or the one with the id.
func (c *attempt) activities(ctx context.Context, group, id string) ([]support.Activity, error) {
	begin := c.pace.Now()
	all, err := c.support.Activities(ctx, group, id)
	if err == nil {
		c.timeline.activities(c.began, begin, group, id, all)
	}
	return all, err
}

// seen is a list of activities for the judge; never nil, because none were seen is not the same as none were looked
// for.
func seen(all []support.Activity) []judge.Activity {
	out := []judge.Activity{}
	for _, a := range all {
		out = append(out, judge.Activity{ID: a.ID, GroupID: a.Group, Status: a.Status})
	}
	return out
}

// lag is how old an answer of a Describe operation may be.
func (c *attempt) lag() time.Duration { return c.plan.Settings.Lag }

// repeat asks again, with growing pauses, until ask says that it is enough. Only the context and ask make it fail.
func (c *attempt) repeat(ctx context.Context, ask func(began time.Time) (enough bool, err error)) error {
	return c.repeatFrom(ctx, 0, ask)
}

// repeatFrom is repeat with a first pause that is at least as long.
func (c *attempt) repeatFrom(ctx context.Context, first time.Duration,
	ask func(began time.Time) (enough bool, err error),
) error {
	pace := c.pace
	pace.First = max(pace.First, min(first, pace.Last))
	return c.repeatAt(ctx, pace, ask)
}

// repeatAt is repeat at another pace.
func (c *attempt) repeatAt(
	ctx context.Context, pace support.Pace, ask func(began time.Time) (enough bool, err error),
) error {
	c.waits++
	asked, what := 0, fmt.Sprintf("looks of wait %d", c.waits)
	recorded := c.recordedLooks(what)
	err := pace.Repeat(ctx, func() (bool, error) {
		asked++
		enough, err := ask(c.pace.Now())
		if recorded > 0 {
			// a wait takes as many looks as it took, whatever the clock of the recording says
			enough = asked == recorded
		}
		return enough, err
	})
	c.noteLooks(what, asked)
	return err
}

// settledAs looks until a look agrees with the account. A difference counts when a look that began at the end of the
// lag or later still shows it, and one before it did too: no finding rests on a single look.
func (c *attempt) settledAs(ctx context.Context, groups, instances []string,
	a aspects,
) (judge.Comparison, judge.Snapshot, error) {
	deadline := c.changed.Add(c.lag())
	var found judge.Comparison
	var s judge.Snapshot
	looks := 0
	err := c.repeat(ctx, func(began time.Time) (bool, error) {
		var err error
		if s, err = c.look(ctx, groups, instances, a); err != nil {
			return true, err
		}
		looks++
		found = c.ledger.Compare(s)
		return len(found.Findings) == 0 || !began.Before(deadline) && looks > 1, nil
	})
	if err == nil && len(found.Findings) > 0 && c.servedItself(ctx, s) {
		if found = c.ledger.Compare(s); found.Cannot != "" && c.doing != lateLooking {
			c.again = found.Cannot
		}
	}
	return found, s, err
}

// servedItself looks, where a member is gone that no call named, whether the service has acted on the group by itself:
// what it did then is not held against the calls. An activity that has ended counts unless it may be one of the setup.
func (c *attempt) servedItself(ctx context.Context, s judge.Snapshot) (did bool) {
	for _, group := range c.ledger.Bereft(s) {
		all, err := c.activities(ctx, group, "")
		if err != nil {
			continue // what cannot be seen excuses nothing
		}
		for _, one := range all {
			if c.ledger.Owns(group, one.ID) || c.past[one.ID] {
				continue
			}
			if !one.Final() || c.past != nil || c.told("setups", c.health.actingSetups) == "" {
				c.ledger.ActsByItself(group)
				did = true
			}
		}
	}
	return did
}

// minSizeBefore is the MinSize of the first look.
func (c *attempt) minSizeBefore(group string) int {
	g, _ := c.before.Group(group)
	n, _ := strconv.Atoi(g.Settings["MinSize"]) // it was written by describe
	return n
}

func outcome(err error) string {
	if err != nil {
		return err.Error()
	}
	return "done"
}

func clipAll(ids []string) string {
	short := make([]string, len(ids))
	for i, id := range ids {
		short[i] = clip(id, 80)
	}
	return strings.Join(short, ", ")
}
