package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/embedded"
	"github.com/essconform/essconform/reports/render"
)

// session is one run against a target, and where its reports go.
type session struct {
	plan      *engine.Plan
	folder    *render.Folder
	begins    int // cases that are known before
	language  string
	again     []string // the arguments that run a case again
	annotates bool     // the failures, for the CI service
	// drive runs what is to be run, and says what came of it. What is the same for all runs is filled in.
	drive func(runner *engine.Runner) engine.RunOutcome
}

// run runs it and delivers the reports.
func (x session) run(ctx context.Context, s streams) (exit int, err error) {
	release, why, err := x.folder.Begin(x.begins)
	if err != nil {
		return 0, err
	}
	defer release()
	if why != "" {
		fmt.Fprintln(s.err, "essconform: "+why)
	}
	begin, dir := time.Now(), x.folder.Dir
	address, stop, err := x.plan.Start(ctx, engine.StartOptions{Embedded: embedded.Mock, Record: dir})
	stop = sync.OnceValue(stop)
	defer stop()
	if err != nil {
		return 0, err
	}
	runner, err := x.plan.Connect(address, x.again)
	if err != nil {
		return 0, err
	}
	defer runner.Close()
	outcome := x.drive(runner)
	exchanges, unrecorded := runner.Exchanges()
	defer func() { _ = exchanges.Close() }() // also after an error: it removes what the run has spooled
	outcome.StartedAt, outcome.Procs, outcome.Exchanges = begin, 1, exchanges
	outcome.Results, outcome.Notes = runner.Redacted(outcome.Results), warned(s.err, runner)
	if ctx.Err() != nil {
		outcome.Partial = "interrupted"
	}
	left := stop() // before the report, so that it cannot be missed below it
	report := x.plan.Report(outcome)
	exit, err = deliver(context.WithoutCancel(ctx), dir, report, x.language, s)
	if err = errors.Join(unrecorded, err); err != nil {
		return 0, err
	}
	if x.annotates {
		if err := render.Annotate(s.commands(), report, s.getenv); err != nil {
			return 0, err
		}
	}
	return exit, left
}

// warned prints what was odd about the target outside of the cases.
func warned(w io.Writer, runner *engine.Runner) []string {
	notes := runner.Notes()
	for _, note := range notes {
		fmt.Fprintln(w, "essconform: warning: "+note)
	}
	return notes
}
