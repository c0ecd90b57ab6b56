// Command cmd (make selftest) fills the matrix of the self-test, writes it as a table, and fails when a demand is not
// met.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime/debug"
	"slices"

	"github.com/essconform/essconform/harness/internal/selftest"
	"github.com/essconform/essconform/harness/mock/defect"
	"github.com/essconform/essconform/harness/mock/variant"
)

// options are the flags.
type options struct {
	file   string
	check  bool
	lean   string
	atOnce int
	only   *regexp.Regexp // nil: all
}

func main() {
	var o options
	flag.StringVar(&o.file, "o", "reports/selftest.md", "the `FILE` for the table")
	flag.BoolVar(&o.check, "check", false, "write nothing; fail when the file is not current")
	flag.StringVar(&o.lean, "lean", "", "write the cases that -cover lean needs into this `FILE`, fixtures/lean.yaml")
	flag.IntVar(&o.atOnce, "at-once", 10, "`N` mocks at a time")
	flag.Func("only", "only the defects and variants whose names match the regular `EXPRESSION`; writes nothing",
		func(s string) (err error) {
			o.only, err = regexp.Compile(s)
			return err
		})
	flag.Parse()
	debug.SetGCPercent(400) // many short runs, little memory: collecting less often saves a tenth of the time
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	failures, err := run(ctx, o)
	stop()
	for _, f := range failures {
		fmt.Fprintln(os.Stderr, f)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "selftest: "+err.Error())
	}
	if err != nil || len(failures) > 0 {
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (failures []string, err error) {
	bench, err := selftest.NewBench()
	if err != nil {
		return nil, err
	}
	defects, variants := defect.All(), variant.All()
	if o.only != nil {
		defects = slices.DeleteFunc(defects, func(d defect.Defect) bool { return !o.only.MatchString(d.Name) })
		variants = slices.DeleteFunc(variants, func(v variant.Variant) bool { return !o.only.MatchString(v.Name) })
	}
	matrix, err := bench.Fill(ctx, defects, variants, o.atOnce)
	if err != nil {
		return nil, err
	}
	if o.lean != "" && o.only == nil {
		if err := os.WriteFile(o.lean, []byte(matrix.Lighten()), 0o644); err != nil {
			return nil, err
		}
	}
	if failures = matrix.Failures(); o.only != nil {
		failures = matrix.Single()
	}
	fmt.Printf("%d defects, %d legal variants; %d demands not met\n", len(matrix.Defects), len(matrix.Variants),
		len(failures))
	if o.only != nil {
		return failures, nil
	}
	var table bytes.Buffer
	if err := matrix.Write(&table); err != nil {
		return failures, err
	}
	if !o.check {
		return failures, os.WriteFile(o.file, table.Bytes(), 0o644)
	}
	before, err := os.ReadFile(o.file)
	if err == nil && !bytes.Equal(before, table.Bytes()) {
		err = fmt.Errorf("%s is not current; run make selftest and keep what it writes", o.file)
	}
	return failures, err
}
