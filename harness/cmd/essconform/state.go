package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/embedded"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/spec/yamlfile"
)

// freshLine is when a new line is printed: before the timestamp of the last one is too old (15 minutes).
const freshLine = 10 * time.Minute

func stateCommand(ctx context.Context, args []string, s streams) (exit int, err error) {
	fs := flag.NewFlagSet("state", flag.ContinueOnError)
	flags := target.Register(fs)
	keep := fs.Duration("keep", 10*time.Minute, "give the state back after this `DURATION`, or at Ctrl-C")
	instances := fs.Int("instances", 2, "ask for `N` instances")
	given, err := parseArguments(fs, args, s, "Arranges one provider state, prints its values and a line for curl "+
		"that calls DetachInstances,\nand gives the state back when -keep ends. Without an endpoint the embedded "+
		"mock is served until then.\n\n  essconform state \"an inactive scaling group\" -keep 5m")
	if err != nil {
		return 0, err
	}
	if *keep <= 0 || *instances < 1 {
		return 0, errors.New("state: write -keep and -instances above 0, such as -keep 5m -instances 3")
	}
	settings, err := flags.Resolve(s.environment, "")
	if err != nil {
		return 0, err
	}
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return 0, err
	}
	kind, err := stateNamed(plan.Set.States, given)
	if err != nil {
		return 0, err
	}
	if err := settings.Guard(); err != nil {
		return 0, err
	}
	if !settings.Loopback() {
		fmt.Fprintf(s.out, "arranging %q at %s; what changes for it is put back at the end\n", kind.Name,
			settings.Endpoint)
	}
	address, stop, err := plan.Start(ctx, engine.StartOptions{Embedded: embedded.Mock})
	stop = sync.OnceValue(stop)
	defer func() { err = errors.Join(err, stop()) }()
	if err != nil {
		return 0, err
	}
	runner, err := plan.Connect(address, nil)
	if err != nil {
		return 0, err
	}
	defer runner.Close()
	arranged, err := runner.Arrange(ctx, kind, *instances)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, arranged.Release()) }()
	end := time.Now().Add(*keep)
	showState(s.out, kind.Name, address.Endpoint, arranged)
	fmt.Fprintf(s.out, "kept until %s or Ctrl-C\n", end.Local().Format(time.TimeOnly))
	keepState(ctx, s.out, settings, arranged, end)
	return exitConformant, nil
}

// stateNamed is the state that was asked for; without a name, the error lists all.
func stateNamed(all []fixtures.StateKind, given []string) (fixtures.StateKind, error) {
	var names []string
	for _, kind := range all {
		if len(given) == 1 && kind.Name == given[0] {
			return kind, nil
		}
		names = append(names, kind.Name)
	}
	list := "\n  " + strings.Join(names, "\n  ")
	if len(given) != 1 {
		return fixtures.StateKind{}, fmt.Errorf("state: wanted the name of one state, in quotes; got %s; there are:%s",
			counted(len(given), "name"), list)
	}
	if near := yamlfile.Nearest(given[0], names); near != "" {
		return fixtures.StateKind{}, fmt.Errorf("state: %q is not a provider state; did you mean %q?", given[0], near)
	}
	return fixtures.StateKind{}, fmt.Errorf("state: %q is not a provider state; there are:%s", given[0], list)
}

// showState prints what was arranged. The values are the target's, and not trusted.
func showState(w io.Writer, name, endpoint string, arranged *engine.ArrangedState) {
	fmt.Fprintf(w, "%s at %s\n\n", name, endpoint)
	for _, v := range arranged.Values() {
		fmt.Fprintf(w, "  %-16s %s\n", printable.Text(v.Name, 40), printable.Text(v.Text, 2000))
	}
	fmt.Fprintln(w)
}

// keepState prints a line for curl, and a new one before the last is too old, until the end.
func keepState(ctx context.Context, w io.Writer, s target.Settings, arranged *engine.ArrangedState, end time.Time) {
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	fresh := time.NewTicker(freshLine)
	defer fresh.Stop()
	for {
		showCurl(w, s, arranged.Curl(time.Now()))
		select {
		case <-ctx.Done():
			return
		case <-fresh.C:
			if s.Signature == target.SignatureNone {
				<-ctx.Done()
				return
			}
		}
	}
}

func showCurl(w io.Writer, s target.Settings, line string) {
	switch {
	case line == "":
		fmt.Fprintln(w, "no line for curl: an id of the setup cannot be sent, or holds a secret of this run")
		return
	case s.Signature != target.SignatureNone:
		fmt.Fprintln(w, "signed for one call, within 15 minutes:")
	}
	fmt.Fprintln(w, line)
}
