package reports

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "out")
	if err := CheckDir(dir); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time over the files of the first
		if err := WriteAll(dir, samples()["broken"]); err != nil {
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
		for name, err := range map[string]error{"CheckDir": CheckDir(path), "WriteAll": WriteAll(path, samples()["conformant"])} {
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

// big is a report of 5,000 failed cases.
func big() Report {
	in := sampleInput()
	for len(in.Cases) < 5000 {
		for _, c := range sampleCases() {
			c.ID += "/" + string(rune('a'+len(in.Cases)%26)) + strings.Repeat("x", len(in.Cases)/26)
			c.Outcome, c.Findings = Failed, []Finding{finding(reqStatus, "HTTP 404", c.ID, "status")}
			in.Cases = append(in.Cases, c)
		}
	}
	in.Selected = len(in.Cases)
	return Build(in)
}

func BenchmarkWriteAll5000(b *testing.B) {
	r := big()
	dir := b.TempDir()
	for b.Loop() {
		if err := WriteAll(dir, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadAndCompare5000(b *testing.B) {
	var file bytes.Buffer
	if err := WriteJSON(&file, big()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := ReadJSON("r.json", bytes.NewReader(file.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Compare(r, r); err != nil {
			b.Fatal(err)
		}
	}
}
