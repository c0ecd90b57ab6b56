package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports"
)

// runTimeout is many times what a run takes.
const runTimeout = 5 * time.Minute

// errNotConformant is a run whose figures say nothing, because not all of it was run.
var errNotConformant = errors.New("the mock was not found conformant")

// suiteRun is what one run of the suite against a mock of its own took.
type suiteRun struct {
	wall    time.Duration // from the start of the process to its end
	startUp time.Duration // from there to its first connection
	reports time.Duration // from the end of the last case to the end of the process: drawing and writing the reports
	cpu     time.Duration // of all its processes
	memory  int64         // the most that one of its processes held, in bytes; 0 where the system does not tell
	traffic traffic
	report  reports.Report
}

// run starts a fresh mock and the program, which gets the flags of the target behind its own.
func (t tools) run(ctx context.Context, delay time.Duration, program string, args ...string) (r suiteRun, err error) {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	m, err := newMock(delay)
	if err != nil {
		return r, err
	}
	at, err := serve(m, delay)
	if err != nil {
		return r, err
	}
	defer at.close()

	out := filepath.Join(t.dir, "out")
	if err := os.RemoveAll(out); err != nil { // of the run before
		return r, err
	}
	c := command(ctx, program, append(args,
		"-endpoint", at.url, "-provider-states", at.url+mock.StatesPath, "-verifies-signatures",
		"-late", "0", // a wait for late changes is no cost of the harness
		"-report-dir", out)...)
	c.Dir, c.Env = t.dir, environment()
	begin := time.Now()
	said, err := c.CombinedOutput()
	r.wall = time.Since(begin)
	switch {
	case ctx.Err() != nil:
		return r, fmt.Errorf("the run was stopped after %s: %w", r.wall.Round(time.Second), ctx.Err())
	case c.ProcessState == nil:
		return r, err
	}
	r.cpu, r.memory = c.ProcessState.UserTime()+c.ProcessState.SystemTime(), memory(c.ProcessState)
	r.traffic = at.seen()
	r.startUp = r.traffic.first.Sub(begin)
	var unread error
	r.report, unread = readReport(filepath.Join(out, "report.json"))
	if err != nil && (unread != nil || !nearlyAll(r.report.Counts)) {
		return r, fmt.Errorf("%w: %w:\n%s", errNotConformant, err, said)
	}
	r.reports = begin.Add(r.wall).Sub(r.report.Run.EndedAt)
	return r, unread
}

// nearlyAll tells whether nothing failed and at least 99 of 100 cases could run. On a busy machine a second call may
// come when the activity that it should meet has ended, which changes no figure.
func nearlyAll(c reports.Counts) bool {
	return c.Failed == 0 && c.Selected > 0 && c.CouldNotRun <= c.Selected/100
}

func readReport(name string) (reports.Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return reports.Report{}, err
	}
	defer f.Close()
	return reports.ReadJSON(name, f)
}

// running is how long the cases took, side by side.
func (r suiteRun) running() time.Duration { return r.wall - r.startUp - r.reports }

// awaiting is the sum of the waits for the end of activities, the calls that asked for it included.
func (r suiteRun) awaiting() time.Duration {
	ms := 0.0
	for _, c := range r.report.Cases {
		for _, step := range c.Trail {
			if strings.HasPrefix(step.What, "wait for activity") {
				ms += step.Ms
			}
		}
	}
	return time.Duration(ms * float64(time.Millisecond))
}

func (r suiteRun) cases() int { return r.report.Counts.Selected }

// calls is how often the operation under test was called.
func (r suiteRun) calls() (n int) {
	for _, c := range r.report.Cases {
		for _, step := range c.Trail {
			if step.What == r.report.Contract.Operation {
				n++
			}
		}
	}
	return n
}
