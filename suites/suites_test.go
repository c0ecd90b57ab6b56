package suites_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/suites"
)

var flags = target.Register(flag.CommandLine)

func TestMain(m *testing.M) {
	// Ginkgo's own usage text is six screens long, and hides the line that says which flag is wrong.
	flag.CommandLine.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "essconform: `essconform run -h` lists the flags of a target, `ginkgo help run` those of Ginkgo")
	}
	flag.Parse()
	os.Exit(m.Run())
}

// TestConformance runs the contract against the target that the flags and the environment name; without any, against the embedded mock.
func TestConformance(t *testing.T) {
	RegisterFailHandler(Fail)
	settings, err := flags.Resolve(os.Getenv, root())
	if err == nil {
		err = suites.Describe(settings, suites.Options{Rerun: flags.Given()})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "essconform: "+err.Error())
		os.Exit(2)
	}
	config, reporter := GinkgoConfiguration()
	config.FailOnEmpty = !config.DryRun
	RunSpecs(t, "DetachInstances", config, reporter)
}

// root is the directory that relative paths mean. Ginkgo and go test run this package's tests in the package's own directory, where the
// user did not stand; a prebuilt suites.test runs where the user stands.
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
