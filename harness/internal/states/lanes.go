package states

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Lanes arrange states in several groups at a time, each with resources of its own: one case at a time has a group.
type Lanes struct {
	all []*API

	mu     sync.Mutex
	has    map[string]*API // by case
	taken  map[*API]bool
	change chan struct{} // closed when a group is given back
}

// NewLanes returns the driver of some groups, at least one, which share a journal.
func NewLanes(all ...*API) *Lanes {
	return &Lanes{all: all, has: map[string]*API{}, taken: map[*API]bool{}, change: make(chan struct{})}
}

// Begin brings the resources of all groups to where cases begin. After an error, Close still puts back what was done.
func (l *Lanes) Begin(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, lane := range l.all {
		group.Go(func() error { return lane.Begin(ctx) })
	}
	return group.Wait()
}

// Setup brings a group that has all that the case needs into the state.
func (l *Lanes) Setup(ctx context.Context, r Request) (Values, error) {
	lane, err := l.take(ctx, r)
	if err != nil {
		return nil, err
	}
	defer l.settle(r.Case, lane)
	return lane.Setup(ctx, r)
}

// Teardown gives the group of the case back.
func (l *Lanes) Teardown(ctx context.Context, r Release) error {
	l.mu.Lock()
	lane := l.has[r.Case]
	l.mu.Unlock()
	if lane == nil {
		return nil // its setup failed, and has put everything back
	}
	defer l.settle(r.Case, lane)
	return lane.Teardown(ctx, r)
}

// take waits for a group that can be brought into the states of a case.
func (l *Lanes) take(ctx context.Context, r Request) (*API, error) {
	ctx, cancel := context.WithTimeout(ctx, longestHold)
	defer cancel()
	for {
		lane, change, err := l.free(r)
		if lane != nil || err != nil {
			return lane, err
		}
		select {
		case <-change:
		case <-ctx.Done():
			return nil, errors.New("not reached: other cases still have the resources")
		}
	}
}

// free is the group that the case has, or that it can have now. Where there is none, change is closed when there may
// be.
func (l *Lanes) free(r Request) (lane *API, change <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if lane := l.has[r.Case]; lane != nil {
		return lane, nil, nil
	}
	able := false
	for _, lane := range l.all {
		if _, known := lane.Kinds(r.State.Name); !known {
			return nil, nil, fmt.Errorf("%w: -arrange api cannot make it", ErrUnknown)
		}
		if lacking := lane.lacksAny(r); lacking != nil {
			if err == nil {
				err = lacking
			}
			continue
		}
		able = true
		if !l.taken[lane] {
			l.has[r.Case], l.taken[lane] = lane, true
			return lane, nil, nil
		}
	}
	if able {
		return nil, l.change, nil
	}
	return nil, nil, err
}

// settle gives a group back that the case has done with.
func (l *Lanes) settle(name string, lane *API) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if lane.lock.holds(name) || l.has[name] != lane {
		return
	}
	delete(l.has, name)
	delete(l.taken, lane)
	close(l.change)
	l.change = make(chan struct{})
}

// Close puts everything back as it was before the run: it is all in the journal of the first group.
func (l *Lanes) Close(ctx context.Context) error { return l.all[0].Close(ctx) }
