// Package ratelimit lets all processes of a run share one limit of requests.
package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/essconform/essconform/harness/internal/loopback"
)

// Limiter says when one more request may be sent.
type Limiter interface {
	Wait(ctx context.Context) error
}

// New keeps to a number of requests a second; nil for 0, which is no limit.
func New(perSecond float64) Limiter {
	if perSecond <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(perSecond), 1)
}

// Serve serves the limiter to other processes on this machine, at a path that cannot be guessed. stop ends the serving.
func Serve(limiter Limiter) (url string, stop func(), err error) {
	url, stop, err = loopback.Serve(func(w http.ResponseWriter, r *http.Request) {
		if limiter.Wait(r.Context()) != nil {
			w.WriteHeader(http.StatusServiceUnavailable) // the one that asked is gone
		}
	}, 0)
	if err != nil {
		return "", nil, fmt.Errorf("serve the rate limit to the processes of this run: %w", err)
	}
	return url, stop, nil
}

// Served is a limiter that another process of this run serves.
type Served struct {
	url    string
	client *http.Client
}

// Connect makes a limiter of the address that Serve has returned.
func Connect(url string) *Served {
	// Never through a proxy, whatever the environment says: the address is one of this machine.
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second}
	return &Served{url, &http.Client{Transport: transport}}
}

var errGone = errors.New("the rate limit of this run is no longer served")

// Wait returns when one more request may be sent.
func (l *Served) Wait(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := l.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errGone
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // there is no body; reading it frees the connection
	if resp.StatusCode != http.StatusOK {
		return errGone
	}
	return nil
}

// Close gives connections back.
func (l *Served) Close() { l.client.CloseIdleConnections() }
