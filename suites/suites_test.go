package suites_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/shard"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/suites"
)

var (
	flags = target.Register(flag.CommandLine)
	parts = shard.Register(flag.CommandLine)
)

// judged is set when TestConformance runs: go test calls a run without any test a success.
var judged bool

// ballast is memory that is never touched, in bytes. The heap of a run is small, and is collected when it has doubled;
// with the ballast counted in, that is several times less often.
const ballast = 12 << 20

func TestMain(m *testing.M) {
	if err := parse(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "essconform: "+printable.Lines(err.Error(),
			2000)+"; `essconform run -h` lists the flags of a target, `ginkgo help run` those of Ginkgo")
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(0)
		}
		os.Exit(2)
	}
	held := make([]byte, ballast)
	endOnHangup()
	code := m.Run()
	runtime.KeepAlive(held)
	if code == 0 && !judged {
		fmt.Fprintln(os.Stderr,
			"essconform: nothing was judged: leave out -test.run, -test.skip, -test.list and -test.count, and "+
				"select with "+
				"-ginkgo.label-filter")
		removeReports()
		code = 2
	}
	os.Exit(code)
}

// removeReports removes those of an earlier run, so that they are not taken for the result of this one.
func removeReports() {
	settings, err := flags.Resolve(os.LookupEnv, root())
	if err == nil {
		if _, err = os.Stat(settings.ReportDir); err != nil {
			return // none is there
		}
		var release func()
		if release, err = render.Begin(settings.ReportDir, engine.LockReports); err == nil {
			release()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "essconform: "+printable.Lines(err.Error(), 2000))
	}
}

// endOnHangup turns a hangup into the signal that Ginkgo ends a run on, with everything put back. One that the caller
// ignores, as nohup does, stays ignored.
func endOnHangup() {
	if signal.Ignored(syscall.SIGHUP) {
		return
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go func() { // ends with the process
		<-hangup
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Signal(syscall.SIGTERM) // where there is no such signal, there is no hangup either
		}
	}()
}

// parse reads the flags, of this package, Ginkgo and go test alike. Ginkgo's own usage text is six screens long, and
// hides the line that says which flag is wrong.
func parse(args []string) error {
	all := flag.CommandLine
	all.Init(all.Name(), flag.ContinueOnError)
	all.SetOutput(io.Discard)
	defer all.SetOutput(nil)
	if err := all.Parse(args); err != nil {
		return err
	}
	if all.NArg() > 0 { // what stands behind it was not read: another target than the user meant would be judged
		return fmt.Errorf("unexpected argument %q; flags begin with - and stand before anything else", all.Arg(0))
	}
	return nil
}

// TestConformance runs the contract against the target that the flags and the environment name; without any, against
// the embedded mock.
func TestConformance(t *testing.T) {
	judged = true
	RegisterFailHandler(Fail)
	settings, err := flags.Resolve(os.LookupEnv, root())
	var split shard.Split
	if err == nil {
		split, err = parts.Resolve(root(), settings.ReportDir)
	}
	if err == nil {
		err = suites.Describe(settings, suites.Options{Split: split, Replace: given("report-dir")})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "essconform: "+printable.Lines(err.Error(), 2000))
		os.Exit(2)
	}
	config, reporter := GinkgoConfiguration()
	config.FailOnEmpty = !config.DryRun
	RunSpecs(t, "DetachInstances", config, reporter)
}

// given tells whether a flag stands on the command line.
func given(name string) (is bool) {
	flag.Visit(func(f *flag.Flag) { is = is || f.Name == name })
	return is
}

// root is the directory that relative paths mean. Ginkgo and go test run this package's tests in the package's own
// directory, where the user did not stand; a prebuilt suites.test runs where the user stands.
func root() string {
	wd, err := os.Getwd()
	if err != nil || filepath.Base(wd) != "suites" {
		return ""
	}
	if _, err := os.Stat(filepath.Join(wd, "suites_test.go")); err != nil {
		return ""
	}
	return filepath.Dir(wd)
}
