package engine

import (
	"sync"
	"time"

	"github.com/essconform/essconform/harness/wire"
)

const (
	// deadAfter is how many exchanges in a row must fail without any answer before the target counts as gone. More than the four
	// variants of one case, so that a target that hangs on one code is still judged on all others.
	deadAfter = 8
	// impatience is how long a scaling activity gets after one of the same run was waited for in vain.
	impatience = 2 * time.Second
)

// health remembers what one run learned about its target, so that a dead one costs seconds and not hours.
type health struct {
	mu       sync.Mutex
	silent   int // exchanges in a row without an answer
	last     string
	gaveUp   bool // an activity did not end in time
	original time.Duration
}

// saw records an exchange.
func (h *health) saw(ex wire.Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ex.Response != nil {
		h.silent = 0
		return
	}
	h.silent++
	h.last = ex.Failure
}

// dead says why the target counts as gone; "" when it does not.
func (h *health) dead() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.silent < deadAfter {
		return ""
	}
	return "the target stopped answering: " + h.last
}

// patience is how long the next activity may take.
func (h *health) patience() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gaveUp {
		return min(impatience, h.original)
	}
	return h.original
}

func (h *health) lostPatience() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gaveUp = true
}
