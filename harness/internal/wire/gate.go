package wire

import (
	"context"
	"sync"
	"time"
)

// longestHold bounds how long a section may hold up others: one that meets a slow answer must not stop the run.
const longestHold = 250 * time.Millisecond

// Gate lets a few calls follow each other closely: while one section is under way, the other calls of the clients that
// share the gate wait for a moment. They also wait when the target has had too many of them. The zero value is ready,
// and a nil gate holds nothing up.
type Gate struct {
	section sync.Mutex // one at a time
	mu      sync.Mutex
	open    chan struct{} // closed when the section ends; nil when there is none
	rested  time.Time     // until when the target is left alone
}

type insideKey struct{}

// Section begins a section. Calls with the returned context pass; end must be called.
func (g *Gate) Section(ctx context.Context) (inside context.Context, end func()) {
	if g == nil {
		return ctx, func() {}
	}
	g.section.Lock()
	open := make(chan struct{})
	g.mu.Lock()
	g.open = open
	g.mu.Unlock()
	return context.WithValue(ctx, insideKey{}, g), sync.OnceFunc(func() {
		g.mu.Lock()
		g.open = nil
		g.mu.Unlock()
		close(open)
		g.section.Unlock()
	})
}

// longestRest bounds how long the target is left alone at a time.
const longestRest = time.Second

// Rest leaves the target alone for a while: no call passes.
func (g *Gate) Rest(d time.Duration) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(min(d, longestRest)); until.After(g.rested) {
		g.rested = until
	}
}

// pass waits until no section is under way, or long enough, and until the target is not left alone.
func (g *Gate) pass(ctx context.Context) {
	if g == nil || ctx.Value(insideKey{}) == g {
		return
	}
	g.mu.Lock()
	open, rest := g.open, time.Until(g.rested)
	g.mu.Unlock()
	if rest > 0 {
		sleep(ctx, rest)
	}
	if open == nil {
		return
	}
	timer := time.NewTimer(longestHold)
	defer timer.Stop()
	select {
	case <-open:
	case <-ctx.Done():
	case <-timer.C:
	}
}
