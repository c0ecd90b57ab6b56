package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	delay        = 100 * time.Millisecond
	delayedProcs = 16
	delayedRuns  = 3
)

// delayed are runs in many processes against a target that answers late. Their figures are medians.
type delayed []suiteRun

func (t tools) delayed(ctx context.Context) (runs delayed, err error) {
	for range delayedRuns {
		r, err := t.run(ctx, delay, t.ginkgo, "run", "--succinct", fmt.Sprintf("--procs=%d", delayedProcs), t.suite,
			"--")
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}

func (d delayed) rows() table {
	return table{
		heading(fmt.Sprintf("ginkgo --procs=%d suites.test, each answer %s late, median of %d runs", delayedProcs,
			delay, len(d))),
		figure("cases of one run that could not run, at most",
			fmt.Sprint(slices.Max(each(d, func(r suiteRun) int { return r.report.Counts.CouldNotRun })))),
		figure("exchanges, those of states and observations included",
			fmt.Sprint(median(d, func(r suiteRun) int { return r.traffic.exchanges }))),
		figure(fmt.Sprintf("sum of the waits / %d", delayedProcs), show(median(d, sharedWait))),
		figure("wall time, start of ginkgo to its end",
			show(median(d, func(r suiteRun) time.Duration { return r.wall }))),
		figure("  start-up, to the first connection",
			show(median(d, func(r suiteRun) time.Duration { return r.startUp }))),
		below(fmt.Sprintf("wall time / (sum of the waits / %d)", delayedProcs), median(d, overWait), 1.3, ratio),
		memoryRow("memory of a process at its largest",
			slices.Max(each(d, func(r suiteRun) int64 { return r.memory }))),
	}
}

// sharedWait is how long the run takes at least when every process waits for one answer at every moment. A process that
// sends calls side by side takes less.
func sharedWait(r suiteRun) time.Duration {
	return time.Duration(r.traffic.exchanges) * delay / delayedProcs
}

func overWait(r suiteRun) float64 { return r.wall.Seconds() / sharedWait(r).Seconds() }
