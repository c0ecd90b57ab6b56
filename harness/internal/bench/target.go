package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/engine/embedded"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
)

// caller signs all requests; the mock knows it.
var caller = wire.Credentials{AccessKeyID: "essconform-bench", AccessKeySecret: "essconform-bench"}

// newMock is the mock that a run without an endpoint embeds. Where its answers are late, its activities take longer, so
// that a second call still meets them.
func newMock(delay time.Duration) (*mock.Server, error) {
	return mock.New(mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: caller.AccessKeyID, AccessKeySecret: caller.AccessKeySecret}},
		ActivityDuration: embedded.ActivityDuration + 2*delay,
	})
}

// traffic is what came to a target.
type traffic struct {
	exchanges int
	// inExchange is the sum of their times, each from the request's header to the end of the answer, as the target saw
	// them.
	inExchange time.Duration
	first      time.Time // the first connection
}

// target is a server on loopback that counts.
type target struct {
	url    string
	server *http.Server
	served chan struct{}

	mu      sync.Mutex
	traffic traffic
	begun   map[net.Conn]time.Time // the exchanges under way
}

// serve serves h on a free port until close, each answer late by the delay.
func serve(h http.Handler, delay time.Duration) (*target, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &target{url: "http://" + l.Addr().String(), served: make(chan struct{}), begun: map[net.Conn]time.Time{}}
	t.server = &http.Server{Handler: late(h, delay), ConnState: t.watch, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		defer close(t.served)
		_ = t.server.Serve(l) // ends with close, and a target that ends earlier fails the run
	}()
	return t, nil
}

// close ends the server at once: no answer is awaited any more.
func (t *target) close() {
	_ = t.server.Close()
	<-t.served
}

func late(h http.Handler, delay time.Duration) http.Handler {
	if delay == 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait(r.Context(), delay) == nil {
			h.ServeHTTP(w, r)
		}
	})
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// watch is told by net/http when a request has come and when its answer has gone.
func (t *target) watch(c net.Conn, state http.ConnState) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	switch state {
	case http.StateNew:
		if t.traffic.first.IsZero() {
			t.traffic.first = now
		}
	case http.StateActive:
		t.begun[c] = now
	default:
		if begun, ok := t.begun[c]; ok {
			t.traffic.exchanges++
			t.traffic.inExchange += now.Sub(begun)
			delete(t.begun, c)
		}
	}
}

func (t *target) seen() traffic {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.traffic
}
