package states

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// longestHold bounds how long a case waits for the lock: a process that died with it must not stop the others for good.
const longestHold = time.Hour

// lock lets one case at a time have the resources. A case with two states holds it twice.
type lock struct {
	free   chan struct{} // holds one token while no case has the lock
	mu     sync.Mutex
	holder string
	held   int
}

func newLock() *lock {
	l := &lock{free: make(chan struct{}, 1)}
	l.free <- struct{}{}
	return l
}

// acquire waits until the case has the lock.
func (l *lock) acquire(ctx context.Context, name string) error {
	if l.again(name) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, longestHold)
	defer cancel()
	select {
	case <-l.free:
		l.mu.Lock()
		defer l.mu.Unlock()
		l.holder, l.held = name, 1
		return nil
	case <-ctx.Done():
		l.mu.Lock()
		defer l.mu.Unlock()
		return fmt.Errorf("not reached: the case %s still has the resources", l.holder)
	}
}

func (l *lock) again(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == 0 || l.holder != name {
		return false
	}
	l.held++
	return true
}

// holds tells whether the case has the lock.
func (l *lock) holds(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held > 0 && l.holder == name
}

// release gives one of the holds back. What was never acquired is not released.
func (l *lock) release(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == 0 || l.holder != name {
		return
	}
	if l.held--; l.held == 0 {
		l.holder = ""
		l.free <- struct{}{}
	}
}
