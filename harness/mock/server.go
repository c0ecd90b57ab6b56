// Package mock is an in-memory mock of Auto Scaling (ESS 2014-08-28) and of what its DetachInstances touches in ECS,
// SLB and RDS, faithful enough that the official clients work against it. It shares no code with what judges it: its
// rules are written from the document.
//
// The rules are data at named seams (Rules), so that another behaviour is one replaced seam. Provider states at
// StatesPath put a fresh scaling group into the state in which each documented answer comes.
package mock

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/control"
	"github.com/essconform/essconform/harness/mock/internal/fault"
	"github.com/essconform/essconform/harness/mock/internal/guard"
	"github.com/essconform/essconform/harness/mock/internal/journal"
	"github.com/essconform/essconform/harness/mock/internal/keyring"
	"github.com/essconform/essconform/harness/mock/internal/recent"
	"github.com/essconform/essconform/harness/mock/internal/stage"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// StatesPath is where provider states are arranged. Anyone who reaches it may use it, and a state can hand out a
// working access key: keep the server on loopback, or on a network of your own.
const StatesPath = "/_states"

// The limits of one connection. A call is small and answered at once, so they are tight.
const (
	headerTimeout  = 5 * time.Second
	readTimeout    = 10 * time.Second
	writeTimeout   = 10 * time.Second
	idleTimeout    = 60 * time.Second
	maxHeaderBytes = 64 << 10
	maxBodyBytes   = 1 << 20
)

// Server is one mock with its own state. It is an http.Handler, and can listen by itself.
type Server struct {
	options Options
	rules   *Rules
	ids     *IDs
	world   *World
	keys    *keyring.Keyring
	nonces  *recent.Memory[struct{}]
	tokens  *recent.Memory[firstAnswer]
	known   supported
	stage   *stage.Stage
	log     *log.Logger
	notes   *notes
	faults  *fault.Set
	journal *journal.Journal
	guard   guard.Guard
	control http.Handler

	requestLog *log.Logger // nil: none
	startedAt  time.Time

	http *http.Server

	latency atomic.Int64 // of every answer, in nanoseconds
	ahead   atomic.Int64 // how far the state's clock is before the options' clock, in nanoseconds

	mu      sync.Mutex
	address net.Addr      // nil until it listens
	served  chan struct{} // closed when the goroutine of Start has ended; nil without one
}

// New makes a mock without any group or instance. It does not listen yet. The Rules in the options belong to it from
// now on.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	s := &Server{
		options: o,
		rules:   o.Rules,
		ids:     world.NewIDs(o.Seed),
		keys:    keyring.New(o.Credentials),
		nonces:  recent.New[struct{}](nonceCount, nonceMemory),
		tokens:  recent.New[firstAnswer](tokenCount, tokenMemory),
		known:   newSupported(o.Rules.Operations),
		faults:  fault.NewSet(o.Seed),
		journal: journal.New(),
		log:     o.logger(),

		requestLog: o.requestLogger(),
		startedAt:  o.Clock(),
	}
	s.notes = &notes{log: s.log, made: map[string]bool{}}
	s.world = world.New(s.worldSettings())
	s.stage = stage.New(s.world, s.keys, s.ids)
	s.stage.Arranged = s.rules.Arranged
	s.latency.Store(int64(o.Latency))
	s.guard = guard.Guard{Hosts: o.Hosts, Origins: o.Origins, Address: s.listening}
	s.control = control.New(steered{s})
	s.http = &http.Server{
		Handler:           o.Wrap(s),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          s.log,
	}
	return s, nil
}

// Start listens on addr, e.g. "127.0.0.1:0", and serves until Close.
func (s *Server) Start(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("mock: listen on %s: %w", addr, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.address != nil {
		_ = l.Close()
		return errors.New("mock: the server listens already")
	}
	s.address, s.served = l.Addr(), make(chan struct{})
	go func() {
		defer close(s.served)
		if err := s.http.Serve(s.secured(l)); !errors.Is(err, http.ErrServerClosed) {
			s.log.Printf("serve: %v", err)
		}
	}()
	return nil
}

// Serve serves on l until Close, and closes l.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.address != nil {
		s.mu.Unlock()
		_ = l.Close()
		return errors.New("mock: the server listens already")
	}
	s.address = l.Addr()
	s.mu.Unlock()
	if err := s.http.Serve(s.secured(l)); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("mock: serve on %s: %w", l.Addr(), err)
	}
	return nil
}

// secured is the listener with TLS, where it is wanted.
func (s *Server) secured(l net.Listener) net.Listener {
	if s.options.TLS == nil {
		return l
	}
	return tls.NewListener(l, s.options.TLS)
}

// listening is where the server listens, nil before it does.
func (s *Server) listening() net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// URL is the endpoint, e.g. "http://127.0.0.1:41234"; "" before the server listens.
func (s *Server) URL() string {
	address := s.listening()
	switch {
	case address == nil:
		return ""
	case s.options.TLS != nil:
		return "https://" + address.String()
	}
	return "http://" + address.String()
}

// Host is host and port of URL, as clients want an endpoint.
func (s *Server) Host() string {
	_, host, _ := strings.Cut(s.URL(), "://")
	return host
}

// Close stops listening and lets the calls in flight end. When ctx ends first, it cuts their connections and returns
// an error. The goroutine of Start has ended when Close returns.
func (s *Server) Close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("mock: stop: %w", err), s.http.Close())
	}
	s.mu.Lock()
	served := s.served
	s.mu.Unlock()
	if served != nil {
		<-served
	}
	return err
}

// Forward moves the clock of the state forward: activities end, cooldowns pass. Timestamps and nonces of requests
// keep to the options' clock, so that clients whose clock did not move are still understood. It panics on a negative
// duration: time does not run backwards.
func (s *Server) Forward(d time.Duration) {
	if d < 0 {
		panic(fmt.Sprintf("mock: Forward by %s: the clock moves forward only", d))
	}
	s.ahead.Add(int64(d))
}
