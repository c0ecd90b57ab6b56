package engine

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

func throttle(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.Header().Set("X-Acs-Retry-After", "1")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"RequestId":"1","HostId":"h","Code":"Throttling","Message":"Request was denied due to request throttling."}`)
}

// TestOneInFiveThrottled: the verdict is that of a target that throttles nothing.
func TestOneInFiveThrottled(t *testing.T) {
	t.Parallel() // most of it is waiting
	g := NewWithT(t)
	c := newCloud(t, wire.SignV3, 6, 60*time.Millisecond) // longer than an answer that was throttled first
	const some = "*/xml/get"
	s := c.settings(t)
	s.Cover = target.CoverLean
	plain, err := c.run(t, s, 1, some)
	g.Expect(err).NotTo(HaveOccurred())
	var calls atomic.Int64
	c.before = func(w http.ResponseWriter, _ *http.Request) bool {
		if calls.Add(1)%5 != 0 {
			return false
		}
		throttle(w)
		return true
	}
	throttled, err := c.run(t, s, 1, some)
	g.Expect(err).NotTo(HaveOccurred())
	count := 0
	for i, r := range throttled {
		g.Expect(r.Outcome).To(Equal(plain[i].Outcome), r.ID+": "+r.Reason)
		count += r.Throttled
	}
	g.Expect(count).To(BeNumerically(">", 10))
}

// TestAllThrottled: nothing can be judged, and that is found out in seconds.
func TestAllThrottled(t *testing.T) {
	c := newCloud(t, wire.SignV1, 3, 10*time.Millisecond)
	c.before = func(w http.ResponseWriter, _ *http.Request) bool {
		throttle(w)
		return true
	}
	t.Run("by the API", func(t *testing.T) {
		s := c.settings(t)
		s.Timeout = 200 * time.Millisecond
		_, err := c.run(t, s, 1)
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring("Throttling")))
	})
	t.Run("by provider states", func(t *testing.T) {
		g := NewWithT(t)
		other, err := mock.New(mock.Options{SkipVerification: true})
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(other.Start("127.0.0.1:0")).To(Succeed())
		defer other.Close(context.Background())
		s := target.Settings{
			Endpoint: c.url, ProviderStates: other.URL() + mock.StatesPath, Signature: "v1", ReportDir: t.TempDir(),
			Timeout: 200 * time.Millisecond,
		}.WithDefaults()
		begin := time.Now()
		results, err := c.run(t, s, 1)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(time.Since(begin)).To(BeNumerically("<", 20*time.Second))
		g.Expect(outcomes(results)).To(Equal(map[reports.Outcome]int{reports.CouldNotRun: len(results)}))
		g.Expect(results[0].Reason).To(ContainSubstring("the target throttled the call"))
		g.Expect(results[len(results)-1].Reason).To(ContainSubstring("it throttles every call"))
	})
}

// TestThrottlingHidesNothing: what comes after the patience is judged as it is.
func TestThrottlingHidesNothing(t *testing.T) {
	g := NewWithT(t)
	c := newCloud(t, wire.SignV1, 4, 10*time.Millisecond)
	var calls atomic.Int64
	c.before = func(w http.ResponseWriter, r *http.Request) bool {
		if q := r.URL.Query(); q.Get("Action") != "DetachInstances" || q.Get("Format") != "XML" {
			return false
		}
		if calls.Add(1)%2 == 1 {
			throttle(w)
		} else {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return true
	}
	results, err := c.run(t, c.settings(t), 1, "error.InvalidScalingGroupId.NotFound/xml/get")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(outcomes(results)).To(Equal(map[reports.Outcome]int{reports.Failed: 1}))
	g.Expect(results[0].Throttled).To(Equal(1))
}
