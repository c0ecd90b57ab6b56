package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/support"
)

// await waits for the end of the activity that an accepted call started, and judges activity.observable on the way.
func (c *caseRun) await(ctx context.Context, a answered) error {
	id, group := a.Fields["ScalingActivityId"], c.at.group(a.call.Request.Group)
	status, err := c.final(ctx, group, id)
	looksAtMore := len(c.x.Observe) > 0 && !slices.Equal(c.x.Observe, []fixtures.Effect{fixtures.Activity})
	if err != nil || status == "Successful" || !looksAtMore {
		return err
	}
	short := support.Unseen(support.OpActivities,
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
		return "", support.Unseen(support.OpActivities, "the answer gave no ScalingActivityId to look for")
	}
	begin, patience := time.Now(), c.health.patience()
	var last []judge.Activity
	err = c.pace.Poll(ctx, patience, func() (bool, error) {
		all, err := c.support.Activities(ctx, group, id)
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
		return status, support.Unseen(support.OpActivities, "the activity was not seen to end")
	}
	return status, nil
}
