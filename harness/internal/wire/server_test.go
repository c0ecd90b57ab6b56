package wire

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
)

// rawServer hands every request to answer, which writes what it likes. The connection is closed when answer returns
// false. It returns the address; the server ends with the test.
func rawServer(t testing.TB, answer func(c net.Conn, r *http.Request) (more bool)) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			serving.Go(func() {
				defer c.Close()
				in := bufio.NewReader(c)
				for {
					r, err := http.ReadRequest(in)
					if err != nil || !answer(c, r) {
						return
					}
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range open {
			c.Close()
		}
		mu.Unlock()
		serving.Wait()
	})
	return parse(t, "http://"+l.Addr().String())
}

// says answers every request with the same bytes.
func says(t testing.TB, raw string, more bool) *url.URL {
	t.Helper()
	return rawServer(t, func(c net.Conn, _ *http.Request) bool {
		_, err := c.Write([]byte(raw))
		return err == nil && more
	})
}

// reset closes the connection the hard way.
func reset(c net.Conn) bool {
	_ = c.(*net.TCPConn).SetLinger(0)
	return false
}

// client of the endpoint, that leaves no goroutine behind. The options may be nil.
func client(t testing.TB, endpoint *url.URL, change func(*Options)) *Client {
	t.Helper()
	o := Options{
		Endpoint: endpoint, Timeout: 5 * time.Second, Now: func() time.Time { return noon },
		Nonce: func() string { return "nonce-1" },
	}
	if change != nil {
		change(&o)
	}
	before := gleak.Goroutines()
	c, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.CloseIdleConnections()
		// Servers of the test may still be at the end of a connection; what counts is that they can end.
		gomega.NewWithT(t).Eventually(gleak.Goroutines, "5s").ShouldNot(gleak.HaveLeaked(before))
	})
	return c
}

func ask(t testing.TB, endpoint *url.URL, change func(*Options)) Exchange {
	t.Helper()
	return client(t, endpoint, change).Do(context.Background(), detach(http.MethodGet, SignV1))
}

func shortly(o *Options) { o.Timeout = 50 * time.Millisecond }
