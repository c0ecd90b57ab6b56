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
	return runs, nil
}

func (l loopback) rows() table {
	return table{
		heading(fmt.Sprintf("suites.test against the mock on loopback, median of %d runs", len(l))),
		figure("cases", fmt.Sprint(l[0].cases())),
		figure("cases of one run that could not run, at most",
			fmt.Sprint(slices.Max(each(l, func(r suiteRun) int { return r.report.Counts.CouldNotRun })))),
		figure("exchanges, those of states and observations included",
			fmt.Sprint(median(l, func(r suiteRun) int { return r.traffic.exchanges }))),
		figure("wall time, start of the process to its end",
			show(median(l, func(r suiteRun) time.Duration { return r.wall }))),
		figure("  start-up, to the first connection",
			show(median(l, func(r suiteRun) time.Duration { return r.startUp }))),
		figure("  the cases side by side, waits for answers and activities included",
			show(median(l, suiteRun.running))),
		figure("  drawing and writing the reports",
			show(median(l, func(r suiteRun) time.Duration { return r.reports }))),
		figure("time in exchanges, as the mock sees them, added up over the cases",
			show(median(l, func(r suiteRun) time.Duration { return r.traffic.inExchange }))),
		figure("time until activities have ended, added up over the cases", show(median(l, suiteRun.awaiting))),
		below("harness time per case: CPU of the suite, start-up and reports included", median(l, cpuPerCase),
			2300*time.Microsecond, show),
		figure("  in the best of the runs", show(slices.Min(each(l, cpuPerCase)))),
		memoryRow("memory of the process at its largest",
			slices.Max(each(l, func(r suiteRun) int64 { return r.memory }))),
		above("DetachInstances calls per second, states and observations included", median(l, callsPerSecond),
			5*byHand, perSecond),
		figure("  in the best of the runs", perSecond(slices.Max(each(l, callsPerSecond)))),
		figure(fmt.Sprintf("  against the %d/s of a hand-written hurl file, measured elsewhere", byHand),
			fmt.Sprintf("%.1f×", median(l, callsPerSecond)/byHand)),
	}
}

// cpuPerCase is what the harness itself costs: requests made and signed, answers judged, Ginkgo's own work, and the
// reports. Wall time does not tell, because cases run side by side, and most of it is waiting for the target.
func cpuPerCase(r suiteRun) time.Duration { return r.cpu / time.Duration(r.cases()) }

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
