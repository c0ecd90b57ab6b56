// Command essconform judges an endpoint by the contract of DetachInstances, and serves a mock that is true to it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/term"

	"github.com/essconform/essconform/harness/internal/build"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/reports/render/terminal"
)

// Exit codes, see README.
const (
	exitConformant    = 0
	exitNotConformant = 1
	exitCouldNotJudge = 2
)

// command is one sub-command.
type command struct {
	name, usage string
	// log is set when what is written to standard output is text for people, and not a file in some format.
	log bool
	run func(ctx context.Context, args []string, streams streams) (exit int, err error)
}

type streams struct {
	// commands ends the guard of the log and gives the writer for commands to the CI service; call it last.
	commands func() io.Writer
	out, err io.Writer
	getenv   func(string) string
	lookup   func(string) (string, bool) // nil: as getenv has it, where an empty variable counts as not set
	color    bool
	// progress is err for what is printable already and may be redrawn.
	progress io.Writer
	// errTerminal tells that err is a terminal, on which a line can be redrawn.
	errTerminal bool
	width       int // columns of the terminal; 0 when out is none
}

// environment tells a variable that is empty from one that is not set.
func (s streams) environment(name string) (string, bool) {
	if s.lookup != nil {
		return s.lookup(name)
	}
	v := s.getenv(name)
	return v, v != ""
}

func commands() []command {
	return []command{
		{"run", "run the cases against a target and write the reports", true, runCommand},
		{"explore", "run random programs against a target, and print those that fail as cases", true, exploreCommand},
		{"state", "arrange one state and print its values and a line for curl, until -keep ends", true, stateCommand},
		{"cases", "list the cases that would run, with requirement, state and level", false, casesCommand},
		{"mock", "serve the mock", false, mockCommand},
		{
			"bindings", "init: write a file of prepared resources to fill in; check: say how far it lasts", true,
			bindingsCommand,
		},
		{"sweep", "put back what an interrupted run with -arrange api had changed", true, sweepCommand},
		{"waivers", "init: list the failures of a report as waivers, to give reasons for", false, waiversCommand},
		{"report", "draw a report.json again, in any format", false, reportCommand},
		{"judge", "judge recorded traffic of any client, HAR files", true, judgeCommand},
		{"rejudge", "judge what a run has recorded again, with the rules of this program", true, rejudgeCommand},
		{"proxy", "forward to a target, record, and judge when it ends", true, proxyCommand},
		{"diff", "tell what changed between two reports", false, diffCommand},
		{"merge", "join the reports of shards, or of several targets", true, mergeCommand},
		{"trend", "show the past reports of one target, and what changed when", true, trendCommand},
		{"gate", "say whether a report passes a policy", true, gateCommand},
		{"version", "print what this program was built from", true, versionCommand},
	}
}

// ballast is memory that is never touched, in bytes. The heap of a command is small, and is collected when it has
// doubled; with the ballast counted in, that is several times less often.
const ballast = 12 << 20

func main() {
	held := make([]byte, ballast)
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	defer stop()
	color, width := terminal.Look(os.Stdout, os.Getenv)
	out := streams{
		out: os.Stdout, err: os.Stderr, getenv: os.Getenv, lookup: os.LookupEnv, color: color, width: width,
		errTerminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	code := dispatch(ctx, os.Args[1:], out)
	stop()
	runtime.KeepAlive(held)
	os.Exit(code)
}

// endings are the signals that end a run early, with everything put back. A hangup that the caller ignores, as nohup
// does, stays ignored.
func endings() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// dispatch finds the sub-command and turns its error into one line.
func dispatch(ctx context.Context, args []string, s streams) int {
	s.progress, s.err = s.err, printable.NewLog(s.err)
	if len(args) == 0 {
		usage(s.err)
		return exitCouldNotJudge
	}
	if asksHelp(args) {
		usage(s.out)
		return exitConformant
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(s.err, "essconform: unknown command %q; write %s\n", args[0], strings.Join(names(all), ", "))
		return exitCouldNotJudge
	}
	end, raw := func() {}, s.out
	if all[i].log {
		end = sync.OnceFunc(printable.Guard(s.out, s.getenv))
		s.out = printable.NewLog(s.out)
	}
	s.commands = func() io.Writer { end(); return raw }
	defer end() // the line of an error may quote a target, too
	code, err := all[i].run(ctx, args[1:], s)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitConformant
	case err != nil:
		fmt.Fprintln(s.err, "essconform: "+printable.Lines(firstLines(err), longestError))
		return exitCouldNotJudge
	}
	return code
}

// asksHelp tells whether a command line is about the commands themselves.
func asksHelp(args []string) bool {
	return len(args) > 0 && slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0])
}

func usage(w io.Writer) {
	fmt.Fprintln(w,
		"essconform judges an endpoint by the contract of DetachInstances.\n\nUsage: essconform COMMAND [flags]")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.usage)
	}
	fmt.Fprintln(w, "\n`essconform COMMAND -h` lists the flags.")
}

func names(all []command) (out []string) {
	for _, c := range all {
		out = append(out, c.name)
	}
	return out
}

// longestError is enough for a dozen long lines, in characters.
const longestError = 4000

// firstLines bounds an error that is many in one.
func firstLines(err error) string {
	const most = 12 // all states and their heading
	lines := strings.Split(err.Error(), "\n")
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("… and %d more", len(lines)-most))
	}
	return strings.Join(lines, "\n")
}

// parse reads flags. Wrong ones end as an error of one line; -h prints the list.
func parse(fs *flag.FlagSet, args []string, s streams, about string) error {
	fs.SetOutput(io.Discard)
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(s.out, "Usage: essconform %s [flags]\n%s\n\nFlags:\n", fs.Name(), about)
		fs.SetOutput(s.out)
		fs.PrintDefaults()
		return err
	}
	if err != nil {
		return fmt.Errorf("%s: %w; `essconform %s -h` lists the flags", fs.Name(), err, fs.Name())
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%s: unexpected argument %q; flags begin with - and stand before anything else", fs.Name(),
			fs.Arg(0))
	}
	return nil
}

func versionCommand(_ context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("version", flag.ContinueOnError)
	if err := parse(fs, args, s, "Prints what this program was built from."); err != nil {
		return 0, err
	}
	info := build.Read()
	fmt.Fprintf(s.out, "essconform %s\ncommit %s\ndate %s\n%s %s/%s\n",
		info.Version, info.Commit, info.Date, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitConformant, nil
}
