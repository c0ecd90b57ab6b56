package render

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports/internal/samples"
)

func TestWriteAll(t *testing.T) {
	g := NewWithT(t)
	dir := filepath.Join(t.TempDir(), "deep", "out")
	g.Expect(CheckDir(dir)).To(Succeed())
	for range 2 { // the second time over the files of the first
		g.Expect(WriteAll(context.Background(), dir, samples.All()["broken"])).To(Succeed())
	}
	entries, err := os.ReadDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o644 || info.Size() == 0 {
			t.Errorf("%s: wanted a readable file; got %v, %v", e.Name(), info, err)
		}
	}
	if got := strings.Join(names, " "); got != "badge.json badge.svg junit.xml report.html report.json report.md" {
		t.Errorf("wanted these files and nothing else; got %s", got)
	}
}

func TestUnwritableDirectory(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	g.Expect(os.WriteFile(file, nil, 0o644)).To(Succeed())
	taken := filepath.Join(dir, "taken")
	g.Expect(os.MkdirAll(filepath.Join(taken, "junit.xml", "x"), 0o755)).To(Succeed())
	for _, path := range []string{file, filepath.Join(file, "below"), taken, ""} {
		for name, err := range map[string]error{
			"CheckDir": CheckDir(path),
			"WriteAll": WriteAll(context.Background(), path, samples.All()["conformant"]),
		} {
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "-report-dir") {
				t.Errorf("%s(%q): wanted an error that names the path and the flag; got %v", name, path, err)
			}
		}
	}
	// What could be written was.
	if _, err := os.Stat(filepath.Join(taken, "report.json")); err != nil {
		t.Error(err)
	}
}

func BenchmarkWriteAll5000(b *testing.B) {
	r := samples.Big()
	dir := b.TempDir()
	for b.Loop() {
		if err := WriteAll(context.Background(), dir, r); err != nil {
			b.Fatal(err)
		}
	}
}
