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
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/essconform/essconform/harness/internal/wire"
)

const (
	clients = 8   // connections at the same time
	batch   = 400 // requests to one server before it is the other one's turn
	rounds  = 61  // of a turn for each
)

// spent is what the requests of one turn took. cpu is that of this process, client and server, and 0 where the system
// does not tell.
type spent struct{ wall, cpu time.Duration }

// round is the same requests to each server.
type round struct{ bare, mock spent }

// share is the mock's share of the bare handler's requests per second. On a busy machine time of the CPU tells it, and
// wall time does not: what takes longer waits for others more often.
func (r round) share() float64 {
	if r.bare.cpu == 0 || r.mock.cpu == 0 {
		return r.wallShare()
	}
	return r.bare.cpu.Seconds() / r.mock.cpu.Seconds()
}

func (r round) wallShare() float64 { return r.bare.wall.Seconds() / r.mock.wall.Seconds() }

// speed compares the mock, signatures verified, with a bare net/http handler that gives the same answer. Its figures
// are medians over the rounds: what else the machine does in one of them does not count.
type speed struct {
	rounds   []round
	bodySize int
}

// compare asks both over loopback by parallel connections, in one process and with the same requests, which are signed
// before the clock starts. They take turns, and each begins every other round.
func compare(ctx context.Context, rounds int) (speed, error) {
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
	answer, err := sign.answer(ctx)
	if err != nil {
		return speed{}, err
	}
	bare, err := serve(answer, 0)
	if err != nil {
		return speed{}, err
	}
	defer bare.close()

	out := speed{rounds: make([]round, rounds), bodySize: len(answer.body)}
	for n := range out.rounds {
		requests, err := sign.batch()
		if err != nil {
			return out, err
		}
		r := &out.rounds[n]
		turns := []turn{{bare.url, &r.bare}, {asked.url, &r.mock}}
		if n%2 == 1 {
			slices.Reverse(turns)
		}
		for _, turn := range turns {
			if *turn.took, err = ask(ctx, turn.url, requests); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// turn is one server's part of a round.
type turn struct {
	url  string
	took *spent
}

func (s speed) rows() table {
	rate := func(of func(round) spent) string {
		return perSecond(batch / median(s.rounds, func(r round) time.Duration { return of(r).wall }).Seconds())
	}
	return table{
		heading(fmt.Sprintf("the mock, signatures verified, and a bare net/http handler with the same answer (%d "+
			"bytes), medians of %d rounds of %d requests to each", s.bodySize, len(s.rounds), batch)),
		figure(fmt.Sprintf("bare handler, %d clients in this process", clients),
			rate(func(r round) spent { return r.bare })),
		figure(fmt.Sprintf("mock, %d clients in this process", clients), rate(func(r round) spent { return r.mock })),
		figure("mock / bare handler, by wall time", ratio(median(s.rounds, round.wallShare))),
		above("mock / bare handler, by CPU time of server and clients", median(s.rounds, round.share), 0.8, ratio),
	}
}

// fixed answers every request alike, with what the mock answered once.
type fixed struct {
	status int
	header http.Header
	body   []byte
}

func (f fixed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	for name, values := range f.header {
		w.Header()[name] = values
	}
	w.WriteHeader(f.status)
	_, _ = w.Write(f.body)
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

// answer is what the mock answers.
func (s signer) answer(ctx context.Context) (fixed, error) {
	r, err := s.request()
	if err != nil {
		return fixed{}, err
	}
	resp, err := http.DefaultClient.Do(r.WithContext(ctx))
	if err != nil {
		return fixed{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	resp.Header.Del("Date") // net/http's own
	return fixed{resp.StatusCode, resp.Header, body}, err
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

// ask sends the requests. The garbage of earlier turns is not this one's.
func ask(ctx context.Context, server string, requests [][]byte) (spent, error) {
	address := strings.TrimPrefix(server, "http://")
	failed := make([]error, clients)
	runtime.GC()
	begin, used := time.Now(), cpuTime()
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() { failed[n] = askSome(ctx, address, requests, n) })
	}
	wg.Wait()
	return spent{time.Since(begin), cpuTime() - used}, errors.Join(failed...)
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
