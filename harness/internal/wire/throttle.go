package wire

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/essconform/essconform/harness/internal/body"
)

const (
	// mostTries bounds how often one call is sent to a target that throttles it.
	mostTries = 12
	// DefaultPause is the first pause; each one is twice as long as the one before, up to longestPause.
	DefaultPause = 50 * time.Millisecond
	longestPause = 5 * time.Second
)

// Do sends the call and reads the answer. What goes wrong is in the exchange. No redirect is followed. An answer that
// asks for patience (facts: throttled) is no answer to the call: it is sent again after a while, with a fresh nonce and
// timestamp. No other answer is ever asked for twice. A target that throttles for longer than Options.Patience has its
// last such answer returned, with Throttled set; until it answers otherwise, further calls are repeated only once.
func (c *Client) Do(ctx context.Context, call Call) Exchange { return c.do(ctx, call, func() {}) }

// do is Do. barrier is called when the first request is ready to be written.
func (c *Client) do(ctx context.Context, call Call, barrier func()) Exchange {
	deadline := time.Now().Add(c.options.Patience)
	refused, written, stale := 0, 0, 0
	for pause := c.options.Pause; ; pause = min(2*pause, longestPause) {
		x := c.once(ctx, call, barrier)
		barrier = func() {}
		written, stale = written+x.Attempts, stale+x.Stale
		tallyOf(ctx).Sent.Add(int64(x.Attempts))
		x.Attempts, x.Stale, x.ThrottledAnswers = written, stale, refused
		asked, throttled := x.throttled()
		if !throttled {
			if x.Response != nil {
				c.throttled.Store(false)
			}
			return x
		}
		refused++
		x.ThrottledAnswers = refused
		tallyOf(ctx).Throttled.Add(1)
		wait := pause/2 + rand.N(pause/2+1)
		if asked > 0 {
			wait = asked + rand.N(asked/4+1)
		}
		if refused > 1 { // not now and then, but for all that is sent
			c.options.Gate.Rest(wait)
		}
		last := refused == mostTries || time.Now().Add(wait).After(deadline) || refused > 1 && c.throttled.Load()
		if last || !sleep(ctx, wait) {
			c.throttled.Store(true)
			x.Throttled = true
			return x
		}
	}
}

// throttled tells whether the answer asks for patience, and for how long. One that cannot be read asks for nothing: it
// is judged.
func (x Exchange) throttled() (wait time.Duration, ok bool) {
	r := x.Response
	if r == nil || x.Failure != "" || r.Truncated || r.DecodeFailure != "" {
		return 0, false
	}
	if !slices.Contains([]int{http.StatusBadRequest, http.StatusTooManyRequests, http.StatusServiceUnavailable},
		r.Status) {
		return 0, false
	}
	answer := body.Decode(r.Document(), body.Options{Charset: body.Charset(r.Header.Values("Content-Type"))})
	if code := answer.Code(); code != "Throttling" && !strings.HasPrefix(code, "Throttling.") {
		return 0, false
	}
	return retryAfter(r.Header, time.Now()), true
}

// retryAfter is how long a target asks to wait: by the service's own header, in milliseconds, or by the standard one,
// in seconds or as a date (RFC 9110, section 10.2.3). What makes no sense, or is longer than an hour, asks for nothing.
func retryAfter(h http.Header, now time.Time) time.Duration {
	own, standard := h.Get("X-Acs-Retry-After"), h.Get("Retry-After")
	var wait time.Duration
	if ms, err := strconv.ParseInt(own, 10, 32); err == nil {
		wait = time.Duration(ms) * time.Millisecond
	} else if seconds, err := strconv.ParseInt(standard, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(standard); err == nil {
		wait = date.Sub(now)
	}
	if wait < 0 || wait > time.Hour {
		return 0
	}
	return wait
}

// sleep is false when the context ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

type tallyKey struct{}

// Tally counts what the calls with a context took: requests that were sent, and answers that asked for patience.
type Tally struct{ Sent, Throttled atomic.Int64 }

// WithTally counts the calls with the context.
func WithTally(ctx context.Context, n *Tally) context.Context {
	return context.WithValue(ctx, tallyKey{}, n)
}

func tallyOf(ctx context.Context) *Tally {
	if n, ok := ctx.Value(tallyKey{}).(*Tally); ok {
		return n
	}
	return new(Tally)
}
