package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxIdle is more than the cases that run at the same time.
	maxIdle = 64
	// maxRest is shorter than the keep-alive time-out of common servers (2 s and more), so that they seldom close what
	// is used again.
	maxRest = time.Second
	// prompt is shorter than any target waits for the first request on a connection.
	prompt = 3 * time.Millisecond
	// mostAttempts is how often a request that changes nothing is written.
	mostAttempts = 4
)

// errStale is a connection that the target had closed before it was used again.
var errStale = errors.New("the target closed an idle connection")

// direct speaks HTTP/1.1 to one endpoint over connections that it keeps.
//
// It stands in for http.Transport, which a judge cannot use: that one prints bytes after the body through the global
// logger or takes them for the answer to the next request, and it repeats a GET on its own without saying so. Parsing
// and writing are still net/http's.
type direct struct {
	address string
	config  *tls.Config // nil for http
	prompt  time.Duration
	met     atomic.Bool // connections could be made

	mu    sync.Mutex
	idle  []*connection // used before; the last one is the freshest
	ahead []*connection // made by warm and never used
}

// reuse says which connections a request may travel on.
type reuse int

const (
	// unused: the request must not be sent twice, so it goes over a connection that no request was sent on before. A
	// target may close one that it has answered on at any time, and when it does so just as the next request is
	// written, no client can tell whether that request was read. On an unused connection there is no such doubt: what
	// does not come was not answered.
	unused reuse = iota
	// kept: the request changes nothing, so it goes over whatever is open, and once more when that turns out to be
	// closed.
	kept
)

// trace is what direct saw of one exchange.
type trace struct {
	attempts  int
	waited    bool // the connection may have been closed before the request was written, see prompt
	doubtful  bool // see Exchange.Doubtful
	stale     int  // attempts that met a kept connection which the target had closed
	firstByte time.Time
	surplus   []byte
}

func newDirect(endpoint *url.URL, config *tls.Config) *direct {
	port := endpoint.Port()
	if port == "" {
		port = endpoint.Scheme // the dialer knows http and https as services
	}
	d := &direct{address: net.JoinHostPort(endpoint.Hostname(), port), prompt: prompt}
	if endpoint.Scheme == "https" {
		d.config = &tls.Config{}
		if config != nil {
			d.config = config.Clone()
		}
		d.config.NextProtos = []string{"http/1.1"}
		if d.config.ServerName == "" {
			d.config.ServerName = endpoint.Hostname()
		}
	}
	return d
}

// send writes the request and reads up to the body. The context bounds the whole exchange. The body must be read to its
// end or closed.
func (d *direct) send(r *http.Request, how reuse, t *trace) (*http.Response, error) {
	if how == unused {
		return d.sendOnce(r, t)
	}
	if c := d.take(); c != nil {
		resp, err := d.exchange(c, r, t)
		if t.unread(r, err) {
			err = errStale
		}
		if err != errStale {
			return resp, err
		}
		t.stale++
		if r, err = again(r); err != nil {
			return nil, err
		}
	}
	for {
		c, err := d.dial(r.Context())
		if err != nil {
			return nil, err
		}
		resp, err := d.exchange(c, r, t)
		if !t.waited || !t.unread(r, err) || t.attempts == mostAttempts {
			return resp, err
		}
		if r, err = again(r); err != nil {
			return nil, err
		}
	}
}

// sendOnce sends over a connection that was never used. It takes the place of an idle one, so that a target never sees
// more of them than there are requests at a time.
func (d *direct) sendOnce(r *http.Request, t *trace) (*http.Response, error) {
	c := d.takeAhead()
	if c == nil {
		if old := d.pop(); old != nil {
			old.Close()
		}
		var err error
		if c, err = d.dial(r.Context()); err != nil {
			return nil, err
		}
	}
	resp, err := d.exchange(c, r, t)
	t.doubtful = t.waited && t.unread(r, err)
	return resp, err
}

// unread tells an exchange that broke before the first byte of an answer.
func (t *trace) unread(r *http.Request, err error) bool {
	return err != nil && t.firstByte.IsZero() && r.Context().Err() == nil && lost(err)
}

// again is the request with its body from the start; net/http gives each request that Build makes a GetBody.
func again(r *http.Request) (*http.Request, error) {
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = body
	return r, nil
}

func (d *direct) exchange(c *connection, r *http.Request, t *trace) (*http.Response, error) {
	t.attempts++
	stop := context.AfterFunc(r.Context(), func() { c.SetDeadline(longAgo) })
	writing := c.write(r)
	t.waited = time.Since(c.rested) >= d.prompt
	// A target may refuse before it has read everything, so its answer counts for more than the failed write.
	err := c.waitForFirstByte()
	var resp *http.Response
	if err == nil {
		t.firstByte = time.Now()
		resp, err = c.readHeader(r)
	} else if writing != nil {
		err = writing
	}
	if err != nil {
		stop()
		c.Close()
		return nil, err
	}
	resp.Body = &answerBody{
		ReadCloser: resp.Body, d: d, c: c, t: t, stop: stop,
		reusable: !r.Close && !resp.Close && resp.StatusCode > 199,
	}
	return resp, nil
}

// take gives an idle connection that can be used again, or nil.
func (d *direct) take() *connection {
	for {
		c := d.pop()
		if c == nil {
			return nil
		}
		if c.alive() {
			return c
		}
		c.Close()
	}
}

// alive tells whether a connection that rests can be used.
func (c *connection) alive() bool { return time.Since(c.rested) < maxRest && c.look() == quiet }

func (d *direct) pop() *connection {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.idle) == 0 {
		return nil
	}
	last := len(d.idle) - 1
	c := d.idle[last]
	d.idle = slices.Delete(d.idle, last, last+1)
	return c
}

func (d *direct) put(c *connection) {
	c.rested = time.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.idle) == maxIdle {
		c.Close()
		return
	}
	d.idle = append(d.idle, c)
}

func (d *direct) closeIdle() {
	for c := d.popAhead(); c != nil; c = d.popAhead() {
		c.Close()
	}
	for c := d.pop(); c != nil; c = d.pop() {
		c.Close()
	}
}

// answerBody gives the connection back at the end of the body.
type answerBody struct {
	io.ReadCloser
	d        *direct
	c        *connection
	t        *trace
	stop     func() bool
	reusable bool
	done     bool
	line     *Line // that the connection belongs to; nil: to the pool
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF && !b.done {
		b.finish()
	}
	return n, err
}

// Close without having read everything gives the connection up.
func (b *answerBody) Close() error {
	if b.done {
		return nil
	}
	b.done = true
	b.stop()
	return b.c.Close()
}

func (b *answerBody) finish() {
	b.done = true
	if !b.stop() { // the deadline has struck, and may yet be set on the connection
		b.c.Close()
		return
	}
	state := b.c.look()
	if state == speaks {
		b.t.surplus = b.c.surplus()
	}
	if state == quiet && b.reusable {
		if b.line != nil {
			b.c.rested = time.Now()
			b.line.c, b.line.used = b.c, true
			return
		}
		b.d.put(b.c)
		return
	}
	b.c.Close()
}
