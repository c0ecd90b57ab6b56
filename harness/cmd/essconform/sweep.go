package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/target"
)

func sweepCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("sweep", flag.ContinueOnError)
	flags := target.Register(fs)
	if err := parse(fs, args, s, "Puts back what an interrupted run with -arrange api had changed, as its journal tells. It looks before it changes anything,\n"+
		"so it may be run again at any time. Where the target is comes from the journal; credentials come from the official default chain."); err != nil {
		return 0, err
	}
	settings, err := flags.Resolve(s.getenv, "")
	if err != nil {
		return 0, err
	}
	journal, err := states.OpenJournal(settings.JournalFile())
	if err != nil {
		return 0, fmt.Errorf("%w; name the journal of the run with -journal", err)
	}
	defer journal.Close()
	if settings, err = swept(settings, journal); err != nil {
		return 0, err
	}
	open := journal.Open()
	if len(open) == 0 {
		fmt.Fprintf(s.out, "nothing is left to put back: %s\n", journal.Path())
		return exitConformant, nil
	}
	fmt.Fprintf(s.out, "%d changes are left to put back on %s:\n", len(open), settings.Endpoint)
	err = engine.Sweep(ctx, settings, journal, func(format string, args ...any) { fmt.Fprintf(s.out, "  "+format+"\n", args...) })
	if err != nil {
		return 0, fmt.Errorf("not everything could be put back; run this again, or put it back by hand:\n%w", err)
	}
	fmt.Fprintln(s.out, "everything is as it was before the run")
	return exitConformant, nil
}

// swept are settings that lead to where the journal's changes were made.
func swept(s target.Settings, j *states.Journal) (target.Settings, error) {
	o := j.Origin()
	if !s.Embedded() && s.Endpoint != o.Endpoint {
		return s, fmt.Errorf("the changes in %s were made on %s, not on %s; leave -endpoint out", j.Path(), o.Endpoint, s.Endpoint)
	}
	s.Endpoint, s.Region, s.Signature = o.Endpoint, o.Region, o.Signature
	s.Arrange = target.ArrangeAPI
	s.API = &target.API{ECSEndpoint: o.ECS, SLBEndpoint: o.SLB, RDSEndpoint: o.RDS}
	return s, nil
}
