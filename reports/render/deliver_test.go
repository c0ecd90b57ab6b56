package render

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/render/markdown"
)

func TestDeliver(t *testing.T) {
	g := NewWithT(t)
	r := samples.All()["broken"]
	var drawn bytes.Buffer
	g.Expect(markdown.Write(&drawn, r)).To(Succeed())
	dir := t.TempDir()
	summary := filepath.Join(dir, "summary.md")
	g.Expect(os.WriteFile(summary, []byte("what an earlier step wrote\n"), 0o644)).To(Succeed())
	none := func(string) string { return "" }
	some := func(name string) string {
		return map[string]string{"GITHUB_STEP_SUMMARY": summary}[name]
	}
	g.Expect(Deliver(context.Background(), filepath.Join(dir, "out"), r, none)).To(Succeed())
	g.Expect(Deliver(context.Background(), filepath.Join(dir, "out"), r, some)).To(Succeed())
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
