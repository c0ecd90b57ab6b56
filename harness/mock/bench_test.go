package mock

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	benchClients = 8   // connections at the same time
	benchBatch   = 400 // requests to one target before it is the other one's turn
)

// BenchmarkThroughput compares the mock, signatures verified, with a bare handler that answers the same body. Both
// get the same POST requests of DetachInstances, signed before the clock starts, over loopback by parallel
// connections. They take turns, so that a busy machine slows both alike. "of-bare" is the mock's share of the bare
// handler's requests per second.
func BenchmarkThroughput(b *testing.B) {
	e := unsigned(b, func(o *Options) {
		o.SkipVerification = false
		o.Credentials = []Credential{alice}
	})
	v := e.setup(b, atMinSize, 2) // the rule that is asked last refuses, so that every request is decided in full
	requests := signedRequests(e, v, benchBatch*(b.N+1))
	body := send(b, e, post(signV1With(http.MethodPost, v1Params(e, v, alice, "n"), alice.AccessKeySecret))).body
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, body)
	}))
	defer bare.Close()
	mock := httptest.NewServer(e)
	defer mock.Close()

	var bareTime, mockTime time.Duration
	b.ResetTimer()
	for i := range b.N {
		batch := requests[i*benchBatch : (i+1)*benchBatch]
		bareTime += ask(b, bare.Listener.Addr(), batch)
		mockTime += ask(b, mock.Listener.Addr(), batch)
	}
	rate := func(d time.Duration) float64 { return float64(b.N*benchBatch) / d.Seconds() }
	b.ReportMetric(rate(bareTime), "bare-req/s")
	b.ReportMetric(rate(mockTime), "mock-req/s")
	b.ReportMetric(bareTime.Seconds()/mockTime.Seconds(), "of-bare")
	b.ReportMetric(0, "ns/op")
}

// signedRequests are whole HTTP requests, each with a nonce of its own.
func signedRequests(e testMock, v values, n int) []string {
	all := make([]string, n)
	for i := range all {
		body := signV1With(http.MethodPost, v1Params(e, v, alice, fmt.Sprintf("%036d", i)),
			alice.AccessKeySecret).Encode()
		all[i] = fmt.Sprintf(
			"POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "+
				"%d\r\n\r\n%s",
			len(body),
			body,
		)
	}
	return all
}

// ask sends the requests over benchClients connections and returns how long that took.
func ask(b *testing.B, addr net.Addr, requests []string) time.Duration {
	b.Helper()
	start := time.Now()
	var wg sync.WaitGroup
	for n := range benchClients {
		wg.Go(func() {
			conn, err := net.Dial("tcp", addr.String())
			if err != nil {
				b.Error(err)
				return
			}
			defer func() { _ = conn.Close() }()
			answers := bufio.NewReader(conn)
			for i := n; i < len(requests); i += benchClients {
				if err := exchange(conn, answers, requests[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func exchange(conn net.Conn, answers *bufio.Reader, request string) error {
	if _, err := io.WriteString(conn, request); err != nil {
		return err
	}
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if !strings.Contains(string(body), "IncorrectCapacity.MinSize") {
		return fmt.Errorf("wanted the refusal of a full decision; got %s", body)
	}
	return nil
}
