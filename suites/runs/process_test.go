//go:build unix

package runs_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	// patience bounds one run, far above what any needs on a busy machine.
	patience = 5 * time.Minute
	// mostOutput is what one run may print to one stream, in bytes.
	mostOutput = 256 << 10
)

// The caller that the targets of these tests know.
const (
	keyID     = "testid"
	keySecret = "the-secret-of-the-caller-31415926"
)

// environment is that of a run: nothing of the user's but the way to programs, and no credentials.
func environment(home string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "HOME=" + home}
}

func credentials() []string {
	return []string{"ALIBABA_CLOUD_ACCESS_KEY_ID=" + keyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + keySecret}
}

// command is one run to be. It begins in an empty directory, with an empty home.
type command struct {
	program string
	args    []string
	env     []string // beside environment
	dir     string   // "": an empty one
}

// essconform, suite and parallel are the ways to run the same thing. args are the flags of the target.
func essconform(args ...string) command {
	return command{program: programs.essconform, args: append([]string{"run"}, args...), env: credentials()}
}

func suite(args ...string) command {
	return command{program: programs.suite, args: append([]string{"--ginkgo.no-color"}, args...), env: credentials()}
}

func ginkgo(flags []string, args ...string) command {
	return command{program: programs.ginkgo, args: slices.Concat([]string{"--no-color"}, flags,
		[]string{programs.recorded, "--"}, args), env: credentials()}
}

func parallel(args ...string) command { return ginkgo([]string{"--procs=2"}, args...) }

// result is what a run leaves behind.
type result struct {
	code     int // -1: killed
	out, err string
}

func (r result) all() string { return r.out + r.err }

// process is a run that was started. It and its children are gone when the test ends.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err bounded
	ended    chan struct{}
	records  string
}

func (c command) start(t *testing.T) *process {
	t.Helper()
	p := &process{t: t, ended: make(chan struct{}), records: t.TempDir()}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	p.cmd = exec.CommandContext(ctx, c.program, c.args...)
	p.cmd.Env = slices.Concat(environment(t.TempDir()), []string{"RECORD_DIR=" + p.records}, c.env)
	if p.cmd.Dir = c.dir; c.dir == "" {
		p.cmd.Dir = t.TempDir()
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	// so that children end with it, and get its signals as from a terminal
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Cancel = func() error { return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
	p.cmd.WaitDelay = 5 * time.Second
	if err := p.cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // told by wait
	}()
	t.Cleanup(func() {
		cancel()
		<-p.ended
		if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL); err == nil {
			t.Logf("%s left processes behind", filepath.Base(c.program))
		}
	})
	return p
}

// run waits for the end.
func (c command) run(t *testing.T) result {
	t.Helper()
	return c.start(t).wait()
}

func (p *process) wait() result {
	p.t.Helper()
	<-p.ended
	r := result{code: p.cmd.ProcessState.ExitCode(), out: p.out.String(), err: p.err.String()}
	if r.code < 0 {
		p.t.Fatalf("it did not end by itself within %s:\n%s", patience, r.all())
	}
	if p.out.over || p.err.over {
		p.t.Errorf("wanted at most %d bytes of output; got more, beginning %.500s", mostOutput, r.all())
	}
	return r
}

// signal reaches the whole group, as Ctrl-C does.
func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := syscall.Kill(-p.cmd.Process.Pid, s); err != nil {
		p.t.Fatal(err)
	}
}

// child is the id of Ginkgo's process of that number, which must have been started.
func (p *process) child(number int) int {
	p.t.Helper()
	for pid, args := range p.recorded() {
		if slices.Contains(args, "--ginkgo.parallel.process="+strconv.Itoa(number)) {
			return pid
		}
	}
	p.t.Fatalf("wanted a process %d; got %v", number, p.recorded())
	return 0
}

// recorded are the arguments of the suite's processes.
func (p *process) recorded() map[int][]string {
	p.t.Helper()
	entries, err := os.ReadDir(p.records)
	if err != nil {
		p.t.Fatal(err)
	}
	out := map[int][]string{}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			out[pid] = strings.Split(read(p.t, filepath.Join(p.records, e.Name())), "\n")
		}
	}
	return out
}

// bounded keeps the beginning of an output.
type bounded struct {
	bytes.Buffer
	over bool
}

func (b *bounded) Write(data []byte) (int, error) {
	room := max(mostOutput-b.Len(), 0)
	if len(data) > room {
		b.over = true
	}
	b.Buffer.Write(data[:min(room, len(data))]) // never fails, see bytes.Buffer
	return len(data), nil
}

var traces = regexp.MustCompile(`(?m)^goroutine \d+|panic: |\[recovered|PANICKED|runtime error`)

// noTrace fails when an output shows how the program is made.
func noTrace(t *testing.T, r result) {
	t.Helper()
	if found := traces.FindString(r.all()); found != "" {
		t.Errorf("wanted no stack trace; got %q in\n%s", found, r.all())
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
	return path
}
