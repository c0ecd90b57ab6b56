package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestDoBoundsTheBody(t *testing.T) {
	hungUp := make(chan struct{})
	endless := rawServer(t, func(c net.Conn, _ *http.Request) bool {
		_, err := c.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
		for err == nil {
			_, err = c.Write(make([]byte, 64<<10))
		}
		close(hungUp)
		return false
	})
	x := ask(t, endless, nil)
	if x.Failure != "" || !x.Response.Truncated || len(x.Response.Body) != DefaultBodyLimit {
		t.Errorf("wanted the first MiB; got %q, %d bytes", x.Failure, len(x.Response.Body))
	}
	select {
	case <-hungUp:
	case <-time.After(5 * time.Second):
		t.Error("wanted the connection closed; the target still sends")
	}
	exact := says(t, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", true)
	for limit, want := range map[int]string{4: "abcd", 3: "abc"} {
		x := ask(t, exact, func(o *Options) { o.BodyLimit = limit })
		if x.Failure != "" || string(x.Response.Body) != want || x.Response.Truncated != (limit < 4) {
			t.Errorf("limit %d: wanted %q; got %q, truncated %t, %s", limit, want, x.Response.Body,
				x.Response.Truncated, x.Failure)
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
		return says(t, fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", encoding, len(body), body),
			true)
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
			if !bytes.Equal(r.Body, c.raw) || string(r.Document()) != c.document || r.Truncated != c.truncated ||
				!strings.Contains(r.DecodeFailure, c.failure) || (r.DecodeFailure == "") != (c.failure == "") {
				t.Errorf("wanted %.40q, truncated %t, failure %q; got %.40q, %t, %q", c.document, c.truncated,
					c.failure, r.Document(), r.Truncated, r.DecodeFailure)
			}
			if want := map[bool]string{
				true:  "gzip",
				false: "identity",
			}[c.asked]; x.Request.Header.Get("Accept-Encoding") != want {
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
		"second answer": {
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nHTTP/1.1 500 No\r\n\r\n", "{}",
			"HTTP/1.1 500 No\r\n\r\n",
		},
		"body of a 204": {"HTTP/1.1 204 No Content\r\n\r\n{}", "", "{}"},
		"many": {
			"HTTP/1.1 200 OK\r\nContent-Length: 8000\r\n\r\n" + strings.Repeat("a", 8000+600),
			strings.Repeat("a", 8000), "a",
		},
		"closing": {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}x", "{}", "x"},
		"none":    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "{}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := client(t, says(t, c.answer, true), nil)
			for range 3 { // what is left over never becomes the answer to the next request
				x := client.Do(context.Background(), detach(http.MethodGet, SignV1))
				if x.Failure != "" || string(x.Response.Body) != c.body ||
					!strings.HasPrefix(string(x.Response.Surplus), c.surplus) ||
					(c.surplus == "") != (x.Response.Surplus == nil) || len(x.Response.Surplus) > surplusKept {
					t.Fatalf("wanted body %.60q, surplus %q; got %.60q, %q, %q", c.body, c.surplus, x.Response.Body,
						x.Response.Surplus, x.Failure)
				}
			}
		})
	}
	if logged.Len() > 0 {
		t.Errorf("wanted nothing in the log; got %q", logged.String())
	}
}
