package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/internal/dryrun"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/target"
)

func bindingsCommand(_ context.Context, args []string, s streams) (int, error) {
	if len(args) > 0 {
		switch args[0] {
		case "init":
			return bindingsInit(args[1:], s)
		case "check":
			return bindingsCheck(args[1:], s)
		}
	}
	const how = "write `essconform bindings init` for a file to fill in, or `essconform bindings check " +
		"-bindings FILE` to see how far it lasts"
	if asksHelp(args) {
		_, err := fmt.Fprintln(s.out, how+";\n-h behind init or check lists its flags")
		return exitConformant, err
	}
	return 0, errors.New("bindings: " + how)
}

func bindingsInit(args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("bindings init", flag.ContinueOnError)
	flags := target.Register(fs)
	var sel selection
	sel.register(fs)
	out := fs.String("o", "", "write to this new `FILE` instead of standard output")
	if err := parse(fs, args, s,
		"Writes a file of bindings to fill in, with what the selected cases need. Nothing is sent."); err != nil {
		return 0, err
	}
	plan, cases, err := planned(flags, &sel, s)
	if err != nil {
		return 0, err
	}
	stock := states.NewBindings("", plan.Set.States).Count(plan.Running(cases))
	return exitConformant, toFile(*out, s.out,
		func(w io.Writer) error { return writeTemplate(w, plan.Set.States, stock) })
}

func bindingsCheck(args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("bindings check", flag.ContinueOnError)
	flags := target.Register(fs)
	var sel selection
	sel.register(fs)
	if err := parse(fs, args, s,
		"Says which of the selected cases could run with the prepared resources, and what is missing.\n"+
			"Nothing is sent. It ends with 0 when all could run, with 2 when not."); err != nil {
		return 0, err
	}
	plan, cases, err := planned(flags, &sel, s)
	if err != nil {
		return 0, err
	}
	if plan.Settings.Bindings == "" {
		return 0, fmt.Errorf("bindings check: name the file with -bindings; `essconform bindings init` writes one to " +
			"fill in")
	}
	b, err := plan.Bindings()
	if err != nil {
		return 0, err
	}
	stock := b.Count(plan.Running(cases))
	fmt.Fprintf(s.out, "%d of %d cases could run with %s\n", stock.Cases-len(stock.Unable), stock.Cases,
		plan.Settings.Bindings)
	printMissing(s.out, stock)
	fmt.Fprint(s.out, dryrun.UnableText(stock.Unable, stock.Cases))
	if len(stock.Unable) > 0 {
		return exitCouldNotJudge, nil
	}
	return exitConformant, nil
}

// planned is the plan and the cases that flags select. For a file of bindings the endpoint does not matter.
func planned(flags *target.Flags, sel *selection, s streams) (*engine.Plan, []fixtures.Expanded, error) {
	settings, err := flags.ResolveAnywhere(s.environment, "")
	if err != nil {
		return nil, nil, err
	}
	plan, err := engine.NewPlan(settings)
	if err != nil {
		return nil, nil, err
	}
	cases, err := sel.choose(plan)
	return plan, cases, err
}

// printMissing says what would have to be added for all cases to run.
func printMissing(w io.Writer, stock states.Stock) {
	for _, n := range stock.States {
		if n.Instances == 0 && len(n.Groups) == 0 {
			continue
		}
		fmt.Fprintf(w, "\nmissing for %q (%d cases):\n", n.State, n.Cases)
		if n.Instances > 0 {
			fmt.Fprintf(w, "  %d instances in the groups that are there\n", n.Instances)
		}
		for _, g := range gathered(n.Groups) {
			fmt.Fprintf(w, "  %s\n", g)
		}
	}
}

// gathered puts equal groups into one line: "4 groups with 3 instances each".
func gathered(groups []int) (lines []string) {
	for i := 0; i < len(groups); {
		n := 1
		for i+n < len(groups) && groups[i+n] == groups[i] {
			n++
		}
		switch {
		case groups[i] == 0 && n == 1:
			lines = append(lines, "1 group without instances")
		case groups[i] == 0:
			lines = append(lines, fmt.Sprintf("%d groups without instances", n))
		case n == 1:
			lines = append(lines, fmt.Sprintf("1 group with %d instanceIds", groups[i]))
		default:
			lines = append(lines, fmt.Sprintf("%d groups with %d instanceIds each", n, groups[i]))
		}
		i += n
	}
	return lines
}

func writeTemplate(w io.Writer, kinds []fixtures.StateKind, stock states.Stock) error {
	fmt.Fprintf(w, `# Prepared resources for the states of %d cases. Fill in ids, delete the states that you cannot prepare, and see how far it lasts with
#   essconform bindings check -bindings FILE
#
# Instances that an accepted call names are used up: they are not put back, and not handed out again. Instances of a case that is refused
# are used again. A case takes all its instances from one group. One case runs at a time. Nothing that is not listed here is touched.
# One case about the minimum size raises the MinSize of its group for a moment. Never write a key into this file, only the names of
# environment variables.
`, stock.Cases)
	for _, n := range stock.States {
		fmt.Fprintf(w, "\n# For %d cases: %s.\n", n.Cases, strings.Join(gathered(n.Groups), ", "))
		for _, kind := range kinds {
			if kind.Name == n.State {
				writeKind(w, kind)
			}
		}
	}
	_, err := fmt.Fprintln(w)
	return err
}

// writeKind is the stanza of one state, to fill in.
func writeKind(w io.Writer, kind fixtures.StateKind) {
	fmt.Fprintf(w, "# %s\n%s:\n", kind.Prepare, kind.Name)
	lead := "- "
	for _, value := range kind.Values {
		fmt.Fprintf(w, "#  %s%s\n", lead, placeholder(value))
		lead = "  "
	}
}

func placeholder(value string) string {
	switch value {
	case "instanceIds":
		return "instanceIds: [i-…, i-…]"
	case "accessKeyId":
		return "accessKeyIdEnv: DENIED_ACCESS_KEY_ID"
	case "accessKeySecret":
		return "accessKeySecretEnv: DENIED_ACCESS_KEY_SECRET"
	}
	return value + ": …"
}
