// Command cmd (make selftest) fills the matrix of the self-test, writes it as a table, and fails when a demand is not met.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/essconform/essconform/harness/internal/selftest"
	"github.com/essconform/essconform/harness/mock/defect"
	"github.com/essconform/essconform/harness/mock/variant"
)

func main() {
	out := flag.String("o", "reports/selftest.md", "the `FILE` for the table")
	check := flag.Bool("check", false, "write nothing; fail when the file is not current")
	atOnce := flag.Int("at-once", 32, "`N` mocks at a time")
	flag.Parse()
	debug.SetGCPercent(400) // many short runs, little memory: collecting less often saves a tenth of the time
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, *out, *check, *atOnce)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, file string, check bool, atOnce int) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "selftest: "+err.Error())
		return 1
	}
	bench, err := selftest.NewBench()
	if err != nil {
		return fail(err)
	}
	matrix, err := bench.Fill(ctx, defect.All(), variant.All(), atOnce)
	if err != nil {
		return fail(err)
	}
	var table bytes.Buffer
	if err := matrix.Write(&table); err != nil {
		return fail(err)
	}
	failures := matrix.Failures()
	for _, f := range failures {
		fmt.Fprintln(os.Stderr, f)
	}
	fmt.Printf("%d defects, %d legal variants; %d demands not met\n", len(matrix.Defects), len(matrix.Variants), len(failures))
	if check {
		before, err := os.ReadFile(file)
		if err != nil {
			return fail(err)
		}
		if !bytes.Equal(before, table.Bytes()) {
			return fail(fmt.Errorf("%s is not current; run make selftest and keep what it writes", file))
		}
	} else if err := os.WriteFile(file, table.Bytes(), 0o644); err != nil {
		return fail(err)
	}
	if len(failures) > 0 {
		return 1
	}
	return 0
}
