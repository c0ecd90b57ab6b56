package render

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/render/markdown"
)

func TestDeliver(t *testing.T) {
	r := samples.All()["broken"]
	var drawn bytes.Buffer
	if err := markdown.Write(&drawn, r); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	summary := filepath.Join(dir, "summary.md")
	if err := os.WriteFile(summary, []byte("what an earlier step wrote\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	none := func(string) string { return "" }
	some := func(name string) string {
		return map[string]string{"GITHUB_STEP_SUMMARY": summary}[name]
	}
	if err := Deliver(context.Background(), filepath.Join(dir, "out"), r, none); err != nil {
		t.Fatal(err)
	}
	if err := Deliver(context.Background(), filepath.Join(dir, "out"), r, some); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(summary)
	if want := "what an earlier step wrote\n" + drawn.String() + "\n"; err != nil || string(got) != want {
		t.Errorf("wanted report.md behind what was there; got %v, %s", err, got)
	}
	if _, err := os.Stat(filepath.Join(dir, "out", "report.json")); err != nil {
		t.Error(err)
	}

	err = Deliver(context.Background(), filepath.Join(dir, "out2"), r, func(string) string { return dir })
	if err == nil || !strings.Contains(err.Error(), "GITHUB_STEP_SUMMARY="+dir) {
		t.Errorf("wanted an error that names the variable; got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "out2", "report.json")); err != nil {
		t.Errorf("wanted the files all the same; got %v", err)
	}
}
