package engine

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/support"
)

// observable is the requirement that an activity can be looked up and reaches a final state.
const observable = "activity.observable"

// busyCode is the documented code of a group with an activity in progress.
const busyCode = "ScalingActivityInProgress"

// missingCode is the documented code of an instance that does not exist.
const missingCode = "InvalidInstanceId.NotFound"

// minSizeCode is the documented code of a call that leaves fewer instances than MinSize.
const minSizeCode = "IncorrectCapacity.MinSize"

// await waits for the end of the activity that an accepted call started. It is false when the program cannot go on.
func (c *attempt) await(ctx context.Context, a answered) (bool, error) {
	return c.final(ctx, a.group, a.Fields["ScalingActivityId"], true)
}

// final waits until an activity has ended. An activity of the operation under test is judged: one that is never shown
// is a finding. One that runs for longer than the patience is not, because no document sets a limit. One that did not
// succeed promises no effect.
func (c *attempt) final(ctx context.Context, group, id string, judged bool) (bool, error) {
	if id == "" {
		return false, support.Unseen(support.OpActivities, "the answer gave no ScalingActivityId to look for")
	}
	begin, patience := c.pace.Now(), c.patience()
	shown := c.changed.Add(c.lag()) // by then a look must show it
	var pause time.Duration
	if !proves(c.x) {
		typical := c.health.typical()
		if err := c.pace.Sleep(ctx, typical-c.pace.Since(c.changed)); err != nil {
			return false, err
		}
		pause = typical / 6 // by the second look, most have ended
	}
	var last []judge.Activity
	var status string
	var running time.Time     // when it was last seen in progress
	looks, hidden := 0, shown // from hidden on, an older picture no longer explains that it is not shown
	err := c.repeatFrom(ctx, pause, func(began time.Time) (bool, error) {
		all, err := c.activities(ctx, group, id)
		if err != nil {
			return true, err
		}
		looks++
		last = seen(all)
		i := slices.IndexFunc(last, func(a judge.Activity) bool { return a.ID == id })
		if i < 0 {
			return looks > 1 && !began.Before(hidden), nil
		}
		status, hidden = last[i].Status, later(shown, c.pace.Now().Add(c.lag()))
		switch {
		case last[i].Ended():
			return true, nil
		case status != "InProgress": // a word that no document has, for as long as a look may be old
			return looks > 1 && !began.Before(shown), nil
		}
		running = began
		return began.Sub(begin) > patience, nil
	})
	c.rec.step("wait for activity "+clip(id, 80), strings.TrimSpace(clip(status, 40)+" "+outcome(err)), begin)
	if err != nil {
		return false, err
	}
	c.health.took(running.Sub(c.changed), c.pace.Since(c.changed))
	c.changed = c.pace.Now()
	if status == "InProgress" && slices.ContainsFunc(last, func(a judge.Activity) bool { return a.ID == id }) {
		c.health.lostPatience()
		return false, fmt.Errorf("activity %s was still in progress after %s; raise -activity-timeout", clip(id, 80),
			patience)
	}
	comparison := judge.ActivityObservable(c.plan.Contract, id, group, last)
	if judged {
		if err := c.compared(comparison, observable); err != nil || len(comparison.Findings) > 0 {
			return false, err
		}
	} else if len(comparison.Findings) > 0 {
		return false, support.Unseen(support.OpActivities, "activity "+clip(id, 80)+" was not seen to end")
	}
	c.ledger.Ended(id, status)
	c.timeline.ended(c.began, group, id, status)
	if status != "Successful" {
		if c.again == "" {
			c.again = fmt.Sprintf(
				"activity %s ended as %s, and the document promises effects for a successful one only", clip(id, 80),
				status)
		}
		return false, nil
	}
	return true, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// lookBack notes which activities have ended before the first call of a further attempt: no refusal can be excused by
// them. Only an attempt that follows an excused one needs to know.
func (c *attempt) lookBack(ctx context.Context) {
	if c.number == 1 {
		return
	}
	past := map[string]bool{}
	for _, values := range c.at.values {
		all, err := c.activities(ctx, values.String("scalingGroupId"), "")
		if err != nil {
			return // what cannot be seen excuses as before
		}
		for _, one := range all {
			past[one.ID] = past[one.ID] || one.Final()
		}
	}
	c.past = past
}

// busyByItself finds out whether a refusal because of an activity is right though the case has none: the service may
// act on its own.
func (c *attempt) busyByItself(ctx context.Context, a answered) (string, error) {
	deadline := a.done.Add(c.lag())
	var found string
	err := c.repeat(ctx, func(began time.Time) (bool, error) {
		all, err := c.activities(ctx, a.group, "")
		if err != nil {
			found = ""
			return true, nil // what cannot be seen excuses nothing
		}
		for _, one := range all {
			if c.past[one.ID] {
				continue
			}
			own := c.ledger.Owns(a.group, one.ID)
			if !own || !one.Final() {
				found = one.ID
			}
			if !own && (!one.Final() || c.past != nil) { // one that has ended may be that of the setup
				c.ledger.ActsByItself(a.group)
				c.health.actsByItself()
			}
		}
		return found != "" || !began.Before(deadline), nil
	})
	if err != nil || found == "" {
		return "", err
	}
	return fmt.Sprintf("the group was busy with activity %s, which the call under test did not wait for",
		clip(found, 80)), nil
}

// outOfOrder says why an answer is no word on the call, so that the case is worth another attempt: the service broke
// down for a moment, as any service may (facts, section 4), and the call had no effect. When it does so twice, or has
// had its effect, that is what the case is about.
func (c *attempt) outOfOrder(ctx context.Context, all ...answered) string {
	for _, a := range all {
		if why := c.brokeDown(ctx, a); why != "" {
			return why
		}
	}
	return ""
}

func (c *attempt) brokeDown(ctx context.Context, a answered) string {
	if c.number > 1 || !c.seen {
		return ""
	}
	switch r := a.ex.Response; {
	case r == nil && a.ex.TimedOut && c.told("alone", func() string { return c.hangsAlone(a) }) == "":
		return ""
	case r == nil && a.ex.Failure != "":
	case r != nil && (r.Status == http.StatusServiceUnavailable && a.Fields["Code"] == "ServiceUnavailable" ||
		r.Status == http.StatusInternalServerError && a.Fields["Code"] == "InternalError"):
	default:
		return ""
	}
	if !c.untouched(ctx, a) {
		return ""
	}
	return "the service was out of order for a moment: " + summary(a)
}

// untouched tells whether a look shows no effect of a call: the members that it names are as before, and no activity
// has begun.
func (c *attempt) untouched(ctx context.Context, a answered) bool {
	members, shown, err := c.members(ctx, a.group)
	if err != nil {
		return false
	}
	was, _ := c.before.Group(a.group)
	for _, id := range a.ids {
		if slices.Contains(c.ledger.Members(a.group), id) &&
			(!slices.Contains(members, id) || shown[id] != was.Shown[id]) {
			return false
		}
	}
	if c.x.State.Name == inProgress {
		return true
	}
	all, err := c.activities(ctx, a.group, "")
	begun := func(one support.Activity) bool { return !one.Final() && !c.ledger.Owns(a.group, one.ID) }
	return err == nil && !slices.ContainsFunc(all, begun)
}

// hangsAlone says that one call was not answered in time where others were; "" when it is not so.
func (c *attempt) hangsAlone(a answered) string {
	if c.health.answeredSince(a.begin) && c.hangs.first(c.kindOf(a.call)) {
		return "others were answered"
	}
	return ""
}

// endedBefore finds out whether the activity that a call was to meet had ended by then. If one look shows it in
// progress beside that of the call, both were so at once, however old the look is. What the service does by itself
// proves nothing: it may have begun after the call.
func (c *attempt) endedBefore(ctx context.Context, a answered) (string, error) {
	deadline := a.done.Add(c.lag())
	for {
		began := c.pace.Now()
		all, err := c.activities(ctx, a.group, "")
		if err != nil {
			return "", err
		}
		beside, met := false, false
		for _, one := range all {
			switch {
			case one.Final():
			case one.ID == a.Fields["ScalingActivityId"]:
				beside = true
			default:
				met = met || c.unnamed || c.ledger.Owns(a.group, one.ID)
			}
		}
		switch {
		case beside && met:
			return "", nil
		case !met:
			return "the activity had ended before the call that it was to refuse: activities are to last longer than " +
				"calls take to come; a target whose activities always end at once declares in its target file " +
				"unsupported: [{state: " + outlasting + ", reason: …}]", nil
		case !began.Before(deadline):
			return "", nil // it still runs
		}
		if err := c.pace.Sleep(ctx, c.pace.First); err != nil {
			return "", err
		}
	}
}

// replaced finds out whether the group has instances that the service launched by itself: then it has more room above
// MinSize than the program knows.
func (c *attempt) replaced(ctx context.Context, group string, at time.Time) (why string, err error) {
	deadline := at.Add(c.lag())
	err = c.repeat(ctx, func(began time.Time) (bool, error) {
		members, _, err := c.members(ctx, group)
		if err != nil {
			return true, err
		}
		for _, id := range members {
			if !c.ledger.Knows(id) {
				why = fmt.Sprintf("the service launched instance %s by itself, so the call did not break MinSize",
					clip(id, 80))
			}
		}
		return why != "" || !began.Before(deadline), nil
	})
	return why, err
}

// compared notes a comparison on requirements.
func (c *attempt) compared(found judge.Comparison, requirements ...string) error {
	for i := range found.Findings {
		c.rec.historyOf(found.Findings[i], c.timeline.lines())
	}
	if found.Cannot != "" {
		c.rec.findings(found.Findings)
		return support.Unseen("observation", found.Cannot)
	}
	c.rec.findings(found.Findings, requirements...)
	return nil
}

// missingFrom says which of the instances a group does not list.
func missingFrom(ids, members []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(members, id) })
}
