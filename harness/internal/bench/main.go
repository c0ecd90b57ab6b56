// Command bench measures what a run costs beside the target's own answers, and how fast the embedded mock is, and
// prints one table. Each figure that has an aim stands beside it. A missed aim changes no exit code, because a busy
// machine misses any: 1 means that a case failed or more than a few could not run, so that the figures say nothing, and
// 2 that nothing could be measured.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, out, progress io.Writer) int {
	table, err := measure(ctx, progress)
	if err == nil {
		err = table.print(out)
	}
	if err != nil {
		fmt.Fprintln(progress, "bench: "+err.Error())
		if errors.Is(err, errNotConformant) {
			return 1
		}
		return 2
	}
	return 0
}

// measure takes the three measurements one after the other: at the same time, each would slow the others.
func measure(ctx context.Context, progress io.Writer) (table, error) {
	say := func(what string) { fmt.Fprintln(progress, "bench: "+what) }
	dir, err := os.MkdirTemp("", "essconform-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)

	say("building the suite")
	tools, err := build(ctx, dir)
	if err != nil {
		return nil, err
	}
	say(fmt.Sprintf("running it %d times against the mock on loopback", loopbackRuns))
	loopback, err := tools.loopback(ctx)
	if err != nil {
		return nil, err
	}
	say(fmt.Sprintf("running it %d times in %d processes, %s late", delayedRuns, delayedProcs, delay))
	delayed, err := tools.delayed(ctx)
	if err != nil {
		return nil, err
	}
	say("asking the mock and a bare handler in turns")
	speed, err := compare(ctx, rounds)
	if err != nil {
		return nil, err
	}
	return append(append(loopback.rows(), delayed.rows()...), speed.rows()...), nil
}
