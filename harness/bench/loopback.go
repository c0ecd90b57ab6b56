package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	loopbackRuns = 5
	// byHand is how many DetachInstances calls a second, states and observations included, a hand-written file for hurl makes. It was
	// measured once, on an independent server; it is no figure of this machine.
	byHand = 110
)

// loopback are runs in one process. Their figures are medians.
type loopback []suiteRun

func (t tools) loopback(ctx context.Context) (runs loopback, err error) {
	for range loopbackRuns {
		r, err := t.run(ctx, 0, t.suite)
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}

func (l loopback) rows() table {
	startUp := median(l, func(r suiteRun) time.Duration { return r.startUp })
	return table{
		heading(fmt.Sprintf("suites.test against the mock on loopback, median of %d runs", len(l))),
		figure("cases", fmt.Sprint(l[0].cases())),
		figure("exchanges, those of states and observations included", fmt.Sprint(median(l, func(r suiteRun) int { return r.traffic.exchanges }))),
		figure("wall time, start of the process to its end", show(median(l, func(r suiteRun) time.Duration { return r.wall }))),
		figure("  start-up, to the first connection", show(startUp)),
		figure("  sum of the exchanges, as the mock saw them", show(median(l, func(r suiteRun) time.Duration { return r.traffic.inExchange }))),
		below("harness time per case on top of start-up and exchanges", median(l, harnessPerCase), time.Millisecond, show),
		figure("CPU time per case, start-up and exchanges included", show(median(l, func(r suiteRun) time.Duration { return r.cpu / time.Duration(r.cases()) }))),
		below("memory of the process at its largest", median(l, func(r suiteRun) int64 { return r.memory }), 100_000_000, megabytes),
		above("DetachInstances calls per second, states and observations included", median(l, callsPerSecond), 5*byHand, perSecond),
		figure("  against a hand-written hurl file: 110/s, measured elsewhere", fmt.Sprintf("%.1f×", median(l, callsPerSecond)/byHand)),
	}
}

// harnessPerCase is all that is neither start-up nor exchange: requests made and sent, answers read and judged, waits for activities,
// Ginkgo's own work, and the reports.
func harnessPerCase(r suiteRun) time.Duration {
	return (r.wall - r.startUp - r.traffic.inExchange) / time.Duration(r.cases())
}

func callsPerSecond(r suiteRun) float64 {
	return float64(r.calls()) / (r.wall - r.startUp).Seconds()
}

func median[R any, T int | int64 | float64 | time.Duration](runs []R, of func(R) T) T {
	var all []T
	for _, r := range runs {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
