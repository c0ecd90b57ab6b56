package engine

import (
	"context"
	"errors"
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
		if !isDuring(s) {
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
