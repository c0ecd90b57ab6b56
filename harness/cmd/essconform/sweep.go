package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/target"
)

func sweepCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("sweep", flag.ContinueOnError)
	flags := target.Register(fs)
	err := parse(fs, args, s,
		"Puts back what an interrupted run with -arrange api had changed, as its journal lists. It looks before\n"+
			"it changes anything, so it may be run again at any time. Where the target is comes from the journal;\n"+
			"credentials come from the official default chain.")
	if err != nil {
		return 0, err
	}
	settings, err := flags.Resolve(s.environment, "")
	if err != nil {
		return 0, err
	}
	sweep, err := engine.OpenSweep(settings)
	if err != nil {
		return 0, err
	}
	defer sweep.Close()
	if sweep.Changes == 0 {
		fmt.Fprintf(s.out, "nothing is left to put back: %s\n", sweep.Journal())
		return exitConformant, nil
	}
	fmt.Fprintf(s.out, "%d changes are left to put back on %s:\n", sweep.Changes, sweep.Settings.Endpoint)
	log := func(format string, args ...any) { fmt.Fprintf(s.out, "  "+format+"\n", args...) }
	if err := sweep.Run(ctx, log); err != nil {
		return 0, fmt.Errorf("not everything could be put back; run this again, or put it back by hand:\n%w", err)
	}
	fmt.Fprintln(s.out, "everything is as it was before the run")
	return exitConformant, nil
}
