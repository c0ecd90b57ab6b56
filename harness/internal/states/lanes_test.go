package states

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/target"
)

// TestLanesAreTaken: each case gets a group that has what it needs, the same one for all its states, and waits for it
// while another case has it.
func TestLanesAreTaken(t *testing.T) {
	g, ctx := NewWithT(t), context.Background()
	kinds := func(name string) (fixtures.StateKind, bool) {
		kind := fixtures.StateKind{Name: name}
		if name == "balancer" {
			kind.Values = []string{"loadBalancerId"}
		}
		return kind, name != "unknown"
	}
	lane := func(with target.API) *API {
		return &API{With: with, Kinds: kinds, lock: newLock(), Getenv: func(string) string { return "" }}
	}
	plain, balanced := lane(target.API{InstanceIDs: []string{"i-1"}}),
		lane(target.API{InstanceIDs: []string{"i-2"}, LoadBalancerID: "lb-1"})
	l := NewLanes(plain, balanced)
	asks := func(name, state string) Request {
		return Request{Case: name, State: fixtures.State{Name: state, Instances: 1}}
	}
	take := func(name, state string) *API {
		lane, err := l.take(ctx, asks(name, state))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(lane.lock.acquire(ctx, name)).To(Succeed())
		return lane
	}
	g.Expect(take("first", "balancer")).To(BeIdenticalTo(balanced))
	g.Expect(take("first", "plain")).To(BeIdenticalTo(balanced), "a second state")
	g.Expect(take("second", "plain")).To(BeIdenticalTo(plain))

	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	_, err := l.take(short, asks("third", "balancer"))
	g.Expect(err).To(MatchError(ContainSubstring("other cases still have the resources")))

	waited := make(chan *API)
	go func() {
		lane, _ := l.take(ctx, asks("third", "balancer"))
		waited <- lane
	}()
	plain.lock.release("second")
	l.settle("second", plain)
	balanced.lock.release("first")
	l.settle("first", balanced) // of two states: it is not free yet
	g.Consistently(waited, "20ms").ShouldNot(Receive())
	balanced.lock.release("first")
	l.settle("first", balanced)
	g.Eventually(waited).Should(Receive(BeIdenticalTo(balanced)))

	_, err = l.take(ctx, asks("fourth", "unknown"))
	g.Expect(err).To(MatchError(ErrUnknown))
	_, err = l.take(ctx, Request{Case: "fifth", State: fixtures.State{Name: "plain", Instances: 2}})
	g.Expect(err).To(MatchError(ContainSubstring("2 instances are wanted")))
	g.Expect(l.Teardown(ctx, Release{Case: "fifth"})).To(Succeed())
}
