package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

// Run runs one case and says what was found. It never returns an error: what goes wrong is in the result.
func (r *Runner) Run(ctx context.Context, x fixtures.Expanded) reports.CaseResult {
	begin := time.Now()
	var throttled atomic.Int64
	run := r.once(wire.WithTally(ctx, &throttled), x)
	for again := 1; run.lost && again < catches; again++ { // nothing was judged, so that this is no second chance
		run = r.once(wire.WithTally(ctx, &throttled), x)
	}
	run.rec.result.Throttled = int(throttled.Load())
	run.rec.result.DurationMs = milliseconds(time.Since(begin))
	return run.rec.finish(r)
}

func (r *Runner) once(ctx context.Context, x fixtures.Expanded) *caseRun {
	run := &caseRun{Runner: r, x: x, rec: newRecord(x)}
	run.guarded(ctx)
	return run
}

// caseRun is one run of one case.
type caseRun struct {
	*Runner
	x   fixtures.Expanded
	rec *record
	at  *arranged
	// answers to the calls of the case, in order.
	answers []answered
	// doubt is why an effect that is missing cannot be held against the target; nil when it can.
	doubt error
	used  []string // instances that calls named which were not refused
	lost  bool     // the state was gone before the call came
}

type answered struct {
	call fixtures.Call
	wire wire.Call
	ex   wire.Exchange
	judge.Judgement
}

// guarded turns a panic of the harness into a case that could not run, so that the others still do and none is green by accident.
func (c *caseRun) guarded(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			c.rec.couldNot(fmt.Sprintf("a fault of essconform itself, please report it: panic: %v", p))
		}
	}()
	c.do(ctx)
}

func (c *caseRun) do(ctx context.Context) {
	if ctx.Err() != nil {
		c.rec.couldNot("not reached: the run was stopped before")
		return
	}
	if why := c.plan.unsupported(c.x); why != "" {
		c.rec.unsupported(why)
		return
	}
	for _, why := range []string{c.health.dead(), c.health.unarranged()} {
		if why != "" {
			c.rec.couldNot(why)
			return
		}
	}
	given, ok := c.setup(ctx, c.x.State)
	defer func() { c.teardown(ctx, c.x.State, given) }()
	if !ok {
		return
	}
	var other states.Values
	if c.x.Other != nil {
		other, ok = c.setup(ctx, *c.x.Other)
		defer func() { c.teardown(ctx, *c.x.Other, other) }()
		if !ok {
			return
		}
	}
	c.at = arrange(given, other)
	defer func() { c.restore(ctx) }()
	c.steps(ctx)
}

func (c *caseRun) setup(ctx context.Context, s fixtures.State) (states.Values, bool) {
	begin := time.Now()
	if c.provider != nil {
		// A setup that was sent comes to its end, also when the run is interrupted meanwhile: else nobody would know what to give back.
		// It takes no longer than one request may.
		ctx = context.WithoutCancel(ctx)
	}
	values, err := c.driver.Setup(ctx, states.Request{Case: c.x.Name, State: s})
	c.health.arranged(err, c.outOfTime(begin))
	if err == nil {
		err = checkLength(values)
	}
	if err == nil && c.plan.Settings.Bindings != "" {
		err = c.stillThere(ctx, values)
	}
	c.rec.secrets(values)
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
	return values, err == nil
}

// stillThere finds prepared instances that an earlier run has used up, where the target shows its members. Judged with them, a target that
// is right would look wrong.
func (c *caseRun) stillThere(ctx context.Context, values states.Values) error {
	group := values.String("scalingGroupId")
	members, err := c.support.Members(ctx, group)
	if err != nil {
		return nil // it shows none: the bindings are believed
	}
	for _, id := range values.Strings("instanceIds") {
		if !slices.ContainsFunc(members, func(m support.Member) bool { return m.ID == id }) {
			return fmt.Errorf("instance %s of the bindings is not in group %s; replace what earlier runs have used up", id, group)
		}
	}
	return nil
}

// outOfTime tells whether a request to the states endpoint that was sent then has had all the time that there is for one.
func (c *caseRun) outOfTime(sent time.Time) bool {
	return c.provider != nil && c.provider.Client.Timeout > 0 && time.Since(sent) >= c.provider.Client.Timeout
}

// maxValue is the length of the longest value of a state that is sent to the target, in bytes. Ids have tens. A longer one would only
// show how the target takes long requests, and that is not what is judged.
const maxValue = 1 << 10

func checkLength(values states.Values) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, v := range values.Strings(name) {
			if len(v) > maxValue {
				return fmt.Errorf("the setup returned %s of %d bytes; an id has at most %d", clip(name, 80), len(v), maxValue)
			}
		}
	}
	return nil
}

// teardown is always sent, also after a failure or an interrupt. Its failure is told and changes no outcome.
func (c *caseRun) teardown(ctx context.Context, s fixtures.State, values states.Values) {
	if values == nil {
		return // nothing was set up
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.teardownTime())
	defer cancel()
	begin, outcome := time.Now(), "done"
	err := c.driver.Teardown(ctx, states.Release{Case: c.x.Name, State: s, Values: values, Used: c.used})
	c.health.tornDown(err != nil && (ctx.Err() != nil || c.outOfTime(begin)))
	if err != nil {
		outcome = "failed: " + err.Error()
		c.rec.state(s, "teardown "+outcome)
	}
	c.rec.step("teardown "+s.Name, outcome, begin)
}

// steps are the calls of the case. Every answer is judged; the last one also by what it did.
func (c *caseRun) steps(ctx context.Context) {
	last := len(c.x.Calls) - 1
	for i, call := range c.x.Calls {
		// The request comes first: making it may look at the group, and even raise its MinSize.
		request, err := c.call(ctx, c.x, call, c.at)
		if err != nil {
			c.rec.couldNotBecause(err)
			return
		}
		var watch *watch
		if i == last && len(c.x.Observe) > 0 {
			if watch, err = c.watch(ctx); err != nil {
				c.rec.couldNotBecause(err)
			}
		}
		a, err := c.ask(ctx, call, request)
		if err != nil {
			c.rec.couldNotBecause(err)
			return
		}
		if a.Decision != wanted(call) {
			return // the finding is there; what follows would only repeat it
		}
		if call.Wait {
			if err := c.await(ctx, a); err != nil {
				c.rec.couldNotBecause(err)
				return
			}
		}
		if watch != nil {
			c.effects(ctx, watch, a)
		}
	}
	c.together()
}

func wanted(call fixtures.Call) judge.Outcome {
	if call.Expect.Accepted {
		return judge.Accepted
	}
	return judge.Refused
}

// ask sends one call of the case and judges the answer.
func (c *caseRun) ask(ctx context.Context, call fixtures.Call, request wire.Call) (answered, error) {
	begin := time.Now()
	refused := c.uses(request)
	ex := c.client.Do(ctx, request)
	if ctx.Err() != nil {
		return answered{}, errors.New("not finished: the run was stopped during the call")
	}
	c.health.saw(ex)
	if ex.Unreachable { // nothing was judged: the target is gone, which is not an answer
		c.rec.step(request.Action, "unreachable: "+ex.Failure, begin)
		return answered{}, fmt.Errorf("the target could not be reached: %s", ex.Failure)
	}
	if ex.Throttled { // whatever the call was to show, this is no answer to it
		c.rec.step(request.Action, summary(answered{ex: ex}), begin)
		return answered{}, fmt.Errorf("the target throttled the call %d times; send fewer a second with -rate", ex.ThrottledAnswers)
	}
	c.at.lastNonce = ex.Nonce
	a := answered{call: call, wire: request, ex: ex, Judgement: judge.Answer(c.expectation(call), ex)}
	if a.Decision == judge.Refused {
		refused()
	}
	if err := c.gone(ctx, a.Decision, wanted(call)); err != nil {
		c.rec.step(request.Action, summary(a), begin)
		return answered{}, err
	}
	c.answers = append(c.answers, a)
	c.rec.answer(a)
	c.rec.step(request.Action, summary(a), begin)
	return a, nil
}

func (c *caseRun) expectation(call fixtures.Call) judge.Expectation {
	e := judge.Expectation{
		Contract:     c.plan.Contract,
		Format:       c.x.FormatOf(call),
		Rule:         c.x.RuleOf(call),
		Outcome:      wanted(call),
		Code:         call.Expect.Error,
		Codes:        call.Expect.Codes,
		Statuses:     call.Expect.Statuses,
		GzipAccepted: call.Request.Gzip,
	}
	if call.Request.Format == "lower" {
		e.FormatRequirement = "format.case"
	}
	if call.Expect.Names != "" {
		e.ID = c.at.named(call.Expect.Names)
	}
	return e
}

// together judges what only several answers show.
func (c *caseRun) together() {
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
		ids := []string{c.at.unknownID, c.at.unknownGroup}
		c.rec.couldNotBecause(c.compared("format.same-answer", judge.SameAnswer(c.plan.Contract, c.side(0), c.side(1), ids)))
	}
}

// couldBeLevel lowers findings of a case that is about SHOULD requirements only: it can warn, and not fail. What a refused call did all
// the same is no matter of how it was refused.
func couldBeLevel(x fixtures.Expanded, f judge.Finding) spec.Level {
	if x.Level == spec.Should && f.Requirement != noEffect {
		return spec.Should
	}
	return f.Level
}
