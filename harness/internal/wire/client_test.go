package wire

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

func TestDoAsTheServerReceivesIt(t *testing.T) {
	type received struct{ method, uri, form, contentType, host, auth string }
	got := make(chan received, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- received{
			r.Method, r.RequestURI, string(body), r.Header.Get("Content-Type"), r.Host,
			r.Header.Get("Authorization"),
		}
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
				want := received{
					method, r.URL.RequestURI(), string(body), r.Header.Get("Content-Type"), r.URL.Host,
					r.Header.Get("Authorization"),
				}
				if g := <-got; g != want {
					t.Errorf("wanted %+v; got %+v", want, g)
				}
				if x.Response.Status != 404 || x.Response.Line != "HTTP/1.1 404 Not Found" ||
					x.Response.Proto != "HTTP/1.1" ||
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

func TestDoKeepsToItsRate(t *testing.T) {
	limiter := rate.NewLimiter(rate.Every(time.Hour), 2)
	c := client(t, says(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", true),
		func(o *Options) { o.Limiter = limiter })
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

func TestNewClientRefuses(t *testing.T) {
	for _, o := range []Options{
		{},
		{Endpoint: parse(t, "ftp://a")},
		{Endpoint: parse(t, "http://a"), Timeout: -1},
		{Endpoint: parse(t, "http://a"), BodyLimit: -1},
	} {
		if _, err := NewClient(o); err == nil || !strings.HasPrefix(err.Error(), "wanted ") {
			t.Errorf("%+v: wanted it refused; got %v", o, err)
		}
	}
}

func BenchmarkDo(b *testing.B) {
	for name, call := range map[string]Call{
		"once": detach(http.MethodPost, SignV1), "repeatable": repeatable(detach(http.MethodPost, SignV1)),
	} {
		b.Run(name, func(b *testing.B) {
			c := client(b, says(b, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
				true), nil)
			for b.Loop() {
				if x := c.Do(context.Background(), call); x.Failure != "" {
					b.Fatal(x.Failure)
				}
			}
		})
	}
}

func BenchmarkRedacted(b *testing.B) {
	x := Exchange{
		Response: &Response{
			Header: http.Header{"Content-Type": {"application/json"}},
			Body:   []byte(strings.Repeat("x", 400)),
		},
		mask: &mask{NewRedactor(creds), func() string { return "c2lnbmF0dXJl" }},
	}
	for b.Loop() {
		x.Redacted()
	}
}

func BenchmarkRedact(b *testing.B) {
	r := NewRedactor(creds)
	for i := range 100 { // callers of setups
		r.Add(Credentials{
			AccessKeyID:     fmt.Sprint("LTAI5tCaller", i),
			AccessKeySecret: fmt.Sprint("secret-of-caller-", i),
		})
	}
	for name, text := range map[string]string{
		"16 KiB of JSON":  strings.Repeat(`{"InstanceId":"i-2ze0123456789abcdefg","Status":"Running"},`, 290),
		"16 KiB of query": strings.Repeat("InstanceId.1=i-2ze%2F0123&Timestamp=2018-01-01T12%3A00%3A00Z&", 270),
		"one line":        "the target answered HTTP 400",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r.Redact(text)
			}
		})
	}
}
