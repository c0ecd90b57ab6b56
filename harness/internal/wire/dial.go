package wire

import (
	"context"
	"errors"
	"syscall"
	"time"
)

// A target that was there and refuses connections is being started again: it gets restart to come back, and is asked
// after each retryPause.
const (
	restart    = 3 * time.Second
	retryPause = 50 * time.Millisecond
)

// dial connects. A connection that is refused carried no request, so trying again repeats nothing. One that was waited
// for in vain is the last one that is waited for, until the target is there again.
func (d *direct) dial(ctx context.Context) (*connection, error) {
	begun := time.Now()
	for {
		c, err := dial(ctx, d.address, d.config)
		if err == nil {
			d.met.Store(true)
			return c, nil
		}
		if !errors.Is(err, syscall.ECONNREFUSED) || !d.met.Load() {
			return nil, err
		}
		if time.Since(begun) > restart {
			d.met.Store(false)
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(retryPause):
		}
	}
}
