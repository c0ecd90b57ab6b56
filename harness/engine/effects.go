package engine

import (
	"context"
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/support"
)

const (
	// settling bounds the wait for the end of something that a refused call should not have started.
	settling = 5 * time.Second
	// noEffect is the requirement that a refused call changes nothing.
	noEffect = "error.no-effect"
	// inProgress is the state in which the group changes by itself while the case runs.
	inProgress = "a scaling group with a scaling activity in progress"
	// coolingDown is the state in which the group is in its cooldown while the case runs.
	coolingDown = "a scaling group in its cooldown period"
	// outlasting is no provider state: it is what a target can be declared not to have where activities that calls
	// start have ended when the next call comes, whether or not it can arrange inProgress.
	outlasting = "an activity that outlasts its call"
)

// effects judges what the program did, as far as it shows at once. What shows later is for the late look.
func (c *attempt) effects(ctx context.Context) {
	if len(c.x.Observe) == 0 || len(c.answers) == 0 {
		return
	}
	last := c.answers[len(c.answers)-1]
	if !slices.Contains(c.x.Observe, fixtures.Unchanged) {
		if ok, err := c.awaitAll(ctx); err != nil || !ok {
			c.rec.couldNotBecause(err)
			return
		}
	}
	var err error
	for _, e := range c.x.Observe {
		switch e {
		case fixtures.LeftGroup:
			err = c.agrees(ctx, aspects{members: true}, e.Requirement())
		case fixtures.KeepsRunning:
			err = c.agrees(ctx, aspects{status: true}, e.Requirement())
		case fixtures.AttachesElsewhere:
			err = c.attachesElsewhere(ctx, last)
		case fixtures.AsAnswered:
			c.deferred = c.exercised() // the late look judges it
		case fixtures.Unchanged:
			err = c.unchanged(ctx)
		}
		if err != nil {
			c.rec.couldNotBecause(err)
		}
	}
}

// exercised are the requirements that the program's answers put to the test, so that a look that agrees with them
// satisfies them.
func (c *attempt) exercised() (out []string) {
	accepted := slices.ContainsFunc(c.answers, func(a answered) bool { return a.Decision == judge.Accepted })
	refused := slices.ContainsFunc(c.answers, func(a answered) bool { return a.Decision == judge.Refused })
	if accepted {
		out = append(out, "detach.leaves-group", "group.settings-kept")
		if len(c.before.Status) > 0 {
			out = append(out, "detach.keeps-running")
		}
	}
	if refused {
		out = append(out, noEffect)
	}
	return out
}

// awaitAll waits for the activities of all accepted calls that were not waited for yet.
func (c *attempt) awaitAll(ctx context.Context) (bool, error) {
	for _, a := range c.answers {
		if a.Decision != judge.Accepted || c.ledger.HasEnded(a.Fields["ScalingActivityId"]) {
			continue
		}
		if ok, err := c.await(ctx, a); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// settle waits until the groups are idle and the looks show what the answers promised.
func (c *attempt) settle(ctx context.Context, ref string) (bool, error) {
	if err := c.needsLedger(); err != nil {
		return false, err
	}
	if ok, err := c.awaitAll(ctx); err != nil || !ok {
		return false, err
	}
	groups := c.groups()
	if ref != "all" {
		groups = []string{c.at.group(ref)}
	}
	for _, id := range c.ledger.Running() {
		if ok, err := c.final(ctx, c.ledger.GroupOf(id), id, false); err != nil || !ok {
			return false, err
		}
	}
	if c.told("activities", c.health.selfActing) != "" {
		c.waitIdle(ctx, groups)
	}
	begin := c.pace.Now()
	found, _, err := c.settledAs(ctx, groups, nil, aspects{members: true})
	c.rec.step("settle", outcome(err), begin)
	if err != nil {
		return false, err
	}
	err = c.compared(found)
	return err == nil && len(found.Findings) == 0, err
}

// waitIdle waits for the end of activities that the service started by itself, where it was seen to do so.
func (c *attempt) waitIdle(ctx context.Context, groups []string) {
	until := c.pace.Now().Add(min(settling, c.patience()))
	for _, group := range groups {
		_ = c.repeat(ctx, func(began time.Time) (bool, error) {
			busy, err := c.support.Busy(ctx, group)
			return !busy || !began.Before(until), err
		})
	}
}

// agrees looks until the groups are as the answers promise.
func (c *attempt) agrees(ctx context.Context, a aspects, requirements ...string) error {
	begin := c.pace.Now()
	if a.status && len(c.before.Status) == 0 && slices.Contains(requirements, "detach.keeps-running") {
		return support.Unseen(support.OpInstances, "it did not show the instances before the call")
	}
	groups := c.groups()
	if !a.members && !a.settings {
		groups = nil
	}
	found, _, err := c.settledAs(ctx, groups, c.at.instances(), a)
	c.rec.step("look", outcome(err), begin)
	if err != nil {
		return err
	}
	return c.compared(found, requirements...)
}

// unchanged looks whether a refused call had an effect after all. An activity that it started against the rules is
// waited for. A new activity that changes nothing may be the service's own: it counts when every attempt, each on fresh
// resources, shows one, and no further one comes while nothing is called.
func (c *attempt) unchanged(ctx context.Context) error {
	begin := c.pace.Now()
	all := watched(c.x)
	until := begin.Add(min(settling, c.patience()))
	var found judge.Comparison
	var s judge.Snapshot
	err := c.repeat(ctx, func(began time.Time) (bool, error) {
		var err error
		if found, s, err = c.settledAs(ctx, c.groups(), c.at.instances(), all); err != nil {
			return true, err
		}
		if found.Passing && c.changed.Before(begin) {
			c.changed = c.pace.Now()
			return false, nil
		}
		running := false
		for _, g := range s.Groups {
			for _, a := range c.ledger.Unexpected(g) {
				running = running || a.Status == "InProgress"
			}
		}
		return !running || !began.Before(until), nil
	})
	c.rec.step("look", outcome(err), begin)
	if err != nil {
		return err
	}
	if err := c.compared(found, noEffect); err != nil || len(found.Findings) > 0 {
		return err
	}
	for _, g := range s.Groups {
		for _, a := range c.ledger.Unexpected(g) {
			own := true
			if c.last {
				if own, err = c.actsAlone(ctx, g.ID); err != nil {
					return err
				}
			}
			if own {
				c.again = "activity " + clip(a.ID, 80) + " appeared, which may be the service's own"
				return nil
			}
			c.rec.findings([]judge.Finding{c.ledger.NewActivity(g.ID, a)}, noEffect)
		}
	}
	return nil
}

// glances are how far apart the looks at a group are that is watched.
const glances = 100 * time.Millisecond

// watch looks again and again whether the groups stay as the answers promised, until the late look would come. What is
// not so for a moment only is a finding, too, once it cannot be an older picture.
func (c *attempt) watch(ctx context.Context) (bool, error) {
	if err := c.needsLedger(); err != nil {
		return false, err
	}
	late := max(0, c.plan.Settings.Late)
	until := c.pace.Now().Add(late)
	if err := c.pace.Sleep(ctx, min(late, c.lag()-c.pace.Since(c.changed))); err != nil {
		return false, err
	}
	begin, pace := c.pace.Now(), c.pace
	pace.First = max(pace.First, glances)
	pace.Last = pace.First
	var found judge.Comparison
	err := c.repeatAt(ctx, pace, func(began time.Time) (enough bool, err error) {
		found, _, err = c.settledAs(ctx, c.groups(), nil, aspects{members: true})
		return err != nil || len(found.Findings) > 0 || !began.Before(until), err
	})
	c.rec.step("watch", outcome(err), begin)
	if err != nil {
		return false, err
	}
	err = c.compared(found)
	return err == nil && len(found.Findings) == 0, err
}

// alone bounds how long a group is watched.
const alone = 5 * time.Second

// actsAlone watches a group for twice as long as the attempt has taken, and tells whether another activity comes up
// without a call.
func (c *attempt) actsAlone(ctx context.Context, group string) (bool, error) {
	begin := c.pace.Now()
	known, err := c.activities(ctx, group, "")
	if err == nil {
		err = c.pace.Sleep(ctx, min(alone, 2*c.pace.Since(c.began)))
	}
	var now []support.Activity
	if err == nil {
		now, err = c.activities(ctx, group, "")
	}
	c.rec.step("watch", outcome(err), begin)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(now, func(a support.Activity) bool {
		return !slices.ContainsFunc(known, func(b support.Activity) bool { return b.ID == a.ID })
	}), nil
}

// lateLooking is what a case does when its program has ended.
const lateLooking = "late look"

// lateLook looks once more at what the calls did, when the rest of the run has passed.
func (c *attempt) lateLook(ctx context.Context) {
	if !c.seen || c.again != "" || ctx.Err() != nil || c.told("target", c.health.dead) != "" {
		return
	}
	c.doing = lateLooking
	first, begin := watched(c.x), c.pace.Now()
	look := func() (judge.Comparison, judge.Snapshot, error) {
		return c.settledAs(ctx, c.groups(), c.at.instances(), aspects{
			members: true, settings: first.settings, status: first.status, activities: c.ledger.Accounted(),
		})
	}
	found, seen, err := look()
	if err == nil && len(found.Findings) > 0 {
		if c.doubtUnfinished(ctx) {
			c.changed = c.pace.Now()
			found, _, err = look()
		} else {
			found = c.ledger.Compare(seen)
		}
	}
	c.rec.step("late look", outcome(err), begin)
	switch {
	case err != nil && len(c.x.Observe) > 0:
		c.rec.couldNotBecause(err)
	case err == nil:
		unseen := c.compared(found, c.deferred...)
		if len(c.x.Observe) > 0 { // a case that is about the answer alone is judged without
			c.rec.couldNotBecause(unseen)
		}
		c.strays(ctx)
	}
}

// doubtUnfinished looks up the activities that the program did not wait for: one that is shown and did not succeed
// promises no effect. It tells whether one has succeeded, which may have been after the look that it is to explain.
func (c *attempt) doubtUnfinished(ctx context.Context) (ended bool) {
	for _, id := range c.ledger.Running() {
		all, err := c.activities(ctx, c.ledger.GroupOf(id), id)
		i := slices.IndexFunc(all, func(a support.Activity) bool { return a.ID == id })
		if err != nil || i >= 0 && all[i].Status != "Successful" {
			c.ledger.Doubt(id)
		}
		ended = ended || err == nil && i >= 0 && all[i].Status == "Successful"
	}
	return ended
}

// strays looks whether instances that were detached turned up in a group of somebody else.
func (c *attempt) strays(ctx context.Context) {
	ids := c.ledger.Detached()
	if len(ids) == 0 || !slices.Contains(c.x.Observe, fixtures.AsAnswered) {
		return
	}
	var found judge.Comparison
	deadline, looks := c.changed.Add(c.lag()), 0
	err := c.repeat(ctx, func(began time.Time) (bool, error) {
		in, err := c.support.Find(ctx, ids)
		if err != nil {
			return true, err
		}
		groups := map[string]string{}
		for _, id := range ids {
			groups[id] = in[id].Group
		}
		looks++
		found = c.ledger.Strays(groups)
		return len(found.Findings) == 0 || looks > 1 && !began.Before(deadline), nil
	})
	if err == nil { // a target that cannot be asked by instance is judged by its groups
		c.rec.couldNotBecause(c.compared(found))
	}
}

// side is one answer for a comparison of formats.
func (c *attempt) side(i int) judge.Rendering {
	a := c.answers[i]
	r := judge.Rendering{Format: c.x.FormatOf(a.call), Judgement: a.Judgement}
	if a.ex.Response != nil {
		r.Status = a.ex.Response.Status
	}
	return r
}

// together judges what only several answers show.
func (c *attempt) together() {
	if len(c.answers) < 2 {
		return
	}
	var requests, activities []string
	for _, a := range c.answers {
		requests = append(requests, a.Fields["RequestId"])
		if a.Decision == judge.Accepted {
			activities = append(activities, a.Fields["ScalingActivityId"])
		}
	}
	c.rec.unique(c.plan.Contract, "response.request-id-unique", requests)
	c.rec.unique(c.plan.Contract, "activity.unique", activities)
	if c.x.Compare {
		ids := []string{c.at.instance("unknown"), c.at.group("unknown")}
		c.rec.couldNotBecause(c.compared(judge.SameAnswer(c.plan.Contract, c.side(0), c.side(1), ids),
			"format.same-answer"))
	}
}
