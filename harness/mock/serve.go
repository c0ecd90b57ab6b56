package mock

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// UnsupportedHeader lists, in an answer, the parameters of the request that the mock does not act on.
const UnsupportedHeader = "X-Essconform-Unsupported"

// ServeHTTP answers one request: the RPC gateway, or the provider states.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == StatesPath {
		s.serveStates(w, r)
		return
	}
	body, tooLarge := readBody(w, r)
	c := s.call(r, body)
	var a *Answer
	if tooLarge {
		a = s.rules.Failure(c, &Refusal{bodyTooLarge, strconv.Itoa(maxBodyBytes)})
	} else {
		a = s.answer(c)
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

func (s *Server) serveStates(w http.ResponseWriter, r *http.Request) {
	body, tooLarge := readBody(w, r)
	limit := 0
	if tooLarge {
		limit = maxBodyBytes
	}
	s.stage.Serve(w, r, body, limit)
}

// readBody reads the body up to maxBodyBytes.
func readBody(w http.ResponseWriter, r *http.Request) (body []byte, tooLarge bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, false
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
	}
	c.Format, c.FormatOK = s.rules.Format(c.Request)
	c.Caller, c.Known = s.keys.Find(c.Request.Proof.AccessKeyID)
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
	c.unsupported = s.known.without(c)
	fields, refusal := s.perform(c)
	if refusal != nil {
		return s.rules.Failure(c, refusal)
	}
	return s.rules.Success(c, fields)
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
