package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/replay"
	"github.com/essconform/essconform/harness/internal/wire"
)

// gaps are how long after the first call of such a group the next ones are sent, by attempt: which one meets the
// activity depends on how long the target takes to begin it, and how long its answers travel.
var gaps = map[int]time.Duration{
	3: 2 * time.Millisecond, 4: 8 * time.Millisecond, 5: 25 * time.Millisecond,
	6: 80 * time.Millisecond,
}

// following are the calls after step i that are about the activity which step i starts, where they are to be sent
// before its answer is there: where answers take longer than activities, a call that waits for the answer comes too
// late.
func (c *attempt) following(i int) (calls []fixtures.Call) {
	if gaps[c.number] == 0 || isDuring(c.x.Steps[i]) {
		return nil
	}
	for _, s := range c.x.Steps[i+1:] {
		if !isDuring(s) || s.Detach.Throughout {
			break
		}
		calls = append(calls, *s.Detach)
	}
	return calls
}

// closely sends what starts an activity and the calls that it is to refuse one shortly after the other, without waiting
// for answers.
func (c *attempt) closely(ctx context.Context, first fixtures.Step, calls []fixtures.Call) (bool, error) {
	if first.Attach == nil {
		return c.sendClosely(ctx, append([]fixtures.Call{*first.Detach}, calls...), true)
	}
	var attached bool
	var attaching error
	var both sync.WaitGroup
	beside := both.Go
	if c.tape != nil { // it gives each of them what is its own, whatever comes first
		beside = func(do func()) { do() }
	}
	beside(func() { attached, attaching = c.attach(ctx, *first.Attach) })
	if err := c.pace.Sleep(ctx, gaps[c.number]); err != nil {
		both.Wait()
		return false, err
	}
	exchanges, requests, refusing := c.exchangeClosely(ctx, calls)
	both.Wait()
	if err := errors.Join(attaching, refusing); err != nil || !attached {
		return false, err
	}
	return c.takeClosely(ctx, calls, requests, exchanges, false)
}

// sendClosely is closely for calls of the operation under test alone.
func (c *attempt) sendClosely(ctx context.Context, calls []fixtures.Call, starts bool) (bool, error) {
	exchanges, requests, err := c.exchangeClosely(ctx, calls)
	if err != nil {
		return false, err
	}
	return c.takeClosely(ctx, calls, requests, exchanges, starts)
}

func (c *attempt) exchangeClosely(ctx context.Context, calls []fixtures.Call) ([]wire.Exchange, []wire.Call, error) {
	requests := make([]wire.Call, len(calls))
	for i, call := range calls {
		var err error
		if requests[i], err = c.call(ctx, c.x, call, c.at); err != nil {
			return nil, nil, err
		}
	}
	exchanges, err := c.client.DoSpaced(ctx, requests, gaps[c.number])
	return exchanges, requests, err
}

// takeClosely judges the answers: the first is accepted where it starts the activity, and the others are refused for
// it.
func (c *attempt) takeClosely(
	ctx context.Context, calls []fixtures.Call, requests []wire.Call, exchanges []wire.Exchange, starts bool,
) (bool, error) {
	got := make([]answered, len(calls))
	for i, call := range calls {
		got[i] = c.answered(call, requests[i], exchanges[i], replay.Lane(i))
	}
	if c.unread(ctx, got...) {
		return false, nil
	}
	for i := range got {
		if err := c.judgeable(ctx, got[i]); err != nil {
			return false, err
		}
		c.note(&got[i])
	}
	if c.again = c.outOfOrder(ctx, got...); c.again != "" {
		return false, nil
	}
	c.glimpse(ctx, got...)
	if starts && got[0].Decision != judge.Accepted {
		c.again = "the calls overtook each other"
		return false, nil
	}
	for _, a := range got {
		why, err := c.excused(ctx, a)
		if err != nil {
			return false, err
		}
		if why != "" {
			c.again = why
			return false, nil
		}
		c.take(a)
		if a.Decision != wanted(a.call) {
			return false, nil
		}
	}
	return true, nil
}

// overlap releases calls at one moment, each over a connection of its own, and takes their answers in the order of the
// program. Where no two of them are for the same group, those that met an activity of the service's own are released
// once more: with many groups it is busy with one of them in every attempt.
func (c *attempt) overlap(ctx context.Context, step fixtures.Step) (bool, error) {
	calls, right := step.Together, true
	for try := 1; ; try++ {
		got, err := c.release(ctx, calls, step.Describe)
		if err != nil || got == nil {
			return false, err
		}
		calls = nil
		why := ""
		var busy []string
		for _, a := range got {
			excused, err := c.excused(ctx, a)
			if err != nil {
				return false, err
			}
			if excused == "" {
				c.take(a)
				want := wanted(a.call)
				right = right && (want == judge.Either || a.Decision == want)
				continue
			}
			if !apart(step.Together) || a.Fields["Code"] != busyCode {
				c.again = excused
				return false, nil
			}
			why, calls, busy = excused, append(calls, a.call), append(busy, a.group)
			c.rec.step(a.wire.Action, summary(a), a.begin)
		}
		switch {
		case len(calls) == 0:
			return right, nil
		case !right:
			return false, nil
		case try == releases:
			c.again = why
			return false, nil
		}
		c.waitIdle(ctx, busy)
	}
}

// releases is how often a call is sent that met an activity of the service's own.
const releases = 3

// apart tells whether the calls are to be accepted, and each is for a group of its own.
func apart(calls []fixtures.Call) bool {
	groups := map[string]bool{}
	for _, call := range calls {
		if !call.Expect.Accepted || groups[call.Request.Group] {
			return false
		}
		groups[call.Request.Group] = true
	}
	return true
}

// release sends calls at one moment. nil: one may not have been read.
func (c *attempt) release(ctx context.Context, calls []fixtures.Call, describe int) ([]answered, error) {
	requests := make([]wire.Call, len(calls))
	for i, call := range calls {
		var err error
		if why := c.told("hangs", func() string { return c.hangs.known(c.kindOf(call)) }); why != "" {
			return nil, errors.New(why)
		}
		if requests[i], err = c.call(ctx, c.x, call, c.at); err != nil {
			return nil, err
		}
	}
	stop := c.describing(ctx, describe)
	exchanges := c.client.DoTogether(ctx, requests)
	stop()
	got := make([]answered, len(calls))
	for i, call := range calls {
		got[i] = c.answered(call, requests[i], exchanges[i], replay.Lane(i))
	}
	if c.unread(ctx, got...) {
		return nil, nil
	}
	for _, a := range got {
		if err := c.judgeable(ctx, a); err != nil {
			return nil, err
		}
	}
	for i := range got {
		c.note(&got[i])
	}
	if c.again = c.outOfOrder(ctx, got...); c.again != "" {
		return nil, nil
	}
	c.glance(ctx, got)
	c.glimpse(ctx, got...)
	return got, nil
}

// describing asks the Describe operations of the groups again and again, until stop is called. Their answers are not
// looked at.
func (c *attempt) describing(ctx context.Context, callers int) (stop func()) {
	if c.tape != nil {
		return func() {}
	}
	client := c.observed(background)
	ctx, cancel := context.WithCancel(ctx)
	var asking sync.WaitGroup
	for n := range callers {
		asking.Go(func() {
			groups := c.groups()
			for i := n; ctx.Err() == nil; i++ {
				group := groups[i%len(groups)]
				switch i % 3 {
				case 0:
					_, _ = client.Members(ctx, group)
				case 1:
					_, _ = client.Activities(ctx, group, "")
				default:
					_, _ = client.Group(ctx, group)
				}
			}
		})
	}
	return func() {
		cancel()
		asking.Wait()
	}
}

// glance looks at the activities of the groups as soon as overlapping calls are answered: two that are in progress at
// once are what no order of the calls explains.
func (c *attempt) glance(ctx context.Context, got []answered) {
	var groups []string
	for _, a := range got {
		if a.Decision == judge.Accepted && !slices.Contains(groups, a.group) {
			groups = append(groups, a.group)
		}
	}
	for _, group := range groups {
		_, _ = c.activities(ctx, group, "") // what could not be seen proves nothing
	}
}
