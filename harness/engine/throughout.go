package engine

import (
	"context"
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
)

// satisfied is the attempt from which on a call need not meet the activity that it is sent throughout.
const satisfied = 5

// throughout sends a call that an activity refuses again and again while looks show that activity in progress: a group
// is busy for however long that takes. The distances grow, so that few calls do for a millisecond and for a minute. The
// first one follows closely; then freed lets others call.
func (c *attempt) throughout(ctx context.Context, call fixtures.Call, freed func() context.Context) (
	right bool, err error,
) {
	group, begin, patience := c.at.group(call.Request.Group), c.pace.Now(), c.patience()
	shown := c.changed.Add(c.lag()) // by then a look must show the activity
	goesOn, right, err := c.onceMore(ctx, call, c.number < satisfied && !c.last)
	ctx = freed()
	if err != nil || !goesOn {
		return right, err
	}
	pace := c.pace.Throughout()
	if err := c.pace.Sleep(ctx, pace.First); err != nil {
		return false, err
	}
	err = c.repeatAt(ctx, pace, func(began time.Time) (bool, error) {
		runs, ended, err := c.runs(ctx, group)
		switch {
		case err != nil || ended || began.Sub(begin) > patience:
			return true, err
		case !runs: // the picture may be older than the activity
			return !began.Before(shown), nil
		}
		goesOn, right, err = c.onceMore(ctx, call, false)
		return !goesOn, err
	})
	return right, err
}

// runs looks whether an activity of the case is shown in progress in a group, or ended and none that runs.
func (c *attempt) runs(ctx context.Context, group string) (runs, ended bool, err error) {
	all, err := c.activities(ctx, group, "")
	if err != nil {
		return false, false, err
	}
	running := c.ledger.Running()
	for _, one := range all {
		ours := slices.Contains(running, one.ID) || c.unnamed
		runs = runs || ours && !one.Final()
		ended = ended || ours && one.Final()
	}
	return runs, ended && !runs, nil
}

// onceMore is one such call. It may find that the activity has ended: then the case is worth another attempt where it
// is to meet it, and else it is a call like any other, and the last one. right is false where it shows that the
// activity was ignored.
func (c *attempt) onceMore(ctx context.Context, call fixtures.Call, meets bool) (goesOn, right bool, err error) {
	a, excused, err := c.ask(ctx, call)
	switch {
	case err != nil || a == nil:
		return false, false, err
	case excused != "" && meets:
		c.rec.step(a.wire.Action, summary(*a), a.begin)
		c.again = excused
		return false, false, nil
	case excused != "" && a.Decision != judge.Accepted:
		c.rec.step(a.wire.Action, summary(*a), a.begin)
		return false, true, nil
	case excused != "":
		a.call.Expect = fixtures.Expect{Accepted: true}
		a.Judgement = judged(c.expectation(a.call), a.ex)
		c.take(*a)
		return false, true, nil
	}
	c.take(*a)
	right = a.Decision == judge.Refused && len(a.Findings) == 0
	return right, right, nil
}
