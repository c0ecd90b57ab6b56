package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

func TestDoAsTheServerReceivesIt(t *testing.T) {
	type received struct{ method, uri, form, contentType, host, auth string }
	got := make(chan received, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- received{r.Method, r.RequestURI, string(body), r.Header.Get("Content-Type"), r.Host, r.Header.Get("Authorization")}
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"Code":"x"}`)
	}))
	defer s.Close()
	c := client(t, parse(t, s.URL), nil)
	for _, scheme := range []Scheme{SignV1, SignV3, SignNone} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(string(scheme)+"/"+method, func(t *testing.T) {
				call := detach(method, scheme)
				x := c.Do(context.Background(), call)
				if x.Failure != "" || x.Response == nil {
					t.Fatalf("wanted an answer; got %q", x.Failure)
				}
				r, err := Build(call, parse(t, s.URL), noon, "nonce-1")
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(r.Body)
				want := received{method, r.URL.RequestURI(), string(body), r.Header.Get("Content-Type"), r.URL.Host, r.Header.Get("Authorization")}
				if g := <-got; g != want {
					t.Errorf("wanted %+v; got %+v", want, g)
				}
				if x.Response.Status != 404 || x.Response.Line != "HTTP/1.1 404 Not Found" || x.Response.Proto != "HTTP/1.1" ||
					string(x.Response.Body) != `{"Code":"x"}` || x.Response.Header.Get("Content-Type") != "application/json;charset=utf-8" {
					t.Errorf("wanted the answer as it was sent; got %+v", x.Response)
				}
				if x.Attempts != 1 || x.Timings.FirstByte <= 0 || x.Timings.Total < x.Timings.FirstByte {
					t.Errorf("wanted one attempt with timings; got %+v", x)
				}
				if wantNonce := map[Scheme]string{SignV1: "nonce-1", SignV3: "nonce-1"}[scheme]; x.Nonce != wantNonce {
					t.Errorf("wanted nonce %q; got %q", wantNonce, x.Nonce)
				}
			})
		}
	}
}

func TestDoReusesConnections(t *testing.T) {
	var connections atomic.Int32
	for name, start := range map[string]func(*httptest.Server){"http": (*httptest.Server).Start, "https": (*httptest.Server).StartTLS} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, strings.Repeat("x", 20000)) // chunked
			}))
			s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			connections.Store(0)
			start(s)
			defer s.Close()
			c := client(t, parse(t, s.URL), func(o *Options) {
				if s.Certificate() != nil {
					o.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
					o.TLS.RootCAs.AddCert(s.Certificate())
				}
			})
			for range 5 {
				if x := c.Do(context.Background(), detach(http.MethodPost, SignV3)); x.Failure != "" || len(x.Response.Body) != 20000 {
					t.Fatalf("wanted 20000 bytes; got %q", x.Failure)
				}
			}
			if n := connections.Load(); n != 1 {
				t.Errorf("wanted 1 connection; got %d", n)
			}
		})
	}
}

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
		{"not TLS", parse(t, "https://"+says(t, "HTTP/1.1 400 Bad Request\r\n\r\n", false).Host), nil, "no TLS with %s: ", false, true, 0, 0},
		{"time-out before the header", rawServer(t, never), shortly, "no answer within 50ms", true, false, 0, 0},
		{"time-out in the header", says(t, "HTTP/1.1 200 OK\r\nA: b\r\n", true), shortly, "the header was not complete within 50ms", true, false, 0, 0},
		{
			"time-out in the body", says(t, head+strings.Repeat("x", 120), true), shortly,
			"the body was not complete (120 of 200 bytes came) within 50ms", true, false, 200, 120,
		},
		{
			"time-out without a length", says(t, "HTTP/1.1 200 OK\r\n\r\n{}", true), shortly,
			"(2 bytes came; without Content-Length it ends when the connection is closed) within 50ms", true, false, 200, 2,
		},
		{"closed without an answer", says(t, "", false), nil, "the connection was closed without an answer", false, false, 0, 0},
		{"closed in the header", says(t, "HTTP/1.1 200 OK\r\nA: b", false), nil, "the connection was closed in the middle of the header", false, false, 0, 0},
		{
			"reset without an answer", rawServer(t, func(c net.Conn, _ *http.Request) bool { return reset(c) }), nil,
			"the connection was reset without an answer", false, false, 0, 0,
		},
		{"short body", says(t, head+strings.Repeat("x", 120), false), nil, "the body ended after 120 of 200 bytes", false, false, 200, 120},
		{
			"short chunks", says(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", false), nil,
			"the body ended after 2 bytes, without its last chunk", false, false, 200, 2,
		},
		{
			"malformed chunk", says(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n", false), nil,
			"the body is not well-formed after 2 bytes: invalid byte in chunk length", false, false, 200, 2,
		},
		{"malformed status line", says(t, "garbage\x1b[31m\x00\r\n\r\n", false), nil, "the answer is not well-formed HTTP: malformed HTTP", false, false, 0, 0},
		{"malformed header", says(t, "HTTP/1.1 200 OK\r\nno colon \x1b[31m\r\n\r\n", false), nil, "the answer is not well-formed HTTP: malformed MIME header", false, false, 0, 0},
		{"two lengths", says(t, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", false), nil, "multiple Content-Length headers", false, false, 0, 0},
		{"long header", says(t, "HTTP/1.1 200 OK\r\nA: "+strings.Repeat("x", headerLimit)+"\r\n\r\n", false), nil, "the header is longer than 1 MiB", false, false, 0, 0},
		{"endless interim answers", says(t, strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100), true), nil, "more than 5 interim answers", false, false, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := ask(t, c.endpoint, c.change)
			want := strings.ReplaceAll(c.want, "%s", c.endpoint.Host)
			if !strings.Contains(x.Failure, want) || x.TimedOut != c.timedOut || x.Unreachable != c.unreached {
				t.Errorf("wanted %q, timed out %t, unreachable %t; got %q, %t, %t", want, c.timedOut, c.unreached, x.Failure, x.TimedOut, x.Unreachable)
			}
			if strings.ContainsAny(x.Failure, "\x00\x1b\n?") || strings.Contains(x.Failure, "Signature") {
				t.Errorf("wanted one printable line without the query; got %q", x.Failure)
			}
			if (x.Response != nil) != (c.status != 0) {
				t.Fatalf("wanted status %d; got %+v", c.status, x.Response)
			}
			if x.Response != nil && (x.Response.Status != c.status || len(x.Response.Body) != c.body) {
				t.Errorf("wanted status %d and %d bytes; got %d, %d", c.status, c.body, x.Response.Status, len(x.Response.Body))
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
	x = client(t, endpoint, func(o *Options) { o.Limiter = rate.NewLimiter(1, 1) }).Do(ctx, detach(http.MethodPost, SignV1))
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

func TestDoKeepsToItsRate(t *testing.T) {
	limiter := rate.NewLimiter(rate.Every(time.Hour), 2)
	c := client(t, says(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", true), func(o *Options) { o.Limiter = limiter })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var sent int
	for range 3 {
		if x := c.Do(ctx, detach(http.MethodGet, SignNone)); x.Failure == "" {
			sent++
		}
	}
	if sent != 2 {
		t.Errorf("wanted the burst of 2 sent; got %d", sent)
	}
}

func TestDoBoundsTheBody(t *testing.T) {
	endless := rawServer(t, func(c net.Conn, _ *http.Request) bool {
		_, err := c.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
		for err == nil {
			_, err = c.Write(make([]byte, 64<<10))
		}
		return false
	})
	x := ask(t, endless, nil)
	if x.Failure != "" || !x.Response.Truncated || len(x.Response.Body) != DefaultBodyLimit {
		t.Errorf("wanted the first MiB; got %q, %d bytes", x.Failure, len(x.Response.Body))
	}
	exact := says(t, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", true)
	for limit, want := range map[int]string{4: "abcd", 3: "abc"} {
		x := ask(t, exact, func(o *Options) { o.BodyLimit = limit })
		if x.Failure != "" || string(x.Response.Body) != want || x.Response.Truncated != (limit < 4) {
			t.Errorf("limit %d: wanted %q; got %q, truncated %t, %s", limit, want, x.Response.Body, x.Response.Truncated, x.Failure)
		}
	}
}

func TestDoReadsManyHeaders(t *testing.T) {
	var head strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&head, "X-%d: y\r\n", i)
	}
	x := ask(t, says(t, "HTTP/1.1 200 OK\r\n"+head.String()+"Content-Length: 2\r\n\r\n{}", false), nil)
	if x.Failure != "" || len(x.Response.Header) != 10001 {
		t.Errorf("wanted 10001 headers; got %q, %+v", x.Failure, x.Response)
	}
}

func TestDoReadsPastInterimAnswers(t *testing.T) {
	x := ask(t, says(t, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false), nil)
	if x.Failure != "" || x.Response.Status != 200 || string(x.Response.Body) != "{}" {
		t.Errorf("wanted the final answer; got %q, %+v", x.Failure, x.Response)
	}
}

func TestDoFollowsNoRedirect(t *testing.T) {
	var asked atomic.Int32
	endpoint := rawServer(t, func(c net.Conn, _ *http.Request) bool {
		asked.Add(1)
		_, err := fmt.Fprintf(c, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
		return err == nil
	})
	if x := ask(t, endpoint, nil); x.Failure != "" || x.Response.Status != 302 || asked.Load() != 1 {
		t.Errorf("wanted 302 after one request; got %+v, %d requests", x, asked.Load())
	}
}

func zipped(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDoGzip(t *testing.T) {
	body := zipped(t, []byte(`{"a":1}`))
	bomb := zipped(t, make([]byte, 5<<20))
	serve := func(encoding string, body []byte) *url.URL {
		return says(t, fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", encoding, len(body), body), true)
	}
	const header = "Content-Encoding: gzip\r\n"
	for _, c := range []struct {
		name      string
		endpoint  *url.URL
		asked     bool
		raw       []byte
		document  string
		truncated bool
		failure   string
	}{
		{"asked", serve(header, body), true, body, `{"a":1}`, false, ""},
		{"asked, not sent", serve("", []byte("{}")), true, []byte("{}"), "{}", false, ""},
		{"not asked", serve(header, body), false, body, string(body), false, ""},
		{"bomb", serve(header, bomb), true, bomb, string(make([]byte, DefaultBodyLimit)), true, ""},
		{"not gzip", serve(header, []byte("{}")), true, []byte("{}"), "", false, "breaks off after 0 decoded bytes: "},
		{"cut", serve(header, body[:len(body)-4]), true, body[:len(body)-4], `{"a":1}`, false, "breaks off after 7 decoded bytes: unexpected EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			call := detach(http.MethodGet, SignV1)
			call.AcceptGzip = c.asked
			x := client(t, c.endpoint, nil).Do(context.Background(), call)
			if x.Failure != "" {
				t.Fatal(x.Failure)
			}
			r := x.Response
			if !bytes.Equal(r.Body, c.raw) || string(r.Document()) != c.document || r.Truncated != c.truncated || !strings.Contains(r.DecodeFailure, c.failure) || (r.DecodeFailure == "") != (c.failure == "") {
				t.Errorf("wanted %.40q, truncated %t, failure %q; got %.40q, %t, %q", c.document, c.truncated, c.failure, r.Document(), r.Truncated, r.DecodeFailure)
			}
			if want := map[bool]string{true: "gzip", false: "identity"}[c.asked]; x.Request.Header.Get("Accept-Encoding") != want {
				t.Errorf("wanted Accept-Encoding %s; got %v", want, x.Request.Header)
			}
		})
	}
}

func TestDoShowsBytesAfterTheBody(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	for name, c := range map[string]struct{ answer, body, surplus string }{
		"too small a length": {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}\x1b[31m", "{}", "\x1b[31m"},
		"second answer":      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nHTTP/1.1 500 No\r\n\r\n", "{}", "HTTP/1.1 500 No\r\n\r\n"},
		"body of a 204":      {"HTTP/1.1 204 No Content\r\n\r\n{}", "", "{}"},
		"many":               {"HTTP/1.1 200 OK\r\nContent-Length: 8000\r\n\r\n" + strings.Repeat("a", 8000+600), strings.Repeat("a", 8000), "a"},
		"closing":            {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}x", "{}", "x"},
		"none":               {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "{}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := client(t, says(t, c.answer, true), nil)
			for range 3 { // what is left over never becomes the answer to the next request
				x := client.Do(context.Background(), detach(http.MethodGet, SignV1))
				if x.Failure != "" || string(x.Response.Body) != c.body || !strings.HasPrefix(string(x.Response.Surplus), c.surplus) ||
					(c.surplus == "") != (x.Response.Surplus == nil) || len(x.Response.Surplus) > surplusKept {
					t.Fatalf("wanted body %.60q, surplus %q; got %.60q, %q, %q", c.body, c.surplus, x.Response.Body, x.Response.Surplus, x.Failure)
				}
			}
		})
	}
	if logged.Len() > 0 {
		t.Errorf("wanted nothing in the log; got %q", logged.String())
	}
}

// A target that closes the connection after each answer, without saying so, is within its rights.
func TestDoSurvivesClosedIdleConnections(t *testing.T) {
	c := client(t, says(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false), nil)
	for range 50 {
		if x := c.Do(context.Background(), detach(http.MethodPost, SignV1)); x.Failure != "" || x.Attempts > 2 {
			t.Fatalf("wanted an answer; got %q after %d attempts", x.Failure, x.Attempts)
		}
	}
}

// A target that hangs up on a used connection only when it is asked again gets a second, whole request on a fresh one.
func TestDoSendsAgainOnAFreshConnection(t *testing.T) {
	var mu sync.Mutex
	seen := map[net.Conn]int{}
	var bodies []string
	endpoint := rawServer(t, func(c net.Conn, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		bodies = append(bodies, string(body))
		seen[c]++
		if seen[c] > 1 {
			return false
		}
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		return err == nil
	})
	c := client(t, endpoint, nil)
	for i, want := range []int{1, 2} {
		if x := c.Do(context.Background(), detach(http.MethodPost, SignV1)); x.Failure != "" || x.Attempts != want {
			t.Fatalf("exchange %d: wanted %d attempts; got %d, %q", i, want, x.Attempts, x.Failure)
		}
	}
	if len(bodies) != 3 || bodies[0] == "" || len(slices.Compact(bodies)) != 1 {
		t.Errorf("wanted 3 equal bodies; got %q", bodies)
	}
}

func TestDoConcurrently(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.FormValue("InstanceId.1")) }))
	defer s.Close()
	c := client(t, parse(t, s.URL), nil)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			want := fmt.Sprint("i-", i)
			for range 20 {
				x := c.Do(context.Background(), Call{Method: http.MethodPost, Scheme: SignNone, Params: []Param{{"InstanceId.1", want}}})
				if x.Failure != "" || string(x.Response.Body) != want {
					t.Errorf("wanted %s; got %q, %+v", want, x.Failure, x.Response)
				}
			}
		})
	}
	wg.Wait()
}

func TestDoThroughAProxy(t *testing.T) {
	var target string
	proxy := rawServer(t, func(c net.Conn, r *http.Request) bool {
		target = r.RequestURI
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}surplus")
		return err == nil
	})
	x := ask(t, parse(t, "http://ess.test"), func(o *Options) { o.Transport = newProxied(proxy, nil) })
	if x.Failure != "" || string(x.Response.Body) != "{}" || !strings.HasPrefix(target, "http://ess.test/?ScalingGroupId=asg-1&") {
		t.Errorf("wanted the answer of the proxy; got %q, target %s", x.Failure, target)
	}
	x = ask(t, parse(t, "http://ess.test"), func(o *Options) { o.Transport = newProxied(parse(t, "http://127.0.0.1:1"), nil) })
	if !x.Unreachable || x.Failure != "connection refused by ess.test" {
		t.Errorf("wanted it refused; got %+v", x)
	}
}

func TestNewClientRefuses(t *testing.T) {
	for _, o := range []Options{
		{}, {Endpoint: parse(t, "ftp://a")}, {Endpoint: parse(t, "http://a"), Timeout: -1}, {Endpoint: parse(t, "http://a"), BodyLimit: -1},
	} {
		if _, err := NewClient(o); err == nil || !strings.HasPrefix(err.Error(), "wanted ") {
			t.Errorf("%+v: wanted it refused; got %v", o, err)
		}
	}
}

func BenchmarkDo(b *testing.B) {
	c := client(b, says(b, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", true), nil)
	for b.Loop() {
		if x := c.Do(context.Background(), detach(http.MethodPost, SignV1)); x.Failure != "" {
			b.Fatal(x.Failure)
		}
	}
}

func BenchmarkRedacted(b *testing.B) {
	x := Exchange{
		Response: &Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(strings.Repeat("x", 400))},
		secrets:  newSecrets("c2lnbmF0dXJl", creds),
	}
	for b.Loop() {
		x.Redacted()
	}
}
