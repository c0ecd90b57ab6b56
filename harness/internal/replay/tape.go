package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/har"
)

// Tape answers for one attempt of a case. It is also its clock, which stands still but for what was recorded: a wait
// ends when the next call was sent. It may be used by many goroutines at once.
type Tape struct {
	// Step says what the case is doing. What was recorded of another step is not given to it.
	Step func() string

	began time.Time // the moment 0 of the recording

	mu           sync.Mutex
	now          time.Time
	main, beside []har.Read // calls one after the other, and those that overlap, each in the order of their sending
	notes        []har.Note
	fault        string
}

// Fault says why what the case asked for is not in the recording; "" when all was.
func (t *Tape) Fault() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.fault
}

func (t *Tape) at(ms float64) time.Time { return t.began.Add(offset(ms)) }

func offset(ms float64) time.Duration { return time.Duration(ms*1000+0.5) * time.Microsecond }

// Now is the time of what was last taken from the tape. It goes on by a nanosecond with each reading, so that what came
// later is later.
func (t *Tape) Now() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = t.now.Add(1)
	return t.now
}

// Sleep takes no time.
func (t *Tape) Sleep(_ context.Context, d time.Duration) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := next(t.main, t.Step()); i >= 0 && t.at(t.main[i].SentMs).After(t.now) {
		t.now = t.at(t.main[i].SentMs)
		return nil
	}
	t.now = t.now.Add(d)
	return nil
}

// Time is the moment of an offset such as Timings.Start.
func (t *Tape) Time(since time.Duration) time.Time { return t.began.Add(since) }

// Do gives the next exchange of calls that follow each other.
func (t *Tape) Do(_ context.Context, call wire.Call) wire.Exchange {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.take(&t.main, call)
}

// DoTogether gives the exchanges of calls that overlap.
func (t *Tape) DoTogether(_ context.Context, calls []wire.Call) []wire.Exchange {
	t.mu.Lock()
	defer t.mu.Unlock()
	// They are kept in the order of their sending, and are wanted in that of their lanes.
	out := make([]wire.Exchange, len(calls))
	for i, call := range calls {
		lane := Lane(i)
		var of []har.Read
		var rest []har.Read
		for _, e := range t.beside {
			if e.Lane == lane {
				of = append(of, e)
			} else {
				rest = append(rest, e)
			}
		}
		out[i] = t.take(&of, call)
		t.beside = append(rest, of...)
	}
	return out
}

// DoSpaced is DoTogether.
func (t *Tape) DoSpaced(ctx context.Context, calls []wire.Call, _ time.Duration) ([]wire.Exchange, error) {
	return t.DoTogether(ctx, calls), nil
}

// Lane is the name of the lane of a call that overlaps others.
func Lane(i int) string { return string(rune('A' + i%26)) }

// take gives the next of some exchanges that the step has.
func (t *Tape) take(from *[]har.Read, call wire.Call) wire.Exchange {
	i := next(*from, t.Step())
	switch {
	case t.fault != "":
	case i < 0:
		t.fault = fmt.Sprintf("the recording has no further exchange of %s (%s), which the program of today would make",
			call.Action, t.Step())
	case action((*from)[i].Request) != call.Action:
		t.fault = fmt.Sprintf("the recording has %s (%s) where the program of today would call %s",
			action((*from)[i].Request), t.Step(), call.Action)
	}
	if t.fault != "" {
		return wire.Exchange{Failure: "not in the recording", Attempts: 1}
	}
	e := (*from)[i]
	*from = (*from)[i+1:]
	if done := t.at(e.DoneMs); done.After(t.now) {
		t.now = done
	}
	ex, missing := exchange(e)
	if missing != "" {
		t.fault = missing
	}
	return ex
}

// next is the place of the first exchange of a step; -1 for none.
func next(entries []har.Read, step string) int {
	for i, e := range entries {
		if e.Step == step {
			return i
		}
	}
	return -1
}

// Told is the note of a thing in this step; "" for none.
func (t *Tape) Told(what string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, n := range t.notes {
		if n.What == what && n.Step == t.Step() {
			return n.Value
		}
	}
	return ""
}

// Setup is how a setup went.
type Setup struct {
	Values  map[string]any `json:"values,omitempty"`
	Error   string         `json:"error,omitempty"`
	Unknown bool           `json:"unknown,omitempty"` // the target does not know the state
}

// SetupNote is what notes of setups are of.
const SetupNote = "setup"

// Setup is how the next setup of the attempt went.
func (t *Tape) Setup() (Setup, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, n := range t.notes {
		if n.What != SetupNote {
			continue
		}
		t.notes = append(t.notes[:i:i], t.notes[i+1:]...)
		t.now = t.at(n.ToMs)
		var s Setup
		if err := json.Unmarshal([]byte(n.Value), &s); err != nil {
			t.fault = "the recording's note of a setup cannot be read"
			return s, errors.New(t.fault)
		}
		return s, nil
	}
	if t.fault == "" {
		t.fault = "the recording has no setup of a state that the program of today would arrange"
	}
	return Setup{}, errors.New(t.fault)
}
