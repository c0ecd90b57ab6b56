package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/shard"
	"github.com/essconform/essconform/harness/target"
)

// listed is one case as `essconform cases -o json` prints it.
type listed struct {
	ID           string         `json:"id"`
	Title        string         `json:"title"`
	Level        string         `json:"level"`
	Requirements []string       `json:"requirements"`
	State        string         `json:"state"`
	Params       map[string]any `json:"params"`
	Other        string         `json:"otherState,omitempty"`
	Labels       []string       `json:"labels"`
	At           string         `json:"at"` // file:line
}

func casesCommand(_ context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("cases", flag.ContinueOnError)
	flags := target.Register(fs)
	var sel selection
	sel.register(fs)
	parts := shard.Register(fs)
	format := fs.String("o", "text", "`FORMAT`: text or json")
	defects := fs.Bool("defects", false, "list the defects that the mock can have instead")
	variants := fs.Bool("variants", false, "list the legal differences that the mock can have instead")
	if err := parse(fs, args, s,
		"Lists the cases that `essconform run` would run with the same flags. Nothing is sent."); err != nil {
		return 0, err
	}
	if *format != "text" && *format != "json" {
		return 0, fmt.Errorf("cases: -o %q is unknown; write text or json", *format)
	}
	switch {
	case *defects && *variants:
		return 0, fmt.Errorf("cases: give either -defects or -variants")
	case *defects:
		return printBehaviours(s, listedDefects(), *format)
	case *variants:
		return printBehaviours(s, listedVariants(), *format)
	}
	settings, err := flags.Resolve(s.environment, "")
	if err != nil {
		return 0, err
	}
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return 0, err
	}
	split, err := parts.Resolve("", settings.ReportDir)
	if err != nil {
		return 0, err
	}
	selected, err := sel.choose(plan)
	if err != nil {
		return 0, err
	}
	chosen, _, _, err := split.Choose(selected)
	if err != nil {
		return 0, err
	}
	list := make([]listed, 0, len(chosen))
	for _, x := range chosen {
		l := listed{
			ID: x.Name, Title: x.Title, Level: string(x.Level), Requirements: x.Requirements, State: x.State.Name,
			Params: x.State.Params(),
			Labels: x.Labels, At: fmt.Sprintf("%s:%d", x.File, x.Line),
		}
		if x.Other != nil {
			l.Other = x.Other.Name
		}
		list = append(list, l)
	}
	if *format == "json" {
		return exitConformant, writeJSON(s.out, list)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CASE\tLEVEL\tABOUT\tSTATE")
	for i, l := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.ID, l.Level, strings.Join(chosen[i].About(), ", "), l.State)
	}
	fmt.Fprintf(w, "%d cases", len(list))
	if n := len(plan.NotApplicable); n > 0 {
		fmt.Fprintf(w, "; %d more run only on targets that are declared to verify signatures (-verifies-signatures)", n)
	}
	fmt.Fprintln(w)
	return exitConformant, w.Flush()
}
