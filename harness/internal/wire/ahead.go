package wire

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Warm connects ahead, so that the next n calls which are sent once need not wait for a connection, and can leave at
// one moment. It counts what an earlier Warm made and that was not used. A proxy and a Transport of the caller's own
// connect when they like: then it does nothing. What it made is good for a second; after that, calls connect again.
func (c *Client) Warm(ctx context.Context, n int) error {
	if c.direct == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	return c.direct.warm(ctx, n)
}

// DoTogether sends all calls at one moment, each over a connection of its own: they are signed and connected before the
// first byte of any is written. The exchanges are in the order of the calls; see Do for each one.
func (c *Client) DoTogether(ctx context.Context, calls []Call) []Exchange {
	_ = c.Warm(ctx, len(calls)) // a call that finds no connection makes one, and says what is wrong with that
	out := make([]Exchange, len(calls))
	var ready, all sync.WaitGroup
	ready.Add(len(calls))
	for i, call := range calls {
		all.Go(func() {
			arrive := sync.OnceFunc(ready.Done)
			defer arrive() // also when the call could not be made
			out[i] = c.do(ctx, call, func() {
				arrive()
				ready.Wait()
			})
		})
	}
	all.Wait()
	return out
}

// DoSpaced sends calls one after the other with a gap between them, without waiting for answers. The exchanges are in
// the order of the calls. The error is that of a context that ended before all were sent.
func (c *Client) DoSpaced(ctx context.Context, calls []Call, gap time.Duration) ([]Exchange, error) {
	_ = c.Warm(ctx, len(calls)) // a call that finds no connection makes one
	out := make([]Exchange, len(calls))
	var sent sync.WaitGroup
	defer sent.Wait()
	for i, call := range calls {
		if i > 0 {
			if !sleep(ctx, gap) {
				return nil, errors.New("not finished: the run was stopped while waiting")
			}
		}
		sent.Go(func() { out[i] = c.Do(ctx, call) })
	}
	sent.Wait()
	return out, nil
}

// warm makes connections until n unused ones are there.
func (d *direct) warm(ctx context.Context, n int) error {
	d.mu.Lock()
	old := d.ahead
	d.ahead = nil
	d.mu.Unlock()
	for _, c := range old {
		if c.alive() {
			n--
			d.keepAhead(c)
			continue
		}
		c.Close()
	}
	var group errgroup.Group
	for range max(0, n) {
		group.Go(func() error {
			c, err := d.dial(ctx)
			if err == nil {
				d.keepAhead(c)
			}
			return err
		})
	}
	return group.Wait()
}

func (d *direct) keepAhead(c *connection) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ahead = append(d.ahead, c)
}

func (d *direct) popAhead() *connection {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.ahead) == 0 {
		return nil
	}
	c := d.ahead[0]
	d.ahead = d.ahead[1:]
	return c
}

// takeAhead gives a connection that was made ahead and is still good, or nil.
func (d *direct) takeAhead() *connection {
	for c := d.popAhead(); c != nil; c = d.popAhead() {
		if c.alive() {
			return c
		}
		c.Close()
	}
	return nil
}
