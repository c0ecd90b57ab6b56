package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/gate"
	"github.com/essconform/essconform/reports/render/terminal"
)

func gateCommand(_ context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("gate", flag.ContinueOnError)
	file := fs.String("policy", "", "the policy, a YAML `FILE`; none: what the verdict asks for, of a whole run")
	var want wanted
	want.register(fs)
	schema := fs.Bool("schema", false, "print the JSON Schema of a policy, for an editor, and end")
	files, err := parseFiles(fs, args, s, 0, 1, "-policy FILE report.json",
		"Says whether a report passes a policy, rule by rule. It ends with 0 when all rules hold, with 1 when one\n"+
			"is broken, and with 2 when the report does not tell.")
	if err != nil {
		return 0, err
	}
	if *schema {
		_, err := fmt.Fprintln(s.out, gate.Schema())
		return exitConformant, err
	}
	if len(files) == 0 {
		return 0, fmt.Errorf("gate: no report was given; write essconform gate -policy FILE report.json")
	}
	policy, err := readPolicy(*file)
	if err != nil {
		return 0, err
	}
	report, err := readReport(files[0])
	if err == nil {
		err = want.check(files[0], report, time.Now())
	}
	if err != nil {
		return 0, err
	}
	var baseline *reports.Report
	if policy.Baseline != "" {
		path := policy.Baseline
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(*file), path)
		}
		old, err := readReport(path)
		if err != nil {
			return 0, fmt.Errorf("baseline: %w", err)
		}
		baseline = &old
	}
	decision, err := gate.Decide(policy, report, baseline)
	if err != nil {
		return 0, err
	}
	return decision.ExitCode, gate.WriteText(s.out, decision,
		terminal.Options{Color: s.color, Width: cmp.Or(s.width, 100)})
}

func readPolicy(file string) (gate.Policy, error) {
	if file == "" {
		return gate.ParsePolicy("", nil)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return gate.Policy{}, fmt.Errorf("-policy: %w", err)
	}
	return gate.ParsePolicy(file, data)
}
