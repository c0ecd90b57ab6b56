package main

import (
	"errors"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
	"github.com/essconform/essconform/spec/yamlfile"
)

// selection are the flags that choose cases.
type selection struct {
	cases   []string
	labels  string
	profile string
	failed  string   // a report whose failures are chosen
	again   []string // and these failures
}

func (sel *selection) register(fs *flag.FlagSet) {
	fs.Func("case", "run only this case, an `ID` or a pattern with *; may be given several times",
		func(v string) error {
			if v == "" {
				return fmt.Errorf("name a case")
			}
			sel.cases = append(sel.cases, v)
			return nil
		})
	fs.Func("failed", "run again what failed or could not run in the report.json `FILE`", func(v string) error {
		if v == "" {
			return fmt.Errorf("name a report.json")
		}
		sel.failed = v
		return nil
	})
	fs.Func("profile", "run only cases of this `PROFILE`: document (what the page of the operation says) or "+
		"conventions (what all operations share)", func(v string) error {
		if v != string(spec.Document) && v != string(spec.Conventions) {
			return fmt.Errorf("write %s or %s", spec.Document, spec.Conventions)
		}
		sel.profile = v
		return nil
	})
	fs.StringVar(&sel.labels, "label-filter", "",
		"run only cases whose labels pass Ginkgo's `FILTER`, such as 'document && xml'")
}

// read reads the report of -failed.
func (sel *selection) read() (err error) {
	switch {
	case sel.failed == "" || sel.again != nil:
		return nil
	case len(sel.cases) > 0:
		return fmt.Errorf("give either -case or -failed")
	}
	sel.again, err = failedIn(sel.failed)
	return err
}

func (sel *selection) choose(plan *engine.Plan) ([]fixtures.Expanded, error) {
	filter, err := types.ParseLabelFilter(sel.labels)
	if err != nil {
		return nil, fmt.Errorf("-label-filter %q is not a valid filter%s; write one such as 'document && xml'",
			sel.labels, syntax(err))
	}
	if err := sel.read(); err != nil {
		return nil, err
	}
	chosen, err := plan.Select(slices.Concat(sel.cases, sel.again), func(labels []string) bool {
		return filter(labels) && (sel.profile == "" || slices.Contains(labels, sel.profile))
	})
	if err != nil {
		if meant := unknownLabel(sel.labels, plan.Cases); meant != nil {
			return nil, fmt.Errorf("%w; %w", err, meant)
		}
		return nil, err
	}
	return chosen, nil
}

// syntax is what Ginkgo has to say of a filter, without its colors and its heading. The first line repeats the filter.
func syntax(err error) string {
	var g types.GinkgoError
	if !errors.As(err, &g) {
		return ""
	}
	_, detail, _ := strings.Cut(formatter.NewWithNoColorBool(true).F(g.Message), "\n")
	if detail = strings.TrimRight(strings.Join(strings.Fields(detail), " "), "."); detail == "" {
		return ""
	}
	return ": " + detail
}

// named tells whether the cases were named one by one.
func (sel *selection) named() bool { return len(sel.cases) > 0 || sel.failed != "" }

func (sel *selection) String() string {
	var words []string
	if sel.failed != "" {
		words = append(words, "failed in "+sel.failed)
	}
	if len(sel.cases) > 0 {
		words = append(words, "case "+strings.Join(sel.cases, ", "))
	}
	if sel.profile != "" {
		words = append(words, "profile "+sel.profile)
	}
	if sel.labels != "" {
		words = append(words, "label "+sel.labels)
	}
	if len(words) == 0 {
		return "everything"
	}
	return strings.Join(words, "; ")
}

// failedIn are the ids of the cases that failed or could not run in a report.
func failedIn(file string) (ids []string, err error) {
	r, err := readReport(file)
	if err != nil {
		return nil, fmt.Errorf("-failed: %w", err)
	}
	for _, c := range r.Cases {
		if c.Outcome == reports.Failed || c.Outcome == reports.CouldNotRun || c.Outcome == reports.UnexpectedPass {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("-failed: no case failed in %s, and all could run; nothing is to be run again", file)
	}
	return ids, nil
}

// labelWords are those of a label filter, without its operators and regular expressions.
var labelWords = regexp.MustCompile(`/[^/]*/|[^&|!,()\s]+`)

// unknownLabel says which word of a filter is no label, when one is near.
func unknownLabel(filter string, cases []fixtures.Expanded) error {
	var known []string
	for _, x := range cases {
		known = append(known, x.Labels...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	if strings.Contains(filter, "{") {
		return nil // sets have words of their own
	}
	for _, w := range labelWords.FindAllString(filter, -1) {
		if w[0] == '/' || slices.Contains(known, w) {
			continue
		}
		if near := yamlfile.Nearest(w, known); near != "" {
			return fmt.Errorf("no case has the label %q; did you mean %s?", w, near)
		}
		return fmt.Errorf("no case has the label %q", w)
	}
	return nil
}
