package states

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// longestTurn bounds how long a case waits for its turn: a process that died with the turn in its hand must not stop the others for ever.
const longestTurn = time.Hour

// turn lets one case at a time have the resources. A case with two states holds it twice.
type turn struct {
	free   chan struct{} // holds one token while nobody has the turn
	mu     sync.Mutex
	holder string
	held   int
}

func newTurn() *turn {
	t := &turn{free: make(chan struct{}, 1)}
	t.free <- struct{}{}
	return t
}

// take waits until the case has the turn.
func (t *turn) take(ctx context.Context, who string) error {
	if t.again(who) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, longestTurn)
	defer cancel()
	select {
	case <-t.free:
		t.mu.Lock()
		defer t.mu.Unlock()
		t.holder, t.held = who, 1
		return nil
	case <-ctx.Done():
		t.mu.Lock()
		defer t.mu.Unlock()
		return fmt.Errorf("not reached: the resources are still with the case %s", t.holder)
	}
}

func (t *turn) again(who string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == 0 || t.holder != who {
		return false
	}
	t.held++
	return true
}

// give gives one of the holds back. What was never taken is not given back.
func (t *turn) give(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == 0 || t.holder != who {
		return
	}
	if t.held--; t.held == 0 {
		t.holder = ""
		t.free <- struct{}{}
	}
}
