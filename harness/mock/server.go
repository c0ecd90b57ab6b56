// Package mock is an in-memory mock of Auto Scaling (ESS 2014-08-28) and of what its DetachInstances touches in ECS, SLB and RDS,
// faithful enough that the official clients work against it. It shares no code with what judges it: its rules are written from the
// document.
//
// The rules are data at named seams (Rules), so that another behaviour is one replaced seam. Provider states at StatesPath put a fresh
// scaling group into the state in which each documented answer comes.
package mock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// StatesPath is where provider states are arranged. Whoever reaches it may use it, and a state can hand out a working access key: keep
// the server on loopback, or on a network of your own.
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
	keys    *keyring
	nonces  *nonces
	stage   *stage
	log     *log.Logger

	http *http.Server

	mu      sync.Mutex
	address net.Addr      // nil until it listens
	served  chan struct{} // closed when the goroutine of Start has ended; nil without one
}

// New makes a mock without any group or instance. It does not listen yet. The Rules in the options belong to it from now on.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	s := &Server{
		options: o,
		rules:   o.Rules,
		ids:     newIDs(o.Seed),
		keys:    newKeyring(o.Credentials),
		nonces:  newNonces(),
		log:     o.logger(),
	}
	s.world = newWorld(o, s.ids)
	s.stage = newStage(s.world, s.keys)
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
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
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
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("mock: serve on %s: %w", l.Addr(), err)
	}
	return nil
}

// URL is the endpoint, e.g. "http://127.0.0.1:41234"; "" before the server listens.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.address == nil {
		return ""
	}
	return "http://" + s.address.String()
}

// Close stops listening and lets the calls in flight end. When ctx ends first, it cuts their connections and returns an error. The
// goroutine of Start has ended when Close returns.
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

// ServeHTTP answers one request: the RPC gateway, or the provider states.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, tooLarge := readBody(w, r)
	if r.URL.Path == StatesPath {
		s.stage.serve(w, r, body, tooLarge)
		return
	}
	c := s.call(r, body)
	var a *Answer
	if tooLarge {
		a = s.rules.Failure(c, &Refusal{bodyTooLarge, strconv.Itoa(maxBodyBytes)})
	} else {
		a = s.answer(c)
	}
	var b bytes.Buffer
	b.Grow(512) // an answer with one id fits
	s.rules.Render[a.Format](&b, a)
	s.rules.Send(w, a, b.Bytes())
}

// readBody reads the body up to maxBodyBytes.
func readBody(w http.ResponseWriter, r *http.Request) (body []byte, tooLarge bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var limit *http.MaxBytesError
	if err != nil && !errors.As(err, &limit) {
		panic(http.ErrAbortHandler) // the caller went away in the middle of the body: nobody waits for an answer
	}
	return body, limit != nil
}

// call decodes a request and looks up who it says it is from.
func (s *Server) call(r *http.Request, body []byte) *Call {
	c := &Call{
		Request:   s.rules.Parse(r, body),
		RequestID: s.rules.RequestID(s.ids),
		Now:       s.options.Clock(),
		World:     s.world,
		rules:     s.rules,
		nonces:    s.nonces,
		region:    s.options.Region,
	}
	c.Format, c.FormatOK = s.rules.Format(c.Request)
	c.Caller, c.Known = s.keys.find(c.Request.Proof.AccessKeyID)
	return c
}

// answer decides a call.
func (s *Server) answer(c *Call) *Answer {
	lists := [][]Precondition{s.rules.Gateway, s.rules.Authentication, s.rules.Routing}
	if s.options.SkipVerification {
		lists = [][]Precondition{s.rules.Gateway, s.rules.Routing}
	}
	for _, list := range lists {
		if refusal := check(list, c); refusal != nil {
			return s.rules.Failure(c, refusal)
		}
	}
	fields, refusal := s.perform(c)
	if refusal != nil {
		return s.rules.Failure(c, refusal)
	}
	return s.rules.Success(c, fields)
}

// perform decides and carries out an operation in one step, so that no other call comes between the check and the effect.
func (s *Server) perform(c *Call) ([]Field, *Refusal) {
	defer s.world.hold()()
	if c.Operation.Read != nil {
		c.Operation.Read(c)
	}
	if refusal := check(c.Operation.Preconditions, c); refusal != nil {
		return nil, refusal
	}
	return c.Operation.Effect(c), nil
}
