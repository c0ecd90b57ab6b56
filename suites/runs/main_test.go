//go:build unix

// Package runs_test holds the built command and the built suite, with and without Ginkgo's own command, to what they
// promise when something goes wrong: one clear line, no stack trace, and never an unearned verdict.
package runs_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"
)

// The programs, and what a run with nothing wrong leaves behind. TestMain sets them.
var programs struct {
	essconform, suite, ginkgo string
	// recorded is suite behind a shell that tells which process is which, see process.child.
	recorded string
	// green are the files of a conformant run.
	green string
}

func TestMain(m *testing.M) { os.Exit(withPrograms(m.Run)) }

func withPrograms(test func() int) int {
	dir, err := os.MkdirTemp("", "essconform-runs-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = build(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return test()
}

func build(dir string) error {
	programs.essconform, programs.ginkgo = filepath.Join(dir, "essconform"), filepath.Join(dir, "ginkgo")
	programs.suite, programs.recorded = filepath.Join(dir, "suites.test"), filepath.Join(dir, "recorded", "suites.test")
	programs.green = filepath.Join(dir, "green")
	var group errgroup.Group
	group.Go(func() error {
		return toolchain("build", stripped, "-o", dir, "../../harness/cmd/essconform",
			"github.com/onsi/ginkgo/v2/ginkgo")
	})
	group.Go(func() error { return toolchain("test", "-c", stripped, "-o", programs.suite, "..") })
	if err := group.Wait(); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Dir(programs.recorded), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(programs.recorded, []byte(fmt.Sprintf(recorder, programs.suite)), 0o755); err != nil {
		return err
	}
	run := exec.Command(programs.essconform, "run", "-report-dir", programs.green)
	run.Env = environment(dir)
	if out, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("a run on the embedded mock: %w\n%s", err, out)
	}
	return nil
}

// stripped leaves out what only a debugger reads: linking takes half the time. A stack trace is as it was.
const stripped = "-ldflags=-s -w"

// recorder writes its arguments into a file that is named after its process id, and becomes the suite.
const recorder = `#!/bin/sh
printf '%%s\n' "$@" >"$RECORD_DIR/.new-$$" && mv "$RECORD_DIR/.new-$$" "$RECORD_DIR/$$"
exec '%s' "$@"
`

func toolchain(args ...string) error {
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("go %q: %w\n%s", args, err, out)
	}
	return nil
}
