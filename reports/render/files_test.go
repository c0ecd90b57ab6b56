package render

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports/internal/samples"
)

func TestWriteAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "out")
	if err := CheckDir(dir); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time over the files of the first
		if err := WriteAll(context.Background(), dir, samples.All()["broken"]); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
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
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	taken := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "junit.xml", "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below"), taken, ""} {
		for name, err := range map[string]error{"CheckDir": CheckDir(path), "WriteAll": WriteAll(context.Background(), path, samples.All()["conformant"])} {
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
