package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

// attempts is how often a case is tried, each time on fresh resources, when nothing could be judged for a reason that
// may pass: a scaling activity that failed, one that the service started by itself, one that had ended before the call
// that it was to refuse.
const attempts = 6

// meetings is how often it is tried to have a call meet an activity of the case's own.
const meetings = 10

// catches is how often it is tried to catch a scaling activity in progress that this run has started itself.
const catches = 4

// Run runs one case to its end and says what was found. It never returns an error: what goes wrong is in the result.
func (r *Runner) Run(ctx context.Context, x fixtures.Expanded) reports.CaseResult {
	return r.Begin(ctx, x).Finish(ctx)
}

// Begin runs the program of a case. Its resources are kept, so that what the calls did can be looked at once more;
// Finish gives them back.
func (r *Runner) Begin(ctx context.Context, x fixtures.Expanded) *Pending {
	p := &Pending{began: time.Now()}
	ctx = wire.WithTally(ctx, &p.requests)
	tries := attempts
	if x.During() {
		tries = meetings
	}
	if r.plan.Settings.UserResources() {
		tries = catches
	}
	for number := 1; ; number++ {
		p.attempt = &attempt{
			Runner: r, x: x, rec: newRecord(x), number: number, last: number == tries, tally: &p.requests,
		}
		p.connect()
		p.guarded(func() { p.run(ctx) })
		if p.unrecorded() || p.again == "" || p.last || p.rec.certain() || ctx.Err() != nil {
			break
		}
		p.guarded(func() { p.giveBack(ctx) })
	}
	if p.again != "" {
		p.rec.couldNot(p.again)
	}
	return p
}

// Pending is a case whose program has run and whose resources are still there.
type Pending struct {
	*attempt
	began    time.Time
	requests wire.Tally // of all attempts
}

// Certain tells whether the outcome is decided already, so that the late look can only add to it.
func (p *Pending) Certain() bool { return p.rec.certain() || p.rec.result.Outcome != "" }

// Watches tells whether there is anything to look at once more.
func (p *Pending) Watches() bool { return p.ledger != nil && p.seen }

// Result is the result so far, without the late look. The resources are still held; Finish must follow.
func (p *Pending) Result() reports.CaseResult {
	p.rec.result.StartedAt = p.began
	p.rec.result.DurationMs = milliseconds(p.busy)
	return p.rec.finish(p.Runner)
}

// Finish looks at what the calls did once more, gives the resources back and makes the result.
func (p *Pending) Finish(ctx context.Context) reports.CaseResult {
	ctx = wire.WithTally(ctx, &p.requests)
	p.guarded(func() { p.lateLook(ctx) })
	p.unrecorded()
	p.guarded(func() { p.giveBack(ctx) })
	p.rec.result.StartedAt = p.began
	p.rec.result.Throttled = int(p.requests.Throttled.Load())
	p.rec.result.Calls = int(p.requests.Sent.Load())
	p.rec.result.DurationMs = milliseconds(p.busy)
	return p.rec.finish(p.Runner)
}

// guarded turns a panic of the harness into a case that could not run, so that the others still do and none is green by
// accident. It also counts the time that the case takes.
func (p *Pending) guarded(do func()) {
	begin := time.Now()
	defer func() {
		p.busy += time.Since(begin)
		if fault := recover(); fault != nil {
			p.again = ""
			p.rec.couldNot(fmt.Sprintf("a fault of essconform itself, please report it: panic: %v", fault))
		}
	}()
	do()
}

func wanted(call fixtures.Call) judge.Outcome {
	switch {
	case call.Expect.Accepted:
		return judge.Accepted
	case call.Expect.Explained:
		return judge.Either
	}
	return judge.Refused
}

// couldBeLevel lowers a finding on the requirement that a case is about, where all of these are recommendations: it can
// warn, and not fail. A finding on any other requirement keeps its level: a broken answer is broken whatever it
// answers.
func couldBeLevel(x fixtures.Expanded, f judge.Finding) spec.Level {
	if x.Level == spec.Should && x.IsAbout(f.Requirement) {
		return spec.Should
	}
	return f.Level
}
