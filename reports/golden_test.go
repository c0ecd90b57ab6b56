package reports

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The golden files are what a reader gets; look at them when they change.
func TestGolden(t *testing.T) {
	terminal := func(w io.Writer, r Report) error { return Terminal(w, r, TerminalOptions{ReportDir: "reports/out"}) }
	drawn := append(files(), reportFile{"terminal.txt", terminal})
	for name, r := range samples() {
		for _, f := range drawn {
			if f.name == "report.html" { // a small one is in TestGoldenHTML
				continue
			}
			t.Run(name+"/"+f.name, func(t *testing.T) {
				var got bytes.Buffer
				if err := f.write(&got, r); err != nil {
					t.Fatal(err)
				}
				golden(t, name+"/"+f.name, got.Bytes())
			})
		}
	}
}

// golden compares with a file below testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./reports -update writes it", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test ./reports -update writes it anew; got\n%s", path, got)
	}
}
