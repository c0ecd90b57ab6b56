package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const suites = "github.com/essconform/essconform/suites"

// tools are the programs that a run needs, built beforehand, so that no run compiles.
type tools struct {
	dir    string // of the suite and of what it leaves
	suite  string // the prebuilt suite
	ginkgo string // Ginkgo's command, as go.mod pins it
}

// build needs the module around the working directory.
func build(ctx context.Context, dir string) (tools, error) {
	t := tools{dir: dir, suite: filepath.Join(dir, "suites.test")}
	if _, err := goCommand(ctx, "test", "-c", "-o", t.suite, suites); err != nil {
		return t, fmt.Errorf("build the suite: %w", err)
	}
	path, err := goCommand(ctx, "tool", "-n", "ginkgo") // builds it, and prints where it is
	if err != nil {
		return t, fmt.Errorf("build ginkgo: %w", err)
	}
	t.ginkgo = strings.TrimSpace(path)
	return t, nil
}

func goCommand(ctx context.Context, args ...string) (string, error) {
	out, err := command(ctx, "go", args...).Output()
	if failed, ok := err.(*exec.ExitError); ok {
		return "", fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, failed.Stderr)
	}
	return string(out), err
}

// command is one that an interrupt asks to end, together with what it started, and is not waited for much longer.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	return c
}

// environment holds nothing that would change what a run does: no settings of the user's, and no job summary to write.
func environment() []string {
	env := []string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + caller.AccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + caller.AccessKeySecret,
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TMP", "SYSTEMROOT"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
