package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	loopbackRuns = 11
	// byHand is how many DetachInstances calls a second, states and observations included, a hand-written file for hurl
	// makes. It was measured once, on an independent server; it is no figure of this machine.
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
	// The least is nearest to the truth: a busy machine only adds.
	overhead := slices.Min(each(runs, func(r suiteRun) time.Duration { return r.overhead }))
	for i := range runs {
		runs[i].overhead = overhead
	}
	return runs, nil
}

func (l loopback) rows() table {
	return table{
		heading(fmt.Sprintf("suites.test against the mock on loopback, median of %d runs", len(l))),
		figure("cases", fmt.Sprint(l[0].cases())),
		figure("exchanges, those of states and observations included",
			fmt.Sprint(median(l, func(r suiteRun) int { return r.traffic.exchanges }))),
		figure("wall time, start of the process to its end",
			show(median(l, func(r suiteRun) time.Duration { return r.wall }))),
		figure("  start-up, to the first connection",
			show(median(l, func(r suiteRun) time.Duration { return r.startUp }))),
		figure("  sum of the exchanges, as a bare client would see them", show(median(l, suiteRun.exchanging))),
		below("harness time per case on top of start-up and exchanges", median(l, harnessPerCase), time.Millisecond,
			show),
		figure("  in the best of the runs", show(slices.Min(each(l, harnessPerCase)))),
		figure("  of which the reports",
			show(median(l, func(r suiteRun) time.Duration { return r.reports / time.Duration(r.cases()) }))),
		figure("CPU time per case, start-up and exchanges included",
			show(median(l, func(r suiteRun) time.Duration { return r.cpu / time.Duration(r.cases()) }))),
		memoryRow("memory of the process at its largest",
			slices.Max(each(l, func(r suiteRun) int64 { return r.memory }))),
		above("DetachInstances calls per second, states and observations included", median(l, callsPerSecond),
			5*byHand, perSecond),
		figure("  in the best of the runs", perSecond(slices.Max(each(l, callsPerSecond)))),
		figure(fmt.Sprintf("  against the %d/s of a hand-written hurl file, measured elsewhere", byHand),
			fmt.Sprintf("%.1f×", median(l, callsPerSecond)/byHand)),
	}
}

// harnessPerCase is all that is neither start-up nor exchange: requests made and signed, answers judged, waits for
// activities, Ginkgo's own work, and the reports.
func harnessPerCase(r suiteRun) time.Duration {
	return (r.wall - r.startUp - r.exchanging()) / time.Duration(r.cases())
}

func callsPerSecond(r suiteRun) float64 {
	return float64(r.calls()) / (r.wall - r.startUp).Seconds()
}

func median[R any, T cmp.Ordered](runs []R, of func(R) T) T {
	all := each(runs, of)
	slices.Sort(all)
	return all[len(all)/2]
}

func each[R, T any](runs []R, of func(R) T) (all []T) {
	for _, r := range runs {
		all = append(all, of(r))
	}
	return all
}
