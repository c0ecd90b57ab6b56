package suites

import (
	"fmt"
	"os"

	"github.com/onsi/ginkgo/v2"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/reports/render"
)

// readyFolder is where the reports go, in the first of several processes; nil in the others, which write none.
func readyFolder(dir string, replace bool) (*render.Folder, error) {
	config, _ := ginkgo.GinkgoConfiguration()
	if config.ParallelProcess > 1 {
		return nil, nil
	}
	return render.Ready(dir, !replace && (config.LabelFilter != "" || focused(config)), engine.LockReports)
}

// begin removes the earlier reports, or finds another folder for those of a selection, which is said.
func (s *suite) begin(folder *render.Folder) (err error) {
	if folder == nil {
		s.release = func() {}
		return render.CheckDir(s.plan.Settings.ReportDir)
	}
	why := ""
	if s.release, why, err = folder.Begin(s.chosen()); err != nil {
		return err
	}
	if s.reportDir = folder.Dir; why != "" && !s.options.Quiet {
		fmt.Fprintln(os.Stderr, "essconform: "+printable.Text(why, 2000))
	}
	return nil
}

// chosen is how many cases Ginkgo will run; -1 where that cannot be known before.
func (s *suite) chosen() int {
	switch {
	case s.previewed != nil:
		return len(s.previewed)
	case focused(s.config):
		return -1
	}
	return len(s.expected(s.config))
}
