package render

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// names are the files of a directory.
func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	g := NewWithT(t)
	entries, err := os.ReadDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// locks counts the locks that are held.
type locks int

func (l *locks) take(string) (func(), error) {
	*l++
	return func() { *l-- }, nil
}

func TestSetAside(t *testing.T) {
	g, dir := NewWithT(t), t.TempDir()
	var held locks
	none, err := SetAside(filepath.Join(dir, "absent"), held.take)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(none.PutBack()).To(Succeed())
	g.Expect(new(Earlier).PutBack()).To(Succeed())
	g.Expect(filepath.Join(dir, "absent")).NotTo(BeADirectory())

	g.Expect(WriteAll(context.Background(), dir, samples.All()["conformant"])).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(dir, "own.txt"), nil, 0o600)).To(Succeed())
	before := names(t, dir)
	earlier, err := SetAside(dir, held.take)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(slices.DeleteFunc(names(t, dir), func(n string) bool { return strings.HasPrefix(n, ".earlier-") })).
		To(Equal([]string{"own.txt"}), "killed now, a run leaves no verdict")
	g.Expect(held).To(Equal(locks(1)))
	g.Expect(earlier.PutBack()).To(Succeed())
	g.Expect(names(t, dir)).To(Equal(before), "wrong settings")
	g.Expect(held).To(BeZero())

	_, err = SetAside(dir, held.take) // and killed
	g.Expect(err).NotTo(HaveOccurred())
	next, err := SetAside(dir, held.take)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(next.PutBack()).To(Succeed())
	g.Expect(filepath.Join(dir, "report.json")).NotTo(BeAnExistingFile(),
		"what a killed run set aside never comes back")

	earlier, err = SetAside(dir, held.take)
	g.Expect(err).NotTo(HaveOccurred())
	release, err := Begin(dir, held.take)
	g.Expect(err).NotTo(HaveOccurred())
	release()
	g.Expect(earlier.PutBack()).To(Succeed())
	g.Expect(names(t, dir)).To(Equal([]string{"own.txt"}), "a run that begins removes them")
}

func TestSetAsideOfARunningRun(t *testing.T) {
	g, dir := NewWithT(t), t.TempDir()
	g.Expect(WriteAll(context.Background(), dir, samples.All()["conformant"])).To(Succeed())
	before, busy := names(t, dir), errors.New("busy")
	_, err := SetAside(dir, func(string) (func(), error) { return nil, busy })
	g.Expect(err).To(MatchError(busy))
	g.Expect(names(t, dir)).To(Equal(before))
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func TestFolderOfASelection(t *testing.T) {
	r := samples.All()["broken"]
	for _, c := range []struct {
		name    string
		there   string // report.json; "": none
		chosen  int
		own     bool
		because string
	}{
		{"nothing there", "", 1, false, ""},
		{"fewer than there were", "sample", r.Counts.Selected - 1, true, " cases; -report-dir "},
		{"as many", "sample", r.Counts.Selected, false, ""},
		{"unknown", "sample", -1, true, " cases; -report-dir "},
		{"cut off", `{"schemaVersion"`, 1000, true, " has a report; -report-dir "},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, dir := NewWithT(t), t.TempDir()
			path := filepath.Join(dir, "report.json")
			switch c.there {
			case "":
			case "sample":
				f, err := os.Create(path)
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(errors.Join(reports.WriteJSON(f, r), f.Close())).To(Succeed())
			default:
				g.Expect(os.WriteFile(path, []byte(c.there), 0o600)).To(Succeed())
			}
			f, err := Ready(dir, true, new(locks).take)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(c.there == "" || exists(path)).To(BeTrue(), "a selection sets nothing aside")
			release, why, err := f.Begin(c.chosen)
			g.Expect(err).NotTo(HaveOccurred())
			release()
			g.Expect(f.Close()).To(Succeed())
			g.Expect(exists(path)).To(Equal(c.own), "removed where it is replaced")
			got := f.Dir
			if !c.own {
				g.Expect(got).To(Equal(dir))
				g.Expect(why).To(BeEmpty())
				return
			}
			g.Expect(got).To(Equal(filepath.Join(dir, "rerun")))
			g.Expect(got).To(BeADirectory())
			g.Expect(why).To(ContainSubstring(c.because))
		})
	}
}
