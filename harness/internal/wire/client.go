package wire

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/essconform/essconform/reports/printable"
	"github.com/google/uuid"
)

// The defaults of Options.
const (
	DefaultTimeout   = 10 * time.Second
	DefaultBodyLimit = 1 << 20 // bytes
)

// Options of a client. Only Endpoint is required.
type Options struct {
	Endpoint  *url.URL          // http or https, without user, query and fragment
	Timeout   time.Duration     // for one exchange, from connecting to the last byte; 0 means DefaultTimeout
	Gate      *Gate             // shared by clients of one run; nil means none
	Limiter   Limiter           // nil means unlimited; waiting for it is not part of the exchange
	Now       func() time.Time  // the clock of timestamps; nil means time.Now
	Nonce     func() string     // nil means random UUIDs
	Transport http.RoundTripper // nil means the client's own; another one must not follow, retry or decompress
	TLS       *tls.Config       // for https without Transport; nil means the system's roots
	Patience  time.Duration     // how long one call may be throttled; 0 means Timeout
	Pause     time.Duration     // before a throttled call is sent again for the first time; 0 means DefaultPause
	Redactor  *Redactor         // of the run; it learns the callers. nil means one of the client's own
	BodyLimit int               // bytes of a body that are kept, raw and decoded; 0 means DefaultBodyLimit
}

// Limiter says when one more request may be sent; *rate.Limiter is one.
type Limiter interface {
	Wait(ctx context.Context) error
}

// Client asks one endpoint. It may be used by many goroutines at once.
type Client struct {
	options Options
	direct  *direct // nil when options.Transport is used
	made    time.Time
	// throttled is set while the target throttles calls for longer than the patience.
	throttled atomic.Bool
}

// NewClient checks the options. Without a Transport it speaks to the endpoint itself, or through the proxy that the
// environment names for it (never for loopback).
func NewClient(o Options) (*Client, error) {
	if err := checkEndpoint(o.Endpoint); err != nil {
		return nil, err
	}
	if o.Timeout < 0 || o.BodyLimit < 0 || o.Patience < 0 || o.Pause < 0 {
		return nil, errors.New("wanted a timeout, a patience, a pause and a body limit above 0")
	}
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	o.Patience = cmp.Or(o.Patience, o.Timeout)
	o.Pause = cmp.Or(o.Pause, DefaultPause)
	o.BodyLimit = cmp.Or(o.BodyLimit, DefaultBodyLimit)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Redactor == nil {
		o.Redactor = NewRedactor()
	}
	if o.Nonce == nil {
		o.Nonce = uuid.NewString
	}
	c := &Client{made: time.Now()}
	if o.Transport == nil {
		proxy, err := environmentProxy(o.Endpoint)
		if err != nil {
			return nil, err
		}
		if proxy != nil {
			o.Transport = newProxied(proxy, o.TLS)
		} else {
			c.direct = newDirect(o.Endpoint, o.TLS)
		}
	}
	c.options = o
	return c, nil
}

// environmentProxy is the proxy that the environment names for an endpoint; nil for none, and for loopback.
func environmentProxy(endpoint *url.URL) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: endpoint})
	if err != nil { // its text may hold the password of the proxy
		return nil, errors.New("HTTP_PROXY or HTTPS_PROXY is not the URL of a proxy: correct it or unset it")
	}
	return proxy, nil
}

// newProxied makes a new connection for each exchange: on one that is kept, http.Transport prints what it did not
// expect.
func newProxied(proxy *url.URL, config *tls.Config) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyURL(proxy),
		TLSClientConfig:        config,
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{}, // no HTTP/2
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: headerLimit,
	}
}

// CloseIdleConnections closes what is kept for the next exchange.
func (c *Client) CloseIdleConnections() {
	if c.direct != nil {
		c.direct.closeIdle()
		return
	}
	if t, ok := c.options.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// once sends the call and reads one answer. barrier is called before the first byte is written.
func (c *Client) once(ctx context.Context, call Call, barrier func()) Exchange {
	c.options.Redactor.Add(call.Credentials)
	x := Exchange{
		Request: Request{Method: call.Method, URL: c.options.Endpoint.String()},
		mask:    &mask{run: c.options.Redactor},
	}
	c.options.Gate.pass(ctx)
	if c.options.Limiter != nil {
		if err := c.options.Limiter.Wait(ctx); err != nil {
			x.Failure = "not sent: " + printable.Text(err.Error(), maxFailure)
			return x
		}
	}
	m, err := compose(call, c.options.Endpoint, c.options.Now(), c.options.Nonce())
	if err != nil {
		x.Failure = "not sent: " + printable.Text(x.Redact(err.Error()), maxFailure)
		return x
	}
	x.mask.signature = func() string { return m.signature }
	x.Request, x.Nonce = m.record(x.Redact), m.nonce
	r, err := m.request()
	if err != nil {
		x.Failure = "not sent: " + err.Error()
		return x
	}
	barrier()
	c.attempt(ctx, call, r, &x)
	x.redact()
	return x
}

// attempt is one request and its answer.
func (c *Client) attempt(parent context.Context, call Call, r *http.Request, x *Exchange) {
	ctx, cancel := context.WithTimeout(parent, c.options.Timeout)
	defer cancel()
	begin := time.Now()
	x.Timings.Start = begin.Sub(c.made)
	defer func() { x.Timings.Total = time.Since(begin) }()

	var t trace
	how := unused
	if call.Repeatable {
		how = kept
	}
	resp, err := c.send(r.WithContext(ctx), call.Line, how, &t)
	x.Attempts, x.Stale, x.doubtful = t.attempts, t.stale, t.doubtful
	if !t.firstByte.IsZero() {
		x.Timings.FirstByte = t.firstByte.Sub(begin)
	}
	s := setback{timeout: c.options.Timeout, host: c.options.Endpoint.Host, begun: !t.firstByte.IsZero()}
	if err == nil {
		defer resp.Body.Close()
		s.resp = resp
		x.Response = &Response{
			Proto: resp.Proto, Status: resp.StatusCode, Header: resp.Header,
			Line: strings.TrimRight(resp.Proto+" "+resp.Status, " "),
		}
		x.Response.Body, x.Response.Truncated, err = readBody(resp.Body, resp.ContentLength, c.options.BodyLimit)
		x.Response.Surplus = t.surplus
		s.got = len(x.Response.Body)
		if call.AcceptGzip {
			x.Response.decode(c.options.BodyLimit)
		}
	}
	if err != nil {
		s.err, s.stopped, s.late = err, context.Cause(parent), ctx.Err() != nil
		s.apply(x)
	}
}

func (c *Client) send(r *http.Request, line *Line, how reuse, t *trace) (*http.Response, error) {
	switch {
	case c.direct != nil && line != nil:
		return c.direct.sendOn(line, r, t)
	case c.direct != nil:
		return c.direct.send(r, how, t)
	}
	resp, err := c.options.Transport.RoundTrip(r)
	t.attempts = 1
	if err == nil {
		t.firstByte = time.Now() // the header is complete: the nearest that any transport tells
	}
	return resp, err
}

// decode fills Decoded when the body is in gzip.
func (r *Response) decode(limit int) {
	if !strings.EqualFold(strings.TrimSpace(r.Header.Get("Content-Encoding")), "gzip") {
		return
	}
	text, truncated, err := gunzip(r.Body, limit)
	r.Decoded = text
	if err != nil {
		r.DecodeFailure = fmt.Sprintf("the gzip body breaks off after %d decoded bytes: %s", len(text), err)
	}
	r.Truncated = r.Truncated || truncated
}
