package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
)

// steps runs the program. It is false when the program did not come to its end: what follows a wrong answer would only
// repeat it.
func (c *attempt) steps(ctx context.Context) bool {
	end := func() {}
	defer func() { end() }()
	outside := ctx
	for i := 0; i < len(c.x.Steps); i++ {
		step := c.x.Steps[i]
		var err error
		ok := true
		c.doing = fmt.Sprintf("step %d of %d", i+1, len(c.x.Steps))
		// A call that is about an activity in progress must follow closely on what starts it.
		switch begun, soon := c.near(i), c.near(i+1); {
		case soon && !begun:
			ctx, end = c.gate.Section(outside)
		case !begun:
			end()
			ctx = outside
		}
		calls := c.following(i)
		switch {
		case len(calls) > 0:
			ok, err = c.closely(ctx, step, calls)
			i += len(calls)
		case step.Detach != nil && step.Detach.Throughout:
			ok, err = c.throughout(ctx, *step.Detach, func() context.Context { end(); return outside })
		case step.Detach != nil:
			ok, err = c.detach(ctx, *step.Detach)
		case step.Together != nil:
			ok, err = c.overlap(ctx, step)
		case step.Attach != nil:
			ok, err = c.attach(ctx, *step.Attach)
		case step.Enable != "":
			err = c.enable(ctx, step.Enable)
		case step.Disable != "":
			err = c.setLifecycle(ctx, step.Disable, support.Inactive)
		case step.Modify != nil:
			err = c.modify(ctx, *step.Modify)
		case step.Settle != "":
			ok, err = c.settle(ctx, step.Settle)
		case step.Pause == fixtures.PauseWatched:
			ok, err = c.watch(ctx)
		case step.Pause != "":
			err = c.pace.Sleep(ctx, max(0, c.plan.Settings.Late))
		}
		if err != nil {
			c.rec.couldNotBecause(err)
		}
		if err != nil || !ok || c.again != "" {
			return false
		}
	}
	return true
}

// inGroup is the requirement that calls about instances outside of the group are refused.
const inGroup = "instance.in-group"

func isDuring(s fixtures.Step) bool { return s.Detach != nil && s.Detach.During }

// near tells whether a step is about an activity in progress, or comes before one that is and after what starts it.
func (c *attempt) near(i int) bool {
	for i < len(c.x.Steps) && c.x.Steps[i].Enable != "" {
		i++
	}
	return i < len(c.x.Steps) && isDuring(c.x.Steps[i])
}

// detach is one call of the operation under test, by itself.
func (c *attempt) detach(ctx context.Context, call fixtures.Call) (bool, error) {
	a, excused, err := c.ask(ctx, call)
	if a == nil || err != nil {
		return false, err
	}
	if excused != "" {
		c.rec.step(a.wire.Action, summary(*a), a.begin)
		c.again = excused
		return false, nil
	}
	c.take(*a)
	if want := wanted(call); want != judge.Either && a.Decision != want {
		return false, nil // the finding is there
	}
	if call.Wait && a.Decision == judge.Accepted {
		return c.await(ctx, *a)
	}
	return true, nil
}

// ask sends a call, and says why its answer may be right though it is not what was expected. Without an answer that
// says anything, the case is worth another attempt.
func (c *attempt) ask(ctx context.Context, call fixtures.Call) (got *answered, excused string, err error) {
	if why := c.told("hangs", func() string { return c.hangs.known(c.kindOf(call)) }); why != "" {
		return nil, "", errors.New(why)
	}
	// Making the request may look at the group, and even raise its MinSize.
	request, err := c.call(ctx, c.x, call, c.at)
	if err != nil {
		return nil, "", err
	}
	// A further attempt does without, in case that the target closes connections just then; and so does a call for what
	// an earlier one has detached, in case that another process, which did not hear of it, serves other connections.
	if len(c.x.Calls) > 1 && c.number == 1 && c.x.RuleOf(call) != inGroup && !call.Throughout {
		request.Line = &c.line
	}
	a := c.answered(call, request, c.client.Do(ctx, request), "")
	if c.unread(ctx, a) {
		return nil, "", nil
	}
	if err := c.judgeable(ctx, a); err != nil {
		return nil, "", err
	}
	if c.again = c.outOfOrder(ctx, a); c.again != "" {
		c.rec.step(request.Action, summary(a), a.begin)
		return nil, "", nil
	}
	c.note(&a)
	c.glimpse(ctx, a)
	if excused, err = c.excused(ctx, a); err != nil {
		c.rec.step(request.Action, summary(a), a.begin)
	}
	return &a, excused, err
}

// unread tells whether a call may never have been read, so that the case is worth another attempt.
func (c *attempt) unread(ctx context.Context, all ...answered) bool {
	if ctx.Err() != nil || !slices.ContainsFunc(all, func(a answered) bool { return a.ex.Doubtful() }) {
		return false
	}
	c.again = "the target closed a kept connection just as it was used again"
	return true
}

// answered judges the answer to a call of the case by itself.
func (c *attempt) answered(call fixtures.Call, request wire.Call, ex wire.Exchange, lane string) answered {
	begin := c.client.Time(ex.Timings.Start)
	c.recorder.Exchange(ex, begin, c.facts(lane))
	a := answered{
		call: call, wire: request, ex: ex, lane: lane, group: c.at.group(call.Request.Group), ids: c.named(request),
		begin: begin, done: begin.Add(ex.Timings.Total),
	}
	for i, e := range c.expectations(call) {
		if by := judged(e, a.ex); i == 0 || len(by.Findings) < len(a.Findings) {
			a.Judgement = by // the name that leaves the fewest findings is the one that was meant
		}
	}
	a.Findings = append(a.Findings, c.notWhole(a)...)
	// Whether a call that may be explained in several ways had to be refused is for the history to judge. That its code
	// comes with the documented status and message is not.
	if code := a.Fields["Code"]; call.Expect.Explained && a.Decision == judge.Refused {
		if _, documented := c.plan.Contract.Error(code); documented {
			e := c.expectation(call)
			e.Outcome, e.Code = judge.Refused, code
			a.Judgement = judged(e, a.ex)
		}
	}
	return a
}

// notWhole is the finding on a rule about parameters whose call was refused, but not as the one that it stands for, or
// met by a server error: the target did not read what was sent. A message shows that where it names an id.
func (c *attempt) notWhole(a answered) []judge.Finding {
	expect, rule := a.call.Expect, c.x.RuleOf(a.call)
	requirement, known := c.plan.Contract.Requirement(rule)
	if !known || !strings.HasPrefix(rule, "param.") || expect.Error == "" || a.Decision == judge.Accepted {
		return nil
	}
	status := 0
	if a.ex.Response != nil {
		status = a.ex.Response.Status
	}
	for _, f := range a.Findings {
		if strings.HasPrefix(f.Requirement, "error.code.") ||
			strings.HasPrefix(f.Requirement, "error.message.") && expect.Names != "" ||
			strings.HasPrefix(f.Requirement, "error.status.") && status >= http.StatusInternalServerError {
			return []judge.Finding{{Requirement: rule, Level: requirement.Level, Want: f.Want, Got: f.Got}}
		}
	}
	return nil
}

// judgeable says why there is no answer that could be judged.
func (c *attempt) judgeable(ctx context.Context, a answered) error {
	if ctx.Err() != nil {
		return errors.New("not finished: the run was stopped during the call")
	}
	c.hangs.saw(c.kindOf(a.call), a.ex)
	if !a.ex.TimedOut || !c.health.answeredSince(a.begin) {
		c.health.saw(a.ex)
	}
	if a.ex.Unreachable { // nothing was judged: the target is gone, which is not an answer
		c.rec.step(a.wire.Action, "unreachable: "+a.ex.Failure, a.begin)
		return fmt.Errorf("the target could not be reached: %s", a.ex.Failure)
	}
	if a.ex.Throttled { // whatever the call was to show, this is not an answer to it
		c.rec.step(a.wire.Action, summary(a), a.begin)
		return fmt.Errorf("the target throttled the call %d times; send fewer a second with -rate",
			a.ex.ThrottledAnswers)
	}
	return nil
}

// note takes into the account what an answer promises.
func (c *attempt) note(a *answered) {
	c.changed = a.done
	c.at.lastNonce = a.ex.Nonce
	switch a.Decision {
	case judge.Accepted:
		c.used = append(c.used, a.ids...)
		c.ledger.Accepted(a.group, a.ids, a.Fields["ScalingActivityId"])
	case judge.Refused:
		if !c.notFound(*a) { // what is gone already is no effect of this call
			c.ledger.Refused(a.ids)
		}
	default:
		c.used = append(c.used, a.ids...)
		c.ledger.Unanswered(a.group, a.ids)
	}
	c.timeline.call(c.began, *a)
}

// take keeps the answer and what is wrong with it.
func (c *attempt) take(a answered) {
	a.Findings = c.attributed(a)
	c.answers = append(c.answers, a)
	c.rec.answer(a)
	c.rec.step(a.wire.Action, summary(a), a.begin)
}

// named are the instances that a request names.
func (c *attempt) named(request wire.Call) (ids []string) {
	for _, p := range request.Params {
		if strings.HasPrefix(p.Name, c.plan.Contract.Instances.Prefix+".") {
			ids = append(ids, p.Value)
		}
	}
	return ids
}

// excused says why a surprising answer may be right after all, so that the case is worth another attempt: the service
// is busy with an activity of its own, or the activity that was to be met had ended.
func (c *attempt) excused(ctx context.Context, a answered) (why string, err error) {
	want := wanted(a.call)
	if want == judge.Either {
		return "", nil
	}
	if id := c.at.given().String(states.ActivityValue); id != "" && c.plan.Settings.UserResources() &&
		a.Decision != want {
		return c.lost(ctx, id)
	}
	wrongCode := a.Decision == judge.Refused && a.call.Expect.Error != "" && a.Fields["Code"] != a.call.Expect.Error
	switch {
	case a.Decision == judge.Refused && a.Fields["Code"] == busyCode && (want == judge.Accepted || wrongCode):
		return c.busyByItself(ctx, a)
	case aboutActivity(a.call) && (a.Decision == judge.Accepted || wrongCode && !c.notFound(a)):
		return c.endedBefore(ctx, a)
	case a.Decision == judge.Accepted && a.call.Expect.Error == minSizeCode && c.seen:
		return c.replaced(ctx, a.group, a.done)
	}
	return "", nil
}

// aboutActivity tells a call that is to be refused for an activity alone.
func aboutActivity(call fixtures.Call) bool {
	return call.During && (call.Expect.Error == busyCode || call.Expect.Error == "" && len(call.Expect.Codes) == 0)
}

// lost finds out whether an activity that a driver has started, to be seen in progress, had ended before the call came.
func (c *attempt) lost(ctx context.Context, id string) (string, error) {
	all, err := c.activities(ctx, c.at.group("given"), id)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(all, func(a support.Activity) bool { return a.ID == id && !a.Final() }) {
		return "", nil
	}
	return fmt.Sprintf("the state was lost: the scaling activity %s ended before the call could meet it; let "+
		"activities of the target take longer",
		clip(id, 80)), nil
}

// enable enables a group. The services may refuse to enable one that is enabled, which is as well.
func (c *attempt) enable(ctx context.Context, ref string) error {
	group := c.at.group(ref)
	was, _ := c.before.Group(group)
	if c.ledger.Setting(was, "LifecycleState") != support.Active {
		return c.setLifecycle(ctx, ref, support.Active)
	}
	begin := c.pace.Now()
	err := c.support.SetLifecycle(ctx, group, support.Active)
	c.rec.step(support.OpEnable, outcome(err), begin)
	var refused *support.Refusal
	switch {
	case errors.As(err, &refused) && !refused.Absent():
		return nil
	case err != nil:
		return c.supported(support.OpEnable, err)
	}
	c.timeline.lifecycle(c.began, begin, group, support.Active)
	return nil
}

// setLifecycle enables or disables a group.
func (c *attempt) setLifecycle(ctx context.Context, ref, state string) error {
	group, begin := c.at.group(ref), c.pace.Now()
	if err := c.needsLedger(); err != nil {
		return err
	}
	operation := support.OpEnable
	if state == support.Inactive {
		operation = support.OpDisable
	}
	err := c.supported(operation, c.patiently(ctx, func() error { return c.support.SetLifecycle(ctx, group, state) }))
	c.rec.step(operation, outcome(err), begin)
	if err != nil {
		c.ledger.Unanswered(group, nil) // it may have been carried out
		return err
	}
	c.restoreLifecycle(group)
	c.changed = c.pace.Now()
	c.ledger.Set(group, "LifecycleState", state)
	c.timeline.lifecycle(c.began, begin, group, state)
	return c.shows(ctx, group, "LifecycleState", state)
}

// modify changes MinSize.
func (c *attempt) modify(ctx context.Context, m fixtures.Modify) error {
	group, begin := c.at.group(m.Group), c.pace.Now()
	if err := c.needsLedger(); err != nil {
		return err
	}
	size := m.Size(len(c.ledger.Members(group)))
	if was, ok := c.before.Group(group); ok && was.Settings != nil {
		c.restoreMinSize(group, c.minSizeBefore(group))
	}
	err := c.supported(support.OpModify,
		c.patiently(ctx, func() error { return c.support.SetMinSize(ctx, group, size) }))
	c.rec.step(fmt.Sprintf("%s MinSize=%d", support.OpModify, size), outcome(err), begin)
	if err != nil {
		c.ledger.Unanswered(group, nil)
		return err
	}
	c.changed = c.pace.Now()
	c.ledger.Set(group, "MinSize", fmt.Sprint(size))
	c.timeline.minSize(c.began, begin, group, size)
	return c.shows(ctx, group, "MinSize", fmt.Sprint(size))
}

// shows waits until a setting that the case changed is shown, for as long as looks may lag: a service may answer before
// the change is everywhere. In a further attempt it also waits for an activity that the change may have started.
func (c *attempt) shows(ctx context.Context, group, name, value string) error {
	deadline := c.changed.Add(c.lag())
	err := c.repeat(ctx, func(began time.Time) (bool, error) {
		now := judge.Group{ID: group}
		if err := c.describe(ctx, &now); err != nil {
			return true, nil // what cannot be seen is not waited for
		}
		return now.Settings[name] == value || !began.Before(deadline), nil
	})
	if err == nil && c.number > 1 {
		c.waitIdle(ctx, []string{group})
	}
	return err
}

// supported turns a refusal of a supporting operation into a reason why the case could not run, which names the
// operation.
func (c *attempt) supported(operation string, err error) error {
	var refused *support.Refusal
	if errors.As(err, &refused) {
		return support.Unseen(operation, fmt.Sprintf("it answered HTTP %d %s", refused.Status, clip(refused.Code, 80)))
	}
	return err
}

// needsLedger is an error where the target does not show what programs build on.
func (c *attempt) needsLedger() error {
	if !c.seen {
		return support.Unseen(support.OpMembers, "the program needs to know the members of the group")
	}
	return nil
}

// answered is a call of the case with its answer.
type answered struct {
	call        fixtures.Call
	wire        wire.Call
	lane        string // of calls that overlap
	group       string
	ids         []string
	begin, done time.Time
	ex          wire.Exchange
	judge.Judgement
}

// expectations are those of a call whose answer may name one of several ids, or all of them.
func (c *attempt) expectations(call fixtures.Call) []judge.Expectation {
	out := []judge.Expectation{c.expectation(call)}
	if len(call.Expect.OrNames) == 0 {
		return out
	}
	ids := []string{out[0].ID}
	for _, name := range call.Expect.OrNames {
		ids = append(ids, c.at.named(name))
	}
	for _, id := range append(ids[1:], strings.Join(ids, ","), strings.Join(ids, ", ")) {
		e := out[0]
		e.ID = id
		out = append(out, e)
	}
	return out
}

func (c *attempt) expectation(call fixtures.Call) judge.Expectation {
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
