package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/internal/explore"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/printable"
)

func exploreCommand(ctx context.Context, args []string, s streams) (exit int, err error) {
	fs := flag.NewFlagSet("explore", flag.ContinueOnError)
	flags := target.Register(fs)
	budget := fs.Duration("for", 30*time.Second, "explore for this `DURATION`")
	seed := fs.Uint64("seed", 0, "draw the programs of this seed `N`; default a random one, which is printed")
	err = parse(fs, args, s,
		"Runs random programs, with calls that overlap, on many groups at once, and judges them like the cases.\n"+
			"It stops when the time is over, or when programs fail, which it shortens and prints as cases for -cases.")
	if err != nil {
		return 0, err
	}
	if *budget <= 0 {
		return 0, fmt.Errorf("explore: -for %s is not a time; write how long to explore, such as -for 30s", *budget)
	}
	settings, err := flags.Resolve(s.environment, "")
	if err != nil {
		return 0, err
	}
	if settings.UserResources() {
		return 0, errors.New("explore: random programs need fresh groups; use -provider-states, or no endpoint for " +
			"the mock")
	}
	folder, err := readyFolder(fs, settings.ReportDir, true)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return 0, err
	}
	if *seed == 0 {
		*seed = uint64(1 + rand.IntN(1_000_000)) // short enough to be typed
	}
	var found explore.Found
	exit, err = session{
		plan: plan, folder: folder, again: append(flags.Given(), "-cases=DIR"), // where the user puts what is printed
		drive: func(runner *engine.Runner) engine.RunOutcome {
			found = explore.Explore(ctx, plan.Set, runner, explore.Options{
				For: *budget, Seed: *seed, Jobs: plan.Settings.Jobs, Late: max(0, plan.Settings.Late),
			})
			redactFound(runner, &found)
			plan.Cases = found.Cases // the report is of these
			return engine.RunOutcome{
				Seed: int64(*seed), Selection: fmt.Sprintf("random programs of seed %d", *seed),
				Selected: len(found.Results), Results: found.Results, Expected: found.Cases, Named: true,
				Command: "essconform explore " + strings.Join(args, " "),
			}
		},
	}.run(ctx, s)
	if err == nil {
		writeFound(s.out, found, *seed)
	}
	return exit, err
}

// redactFound takes out what the run learned to be a secret after it was found.
func redactFound(runner *engine.Runner, found *explore.Found) {
	found.Results = runner.Redacted(found.Results)
	for i, f := range found.Failures {
		found.Failures[i].Result = runner.Redacted([]reports.CaseResult{f.Result})[0]
	}
	unjudged := map[string]int{}
	for reason, n := range found.Unjudged {
		unjudged[runner.Redacted([]reports.CaseResult{{Reason: reason}})[0].Reason] += n
	}
	found.Unjudged = unjudged
}

// writeFound says what could not be judged, and prints the programs that failed so that they can be run as cases.
func writeFound(w io.Writer, found explore.Found, seed uint64) {
	fmt.Fprintf(w, "\nseed %d: %d programs judged", seed, len(found.Results))
	if len(found.Unjudged) > 0 {
		n := 0
		for _, count := range found.Unjudged {
			n += count
		}
		fmt.Fprintf(w, ", %d more could not be judged:", n)
	}
	fmt.Fprintln(w)
	unjudged := alike(found.Unjudged)
	reasons := slices.SortedFunc(maps.Keys(unjudged), func(a, b string) int {
		return cmp.Or(unjudged[b]-unjudged[a], cmp.Compare(a, b))
	})
	for _, reason := range reasons[:min(5, len(reasons))] {
		fmt.Fprintf(w, "  %4d  %s\n", unjudged[reason], oneLine(reason))
	}
	if len(found.Failures) == 0 {
		return
	}
	fmt.Fprint(w,
		"\nPrograms that failed; put them into a file of DIR and run `essconform run -cases DIR -case 'explore.*'`:\n")
	for _, f := range found.Failures {
		why := f.Result.Findings[0]
		fmt.Fprintf(w, "\n# %s: wanted %s; got %s\n", why.Requirement, oneLine(why.Want), oneLine(why.Got))
		if !f.Again {
			fmt.Fprint(w,
				"# It did not fail again by itself: it depends on the moment, the calls around it, or a later look.\n")
		}
		fmt.Fprint(w, f.Case.Stanza())
	}
}

// alike adds up what differs by an id only. A reason that was given once keeps its ids.
func alike(reasons map[string]int) map[string]int {
	same := map[string][]string{}
	for reason := range reasons {
		common := printable.WithoutIDs(reason)
		same[common] = append(same[common], reason)
	}
	out := map[string]int{}
	for common, all := range same {
		if len(all) == 1 {
			common = all[0]
		}
		for _, reason := range all {
			out[common] += reasons[reason]
		}
	}
	return out
}

// oneLine keeps what a target said from ending the comment that it stands in.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
