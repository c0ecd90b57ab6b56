package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/printable"
)

func waiversCommand(_ context.Context, args []string, s streams) (int, error) {
	if asksHelp(args) {
		args = []string{"init", "-h"} // there is nothing else
	}
	if len(args) == 0 || args[0] != "init" {
		return 0, fmt.Errorf("waivers: write `essconform waivers init -report FILE`")
	}
	fs := flag.NewFlagSet("waivers init", flag.ContinueOnError)
	file := fs.String("report", "reports/out/report.json", "the report.json, `FILE`, whose failures are listed")
	out := fs.String("o", "", "write to this new `FILE` instead of standard output")
	if err := parse(fs, args[1:], s, "Lists the failures of a report as waivers. Each needs a reason before it "+
		"counts: no failure is waived unseen."); err != nil {
		return 0, err
	}
	f, err := os.Open(*file)
	if err != nil {
		return 0, fmt.Errorf("waivers init: %w; name a report with -report", err)
	}
	defer f.Close()
	report, err := reports.ReadJSON(*file, f)
	if err != nil {
		return 0, err
	}
	list := failures(report.Cases)
	if len(list) == 0 {
		return 0, fmt.Errorf("waivers init: no case failed in %s, so there is nothing to waive", *file)
	}
	return exitConformant, toFile(*out, s.out, func(w io.Writer) error { return writeWaivers(w, list) })
}

// toFile lets write into a new file, or into w where none is named.
func toFile(name string, w io.Writer, write func(io.Writer) error) error {
	if name == "" {
		return write(w)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("%w; name another file with -o", err)
	}
	if err := write(f); err != nil {
		_ = f.Close() // the first error says more
		return err
	}
	return f.Close()
}

// failure is one waiver to be, and what was found.
type failure struct{ pattern, requirement, want, got string }

// failures are the failed cases by the requirements that they violate. A case of which every variant fails alike
// becomes one pattern.
func failures(cases []reports.CaseResult) (out []failure) {
	variants, failed := map[string]int{}, map[[2]string]int{}
	for _, c := range cases {
		variants[caseOf(c.ID)]++
		for _, requirement := range violated(c) {
			failed[[2]string{caseOf(c.ID), requirement}]++
		}
	}
	seen := map[failure]bool{}
	for _, c := range cases {
		for _, requirement := range violated(c) {
			f := failure{pattern: c.ID, requirement: requirement}
			if id := caseOf(c.ID); failed[[2]string{id, requirement}] == variants[id] {
				f.pattern = id + "/*"
			}
			if seen[f] {
				continue
			}
			seen[f] = true
			if i := slices.IndexFunc(c.Findings,
				func(one reports.Finding) bool { return one.Requirement == requirement }); i >= 0 {
				f.want, f.got = c.Findings[i].Want, c.Findings[i].Got
			}
			out = append(out, f)
		}
	}
	return out
}

func caseOf(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return name
}

// violated are the requirements for which a case failed; "" for a failure without a finding.
func violated(c reports.CaseResult) (ids []string) {
	if c.Outcome != reports.Failed {
		return nil
	}
	for _, f := range c.Findings {
		if f.Level != "SHOULD" && !slices.Contains(ids, f.Requirement) {
			ids = append(ids, f.Requirement)
		}
	}
	if len(ids) == 0 {
		return []string{""}
	}
	return ids
}

func writeWaivers(w io.Writer, list []failure) error {
	fmt.Fprintln(w, "# Known failures. Write a reason for each one that you accept, and delete the others: an entry "+
		"without a reason is an error.")
	fmt.Fprintln(w, "# issue (a link) and expires (a date, such as 2026-12-31) are optional. A waived case that "+
		"passes is an error, too.")
	for _, f := range list {
		entry, err := yaml.Marshal([]struct {
			Case        string `yaml:"case"`
			Requirement string `yaml:"requirement,omitempty"`
			Reason      string `yaml:"reason"`
		}{{f.pattern, f.requirement, ""}})
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\n# wanted %s; got %s\n%s", comment(f.want), comment(f.got), entry)
		if _, err := fmt.Fprint(w, "  # issue: \n  # expires: \n"); err != nil {
			return err
		}
	}
	return nil
}

// comment is text of a target, fit for one line of a comment.
func comment(text string) string { return printable.Text(text, 100) }
