package defect

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write reports/known-bugs.md")

// The table of the defects that were found in real servers is written from the entries, so that it cannot be out of
// date.
func TestKnownBugs(t *testing.T) {
	form := regexp.MustCompile(`^[\w.-]+/[\w.-]+#[1-9]\d*$`)
	var b bytes.Buffer
	b.WriteString("# Bugs of real servers among the defects\n\n" +
		"These defects of the mock are modelled on public reports about servers that stand in for a cloud service, " +
		"or\n" +
		"about their kind of fault. Written by `go test ./harness/mock/defect -update` from the entries.\n\n" +
		"| defect | kind | what it does | reported on | modelled on |\n|---|---|---|---|---|\n")
	seen := map[string]bool{}
	for _, d := range All() {
		if d.Source == "" {
			continue
		}
		if !form.MatchString(d.Source) {
			t.Errorf("%s: wanted a source as owner/repository#number; got %q", d.Name, d.Source)
		}
		seen[d.Source] = true
		repository, number, _ := strings.Cut(d.Source, "#")
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | [%s](https://github.com/%s/issues/%s) |\n",
			d.Name, d.Kind, d.Note, strings.Join(d.Requirements, "`, `"), d.Source, repository, number)
	}
	if len(seen) < 15 {
		t.Errorf("wanted at least 15 sources; got %d", len(seen))
	}
	path := filepath.Join("..", "..", "..", "reports", "known-bugs.md")
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./harness/mock/defect -update writes it", err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Error("reports/known-bugs.md differs; go test ./harness/mock/defect -update writes it")
	}
}
