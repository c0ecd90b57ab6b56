package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/replay"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/har"
)

// attempt is one try of a case, on resources of its own.
type attempt struct {
	*Runner
	x      fixtures.Expanded
	rec    *record
	number int
	last   bool // no further attempt follows
	began  time.Time
	busy   time.Duration

	arranged []setUp // states to give back, in the order in which they were made
	at       *arranged
	ledger   *judge.Ledger // what the answers promise; nil before the first look
	before   judge.Snapshot
	seen     bool // the members of the groups could be looked at
	timeline timeline
	answers  []answered
	changed  time.Time       // when the last thing happened that a look may not show yet
	used     []string        // instances that calls named which were not refused
	line     wire.Line       // the connection of calls that follow each other
	deferred []string        // requirements that a late look which agrees satisfies
	again    string          // why the case is worth another attempt
	past     map[string]bool // activities that had ended before the first call; nil when that was not looked at
	unnamed  bool            // an AttachInstances of the case was accepted without the id of its activity
	restored bool

	client  sender
	support *support.Client // the runner's, observed
	pace    support.Pace
	tape    *replay.Tape // what answers in the place of the target; nil in a run
	tally   *wire.Tally  // of the case
	doing   string       // what the recording says of the exchanges
	waits   int          // that have begun
}

// setUp is a state that was asked for.
type setUp struct {
	state  fixtures.State
	values states.Values
}

func (c *attempt) run(ctx context.Context) {
	if ctx.Err() != nil {
		c.rec.couldNot("not reached: the run was stopped before")
		return
	}
	if why := c.plan.unsupported(c.x); why != "" {
		c.rec.unsupported(why)
		return
	}
	for _, why := range []string{c.told("target", c.health.dead), c.told("states", c.health.unarranged)} {
		if why != "" {
			c.rec.couldNot(why)
			return
		}
	}
	if !c.setupAll(ctx) {
		return
	}
	c.doing = "first look"
	if err := c.firstLook(ctx); err != nil {
		c.rec.couldNotBecause(err)
		return
	}
	c.lookBack(ctx)
	if c.steps(ctx) {
		c.doing = "look"
		c.effects(ctx)
	}
	c.explain(ctx)
	c.together()
}

// setupAll arranges the states of the case: given, other, and the copies of the first.
func (c *attempt) setupAll(ctx context.Context) bool {
	all := c.x.States()
	names := []string{"given"}
	if c.x.Other != nil {
		names = append(names, "other")
	}
	for i, s := range all {
		values, ok := c.setup(ctx, s, all[i+1:])
		if !ok {
			return false
		}
		switch {
		case i == 0:
			c.at = arrange(values, c.told, func(group string) bool {
				_, err := c.Runner.support.Group(ctx, group) // no look that anything is judged by
				return err == nil
			})
		case i < len(names):
			c.at.values[names[i]] = values
		default:
			c.at.values[fmt.Sprintf("copy%d", i-len(names)+1)] = values
		}
	}
	return true
}

func (c *attempt) setup(ctx context.Context, s fixtures.State, later []fixtures.State) (states.Values, bool) {
	begin := c.pace.Now()
	if c.provider != nil {
		// A setup that was sent comes to its end, also when the run is interrupted meanwhile: else its resources could
		// not be given back. It takes no longer than one request may.
		ctx = context.WithoutCancel(ctx)
	}
	c.doing = "setup"
	var exchanges []states.Exchange
	seen := func(ex states.Exchange) { exchanges = append(exchanges, ex) }
	values, err := c.arrange(ctx, states.Request{Case: c.x.Name, State: s, Later: later, Seen: seen})
	c.health.arranged(err, c.outOfTime(begin))
	if values != nil {
		c.arranged = append(c.arranged, setUp{s, values})
	}
	if err == nil {
		err = checkLength(values)
	}
	err = cmp.Or(err, c.learn(ctx, values))
	c.noteSetup(values, err, begin)
	for _, ex := range exchanges { // now that the secrets are known which they hold
		c.keepState(ex)
	}
	outcome := "arranged"
	switch {
	case errors.Is(err, states.ErrUnknown):
		outcome = "unknown"
		c.rec.couldNot(fmt.Sprintf("state %q: %v", s.Name, err))
	case err != nil:
		outcome = "failed: " + err.Error()
		c.rec.couldNot(fmt.Sprintf("state %q could not be arranged: %v", s.Name, err))
	}
	c.rec.state(s, outcome)
	c.rec.step("setup "+s.Name, outcome, begin)
	c.changed = c.pace.Now()
	return values, err == nil
}

// outOfTime tells whether a request to the states endpoint that was sent then has had all the time that there is for
// one.
func (c *attempt) outOfTime(sent time.Time) bool {
	return c.provider != nil && c.provider.Client.Timeout > 0 && c.pace.Since(sent) >= c.provider.Client.Timeout
}

// maxValue is the length of the longest value of a state that is sent to the target, in bytes. Ids have tens. A longer
// one would only show how the target takes long requests, and that is not what is judged.
const maxValue = 1 << 10

func checkLength(values states.Values) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, v := range values.Strings(name) {
			if len(v) > maxValue {
				return fmt.Errorf("the setup returned %s of %d bytes; an id has at most %d", clip(name, 80), len(v),
					maxValue)
			}
		}
	}
	return nil
}

// giveBack undoes what the case changed beside its states, and tears the states down: always, also after a failure or
// an interrupt.
func (c *attempt) giveBack(ctx context.Context) {
	if c.restored || c.tape != nil {
		return
	}
	c.restored = true
	c.doing = "teardown"
	c.line.Close()
	if c.at != nil {
		c.awaitLeft(ctx)
		c.restore(ctx)
	}
	for _, s := range slices.Backward(c.arranged) {
		c.teardown(ctx, s)
	}
}

// teardown is always sent. Its failure is told and changes no outcome.
func (c *attempt) teardown(ctx context.Context, s setUp) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.teardownTime())
	defer cancel()
	begin, outcome := c.pace.Now(), "done"
	err := c.driver.Teardown(ctx, states.Release{
		Case: c.x.Name, State: s.state, Values: s.values, Used: c.used,
		Seen: c.keepState,
	})
	c.health.tornDown(err != nil && (ctx.Err() != nil || c.outOfTime(begin)))
	if err != nil {
		outcome = "failed: " + err.Error()
		c.rec.state(s.state, "teardown "+outcome)
	}
	c.rec.step("teardown "+s.state.Name, outcome, begin)
}

// observed is the client of supporting operations whose calls are recorded in a lane.
func (c *attempt) observed(lane string) *support.Client {
	client := c.Runner.support.Silent(func(action string, learned func() bool) bool {
		return c.told("no longer asked: "+action, func() string {
			if learned() {
				return "not answered in time"
			}
			return ""
		}) != ""
	})
	switch {
	case c.tape != nil:
		return client.Through(c.tape)
	case c.recorder != nil:
		return client.With(func(_ string, sent, _ time.Time, ex wire.Exchange) {
			c.recorder.Exchange(ex, sent, c.facts(lane))
		})
	}
	return client
}

func (c *attempt) keepState(ex states.Exchange) {
	c.tally.Sent.Add(1) // wire counts all others
	c.recorder.State(ex, c.facts(""))
}

// facts are what a recording says of an exchange beside what went over the wire.
func (c *attempt) facts(lane string) har.Facts {
	return har.Facts{Case: c.x.Name, Attempt: c.number, Step: c.doing, Lane: lane}
}
