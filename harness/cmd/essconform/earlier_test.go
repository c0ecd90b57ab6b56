//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	. "github.com/onsi/gomega"
)

// TestNoEarlierVerdictWhileARunLoads stops runs at their description: killed there, they leave no verdict behind; when
// it turns out to be wrong, the earlier reports are there again.
func TestNoEarlierVerdictWhileARunLoads(t *testing.T) {
	for _, command := range [][]string{{"run", "-quiet"}, {"run", "-quiet", "-label-filter", "xml"}, {"explore"}} {
		t.Run(command[0], func(t *testing.T) {
			g, dir := NewWithT(t), t.TempDir()
			report, description := filepath.Join(dir, "report.json"), filepath.Join(dir, "spec.yaml")
			g.Expect(os.WriteFile(report, []byte("green"), 0o600)).To(Succeed())
			g.Expect(syscall.Mkfifo(description, 0o600)).To(Succeed())
			ended := make(chan int)
			go func() {
				code, _, _ := essconform(t, nil, append(command, "-spec", description, "-report-dir", dir)...)
				ended <- code
			}()
			w, err := os.OpenFile(description, os.O_WRONLY, 0) // waits for the run to read
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(report).NotTo(BeAnExistingFile())
			_, err = w.WriteString("no description\n")
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(w.Close()).To(Succeed())
			g.Expect(<-ended).To(Equal(exitCouldNotJudge))
			text, err := os.ReadFile(report)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(text)).To(Equal("green"))
		})
	}
}
