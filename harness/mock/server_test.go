package mock

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/world"
)

func started(t testing.TB, e testMock) testMock {
	t.Helper()
	if err := e.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestStartServesUntilClose(t *testing.T) {
	e := unsigned(t)
	if e.URL() != "" {
		t.Errorf("wanted no URL before the start; got %s", e.URL())
	}
	if err := e.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if err := e.Start("127.0.0.1:0"); err == nil {
		t.Error("wanted a second start to fail")
	}
	resp, err := http.Get(e.URL())
	if err != nil {
		t.Fatal(err)
	}
	if r := decode(
		t,
		resp,
	); r.text("Code") != "MissingAction" ||
		r.text("HostId") != strings.TrimPrefix(e.URL(), "http://") {
		t.Errorf("wanted the gateway; got %s", r.body)
	}
	if err := e.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if resp, err := http.Get(e.URL()); err == nil {
		_ = resp.Body.Close()
		t.Error("wanted no answer after Close")
	}
}

func TestServeOnAListener(t *testing.T) {
	e := unsigned(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- e.Serve(l) }()
	resp, err := http.Get("http://" + l.Addr().String() + "/?Format=XML")
	if err != nil {
		t.Fatal(err)
	}
	if r := decode(t, resp); r.root != "Error" {
		t.Errorf("wanted an error in XML; got %s", r.body)
	}
	if err := e.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Errorf("wanted a clean end; got %v", err)
	}
}

func TestCloseEndsWithItsContext(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	e := with(t, func(r *Rules) {
		next := r.Send
		r.Send = func(w http.ResponseWriter, a *Answer, body []byte) {
			close(entered)
			<-leave
			next(w, a, body)
		}
	})
	if err := e.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if resp, err := http.Get(e.URL()); err == nil {
			_ = resp.Body.Close()
		}
	})
	<-entered
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := e.Close(ctx); err == nil {
		t.Error("wanted the context's error")
	}
	close(leave)
	wg.Wait()
}

func TestListenFailureNamesTheAddress(t *testing.T) {
	e := unsigned(t)
	if err := e.Start("127.0.0.1:none"); err == nil || !strings.Contains(err.Error(), "127.0.0.1:none") {
		t.Errorf("wanted an error that names the address; got %v", err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{
		{},
		{Credentials: []Credential{{AccessKeyID: "a"}}},
		{Credentials: []Credential{{AccessKeySecret: "a"}}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("wanted %v to be refused", o)
		}
	}
}

func TestSeedRepeatsIds(t *testing.T) {
	a, b := world.NewIDs(7), world.NewIDs(7)
	if a.Next("i-") != b.Next("i-") || a.UUID() != b.UUID() {
		t.Error("wanted the same ids of the same seed")
	}
	if one, two := world.NewIDs(0), world.NewIDs(0); one.Next("") == two.Next("") {
		t.Error("wanted other ids without a seed")
	}
}

func TestBodyIsBounded(t *testing.T) {
	e := unsigned(t)
	r := post(nil)
	body := "a=" + strings.Repeat("x", maxBodyBytes)
	r.Body = io.NopCloser(strings.NewReader(body))
	refused(t, send(t, e, r), 413, "RequestEntityTooLarge")
}

func TestHeaderIsBounded(t *testing.T) {
	e := started(t, unsigned(t))
	conn, err := net.Dial("tcp", strings.TrimPrefix(e.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nLong: %s\r\n\r\n",
		bytes.Repeat([]byte("x"), 2*maxHeaderBytes))
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && !strings.Contains(line, "431") {
		t.Errorf("wanted 431 or a closed connection; got %s", line)
	}
}

func TestACutRequestIsNotAnswered(t *testing.T) {
	e := started(t, unsigned(t))
	conn, err := net.Dial("tcp", strings.TrimPrefix(e.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if b, err := bufio.NewReader(conn).ReadByte(); err == nil {
		t.Errorf("wanted no answer; got %q", b)
	}
}

// TestConcurrentCalls is for the race detector, and counts: of many callers who want the same instance out, one is
// accepted.
func TestConcurrentCalls(t *testing.T) {
	e := started(t, unsigned(t))
	shared := e.setup(t, detachable, 1)
	var mu sync.Mutex
	acceptedCalls := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				v := values(must(e.Setup(deniedCall, nil)))
				p := params(
					append(numbered(shared.group(), shared.ids()...), "Action", "DetachInstances", "Version",
						essVersion)...)
				resp, err := http.PostForm(e.URL(), p)
				if err != nil {
					t.Error(err)
					return
				}
				_ = resp.Body.Close()
				if resp.StatusCode == http.StatusOK {
					mu.Lock()
					acceptedCalls++
					mu.Unlock()
				}
				if err := e.Teardown(deniedCall, v); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if acceptedCalls != 1 {
		t.Errorf("wanted one accepted call; got %d", acceptedCalls)
	}
}

func TestWrapStandsBeforeTheEmulator(t *testing.T) {
	e := started(t, unsigned(t, func(o *Options) {
		o.Wrap = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Server", "wrapped")
				next.ServeHTTP(w, r)
			})
		}
	}))
	resp, err := http.Get(e.URL())
	if err != nil {
		t.Fatal(err)
	}
	if r := decode(t, resp); r.header.Get("Server") != "wrapped" || r.text("Code") != "MissingAction" {
		t.Errorf("wanted the gateway behind the wrapper; got %v %s", r.header, r.body)
	}
}
