package traffic

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/reports/printable"
)

// Proxy forwards what clients send to one target, unchanged, and records both directions without secrets.
type Proxy struct {
	target  *url.URL
	forward *httputil.ReverseProxy
	keep    func(*har.Entry)
	began   time.Time
	all     sync.WaitGroup
}

// NewProxy makes a proxy. transport must neither follow, retry nor decompress. keep gets each exchange before its
// answer is complete for the client, from many goroutines at once; the answer waits for it.
func NewProxy(target *url.URL, transport http.RoundTripper, keep func(*har.Entry)) *Proxy {
	p := &Proxy{target: target, keep: keep, began: time.Now()}
	p.forward = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
			r.Out.Host = r.In.Host // it is part of V3 signatures
			for _, name := range forwarded {
				if values, sent := r.In.Header[name]; sent {
					r.Out.Header[name] = values
				}
			}
		},
		Transport:      transport,
		ModifyResponse: answered,
		ErrorHandler:   unanswered,
		ErrorLog:       log.New(io.Discard, "", 0), // what broke off is in the recording
	}
	return p
}

// Wait returns when all exchanges that came have been kept. It is called when the server takes no more.
func (p *Proxy) Wait() { p.all.Wait() }

// forwarded are headers that a reverse proxy of the standard library takes out when it is given a Rewrite.
var forwarded = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"}

// passing is an exchange on its way through the proxy.
type passing struct {
	sent      time.Time
	header    http.Header // of the request, as it came
	host, uri string
	method    string
	request   captured
	first     time.Time // when the head of the answer was there
	answer    *http.Response
	response  captured
	failure   string
}

type passingKey struct{}

// ServeHTTP forwards one request.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.all.Add(1)
	defer p.all.Done()
	x := &passing{
		sent: time.Now(), header: r.Header.Clone(), host: r.Host, uri: r.URL.RequestURI(), method: r.Method,
	}
	if r.Body != nil && r.Body != http.NoBody {
		x.request.from, r.Body = r.Body, &x.request
	}
	defer func() { p.keep(p.entry(x)) }() // also after a client that left, which ends in a panic
	p.forward.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), passingKey{}, x)))
}

func answered(r *http.Response) error {
	if x, ok := r.Request.Context().Value(passingKey{}).(*passing); ok {
		x.first, x.answer = time.Now(), &http.Response{
			Proto: r.Proto, Status: r.Status, StatusCode: r.StatusCode, Header: r.Header.Clone(),
			ContentLength: r.ContentLength,
		}
		x.response.from, r.Body = r.Body, &x.response
	}
	return nil
}

// unanswered tells the client that no answer came. This one is the proxy's own, and never judged.
func unanswered(w http.ResponseWriter, r *http.Request, err error) {
	if x, ok := r.Context().Value(passingKey{}).(*passing); ok {
		x.failure = err.Error()
	}
	http.Error(w, "essconform proxy: no answer from the target", http.StatusBadGateway)
}

// captured keeps the beginning of a body that passes. A transport may still read the body of a request when the answer
// is there.
type captured struct {
	from io.ReadCloser

	mu    sync.Mutex
	text  bytes.Buffer
	size  int
	ended bool
}

func (c *captured) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size += n
	if room := mostUnpacked - c.text.Len(); room > 0 {
		c.text.Write(b[:min(n, room)])
	}
	c.ended = c.ended || err == io.EOF
	return n, err
}

// Close ends the body.
func (c *captured) Close() error { return c.from.Close() }

// seen is what has passed so far.
func (c *captured) seen() (text []byte, size int, ended bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.text.Bytes()), c.size, c.ended
}

// entry is the exchange as it is recorded: without secrets.
func (p *Proxy) entry(x *passing) *har.Entry {
	done := time.Now()
	e := &har.Entry{StartedDateTime: har.Time(x.sent), Time: har.Milliseconds(done.Sub(x.sent))}
	e.Sent, e.SentMs, e.DoneMs = x.sent, milliseconds(x.sent.Sub(p.began)), milliseconds(done.Sub(p.began))
	asked := har.ReadRequest{
		Method: x.method, URL: p.target.Scheme + "://" + p.target.Host + x.uri, Headers: pairs(x.header),
	}
	body, size, _ := x.request.seen()
	if size > len(body) {
		e.Cut = append(e.Cut, fmt.Sprintf("body of the request: the first %d bytes", len(body)))
	}
	if len(body) > 0 {
		asked.PostData = &har.PostData{MimeType: x.header.Get("Content-Type"), Text: string(body)}
	}
	call := ReadCall(asked)
	hide := hider(asked, call.Params).Redact
	header := shownHeader(x.header, hide)
	header.Set("Host", hide(x.host))
	e.Request = har.Request{
		Method: hide(x.method), URL: har.URL(shownURL(asked.URL)), HTTPVersion: "HTTP/1.1", Cookies: []har.Pair{},
		Headers: pairs(header), HeadersSize: -1, BodySize: size,
	}
	e.Request.QueryString = har.Query(e.Request.URL)
	if len(body) > 0 {
		shown := hide(string(body))
		if params := form(asked.PostData); params != nil {
			shown = shownQuery(params)
		}
		text, encoding := har.Text(shown)
		e.Request.PostData = &har.PostData{MimeType: header.Get("Content-Type"), Text: text, Encoding: encoding}
	}
	e.Response = har.Response{Cookies: []har.Pair{}, Headers: []har.Pair{}, HeadersSize: -1, BodySize: -1}
	if x.answer == nil {
		e.Error = printable.Text(hide(x.failure), keptText)
		e.Timings.Wait = e.Time
		return e
	}
	e.Timings.Wait = har.Milliseconds(x.first.Sub(x.sent))
	e.Timings.Receive = har.Milliseconds(done.Sub(x.first))
	x.shownAnswer(e, hide)
	return e
}

// shownAnswer notes the answer. A body in gzip is unpacked, because a secret cannot be seen in it; one in another
// encoding is left out.
func (x *passing) shownAnswer(e *har.Entry, hide func(string) string) {
	body, size, ended := x.response.seen()
	header := shownHeader(x.answer.Header, hide)
	_, text, _ := strings.Cut(x.answer.Status, " ")
	e.Response.Status, e.Response.StatusText = x.answer.StatusCode, printable.Cut(hide(text), keptText)
	e.Response.HTTPVersion, e.Response.Headers = x.answer.Proto, pairs(header)
	e.Response.RedirectURL, e.Response.BodySize = header.Get("Location"), size
	whole := ended || x.method == http.MethodHead || x.answer.ContentLength == int64(size)
	long := size > len(body)
	switch coding := x.answer.Header.Get("Content-Encoding"); {
	case bytes.HasPrefix(body, gzipMagic):
		plain, err := unpacked(body)
		if body, whole = plain, whole && err == nil; err != nil {
			body = nil
		}
	case coding != "" && !strings.EqualFold(coding, "identity"):
		body, whole = nil, false
	}
	if !whole || long {
		e.Cut = append(e.Cut, "body of the response: not whole, or in an encoding that is not recorded")
	}
	shown, encoding := har.Text(hide(string(body)))
	e.Response.Content = har.Content{
		Size: len(body), MimeType: header.Get("Content-Type"), Text: shown, Encoding: encoding,
	}
}

// milliseconds are never 0, which stands for a time that is not known.
func milliseconds(d time.Duration) float64 {
	return float64(max(d, time.Microsecond).Microseconds()) / 1000
}
