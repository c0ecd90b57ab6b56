package extreme

import (
	"bytes"
	"context"
	"log"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
	"golang.org/x/sync/errgroup"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// procs is how many cases run at a time: enough that those that wait do not cost their sum.
const procs = 8

// maxTime bounds one run. Most take far less than a second; the race detector and a busy machine get the rest.
const maxTime = 60 * time.Second

// maxHeap is how much the heap may grow while a target is judged, garbage included, in bytes.
const maxHeap = 300 << 20

const keyID, keySecret = "extreme-key-id", "extreme-key-secret"

// trial is one run of cases against one front.
type trial struct {
	front  Front
	cases  []string                 // patterns; none means all
	adjust func(s *target.Settings) // nil leaves the settings as they are
	rerun  []string                 // what the user had passed beside the endpoint
	plain  bool                     // the target sends nothing that a report could trip over
}

// kind is what decides which cases the plan of a trial has.
type kind struct{ cover, signature string }

// plans are those that were made. A plan is read alone, so that trials of a kind share what it was made of.
var plans = map[kind]engine.Plan{}

// planOf is the plan of a trial. Reading the contract and the cases takes longer than most trials.
func planOf(s target.Settings) (*engine.Plan, error) {
	k := kind{cover: s.Cover, signature: s.Signature}
	plan, known := plans[k]
	if !known {
		made, err := engine.NewPlan(s)
		if err != nil {
			return nil, err
		}
		plan, plans[k] = *made, *made
	}
	plan.Settings = s
	return &plan, nil
}

// verdict is what came of it.
type verdict struct {
	report reports.Report
	took   time.Duration
	heap   uint64 // bytes that the heap grew by at most
	logged string
}

// newMock is a mock that answers everything well.
func newMock(t testing.TB, change ...func(*mock.Options)) *mock.Server {
	t.Helper()
	o := mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: keyID, AccessKeySecret: keySecret}},
		ActivityDuration: time.Millisecond,
	}
	for _, f := range change {
		f(&o)
	}
	s, err := mock.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run judges the front as `essconform run` would: it makes contact, runs every selected case and builds the report. It
// fails the test when a goroutine or a line in the global log stays behind, or a bound is broken.
func (tr trial) run(t *testing.T) verdict {
	t.Helper()
	g := gomega.NewWithT(t)
	before := gleak.Goroutines()
	log, restore := captureLog()
	defer restore()
	server := tr.front.Start()
	defer server.Close()

	settings := target.Settings{
		Endpoint: server.URL, ProviderStates: server.URL + mock.StatesPath, ReportDir: t.TempDir(),
		Timeout: 2 * time.Second, ActivityTimeout: 20 * time.Millisecond,
		// nothing here lags, and what is never shown would cost the lag each time
		Lag: 100 * time.Millisecond, Late: -1,
	}
	if tr.adjust != nil {
		tr.adjust(&settings)
	}
	settings = settings.WithDefaults()
	plan, err := planOf(settings)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	chosen, err := plan.Select(tr.cases, func([]string) bool { return true })
	g.Expect(err).NotTo(gomega.HaveOccurred())

	heap := watchHeap()
	begin := time.Now()
	results := tr.all(t, plan, settings, chosen)
	report := plan.Report(engine.RunOutcome{
		StartedAt: begin, Procs: procs, Selection: reports.Everything, Selected: len(chosen), Results: results,
		Expected: chosen, Command: "essconform run",
	})
	v := verdict{report: report, took: time.Since(begin)}
	if !tr.plain {
		checkReports(t, settings.ReportDir, report)
	}
	v.heap = heap()
	v.logged = log.String()

	g.Expect(v.took).To(gomega.BeNumerically("<", maxTime), "the run must end in time")
	g.Expect(v.heap).To(gomega.BeNumerically("<", maxHeap), "the heap must stay small")
	g.Expect(v.logged).To(gomega.BeEmpty(), "nothing may be printed to the global log")
	g.Expect(report.Cases).To(gomega.HaveLen(len(chosen)), "every selected case has its outcome")
	server.Close()
	g.Eventually(gleak.Goroutines).WithTimeout(5 * time.Second).ShouldNot(gleak.HaveLeaked(before))
	t.Logf("%d cases in %v, heap +%d MB, %s", len(chosen), v.took.Round(time.Millisecond), v.heap>>20,
		report.Verdict.Reason)
	return v
}

// all makes contact and runs the cases. A target that is refused at the first contact is judged all the same.
func (tr trial) all(t *testing.T, plan *engine.Plan, settings target.Settings,
	chosen []fixtures.Expanded,
) []reports.CaseResult {
	t.Helper()
	address, stop, err := plan.Start(t.Context(), engine.StartOptions{})
	defer stop()
	if err != nil {
		t.Logf("first contact: %v", err)
		wantOneLine(t, "the error of the first contact", err.Error())
		address = engine.Address{
			Endpoint: settings.Endpoint, ProviderStates: settings.ProviderStates,
			Credentials: target.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret},
		}
	}
	runner, err := plan.Connect(address, append([]string{"-endpoint", settings.Endpoint}, tr.rerun...))
	if err != nil {
		t.Fatal(err)
	}
	defer runner.Close()
	results := make([]reports.CaseResult, len(chosen))
	var group errgroup.Group
	group.SetLimit(procs)
	for i, x := range chosen {
		group.Go(func() error {
			results[i] = runner.Run(context.Background(), x)
			return nil
		})
	}
	_ = group.Wait() // the functions return no error
	return results
}

// credentials lets the official default chain find the caller that the mock knows, and nothing of the machine.
func credentials(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", keyID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keySecret)
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "")
}

// outcomes lists the cases that ended with an outcome.
func (v verdict) outcomes(o reports.Outcome) (ids []string) {
	for _, c := range v.report.Cases {
		if c.Outcome == o {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// lockedBuffer may be written to by any goroutine.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func captureLog() (*lockedBuffer, func()) {
	b, old := new(lockedBuffer), log.Writer()
	log.SetOutput(b)
	return b, func() { log.SetOutput(old) }
}

// watchHeap measures until the function is called that it returns. Garbage that was not collected yet counts: it takes
// memory as well.
func watchHeap() (grown func() uint64) {
	collector := debug.SetGCPercent(100) // whatever the tests run with, the bound is for this
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	look := func() uint64 {
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	start := look()
	most, done, stopped := start, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				most = max(most, look())
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-stopped
		debug.SetGCPercent(collector)
		return max(most, look()) - start
	}
}
