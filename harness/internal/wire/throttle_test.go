package wire

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

const throttlingJSON = `{"RequestId":"1","HostId":"h","Code":"Throttling.User","Message":"Request was denied due to user flow control."}`

// throttler answers each request by its number, counted from 1, and keeps the nonces.
func throttler(t *testing.T, options Options,
	answer func(w http.ResponseWriter, n int),
) (client *Client, nonces *[]string) {
	t.Helper()
	nonces = &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*nonces = append(*nonces, r.FormValue("SignatureNonce"))
		answer(w, len(*nonces))
	}))
	t.Cleanup(server.Close)
	options.Endpoint, _ = url.Parse(server.URL)
	if options.Pause == 0 {
		options.Pause = time.Millisecond
	}
	client, err := NewClient(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client, nonces
}

// utf16LE is ASCII text in UTF-16 with a byte order mark.
func utf16LE(s string) string {
	out := []byte("\xff\xfe")
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return string(out)
}

func TestThrottledCallsAreRepeated(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		again  bool
	}{
		{"user", 400, throttlingJSON, true},
		{"plain, 429", 429, `{"Code":"Throttling"}`, true},
		{"503", 503, `{"Code":"Throttling.Api"}`, true},
		{"XML", 400, `<?xml version='1.0'?><Error><RequestId>1</RequestId><Code>Throttling</Code></Error>`, true},
		{"a byte order mark", 400, "\ufeff" + `{"Code":"Throttling"}`, true},
		{"UTF-16", 400, utf16LE("<R><Code>Throttling</Code></R>"), true},
		{"a declared charset", 400, "<?xml version='1.0' encoding='GBK'?><R><Code>Throttling</Code>\xc9\xec</R>", true},
		{"another status", 200, throttlingJSON, false},
		{"a server error", 500, throttlingJSON, false},
		{"another code", 400, `{"Code":"ScalingActivityInProgress"}`, false},
		{"a code that only begins so", 400, `{"Code":"ThrottlingX"}`, false},
		{"another name", 400, `{"code":"Throttling"}`, false},
		{"unavailable", 503, `{"Code":"ServiceUnavailable"}`, false},
		{"cut off", 400, `{"Code":"Throttling"`, false},
		{"empty", 429, ``, false},
		{"HTML", 429, `<html><body>Throttling</body>`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, nonces := throttler(t, Options{}, func(w http.ResponseWriter, n int) {
				if n <= 2 {
					w.WriteHeader(c.status)
					fmt.Fprint(w, c.body)
				}
			})
			var counted Tally
			x := client.Do(WithTally(context.Background(), &counted), detach(http.MethodPost, SignV1))
			if !c.again {
				if len(*nonces) != 1 || x.ThrottledAnswers != 0 || x.Throttled || string(x.Response.Body) != c.body {
					t.Fatalf("wanted the first answer; got %d requests, %+v", len(*nonces), x)
				}
				return
			}
			if x.Attempts != 3 || x.ThrottledAnswers != 2 || x.Throttled || x.Response.Status != 200 ||
				counted.Throttled.Load() != 2 || counted.Sent.Load() != 3 {
				t.Fatalf("wanted the third answer; got %+v", x)
			}
			if n := *nonces; n[0] == n[1] || n[1] == n[2] || x.Nonce != n[2] {
				t.Fatalf("wanted a fresh nonce each time; got %q, and %q in the exchange", n, x.Nonce)
			}
		})
	}
}

func TestThrottlingEnds(t *testing.T) {
	client, nonces := throttler(t, Options{Patience: 50 * time.Millisecond}, func(w http.ResponseWriter, n int) {
		w.WriteHeader(400)
		fmt.Fprint(w, throttlingJSON)
	})
	first := client.Do(context.Background(), detach(http.MethodPost, SignV1))
	if !first.Throttled || first.ThrottledAnswers != len(*nonces) || first.Attempts != len(*nonces) ||
		len(*nonces) > mostTries {
		t.Fatalf("wanted to give up; got %d requests, %+v", len(*nonces), first)
	}
	before := len(*nonces)
	second := client.Do(context.Background(), detach(http.MethodPost, SignV1))
	if !second.Throttled || len(*nonces)-before != 2 {
		t.Fatalf("wanted one repetition only after that; got %d requests", len(*nonces)-before)
	}
}

func TestThrottlingIsForgotten(t *testing.T) {
	client, nonces := throttler(t, Options{Patience: time.Nanosecond}, func(w http.ResponseWriter, n int) {
		if n != 2 {
			w.WriteHeader(429)
			fmt.Fprint(w, throttlingJSON)
		}
	})
	for want := range 2 {
		if x := client.Do(context.Background(), detach(http.MethodPost, SignV1)); x.Throttled != (want == 0) ||
			client.throttled.Load() != x.Throttled {
			t.Fatalf("call %d: %+v after %d requests", want, x, len(*nonces))
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		header   string
		givesUp  bool
		atLeast  time.Duration
		patience time.Duration
	}{
		{"30", false, 30 * time.Millisecond, time.Minute},
		{"60000", true, 0, time.Second},
		{"soon", false, 0, time.Minute},
		{"-5", false, 0, time.Minute},
		{"99999999999999999999", false, 0, time.Minute},
	} {
		client, _ := throttler(t, Options{Patience: c.patience}, func(w http.ResponseWriter, n int) {
			if n == 1 {
				w.Header().Set("x-acs-retry-after", c.header)
				w.WriteHeader(400)
				fmt.Fprint(w, throttlingJSON)
			}
		})
		begin := time.Now()
		x := client.Do(context.Background(), detach(http.MethodPost, SignV1))
		if took := time.Since(begin); x.Throttled != c.givesUp || took < c.atLeast || took > 5*time.Second {
			t.Errorf("%s: after %s: %+v", c.header, took, x)
		}
	}
}

func TestThrottledCallIsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	client, _ := throttler(t, Options{Patience: time.Hour, Pause: time.Hour}, func(w http.ResponseWriter, n int) {
		w.WriteHeader(400)
		fmt.Fprint(w, throttlingJSON)
		cancel()
	})
	if x := client.Do(ctx, detach(http.MethodPost, SignV1)); x.Attempts != 1 {
		t.Fatalf("wanted to stop with the context; got %+v", x)
	}
}

func TestRetryAfterInEitherHeader(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		own, standard string
		want          time.Duration
	}{
		{"", "", 0},
		{"250", "", 250 * time.Millisecond},
		{"", "3", 3 * time.Second},
		{"250", "3", 250 * time.Millisecond},
		{"soon", "3", 3 * time.Second},
		{"", now.Add(4 * time.Second).Format(http.TimeFormat), 4 * time.Second},
		{"", now.Add(-time.Second).Format(http.TimeFormat), 0},
		{"", "-1", 0},
		{"", "1e3", 0},
		{"", "999999", 0},
		{"999999999999", "2", 2 * time.Second},
	} {
		h := http.Header{"X-Acs-Retry-After": {c.own}, "Retry-After": {c.standard}}
		if got := retryAfter(h, now); got != c.want {
			t.Errorf("%q, %q: wanted %s; got %s", c.own, c.standard, c.want, got)
		}
	}
}
