package samples

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

// Update is the flag -update.
var Update = flag.Bool("update", false, "write the golden files again")

// Golden compares with a file below testdata, or writes it with -update.
func Golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *Update {
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
		t.Errorf("%s differs; go test ./reports -update writes it again; got\n%s", path, got)
	}
}
