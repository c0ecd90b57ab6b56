package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/target"
)

// shared is what all clients of a run have in common: the rate, and what must not be shown.
type shared struct {
	limiter  wire.Limiter // nil: no limit
	redactor *wire.Redactor
}

func newShared(s target.Settings, caller target.Credentials) shared {
	return shared{newLimiter(s.Rate), wire.NewRedactor(wire.Credentials(caller))}
}

// shareLimiter serves the limiter of a run of several processes, until stop, which it joins, is called.
func (a Address) shareLimiter(processes int, stop func() error) (Address, func() error, error) {
	if processes < 2 || a.limiter == nil {
		return a, stop, nil
	}
	url, stopServing, err := serveLimiter(a.limiter)
	if err != nil {
		return a, stop, err
	}
	a.Limiter = url
	return a, func() error {
		defer stopServing()
		return stop()
	}, nil
}

// newLimiter keeps to a number of requests a second; nil for 0.
func newLimiter(perSecond float64) wire.Limiter {
	if perSecond <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(perSecond), 1)
}

// serveLimiter lets all processes of a run share one limiter: it is served on this machine, at a path that cannot be guessed. Calls that
// arrange states, in the first process, wait for the same limiter. stop ends the serving.
func serveLimiter(limiter wire.Limiter) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("serve the rate limit to the processes of this run: %w", err)
	}
	path := "/" + rand.Text()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		if limiter.Wait(r.Context()) != nil {
			w.WriteHeader(http.StatusServiceUnavailable) // the one that asked is gone
		}
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close
	}()
	return "http://" + listener.Addr().String() + path, func() {
		_ = server.Close()
		<-done
	}, nil
}

// servedLimiter waits for the limiter that the first process of a run serves.
type servedLimiter struct {
	url    string
	client *http.Client
}

func newServedLimiter(url string) *servedLimiter {
	// Never through a proxy, whatever the environment says: the address is one of this machine.
	return &servedLimiter{url, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second}}}
}

// Wait returns when one more request may be sent.
func (l *servedLimiter) Wait(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := l.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errors.New("the rate limit of this run is no longer served")
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // there is no body; reading it frees the connection
	if resp.StatusCode != http.StatusOK {
		return errors.New("the rate limit of this run is no longer served")
	}
	return nil
}

// close gives connections back.
func (l *servedLimiter) close() { l.client.CloseIdleConnections() }
