package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

func TestDoFailures(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n"
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	never := func(net.Conn, *http.Request) bool { return true }
	for _, c := range []struct {
		name                string
		endpoint            *url.URL
		change              func(*Options)
		want                string // %s is the host
		timedOut, unreached bool
		status              int // 0 when there is no response
		body                int
	}{
		{"refused", parse(t, "http://"+closed.Addr().String()), nil, "connection refused by %s", false, true, 0, 0},
		{"no such host", parse(t, "http://nowhere.invalid"), nil, "%s", false, true, 0, 0},
		{
			"not TLS", parse(t, "https://"+says(t, "HTTP/1.1 400 Bad Request\r\n\r\n", false).Host), nil,
			"no TLS with %s: ", false, true, 0, 0,
		},
		{"time-out before the header", rawServer(t, never), shortly, "no answer within 50ms", true, false, 0, 0},
		{
			"time-out in the header", says(t, "HTTP/1.1 200 OK\r\nA: b\r\n", true), shortly,
			"the header was not complete within 50ms", true, false, 0, 0,
		},
		{
			"time-out in the body", says(t, head+strings.Repeat("x", 120), true), shortly,
			"the body was not complete (120 of 200 bytes came) within 50ms", true, false, 200, 120,
		},
		{
			"time-out without a length", says(t, "HTTP/1.1 200 OK\r\n\r\n{}", true), shortly,
			"(2 bytes came; without Content-Length it ends when the connection is closed) within 50ms", true, false,
			200, 2,
		},
		{
			"closed without an answer", says(t, "", false), nil, "the connection was closed without an answer", false,
			false, 0, 0,
		},
		{
			"closed in the header", says(t, "HTTP/1.1 200 OK\r\nA: b", false), nil,
			"the connection was closed in the middle of the header", false, false, 0, 0,
		},
		{
			"reset without an answer", rawServer(t, func(c net.Conn, _ *http.Request) bool { return reset(c) }), nil,
			"the connection was reset without an answer", false, false, 0, 0,
		},
		{
			"short body", says(t, head+strings.Repeat("x", 120), false), nil, "the body ended after 120 of 200 bytes",
			false, false, 200, 120,
		},
		{
			"short chunks", says(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", false), nil,
			"the body ended after 2 bytes, without its last chunk", false, false, 200, 2,
		},
		{
			"malformed chunk", says(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n", false),
			nil,
			"the body is not well-formed after 2 bytes: invalid byte in chunk length", false, false, 200, 2,
		},
		{
			"malformed status line", says(t, "garbage\x1b[31m\x00\r\n\r\n", false), nil,
			"the answer is not well-formed HTTP: malformed HTTP", false, false, 0, 0,
		},
		{
			"malformed header", says(t, "HTTP/1.1 200 OK\r\nno colon \x1b[31m\r\n\r\n", false), nil,
			"the answer is not well-formed HTTP: malformed MIME header", false, false, 0, 0,
		},
		{
			"two lengths", says(t, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", false), nil,
			"multiple Content-Length headers", false, false, 0, 0,
		},
		{
			"long header", says(t, "HTTP/1.1 200 OK\r\nA: "+strings.Repeat("x", headerLimit)+"\r\n\r\n", false), nil,
			"the header is longer than 1 MiB", false, false, 0, 0,
		},
		{
			"endless interim answers", says(t, strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100), true), nil,
			"more than 5 interim answers", false, false, 0, 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := ask(t, c.endpoint, c.change)
			want := strings.ReplaceAll(c.want, "%s", c.endpoint.Host)
			if !strings.Contains(x.Failure, want) || x.TimedOut != c.timedOut || x.Unreachable != c.unreached {
				t.Errorf("wanted %q, timed out %t, unreachable %t; got %q, %t, %t", want, c.timedOut, c.unreached,
					x.Failure, x.TimedOut, x.Unreachable)
			}
			if strings.ContainsAny(x.Failure, "\x00\x1b\n?") || strings.Contains(x.Failure, "Signature") {
				t.Errorf("wanted one printable line without the query; got %q", x.Failure)
			}
			if (x.Response != nil) != (c.status != 0) {
				t.Fatalf("wanted status %d; got %+v", c.status, x.Response)
			}
			if x.Response != nil && (x.Response.Status != c.status || len(x.Response.Body) != c.body) {
				t.Errorf("wanted status %d and %d bytes; got %d, %d", c.status, c.body, x.Response.Status,
					len(x.Response.Body))
			}
		})
	}
}

func TestDoStopsWithItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	endpoint := rawServer(t, func(net.Conn, *http.Request) bool { cancel(); return true })
	x := client(t, endpoint, nil).Do(ctx, detach(http.MethodPost, SignV1))
	if x.Failure != "stopped before the answer was complete: context canceled" || x.TimedOut || x.Unreachable {
		t.Errorf("wanted it stopped, not timed out; got %+v", x)
	}
	x = client(t, endpoint, func(o *Options) { o.Limiter = rate.NewLimiter(1, 1) }).Do(ctx,
		detach(http.MethodPost, SignV1))
	if x.Failure != "not sent: context canceled" || x.Attempts != 0 {
		t.Errorf("wanted nothing sent; got %+v", x)
	}
}

func TestDoSaysWhatItCannotSend(t *testing.T) {
	call := detach("PUT", SignV1)
	if x := client(t, parse(t, "http://127.0.0.1:1"), nil).Do(context.Background(), call); x.Failure != `not sent: wanted method GET or POST; got "PUT"` {
		t.Errorf("wanted the reason; got %q", x.Failure)
	}
}

func TestDoTellsAResetInTheBody(t *testing.T) {
	endpoint := rawServer(t, func(c net.Conn, _ *http.Request) bool {
		_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{}"))
		return reset(c)
	})
	// Whether the bytes before the reset still arrive is up to the system.
	if x := ask(t, endpoint, nil); !strings.HasPrefix(x.Failure, "the connection was reset ") || x.TimedOut ||
		x.Unreachable {
		t.Errorf("wanted a reset; got %+v", x)
	}
}

func TestSetbacksThatNoLocalServerCanCause(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	link := &url.Error{Op: "Get", URL: "http://ess.test/?Signature=x", Err: errors.New("what a transport says")}
	for _, c := range []struct {
		s                   setback
		want                string
		timedOut, unreached bool
	}{
		{setback{err: dial(context.DeadlineExceeded), late: true}, "no connection to ess.test within 10s", true, true},
		{setback{err: dial(syscall.EHOSTUNREACH)}, "no connection to ess.test: no route to host", false, true},
		{
			setback{err: dial(&net.DNSError{Err: "no such host", IsNotFound: true})},
			"no such host: ess.test", false,
			true,
		},
		{
			setback{err: dial(&net.DNSError{Err: "server misbehaving"})},
			"could not look up ess.test: server misbehaving",
			false, true,
		},
		{
			setback{err: dial(syscall.ECONNREFUSED), stopped: context.Canceled},
			"stopped before the answer was complete: context canceled", false, false,
		},
		{setback{err: link}, "the exchange failed: what a transport says", false, false},
		{setback{err: io.EOF, begun: true}, "the connection was closed in the middle of the header", false, false},
		{setback{err: syscall.EPIPE}, "the connection was reset without an answer", false, false},
		{
			setback{err: errors.New("odd"), resp: &http.Response{ContentLength: 9}, got: 2},
			"the body could not be read (2 of 9 bytes came): odd", false, false,
		},
		{
			setback{err: syscall.ECONNRESET, resp: &http.Response{
				TransferEncoding: []string{"chunked"},
				ContentLength:    -1,
			}, got: 2},
			"the connection was reset in the body (2 bytes came, no last chunk)", false, false,
		},
	} {
		var x Exchange
		c.s.host, c.s.timeout = "ess.test", 10*time.Second
		c.s.apply(&x)
		if x.Failure != c.want || x.TimedOut != c.timedOut || x.Unreachable != c.unreached {
			t.Errorf("wanted %q, timed out %t, unreachable %t; got %q, %t, %t", c.want, c.timedOut, c.unreached,
				x.Failure, x.TimedOut, x.Unreachable)
		}
	}
}
