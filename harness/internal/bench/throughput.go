package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/essconform/essconform/harness/internal/wire"
)

const (
	clients = 8   // connections at the same time
	batch   = 400 // requests to one server before it is the other one's turn
	turns   = 40
)

// speed compares the mock, signatures verified, with a bare net/http handler that answers the same body.
type speed struct {
	bare, mock time.Duration // for the same number of requests
	bodySize   int
}

// compare asks both over loopback by parallel connections. They take turns, so that a busy machine slows both alike.
// The requests are signed before their clock starts.
func compare(ctx context.Context) (speed, error) {
	m, err := newMock(0)
	if err != nil {
		return speed{}, err
	}
	// The rule that is asked last refuses, so that every request is decided in full and none changes anything.
	values, err := m.Setup("a scaling group at its minimum size", map[string]any{"instances": 2})
	if err != nil {
		return speed{}, err
	}
	asked, err := serve(m, 0)
	if err != nil {
		return speed{}, err
	}
	defer asked.close()
	sign := signer{values["scalingGroupId"].(string), values["instanceIds"].([]string), asked.url}
	body, err := sign.answer(ctx)
	if err != nil {
		return speed{}, err
	}
	bare, err := serve(fixed(body), 0)
	if err != nil {
		return speed{}, err
	}
	defer bare.close()

	out := speed{bodySize: len(body)}
	for range turns {
		requests, err := sign.batch()
		if err != nil {
			return out, err
		}
		for _, one := range []struct {
			url  string
			took *time.Duration
		}{{bare.url, &out.bare}, {asked.url, &out.mock}} {
			took, err := ask(ctx, one.url, requests)
			if err != nil {
				return out, err
			}
			*one.took += took
		}
	}
	return out, nil
}

func (s speed) rows() table {
	rate := func(d time.Duration) float64 { return turns * batch / d.Seconds() }
	return table{
		heading(fmt.Sprintf("the mock, signatures verified, and a bare net/http handler with a fixed body of %d bytes, in turns of %d requests", s.bodySize, batch)),
		figure(fmt.Sprintf("bare handler, %d clients in this process", clients), perSecond(rate(s.bare))),
		figure(fmt.Sprintf("mock, %d clients in this process", clients), perSecond(rate(s.mock))),
		above("mock / bare handler", s.bare.Seconds()/s.mock.Seconds(), 0.5, ratio),
	}
}

// fixed answers every request alike.
func fixed(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(body)
	})
}

// signer makes calls of DetachInstances, each with a nonce of its own.
type signer struct {
	group     string
	instances []string
	url       string
}

func (s signer) request() (*http.Request, error) {
	endpoint, err := url.Parse(s.url)
	if err != nil {
		return nil, err
	}
	params := []wire.Param{{Name: "RegionId", Value: "cn-hangzhou"}, {Name: "ScalingGroupId", Value: s.group}}
	for i, id := range s.instances {
		params = append(params, wire.Param{Name: fmt.Sprintf("InstanceId.%d", i+1), Value: id})
	}
	return wire.Build(wire.Call{
		Method: http.MethodPost, Action: "DetachInstances", Version: "2014-08-28", Format: "JSON",
		Params: params, Scheme: wire.SignV1, Credentials: caller,
	}, endpoint, time.Now(), uuid.NewString())
}

// answer is the body that the mock gives.
func (s signer) answer(ctx context.Context) ([]byte, error) {
	r, err := s.request()
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// batch are whole requests as they stand on the wire.
func (s signer) batch() ([][]byte, error) {
	all := make([][]byte, batch)
	for i := range all {
		r, err := s.request()
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := r.Write(&b); err != nil {
			return nil, err
		}
		all[i] = b.Bytes()
	}
	return all, nil
}

// ask sends the requests and returns how long that took.
func ask(ctx context.Context, server string, requests [][]byte) (time.Duration, error) {
	address := strings.TrimPrefix(server, "http://")
	failed := make([]error, clients)
	begin := time.Now()
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() { failed[n] = askSome(ctx, address, requests, n) })
	}
	wg.Wait()
	return time.Since(begin), errors.Join(failed...)
}

// askSome sends every request that falls to client n. It writes and reads by itself, because a whole http.Client would
// take longer than what is compared.
func askSome(ctx context.Context, address string, requests [][]byte, n int) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	answers := bufio.NewReader(conn)
	for i := n; i < len(requests); i += clients {
		if _, err := conn.Write(requests[i]); err != nil {
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
		if !bytes.Contains(body, []byte(`"IncorrectCapacity.MinSize"`)) {
			return fmt.Errorf("wanted the refusal of a full decision; got %s", body)
		}
	}
	return nil
}
