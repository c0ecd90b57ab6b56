package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/replay"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
)

// background is the lane of calls whose answers nobody looks at.
const background = "background"

// sender sends the calls of the operation under test.
type sender interface {
	Do(context.Context, wire.Call) wire.Exchange
	DoTogether(context.Context, []wire.Call) []wire.Exchange
	DoSpaced(context.Context, []wire.Call, time.Duration) ([]wire.Exchange, error)
	// Time is the moment of Timings.Start.
	Time(time.Duration) time.Time
}

// connect gives the attempt what it asks: the target, or the recording of a run.
func (c *attempt) connect() {
	c.client, c.pace = c.Runner.client, c.Runner.pace
	if c.recorded != nil {
		c.tape = c.recorded.Tape(c.x.Name, c.number)
		c.tape.Step = func() string { return c.doing }
		c.client, c.pace.Clock = c.tape, c.tape
	}
	c.rec.pace, c.timeline.pace = c.pace, c.pace
	c.began = c.pace.Now()
	c.support = c.observed("")
}

// unrecorded tells whether the attempt asked for what its recording does not have. Then nothing of it was judged.
func (c *attempt) unrecorded() bool {
	if c.tape == nil || c.tape.Fault() == "" {
		return false
	}
	c.rec, c.again, c.ledger = newRecord(c.x), "", nil
	c.rec.couldNot(c.tape.Fault())
	return true
}

// told is what the rest of the run says of something; "" for nothing. It is kept with the exchanges, because the
// attempt went on by it.
func (c *attempt) told(what string, ask func() string) string {
	if c.tape != nil {
		return c.tape.Told(what)
	}
	answer := ask()
	if answer != "" {
		now := c.pace.Now()
		c.recorder.Note(har.Note{
			Case: c.x.Name, Attempt: c.number, Step: c.doing, What: what, Value: answer,
		}, now, now)
	}
	return answer
}

// recordedLooks is how many looks a wait of the run took; 0 when that is not known.
func (c *attempt) recordedLooks(wait string) int {
	if c.tape == nil {
		return 0
	}
	n, _ := strconv.Atoi(c.tape.Told(wait)) // what is not there is 0
	return n
}

func (c *attempt) noteLooks(wait string, asked int) {
	if c.recorder != nil {
		now := c.pace.Now()
		c.recorder.Note(har.Note{
			Case: c.x.Name, Attempt: c.number, Step: c.doing, What: wait, Value: strconv.Itoa(asked),
		}, now, now)
	}
}

// patience is how long the next activity may take.
func (c *attempt) patience() time.Duration {
	original := c.plan.Settings.ActivityTimeout
	less := c.told("patience", func() string {
		if now := c.health.patience(); now != original {
			return now.String()
		}
		return ""
	})
	if now, err := time.ParseDuration(less); err == nil {
		return now
	}
	return original
}

// arrange asks for a state.
func (c *attempt) arrange(ctx context.Context, r states.Request) (states.Values, error) {
	if c.tape == nil {
		return c.driver.Setup(ctx, r)
	}
	s, err := c.tape.Setup()
	switch {
	case err != nil:
		return nil, err
	case s.Unknown:
		return s.Values, fmt.Errorf("%w%s", states.ErrUnknown, strings.TrimPrefix(s.Error, states.ErrUnknown.Error()))
	case s.Error != "":
		return s.Values, errors.New(s.Error)
	}
	return s.Values, nil
}

// noteSetup keeps how a setup went, whoever arranged it.
func (c *attempt) noteSetup(values states.Values, err error, begin time.Time) {
	if c.recorder == nil {
		return
	}
	s := replay.Setup{Values: values, Error: "", Unknown: errors.Is(err, states.ErrUnknown)}
	if err != nil {
		s.Error = err.Error()
	}
	text, failed := json.Marshal(s)
	if failed != nil {
		return // values came from JSON
	}
	c.recorder.Note(har.Note{
		Case: c.x.Name, Attempt: c.number, Step: c.doing, What: replay.SetupNote, Value: string(text),
	}, begin, c.pace.Now())
}

// Rejudge judges what a run has recorded once more, with the plan's description, cases and rules, and sends nothing.
// The results are in the order of the old report's. What the recording does not tell could not be judged.
func (p *Plan) Rejudge(ctx context.Context, in io.Reader, old reports.Report) ([]reports.CaseResult, error) {
	recorded, err := replay.Read(in, old.Run.StartedAt)
	if err != nil {
		return nil, err
	}
	r, err := p.replayed(recorded)
	if err != nil {
		return nil, err
	}
	cases := map[string]fixtures.Expanded{}
	for _, x := range p.Set.Expand() {
		cases[x.Name] = x
	}
	out := make([]reports.CaseResult, len(old.Cases))
	r.lanes(len(old.Cases), func(i int) {
		was := old.Cases[i]
		x, known := cases[was.ID]
		switch {
		case !known:
			out[i] = unjudged(was, "the program of today has no case of this name")
		case ctx.Err() != nil:
			out[i] = unjudged(was, "not reached: judging was stopped before")
		case !recorded.Holds(was.ID) && p.unsupported(x) == "":
			out[i] = unjudged(was,
				"the recording holds nothing of this case; the run said: "+string(was.Outcome)+" "+was.Reason)
		default:
			out[i] = again(r.Run(ctx, x), was)
		}
	})
	return out, nil
}

// unjudged is the result of a case of which nothing can be said.
func unjudged(was reports.CaseResult, why string) reports.CaseResult {
	return reports.CaseResult{
		ID: was.ID, Title: was.Title, Requirements: was.Requirements, Format: was.Format, Method: was.Method,
		Labels: was.Labels,
		State:  was.State, StartedAt: was.StartedAt, Exchanges: was.Exchanges, Reproduce: was.Reproduce,
		Outcome: reports.CouldNotRun, Reason: clip(strings.TrimSpace(why), keptText),
	}
}

// again is a new judgement with what the run alone knows.
func again(now, was reports.CaseResult) reports.CaseResult {
	now.StartedAt, now.DurationMs, now.Calls, now.Throttled = was.StartedAt, was.DurationMs, was.Calls, was.Throttled
	now.Exchanges, now.Reproduce, now.State = was.Exchanges, was.Reproduce, was.State
	return now
}

// replayed is a runner that asks a recording.
func (p *Plan) replayed(recorded *replay.Recording) (*Runner, error) {
	endpoint, err := url.Parse(p.Settings.Endpoint)
	if err != nil {
		return nil, err
	}
	return &Runner{
		plan: p, endpoint: endpoint, driver: states.None{}, recorded: recorded,
		health: &health{original: p.Settings.ActivityTimeout}, hangs: &hangs{},
		pace: support.PaceOf(p.Settings.Loopback()), redactor: wire.NewRedactor(), gate: &wire.Gate{},
		support: support.New(support.Client{
			Region: p.Settings.Region, Version: p.Contract.APIVersion, ListPrefix: p.Contract.Instances.Prefix,
		}),
	}, nil
}
