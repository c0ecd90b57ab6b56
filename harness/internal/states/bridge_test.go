package states_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
)

// noted is a driver that answers as it is told, and notes what it was called with.
type noted struct {
	values states.Values
	err    error
	up     states.Request
	down   states.Release
}

func (n *noted) Setup(_ context.Context, r states.Request) (states.Values, error) {
	n.up = r
	return n.values, n.err
}

func (n *noted) Teardown(_ context.Context, r states.Release) error {
	n.down = r
	return n.err
}

func served(t *testing.T, driver states.Driver) *states.Bridge {
	t.Helper()
	url, stop, err := states.Serve(driver)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	t.Cleanup(stop)
	p := states.NewBridge(url)
	t.Cleanup(p.Close)
	return p
}

func TestBridge(t *testing.T) {
	g, ctx := NewWithT(t), context.Background()
	driver := &noted{values: states.Values{"scalingGroupId": "g", "instanceIds": []string{"i-1"}}}
	p := served(t, driver)
	request := states.Request{Case: "a case/xml/get", State: state}
	values, err := p.Setup(ctx, request)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(driver.up).To(Equal(request))
	g.Expect(values.Strings("instanceIds")).To(Equal([]string{"i-1"}))
	release := states.Release{Case: request.Case, State: state, Values: values, Used: []string{"i-1"}}
	g.Expect(p.Teardown(ctx, release)).To(Succeed())
	g.Expect(driver.down).To(Equal(release))

	driver.err = errors.New("7 instances are missing")
	_, err = p.Setup(ctx, request)
	g.Expect(err).To(MatchError("7 instances are missing"))
	g.Expect(p.Teardown(ctx, release)).To(MatchError("7 instances are missing"))
	driver.err = fmt.Errorf("%w: b.yaml names no group for it", states.ErrUnknown)
	_, err = p.Setup(ctx, request)
	g.Expect(err).To(MatchError(states.ErrUnknown))
	g.Expect(err).To(MatchError(ContainSubstring("b.yaml names no group")))
}

// TestServeIsSecret: a client that does not know the path learns nothing, and no message holds it.
func TestServeIsSecret(t *testing.T) {
	g := NewWithT(t)
	url, stop, err := states.Serve(&noted{})
	g.Expect(err).NotTo(HaveOccurred())
	base, path := url[:strings.LastIndex(url, "/")], url[strings.LastIndex(url, "/")+1:]
	g.Expect(len(path)).To(BeNumerically(">=", 20))
	for _, guess := range []string{"/", "/_states", "/" + path[:10]} {
		resp, err := http.Post(base+guess, "application/json", strings.NewReader(`{"action":"setup"}`))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(resp.StatusCode).To(Equal(http.StatusNotFound))
		g.Expect(resp.Body.Close()).To(Succeed())
	}
	stop()
	p := states.NewBridge(url)
	defer p.Close()
	_, err = p.Setup(context.Background(), states.Request{State: state})
	g.Expect(err).To(MatchError(Not(ContainSubstring(path))))
}

// late is a driver that has arranged the state only when the process that asked is gone.
type late struct{ back chan states.Values }

func (l late) Setup(ctx context.Context, _ states.Request) (states.Values, error) {
	<-ctx.Done()
	return states.Values{"scalingGroupId": "g"}, nil
}

func (l late) Teardown(_ context.Context, r states.Release) error {
	l.back <- r.Values
	return nil
}

func TestWhatNoProcessWaitsForIsGivenBack(t *testing.T) {
	g := NewWithT(t)
	driver := late{make(chan states.Values, 1)}
	p := served(t, driver)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := p.Setup(ctx, states.Request{State: state})
	g.Expect(err).To(HaveOccurred())
	g.Eventually(driver.back, 5*time.Second).Should(Receive(HaveKeyWithValue("scalingGroupId", "g")))
}

// TestOneCaseAtATime: with one group, two cases never have it at once, and a case that fails does not keep it.
func TestOneCaseAtATime(t *testing.T) {
	g := NewWithT(t)
	b, err := states.ParseBindings("b.yaml", []byte("a state:\n  - {scalingGroupId: g, instanceIds: [i-1, i-2]}\n"),
		[]fixtures.StateKind{kind})
	g.Expect(err).NotTo(HaveOccurred())
	p := served(t, b)
	var having, most int
	var mu sync.Mutex
	var cases sync.WaitGroup
	for n := range 8 {
		cases.Go(func() {
			ctx, name := context.Background(), fmt.Sprint("case ", n)
			if _, err := p.Setup(ctx, states.Request{
				Case:  name,
				State: fixtures.State{Name: "a state", Instances: 3},
			}); err == nil {
				t.Error("wanted 3 of 2 instances to be refused")
			}
			values, err := p.Setup(ctx, states.Request{Case: name, State: state})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			having++
			most = max(most, having)
			mu.Unlock()
			mu.Lock()
			having--
			mu.Unlock()
			if err := p.Teardown(ctx, states.Release{Case: name, State: state, Values: values}); err != nil {
				t.Error(err)
			}
		})
	}
	cases.Wait()
	g.Expect(most).To(Equal(1))
}
