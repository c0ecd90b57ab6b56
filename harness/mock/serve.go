package mock

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/control"
	"github.com/essconform/essconform/harness/mock/internal/fault"
	"github.com/essconform/essconform/harness/mock/internal/journal"
)

// UnsupportedHeader lists, in an answer, the parameters of the request that the mock does not act on.
const UnsupportedHeader = "X-Essconform-Unsupported"

// ServeHTTP answers one request: the RPC gateway, the provider states, or the control plane.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == StatesPath || control.Serves(r.URL.Path) {
		s.serveGuarded(w, r)
		return
	}
	if s.guard.Allow(w, r, true) {
		return
	}
	start := time.Now()
	body, tooLarge := readBody(w, r)
	c := s.call(r, body)
	var a *Answer
	defer func() { s.record(c, a, time.Since(start)) }() // also of a call whose connection a fault closes
	if tooLarge {
		a = s.rules.Failure(c, &Refusal{bodyTooLarge, strconv.Itoa(maxBodyBytes)})
	} else {
		a = s.answer(w, r, c)
	}
	if len(c.unsupported) > 0 {
		s.notes.once(c.Operation.Name, c.unsupported)
		a.Header.Set(UnsupportedHeader, strings.Join(c.unsupported, ", "))
	}
	if c.diagnosis != "" {
		s.log.Printf("%s of %s: wrong signature: %s",
			printable(c.Request.Param("Action")), printable(c.Caller.AccessKeyID), printable(c.diagnosis))
	}
	var b bytes.Buffer
	b.Grow(512) // an answer with one id fits
	s.rules.Render[a.Format](&b, a)
	s.rules.Send(w, a, b.Bytes())
}

// serveGuarded serves what no page of another site may reach: states, control plane and its page.
func (s *Server) serveGuarded(w http.ResponseWriter, r *http.Request) {
	if s.guard.Allow(w, r, false) {
		return
	}
	if refusal := s.guard.Check(r); refusal != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(refusal.Status)
		text, _ := json.Marshal(map[string]string{"error": refusal.Text}) // texts can be marshalled
		_, _ = w.Write(
			append(text, '\n'),
		) // net/http closes the connection of a caller who left
		return
	}
	if r.URL.Path != StatesPath {
		s.control.ServeHTTP(w, r)
		return
	}
	body, tooLarge := readBody(w, r)
	limit := 0
	if tooLarge {
		limit = maxBodyBytes
	}
	s.stage.Serve(w, r, body, limit)
}

// record puts a call into the journal. a is nil when the connection is closed without an answer.
func (s *Server) record(c *Call, a *Answer, took time.Duration) {
	e := journal.Entry{
		At:          c.Now,
		Method:      kept(c.Request.Method),
		Operation:   kept(c.Request.Param("Action")),
		Version:     kept(c.Request.Param("Version")),
		Caller:      kept(c.Request.Proof.AccessKeyID),
		Sent:        c.Request.Params,
		Bytes:       c.size,
		RequestID:   c.RequestID,
		Rule:        c.violated,
		Fault:       string(c.fault),
		Unsupported: c.unsupported,
		DurationMs:  float64(took.Microseconds()) / 1000,
	}
	if a != nil && c.fault != fault.Lose {
		e.Status = a.Status
	}
	if a != nil && a.Problem != nil {
		e.Code, e.Message = a.Problem.Code, a.Problem.Message
	}
	e = s.journal.Add(e)
	if s.requestLog != nil {
		s.requestLog.Print(e.Line())
	}
}

// kept is a text of a request that outlives it: a copy, so that it does not hold the whole request in memory, and a
// short one.
func kept(s string) string { return strings.Clone(s[:min(len(s), mostTextBytes)]) }

// usualBodyBytes is room for what clients send, which is read at once.
const usualBodyBytes = 8 << 10

// readBody reads the body up to maxBodyBytes.
func readBody(w http.ResponseWriter, r *http.Request) (body []byte, tooLarge bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, false
	}
	if n := r.ContentLength; n > 0 && n <= usualBodyBytes {
		body = make([]byte, n)
		if _, err := io.ReadFull(r.Body, body); err != nil {
			panic(http.ErrAbortHandler) // as below
		}
		return body, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var limit *http.MaxBytesError
	if err != nil && !errors.As(err, &limit) {
		panic(http.ErrAbortHandler) // the caller went away in the middle of the body and waits for no answer
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
		size:      len(r.URL.RawQuery) + len(body),
	}
	c.Format, c.FormatOK = s.rules.Format(c.Request)
	c.Caller, c.Known = s.keys.Find(c.Request.Proof.AccessKeyID)
	return c
}

// answer decides a call.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, c *Call) *Answer {
	pause(w, r, time.Duration(s.latency.Load()))
	lists := [][]Precondition{s.rules.Gateway, s.rules.Authentication, s.rules.Routing}
	if s.options.SkipVerification {
		lists = [][]Precondition{s.rules.Gateway, s.rules.Routing}
	}
	for _, list := range lists {
		if refusal := check(list, c); refusal != nil {
			return s.rules.Failure(c, refusal)
		}
	}
	c.unsupported = s.known.without(c)
	f, _ := s.faults.Draw(c.Operation.Name)
	c.fault = f.Kind
	pause(w, r, time.Duration(f.Delay))
	if status, code, message, fails := f.Fails(); fails {
		return throttled(s.rules.Failure(c, &Refusal{Problem{status, code, message}, ""}), f)
	}
	if f.Kind == fault.Drop {
		panic(http.ErrAbortHandler)
	}
	fields, refusal := s.perform(c)
	if f.Kind == fault.Lose {
		panic(http.ErrAbortHandler)
	}
	if refusal != nil {
		return s.rules.Failure(c, refusal)
	}
	return s.rules.Success(c, fields)
}

// throttled adds the header that says when to try again, in milliseconds (facts, section 4).
func throttled(a *Answer, f Fault) *Answer {
	if f.RetryAfter > 0 {
		a.Header.Set("X-Acs-Retry-After", strconv.FormatInt(time.Duration(f.RetryAfter).Milliseconds(), 10))
	}
	return a
}

// pause waits before an answer. It gives up with the connection when the caller does, and gives the answer the time
// that it then needs.
func pause(w http.ResponseWriter, r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d + writeTimeout)); err != nil &&
		!errors.Is(err, http.ErrNotSupported) {
		panic(http.ErrAbortHandler)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// perform decides and carries out an operation in one step, so that no other call comes between the check and the
// effect.
func (s *Server) perform(c *Call) ([]Field, *Refusal) {
	defer s.world.Hold()()
	if fields, refusal, known := s.repeated(c); known {
		return fields, refusal
	}
	if c.Operation.Read != nil {
		c.Operation.Read(c)
	}
	if refusal := check(c.Operation.Preconditions, c); refusal != nil {
		return nil, refusal
	}
	fields := c.Operation.Effect(c)
	s.answered(c, fields)
	return fields, nil
}
