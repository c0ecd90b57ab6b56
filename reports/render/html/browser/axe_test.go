package browser

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/compare"
	"github.com/essconform/essconform/reports/merge"
	"github.com/essconform/essconform/reports/render"
)

// axe installs axe-core as the lock file says, in a directory of its own, and returns its script.
func axe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v: %s; this test needs npm and its registry", err, out)
	}
	script, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// audit runs all rules, those that are off at first, too, and tells what breaks them.
const audit = `axe.run(document, {
	resultTypes: ["violations"],
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	rules: { "target-size": { enabled: true } },
}).then((r) => r.violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => v.id + " (" + v.help + "): " + n.html.slice(0, 160) + " " + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ""))))`

// pages are the addresses of a page of each kind.
func pages(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	good, bad, unknown := sample(t, "conformant"), sample(t, "broken"), sample(t, "could-not-run")
	out := map[string]string{
		"page, conformant": file(t, good), "page, broken": file(t, bad), "page, could not run": file(t, unknown),
	}
	side := func(name string, all []reports.Report, build func([]reports.Report) (merge.Matrix, error)) {
		m, err := build(all)
		if err == nil {
			err = merge.WriteAll(t.Context(), dir, m)
		}
		if err != nil {
			t.Fatal(err)
		}
		out[name] = "file://" + filepath.Join(dir, name+".html")
	}
	var many []reports.Report
	for i := range 12 {
		r := []reports.Report{good, bad, unknown}[i%3]
		r.Target.Name = "target " + string(rune('a'+i))
		many = append(many, r)
	}
	side("matrix", many, merge.NewMatrix)
	side("trend", []reports.Report{good, bad, unknown}, merge.NewTrend)
	c, err := compare.Reports(good, bad)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range compare.Formats() {
		if f.Name != "html" {
			continue
		}
		var b bytes.Buffer
		if err := f.Write(t.Context(), &b, c, render.Options{}); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, f.File)
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		out["diff"] = "file://" + path
	}
	return out
}

// No page breaks a rule of axe-core, in either theme, on a screen or a phone, with all of it open.
func TestAxe(t *testing.T) {
	script, ctx := axe(t), start(t)
	for name, address := range pages(t) {
		t.Run(name, func(t *testing.T) {
			for _, colours := range []string{"light", "dark"} {
				for _, width := range []int64{1280, 390} {
					media(t, ctx, "", colours)
					size(t, ctx, width)
					do(t, ctx, chromedp.Navigate(address))
					if strings.HasPrefix(name, "page") {
						eval[bool](t, ctx, unfold)
						eval[bool](t, ctx, layAllOut)
					} else {
						eval[bool](t, ctx, unfoldMatrix)
					}
					complain(t, ctx, script, colours, width)
				}
			}
		})
	}
}

// unfoldMatrix shows all rows and opens all cells.
const unfoldMatrix = `(() => {
	document.querySelectorAll("#equal").forEach((box) => { box.checked = true; });
	document.querySelectorAll("details").forEach((d) => { d.open = true; });
	return true;
})()`

// layAllOut gives every group its place: axe looks at what is not on the screen, which the browser lays out as if it
// were small.
const layAllOut = `document.querySelectorAll(".group").forEach((g) => { g.style.contentVisibility = "visible"; }), true`

func complain(t *testing.T, ctx context.Context, script, colours string, width int64) {
	t.Helper()
	eval[bool](t, ctx, script+"; true")
	if got := eval[[]string](t, ctx, audit); len(got) > 0 {
		t.Errorf("%s, %d: wanted no violation; got\n%s", colours, width, strings.Join(got, "\n"))
	}
}
