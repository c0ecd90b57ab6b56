package ratelimit_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"golang.org/x/time/rate"

	"github.com/essconform/essconform/harness/internal/ratelimit"
)

// All processes take from one stock, and the one that serves it too.
func TestProcessesShareTheLimit(t *testing.T) {
	g := NewWithT(t)
	limiter := rate.NewLimiter(rate.Every(time.Hour), 5)
	url, stop, err := ratelimit.Serve(limiter)
	g.Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(context.Background())
	processes := []ratelimit.Limiter{limiter}
	for range 3 {
		served := ratelimit.Connect(url)
		defer served.Close()
		processes = append(processes, served)
	}
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for _, p := range processes {
		for range 4 {
			wg.Go(func() {
				if p.Wait(ctx) == nil {
					allowed.Add(1)
				}
			})
		}
	}
	g.Eventually(allowed.Load).Should(BeEquivalentTo(5))
	cancel()
	wg.Wait()
	g.Expect(allowed.Load()).To(BeEquivalentTo(5))
	stop()
	g.Expect(processes[1].Wait(context.Background())).To(MatchError(ContainSubstring("no longer served")))
	g.Expect(ratelimit.New(0)).To(BeNil())
	g.Expect(ratelimit.New(20)).NotTo(BeNil())
}
