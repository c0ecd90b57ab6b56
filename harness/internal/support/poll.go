package support

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Pace is how fast something is asked for again and again: the pause grows from First to Last. Lag is how long after
// the end of an activity the Describe operations may still show the state before it: no document promises that they are
// consistent at once.
type Pace struct {
	First, Last, Lag time.Duration
	Clock            Clock // nil: that of this machine
}

// Clock tells the time and waits.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Now is the time.
func (p Pace) Now() time.Time {
	if p.Clock != nil {
		return p.Clock.Now()
	}
	return time.Now()
}

// Since is how long ago t was.
func (p Pace) Since(t time.Time) time.Duration { return p.Now().Sub(t) }

// PaceOf is the pace for a target on this machine, which answers in no time, or for one elsewhere, which counts its
// calls and whose activities take tens of seconds.
func PaceOf(thisMachine bool) Pace {
	if thisMachine {
		return Pace{First: time.Millisecond / 2, Last: 500 * time.Millisecond, Lag: time.Second}
	}
	return Pace{First: time.Second, Last: 5 * time.Second, Lag: 15 * time.Second}
}

// Throughout is the pace of calls that an activity refuses, from its beginning to its end: few of them do, however
// long that is.
func (p Pace) Throughout() Pace {
	p.First, p.Last = max(p.First, 5*time.Millisecond), time.Minute
	return p
}

// Repeat asks again, with growing and jittered pauses, until it is enough. Only the context and ask make it fail.
func (p Pace) Repeat(ctx context.Context, ask func() (enough bool, err error)) error {
	for pause := p.First; ; pause = min(pause*3/2, p.Last) {
		if enough, err := ask(); err != nil || enough {
			return err
		}
		if err := p.Sleep(ctx, pause/2+rand.N(pause)); err != nil {
			return err
		}
	}
}

// Sleep waits, unless the context ends first.
func (p Pace) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	if p.Clock != nil {
		return p.Clock.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return errors.New("not finished: the run was stopped while waiting")
	case <-timer.C:
		return nil
	}
}

// Poll asks again, with growing and jittered pauses, until done or the time is over. Only the context and ask make it
// fail.
func (p Pace) Poll(ctx context.Context, patience time.Duration, ask func() (done bool, err error)) error {
	deadline := time.Now().Add(patience)
	for pause := p.First; ; pause = min(pause*3/2, p.Last) {
		done, err := ask()
		if err != nil || done || !time.Now().Add(pause).Before(deadline) {
			return err
		}
		jittered := pause/2 + rand.N(pause)
		select {
		case <-ctx.Done():
			return errors.New("not finished: the run was stopped while waiting")
		case <-time.After(jittered):
		}
	}
}
