package runlock_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/runlock"
)

// TestMain lets this program be the other run: it takes the lock, says so, and holds it until its input ends.
func TestMain(m *testing.M) {
	path := os.Getenv("RUNLOCK_HOLD")
	if path == "" {
		os.Exit(m.Run())
	}
	if _, err := runlock.Acquire(path, "x", "y"); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("held")
	_, _ = bufio.NewReader(os.Stdin).ReadByte() // until the test closes it, or kills this process
}

func TestAnotherRun(t *testing.T) {
	g, path := NewWithT(t), filepath.Join(t.TempDir(), "deep", "run.lock")
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "RUNLOCK_HOLD="+path)
	in, err := other.StdinPipe()
	g.Expect(err).NotTo(HaveOccurred())
	defer in.Close()
	out, err := other.StdoutPipe()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(other.Start()).To(Succeed())
	said, err := bufio.NewReader(out).ReadString('\n')
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(said).To(Equal("held\n"))

	_, err = runlock.Acquire(path, "the report directory reports/out", "choose another one")
	g.Expect(err).To(MatchError(runlock.ErrHeld))
	g.Expect(err).To(MatchError(MatchRegexp(fmt.Sprintf(
		`^the report directory reports/out: another run uses it: process %d, started \d{4}-\d\d-\d\d \d\d:\d\d:\d\d; choose another one$`, other.Process.Pid))))

	g.Expect(other.Process.Kill()).To(Succeed())
	_ = other.Wait() // it was killed
	release, err := runlock.Acquire(path, "x", "y")
	g.Expect(err).NotTo(HaveOccurred(), "the lock ended with its process")
	again, err := runlock.Acquire(path, "x", "y")
	g.Expect(err).NotTo(HaveOccurred(), "this process has it already")
	again()
	g.Expect(path).To(BeAnExistingFile())
	release()
	g.Expect(path).NotTo(BeAnExistingFile())
}
