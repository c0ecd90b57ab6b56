package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestDoReusesConnections(t *testing.T) {
	var connections atomic.Int32
	for name, start := range map[string]func(*httptest.Server){
		"http":  (*httptest.Server).Start,
		"https": (*httptest.Server).StartTLS,
	} {
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
			c := client(t, parse(t, s.URL), trusting(s))
			for range 5 {
				if x := c.Do(context.Background(), repeatable(detach(http.MethodPost, SignV3))); x.Failure != "" ||
					len(x.Response.Body) != 20000 {
					t.Fatalf("wanted 20000 bytes; got %q", x.Failure)
				}
			}
			if n := connections.Load(); n != 1 {
				t.Errorf("wanted 1 connection; got %d", n)
			}
		})
	}
}

func repeatable(call Call) Call {
	call.Repeatable = true
	return call
}

// A target that closes the connection after each answer, without saying so, is within its rights.
func TestDoSurvivesClosedIdleConnections(t *testing.T) {
	c := client(t, says(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false), nil)
	for range 200 {
		if x := c.Do(context.Background(), detach(http.MethodPost, SignV1)); x.Failure != "" || x.Attempts != 1 {
			t.Fatalf("wanted an answer to one request; got %q after %d", x.Failure, x.Attempts)
		}
		if x := c.Do(context.Background(), repeatable(detach(http.MethodPost, SignV1))); x.Failure != "" ||
			x.Attempts > 2 {
			t.Fatalf("wanted an answer; got %q after %d attempts", x.Failure, x.Attempts)
		}
	}
}

// A target that hangs up on every second request has not answered it, whatever the connections did before. It is not
// asked again.
func TestDoSendsOnceWhatMayNotBeRepeated(t *testing.T) {
	var mu sync.Mutex
	nonces := map[string]int{}
	n := 0
	endpoint := rawServer(t, func(c net.Conn, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		nonces[r.FormValue("SignatureNonce")]++
		if n++; n%2 == 0 {
			return false
		}
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		return err == nil
	})
	c := client(t, endpoint, func(o *Options) { o.Nonce = nil })
	for i := range 20 {
		x := c.Do(context.Background(), detach(http.MethodPost, SignV1))
		want := ""
		if i%2 == 1 {
			want = "the connection was closed without an answer"
		}
		if x.Failure != want || x.Attempts != 1 || x.Repeats() != "" {
			t.Fatalf("call %d: wanted %q after one request; got %q after %d", i, want, x.Failure, x.Attempts)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(nonces) != 20 {
		t.Errorf("wanted 20 nonces, each once; got %v", nonces)
	}
}

// A target that serves one connection at a time, and the next one when that is closed, is asked by one call at a time
// without any waiting.
func TestDoReplacesIdleConnections(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			for in := bufio.NewReader(c); ; {
				r, err := http.ReadRequest(in)
				if err != nil {
					break
				}
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
			}
			c.Close()
		}
	})
	c := client(t, parse(t, "http://"+l.Addr().String()), nil)
	for i := range 30 {
		call := detach(http.MethodPost, SignV1)
		call.Repeatable = i%3 > 0
		if x := c.Do(context.Background(), call); x.Failure != "" {
			t.Fatal(x.Failure)
		}
	}
	c.CloseIdleConnections()
	l.Close()
	serving.Wait()
}

func TestTransportSendsOnce(t *testing.T) {
	var requests atomic.Int32
	endpoint := rawServer(t, func(c net.Conn, r *http.Request) bool {
		if !r.Close {
			t.Error("wanted Connection: close")
		}
		if requests.Add(1)%2 == 0 {
			return false
		}
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		return err == nil
	})
	transport, err := NewTransport(endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport.(once).prompt = time.Hour
	c := http.Client{Transport: transport}
	for i := range 6 {
		resp, err := c.Post(endpoint.String(), "application/json", strings.NewReader("{}"))
		if (err == nil) != (i%2 == 0) {
			t.Fatalf("request %d: %v", i, err)
		}
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
	if n := requests.Load(); n != 6 {
		t.Errorf("wanted 6 requests; got %d", n)
	}
	// A connection that had waited may have been closed before the request came.
	transport.(once).prompt = 0
	requests.Store(1)
	resp, err := c.Post(endpoint.String(), "application/json", strings.NewReader("{}"))
	if err != nil || requests.Load() != 3 {
		t.Fatalf("wanted an answer to the second of two; got %v after %d", err, requests.Load()-1)
	}
	resp.Body.Close()
}

// Calls that leave together wait for each other, and none waits for a connection.
func TestDoTogether(t *testing.T) {
	const n = 8
	var mu sync.Mutex
	arrived := 0
	all := make(chan struct{})
	endpoint := rawServer(t, func(c net.Conn, r *http.Request) bool {
		mu.Lock()
		if arrived++; arrived == n {
			close(all)
		}
		mu.Unlock()
		<-all // a target that has not got all of them answers none
		_, err := fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n%3s", r.FormValue("Number"))
		return err == nil
	})
	c := client(t, endpoint, func(o *Options) { o.Nonce = nil })
	calls := make([]Call, n)
	for i := range calls {
		calls[i] = detach(http.MethodPost, SignV1)
		calls[i].Params = append(calls[i].Params, Param{"Number", fmt.Sprint(i)})
	}
	for i, x := range c.DoTogether(context.Background(), calls) {
		if x.Failure != "" || strings.TrimSpace(string(x.Response.Body)) != fmt.Sprint(i) {
			t.Errorf("call %d: got %q, %+v", i, x.Failure, x.Response)
		}
	}
	bad := []Call{{Method: "PUT"}, detach(http.MethodPost, SignNone)}
	if got := c.DoTogether(context.Background(), bad); got[0].Failure == "" || got[1].Failure != "" {
		t.Errorf("wanted the second one only; got %+v", got)
	}
}

func TestWarm(t *testing.T) {
	var connections atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter,
		_ *http.Request,
	) {
		fmt.Fprint(w, "{}")
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.StartTLS()
	defer s.Close()
	c := client(t, parse(t, s.URL), trusting(s))
	for range 2 { // the second time they are there
		if err := c.Warm(context.Background(), 3); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if x := c.Do(context.Background(), detach(http.MethodPost, SignV1)); x.Failure != "" {
			t.Fatal(x.Failure)
		}
	}
	if n := connections.Load(); n != 3 {
		t.Errorf("wanted 3 connections; got %d", n)
	}
	if err := client(t, parse(t, "http://127.0.0.1:1"), nil).Warm(context.Background(), 1); err == nil {
		t.Error("wanted the error of connecting")
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
		if x := c.Do(context.Background(), repeatable(detach(http.MethodPost, SignV1))); x.Failure != "" ||
			x.Attempts != want {
			t.Fatalf("exchange %d: wanted %d attempts; got %d, %q", i, want, x.Attempts, x.Failure)
		}
	}
	if len(bodies) != 3 || bodies[0] == "" || len(slices.Compact(bodies)) != 1 {
		t.Errorf("wanted 3 equal bodies; got %q", bodies)
	}
}

func TestDoConcurrently(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter,
		r *http.Request,
	) {
		fmt.Fprint(w, r.FormValue("InstanceId.1"))
	}))
	defer s.Close()
	c := client(t, parse(t, s.URL), nil)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			want := fmt.Sprint("i-", i)
			for range 20 {
				x := c.Do(context.Background(),
					Call{Method: http.MethodPost, Scheme: SignNone, Params: []Param{{"InstanceId.1", want}}})
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
	if x.Failure != "" || string(x.Response.Body) != "{}" ||
		!strings.HasPrefix(target, "http://ess.test/?ScalingGroupId=asg-1&") {
		t.Errorf("wanted the answer of the proxy; got %q, target %s", x.Failure, target)
	}
	x = ask(t, parse(t, "http://ess.test"),
		func(o *Options) { o.Transport = newProxied(parse(t, "http://127.0.0.1:1"), nil) })
	if !x.Unreachable || x.Failure != "connection refused by ess.test" {
		t.Errorf("wanted it refused; got %+v", x)
	}
}

// TLS decrypts more than was asked for, so what follows the body is not in the socket any more.
func TestDoShowsBytesAfterTheBodyOverTLS(t *testing.T) {
	body := strings.Repeat("a", 10000) // more than two buffers of bufio
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%ssurplus", len(body), body)
		_, _ = c.Read(make([]byte, 1)) // the client hangs up
	}))
	s.TLS = &tls.Config{DynamicRecordSizingDisabled: true} // all in one record
	s.StartTLS()
	defer s.Close()
	c := client(t, parse(t, s.URL), trusting(s))
	for range 2 {
		x := c.Do(context.Background(), detach(http.MethodGet, SignV1))
		if x.Failure != "" {
			t.Fatal(x.Failure)
		}
		if string(x.Response.Body) != body || !strings.HasPrefix("surplus", string(x.Response.Surplus)) ||
			x.Response.Surplus == nil {
			t.Fatalf("wanted the surplus; got %q after %d bytes", x.Response.Surplus, len(x.Response.Body))
		}
	}
}

// trusting accepts the certificate of the server, if it has one.
func trusting(s *httptest.Server) func(*Options) {
	return func(o *Options) {
		if s.Certificate() != nil {
			o.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
			o.TLS.RootCAs.AddCert(s.Certificate())
		}
	}
}

// What a target sends unasked is not the answer to the next request.
func TestDoLeavesAConnectionThatSpeaksUnasked(t *testing.T) {
	var mu sync.Mutex
	var open []net.Conn
	endpoint := rawServer(t, func(c net.Conn, _ *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		open = append(open, c)
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		return err == nil
	})
	c := client(t, endpoint, nil)
	for range 3 {
		if x := c.Do(context.Background(), repeatable(detach(http.MethodPost, SignV1))); x.Failure != "" ||
			x.Response.Status != 200 || x.Attempts != 1 {
			t.Fatalf("wanted 200 at once; got %q, %+v", x.Failure, x.Response)
		}
		mu.Lock()
		if _, err := io.WriteString(open[len(open)-1], "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"); err != nil {
			t.Error(err)
		}
		mu.Unlock()
	}
	if open[0] == open[1] || open[1] == open[2] {
		t.Error("wanted a fresh connection each time")
	}
}

func TestDoLeavesAConnectionThatRestedTooLong(t *testing.T) {
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	endpoint := rawServer(t, func(c net.Conn, _ *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		open[c] = true
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		return err == nil
	})
	c := client(t, endpoint, nil)
	for range 2 {
		if x := c.Do(context.Background(), repeatable(detach(http.MethodPost, SignV1))); x.Failure != "" {
			t.Fatal(x.Failure)
		}
		for _, idle := range c.direct.idle {
			idle.rested = idle.rested.Add(-maxRest)
		}
	}
	if len(open) != 2 {
		t.Errorf("wanted 2 connections; got %d", len(open))
	}
}
