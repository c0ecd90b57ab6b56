package wire

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// TestATargetThatIsStartedAgainIsWaitedFor: what is refused was not sent. A target that was never there is not waited
// for, and one that does not come back is waited for once.
func TestATargetThatIsStartedAgainIsWaitedFor(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	serve := func(l net.Listener) *httptest.Server {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("{}"))
		}))
		s.Listener = l
		s.Start()
		return s
	}
	_ = l.Close()
	c := client(t, &url.URL{Scheme: "http", Host: address}, nil)
	ask := func() (Exchange, time.Duration) {
		begun := time.Now()
		x := c.Do(context.Background(), Call{Method: http.MethodGet, Action: "A", Version: "V", Scheme: SignNone})
		return x, time.Since(begun)
	}
	if x, took := ask(); !x.Unreachable || took > restart {
		t.Errorf("never there: wanted a refusal at once; got %q after %s", x.Failure, took)
	}
	again := func() *httptest.Server {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		return serve(l)
	}
	s := again()
	if x, _ := ask(); x.Failure != "" {
		t.Fatal(x.Failure)
	}
	s.Close()
	back := make(chan *httptest.Server)
	time.AfterFunc(200*time.Millisecond, func() { back <- again() })
	go func() { s = <-back; close(back) }()
	if x, _ := ask(); x.Failure != "" {
		t.Errorf("started again: wanted an answer; got %q", x.Failure)
	}
	<-back
	s.Close()
	if x, took := ask(); !x.Unreachable || took < restart {
		t.Errorf("gone: wanted patience for %s; got %q after %s", restart, x.Failure, took)
	}
	if x, took := ask(); !x.Unreachable || took > restart {
		t.Errorf("still gone: wanted no more patience; got %q after %s", x.Failure, took)
	}
}

// TestRest: a gate holds all calls up while the target is left alone, and never for long.
func TestRest(t *testing.T) {
	const rest = 60 * time.Millisecond
	var none *Gate
	none.Rest(time.Hour)
	g := new(Gate)
	g.Rest(rest)
	g.Rest(0)
	begun := time.Now()
	g.pass(context.Background())
	if took := time.Since(begun); took < rest/2 {
		t.Errorf("passed after %s", took)
	}
	g.Rest(time.Hour)
	if left := time.Until(g.rested); left > longestRest {
		t.Errorf("held up for %s", left)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	g.pass(ctx) // does not wait
}
