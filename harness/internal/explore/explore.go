package explore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
)

// Runner judges cases; it is an engine.Runner.
type Runner interface {
	// Results judges cases side by side, with the late look.
	Results(ctx context.Context, cases []fixtures.Expanded) []reports.CaseResult
	// Run judges one case by itself.
	Run(ctx context.Context, x fixtures.Expanded) reports.CaseResult
}

// Options say how long, and where to begin.
type Options struct {
	For  time.Duration
	Seed uint64
	// Jobs is how many programs run at a time, Late how long a batch waits for what shows late.
	Jobs int
	Late time.Duration
}

// Found is what came of it.
type Found struct {
	// Cases were judged, with their results. Those that could not be are counted by their reason.
	Cases    []fixtures.Expanded
	Results  []reports.CaseResult
	Unjudged map[string]int
	Failures []Failure
}

// Failure is a program that failed.
type Failure struct {
	Result reports.CaseResult
	// Case is the shortest program found that still fails, Seed and Number name the one that was drawn.
	Case   fixtures.Case
	Seed   uint64
	Number int
	// Again says that the case failed again when it was run once more.
	Again bool
}

const (
	// batchTime is about how long the programs of a batch run, before they wait together for the late look.
	batchTime = 5 * time.Second
	// mostBatch bounds the groups that are kept at once.
	mostBatch = 1000
	// mostFailures is how many programs are made shorter: more would say the same.
	mostFailures = 3
)

// Explore runs random programs until the time is over or a batch has failures, which it makes shorter.
func Explore(ctx context.Context, set *fixtures.Set, run Runner, o Options) Found {
	found := Found{Unjudged: map[string]int{}}
	end := time.Now().Add(o.For)
	for size, number := 2*max(1, o.Jobs), 0; time.Now().Before(end) && ctx.Err() == nil; {
		batch := draw(set, o.Seed, number, size)
		number += size
		begin := time.Now()
		failed := found.take(batch, run.Results(ctx, expanded(batch)))
		if len(failed) > 0 {
			s := shrinking{set: set, run: run, jobs: max(1, o.Jobs)}
			ctx, cancel := context.WithTimeout(ctx, shrinkTime)
			defer cancel()
			for _, f := range distinct(failed) {
				found.Failures = append(found.Failures, s.shorten(ctx, o.Seed, f))
			}
			return found
		}
		each := max(time.Since(begin)-o.Late, time.Millisecond) / time.Duration(size)
		left := min(batchTime, time.Until(end)-o.Late)
		if left < time.Duration(max(1, o.Jobs))*each {
			break // the next batch would not come to its end
		}
		size = max(1, min(4*size, mostBatch, int(left/max(each, time.Microsecond))))
	}
	return found
}

// drawn is a program that can run.
type drawn struct {
	program Program
	number  int
	x       fixtures.Expanded
	result  reports.CaseResult
	fault   error // why it cannot run here
}

// draw draws the programs from a number on: the same ones for the same seed.
func draw(set *fixtures.Set, seed uint64, from, n int) (batch []drawn) {
	programs := Programs()
	for number := from; number < from+n; number++ {
		d := drawn{program: programs.Example(example(seed, number)), number: number}
		d.x, d.fault = admit(set, d.program.Case(
			fmt.Sprintf("explore.%d.%d", seed, number), fmt.Sprintf("random program %d of seed %d", number, seed)))
		batch = append(batch, d)
	}
	return batch
}

// example is a number of its own for each program of a seed.
func example(seed uint64, number int) int {
	return int(rand.NewPCG(seed, uint64(number)).Uint64() >> 1)
}

func admit(set *fixtures.Set, c fixtures.Case) (fixtures.Expanded, error) {
	all, err := set.Admit(c)
	if err != nil {
		return fixtures.Expanded{}, err
	}
	return all[0], nil
}

func expanded(batch []drawn) (out []fixtures.Expanded) {
	for _, d := range batch {
		if d.fault == nil {
			out = append(out, d.x)
		}
	}
	return out
}

// take sorts results, which are those of the programs that can run, and returns the programs that failed.
func (f *Found) take(batch []drawn, results []reports.CaseResult) (failed []drawn) {
	for _, d := range batch {
		if d.fault != nil {
			f.Unjudged["the description does not have what the program expects"]++
			continue
		}
		d.result, results = results[0], results[1:]
		switch d.result.Outcome {
		case reports.Failed:
			failed = append(failed, d)
			fallthrough
		case reports.Passed:
			f.Cases, f.Results = append(f.Cases, d.x), append(f.Results, d.result)
		default:
			f.Unjudged[d.result.Reason]++
		}
	}
	return failed
}

// distinct keeps one program of each kind of failure: of those that were found on the same requirement the shortest.
func distinct(failed []drawn) (out []drawn) {
	slices.SortStableFunc(failed, func(a, b drawn) int { return a.program.size() - b.program.size() })
	for _, f := range failed {
		same := func(o drawn) bool { return o.result.Findings[0].Requirement == f.result.Findings[0].Requirement }
		if len(out) < mostFailures && !slices.ContainsFunc(out, same) {
			out = append(out, f)
		}
	}
	return out
}
