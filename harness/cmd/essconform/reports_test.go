package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/compare"
	"github.com/essconform/essconform/reports/render"
)

// essconform runs a command line and returns exit code, standard output and standard error.
func essconform(t *testing.T, env map[string]string, args ...string) (int, string, string) {
	t.Helper()
	var out, err bytes.Buffer
	code := dispatch(context.Background(), args, streams{
		out: &out, err: &err,
		getenv: func(name string) string { return env[name] },
	})
	return code, out.String(), err.String()
}

// server is the mock behind a filter that changes the answers to DetachInstances.
func server(t *testing.T, change func(status int, body string) (int, string)) string {
	t.Helper()
	g := NewWithT(t)
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: 20 * time.Millisecond})
	g.Expect(err).NotTo(HaveOccurred())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		m.ServeHTTP(rec, r)
		status, body := rec.Code, rec.Body.String()
		if rec.Header().Get("Content-Encoding") == "" && r.URL.Path == "/" {
			status, body = change(status, body)
		}
		for name, values := range rec.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// run judges a server and returns the path of its report.json and the exit code.
func run(t *testing.T, url string, args ...string) (string, int) {
	t.Helper()
	dir := t.TempDir()
	all := append([]string{
		"run", "-endpoint", url, "-name", "acme", "-provider-states", url + "/_states", "-signature", "none",
		"-report-dir", dir, "-late", "0",
	}, args...)
	code, _, stderr := essconform(t, nil, all...)
	path := filepath.Join(dir, "report.json")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	return path, code
}

func faithful(status int, body string) (int, string) { return status, body }

// wrongStatus answers an unknown instance with 400 in place of 404.
func wrongStatus(status int, body string) (int, string) {
	if strings.Contains(body, "InvalidInstanceId.NotFound") {
		return http.StatusBadRequest, body
	}
	return status, body
}

func TestDiffShowsExactlyTheDefect(t *testing.T) {
	good, code := run(t, server(t, faithful), "-cover", "lean")
	if code != exitConformant {
		t.Fatalf("wanted a conformant server; got %d", code)
	}
	bad, code := run(t, server(t, wrongStatus), "-cover", "lean")
	if code != exitNotConformant {
		t.Fatalf("wanted a server that is not conformant; got %d", code)
	}
	diff := func(old, now string) (int, compare.Comparison) {
		code, out, stderr := essconform(t, nil, "diff", "-o", "json", old, now)
		var c compare.Comparison
		if err := json.Unmarshal([]byte(out), &c); err != nil {
			t.Fatalf("%v: %s", err, stderr)
		}
		return code, c
	}
	code, c := diff(good, bad)
	var changed []string
	for _, q := range c.Requirements {
		changed = append(changed, string(q.Change)+" "+q.ID)
	}
	if want := []string{"regressed error.status.InvalidInstanceId.NotFound"}; code != 1 ||
		!slices.Equal(changed, want) {
		t.Errorf("wanted %v; got %d %v", want, code, changed)
	}
	for _, x := range c.Cases {
		if x.Change != compare.Regressed || !slices.Equal(x.Requirements,
			[]string{"error.status.InvalidInstanceId.NotFound"}) {
			t.Errorf("%s: wanted it to regress on the status only; got %s %v", x.ID, x.Change, x.Requirements)
		}
	}
	if code, c := diff(bad, good); code != 0 || c.Counts[compare.Fixed] != len(c.Cases) || len(c.Cases) == 0 {
		t.Errorf("wanted all of it fixed; got %d %v", code, c.Counts)
	}
	if code, c := diff(bad, bad); code != 0 || c.Counts[compare.StillFailing] != len(c.Cases) || len(c.Cases) == 0 {
		t.Errorf("wanted all of it to fail still; got %d %v", code, c.Counts)
	}
	if code, c := diff(good, good); code != 0 || len(c.Cases) != 0 {
		t.Errorf("wanted nothing changed; got %d %v", code, c.Counts)
	}
}

func TestShardsMergeIntoTheWholeRun(t *testing.T) {
	url := server(t, wrongStatus)
	whole, _ := run(t, url, "-cover", "lean")
	want := read(t, whole)
	for _, by := range [][]string{nil, {"-shard-by", whole}} {
		args := []string{"merge", "-o", t.TempDir()}
		for i := 1; i <= 3; i++ {
			part, _ := run(t, url, append([]string{"-cover", "lean", "-shard", fmt.Sprintf("%d/3", i)}, by...)...)
			if r := read(t, part); r.Run.Shard == nil || r.Run.Shard.Index != i ||
				!strings.Contains(r.Verdict.Reason, fmt.Sprintf("shard %d of 3", i)) {
				t.Errorf("wanted the verdict of shard %d to say that it is one; got %q", i, r.Verdict.Reason)
			}
			args = append(args, part)
		}
		code, out, stderr := essconform(t, nil, args...)
		if code != exitNotConformant || !strings.Contains(out, want.Verdict.Reason) {
			t.Errorf("wanted 1, %q; got %d, %s%s", want.Verdict.Reason, code, out, stderr)
		}
		got := read(t, filepath.Join(args[2], "report.json"))
		got.Counts.Calls = want.Counts.Calls // looks are repeated as long as it takes
		if got.Counts != want.Counts {
			t.Errorf("wanted %+v; got %+v", want.Counts, got.Counts)
		}
		code, out, _ = essconform(t, nil, args[:len(args)-1]...)
		if code != exitNotConformant && code != exitCouldNotJudge || !strings.Contains(out, "shard 3 of 3 is missing") {
			t.Errorf("wanted the missing shard told; got %d, %s", code, out)
		}
	}
}

func TestCasesListsTheShards(t *testing.T) {
	seen := map[string]int{}
	for _, part := range []string{"", "1/3", "2/3", "3/3"} {
		args := []string{"cases", "-o", "json"}
		if part != "" {
			args = append(args, "-shard", part)
		}
		code, out, stderr := essconform(t, nil, args...)
		var list []struct{ ID string }
		if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 {
			t.Fatalf("%v: %d %s", err, code, stderr)
		}
		for _, x := range list {
			seen[x.ID]++
		}
	}
	for id, n := range seen {
		if n != 2 {
			t.Errorf("%s: wanted it in the whole and in one shard; got it %d times", id, n)
		}
	}
}

func read(t *testing.T, path string) reports.Report {
	t.Helper()
	g := NewWithT(t)
	r, err := readReport(path)
	g.Expect(err).NotTo(HaveOccurred())
	return r
}

func TestExitCodesOfTheReportCommands(t *testing.T) {
	g := NewWithT(t)
	good, _ := run(t, server(t, faithful), "-case", "detach.one", "-case", "error.InvalidInstanceId.NotFound")
	bad, _ := run(t, server(t, wrongStatus), "-case", "detach.one", "-case", "error.InvalidInstanceId.NotFound")
	other, _ := run(t, server(t, faithful), "-case", "detach.max")
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		g.Expect(os.WriteFile(path, []byte(content), 0o644)).To(Succeed())
		return path
	}
	history := filepath.Join(dir, "history")
	for i, path := range []string{good, bad} {
		r := read(t, path)
		r.Target.Name, r.Run.ID, r.Run.StartedAt = "one target", strconv.Itoa(i), r.Run.StartedAt.AddDate(0, 0, i)
		g.Expect(render.WriteAll(t.Context(), filepath.Join(history, strconv.Itoa(i)), r)).To(Succeed())
	}
	mixed := filepath.Join(dir, "mixed")
	g.Expect(os.Mkdir(mixed, 0o755)).To(Succeed())
	whole, err := os.ReadFile(bad)
	g.Expect(err).NotTo(HaveOccurred())
	cut := file("cut.json", string(whole[:len(whole)/2]))
	g.Expect(os.Rename(file("cut.copy", string(whole[:len(whole)/2])),
		filepath.Join(mixed, "report.json"))).To(Succeed())
	green := file("green.json", strings.Replace(strings.Replace(string(whole), `"conformant": false`, `"conformant": true`, 1), `"exitCode": 1`, `"exitCode": 0`, 1))
	later := file("later.json", strings.Replace(string(whole), `"schemaVersion": 1`, `"schemaVersion": 2`, 1))
	policy := file("policy.yaml",
		"allow: {notSelected: any, couldNotRun: any}\nhold: {profiles: [], requirements: "+
			"[error.status.InvalidInstanceId.NotFound]}\n")
	baseline := file("baseline.yaml",
		"allow: {notSelected: any}\nhold: {profiles: [], requirements: [detach.one]}\nbaseline: "+good+"\n")
	typo := file("typo.yaml", "hold:\n  profile: document\n")
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		args   []string
		exit   int
		stdout string
		stderr string
	}{
		{[]string{"report", "-in", bad}, 0, "✗ not conformant", ""},
		{[]string{"report", "-in", bad, "-format", "md"}, 0, "## ❌ not conformant", ""},
		{[]string{"report", "-in", bad, "-format", "junit"}, 0, "<testsuites ", ""},
		{[]string{"report", "-in", bad, "-format", "badge"}, 0, `"message": "not conformant, `, ""},
		{[]string{"report", "-in", bad, "-format", "svg"}, 0, "<svg ", ""},
		{[]string{"report", "-in", bad, "-format", "json"}, 0, `"kind": "ConformanceReport"`, ""},
		{[]string{"report", "-in", bad, "-format", "html"}, 0, "<!doctype html>", ""},
		{[]string{"report", "-in", bad, "-format", "md", "-o", filepath.Join(dir, "a.md")}, 0, "", ""},
		{[]string{"report", "-in", bad, "-o", filepath.Join(dir, "none", "a.md")}, 2, "", "a.md: no such file"},
		{[]string{"report", "-in", bad, "-lang", "zh"}, 0, "✗ 不符合：", ""},
		{[]string{"report", "-in", bad, "-lang", "zh", "-format", "md"}, 0, "### 失败项", ""},
		{[]string{"report", "-in", bad, "-lang", "zh", "-format", "html"}, 0, `<html lang="zh-CN">`, ""},
		{[]string{"report", "-in", bad, "-lang", "zh", "-format", "json"}, 0, `"not conformant: `, ""},
		{[]string{"report", "-in", bad, "-lang", "fr"}, 2, "", `language "fr" is unknown; there are en and zh`},
		{[]string{"report", "-in", bad, "-lang", ""}, 2, "", "it is empty; write en or zh"},
		{[]string{"report", "-in", bad, "-format", "pdf"}, 2, "", `-format "pdf" is unknown; write terminal, md, html`},
		{[]string{"report", "-in", cut}, 2, "", "the file was cut off; run the suite again"},
		{[]string{"report", "-in", green}, 2, "", "the report contradicts itself"},
		{[]string{"report", "-in", later}, 2, "", "schemaVersion 2 is newer than this essconform"},
		{[]string{"report", "-in", typo}, 2, "", "no report of essconform"},
		{[]string{"report", "-in", filepath.Join(dir, "nothing.json")}, 2, "", "no such file"},
		{[]string{"report", bad}, 0, "✗ not conformant", ""},

		{[]string{"diff", good, bad}, 1, "✗ 4 cases regressed on 1 requirement", ""},
		{[]string{"diff", good, bad, "-o", "markdown"}, 1, "## ❌ 4 cases regressed", ""},
		{[]string{"diff", "-o", "html", good, bad}, 1, "<!DOCTYPE html>", ""},
		{[]string{"diff", good, "-o", filepath.Join(dir, "diff.html"), bad}, 1, "", ""},
		{[]string{"diff", good, good}, 0, "✓ no regression in 8 cases", ""},
		{[]string{"diff", good, other}, 2, "", "no case was judged in both"},
		{[]string{"diff", good, cut}, 2, "", "cut off"},
		{[]string{"diff", good, green}, 2, "", "contradicts itself"},
		{[]string{"diff", good}, 2, "", "got 1 file; write essconform diff OLD NEW"},
		{[]string{"diff", good, bad, "-o", "pdf"}, 2, "", `-o "pdf" is neither a format nor a file`},
		{[]string{"diff", "-x", good, bad}, 2, "", "-x"},

		{[]string{"merge", "-o", out, good, bad}, 1, "✗ 0 of 2 targets conformant", ""},
		{[]string{"merge", "-o", out, good, other}, 2, "? 0 of 2 targets conformant; 2 judged by a part", ""},
		{[]string{"merge", "-o", out, good}, 2, "", "one report makes no matrix"},
		{[]string{"merge", good, bad}, 2, "", "-o is missing"},
		{[]string{"trend", "-o", out, history}, 1, "✗ error.status.InvalidInstanceId.NotFound: broken", ""},
		{[]string{"trend", history}, 1, "what changed when:", ""},
		{[]string{"trend", "-last", "1", history}, 2, "", "it takes two runs"},
		{[]string{"trend", mixed}, 2, "", "cut off"},
		{[]string{"trend", filepath.Join(dir, "nothing")}, 2, "", "no such file"},
		{[]string{"trend"}, 2, "", "got 0 files"},
		{[]string{"merge", "-o", out, good, cut}, 2, "", "cut off"},
		{[]string{"merge", "-o", out}, 2, "", "got 0 files"},
		{[]string{"merge", "-o", good, good, bad}, 2, "", "cannot be written"},

		{[]string{"gate", good}, 2, "? unjudged allow notSelected", ""},
		{[]string{"gate", "-policy", policy, good}, 0, "✓ the gate is open", ""},
		{
			[]string{"gate", bad, "-policy", policy},
			1,
			"✗ broken   requirement error.status.InvalidInstanceId.NotFound: violated", "",
		},
		{
			[]string{"gate", "-policy", policy, other},
			2, "? unjudged requirement error.status.InvalidInstanceId.NotFound: unverified", "",
		},
		{[]string{"gate", "-policy", baseline, good}, 0, "✓ holds    baseline: no regression", ""},
		{[]string{"gate", "-policy", baseline, bad}, 1, "✗ broken   baseline: 4 cases regressed", ""},
		{[]string{"gate", "-policy", baseline, other}, 2, "? unjudged baseline: no case was judged in both", ""},
		{[]string{"gate", "-policy", typo, good}, 2, "", `typo.yaml:2: unknown field "profile"`},
		{[]string{"gate", "-policy", policy, green}, 2, "", "contradicts itself"},
		{[]string{"gate", "-policy", policy, cut}, 2, "", "cut off"},
		{[]string{"gate", "-policy", filepath.Join(dir, "none.yaml"), good}, 2, "", "-policy: open"},
		{[]string{"gate"}, 2, "", "no report was given"},
		{[]string{"gate", "-schema"}, 0, `"urn:essconform:policy:1"`, ""},
	} {
		code, stdout, stderr := essconform(t, nil, c.args...)
		if code != c.exit || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) ||
			(stderr == "") != (c.stderr == "") {
			t.Errorf("%v: wanted %d, %q, %q; got %d, %s, %s", c.args, c.exit, c.stdout, c.stderr, code, stdout, stderr)
		}
		if strings.Count(strings.TrimSpace(stderr), "\n") > 0 {
			t.Errorf("%v: wanted one line; got %s", c.args, stderr)
		}
	}
	for _, name := range []string{"a.md", "diff.html", "out/matrix.json", "out/matrix.md", "out/matrix.html"} {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err != nil || info.Size() == 0 {
			t.Errorf("%s: wanted it written; got %v", name, err)
		}
	}
}

func TestTheJobSummaryIsWritten(t *testing.T) {
	summary := filepath.Join(t.TempDir(), "summary.md")
	env := map[string]string{"GITHUB_STEP_SUMMARY": summary}
	if code, _, stderr := essconform(t, env, "run", "-case", "detach.one", "-report-dir", t.TempDir()); code != 0 {
		t.Fatal(stderr)
	}
	got, err := os.ReadFile(summary)
	if err != nil || !strings.HasPrefix(string(got), "## 🟡 conformant in what was selected") {
		t.Errorf("wanted the report in the job summary; got %v, %s", err, got)
	}
}

func TestOutputGoesToWhatIsNoFile(t *testing.T) {
	code, _, stderr := essconform(t, nil, "report", "-in", mustRun(t), "-o", os.DevNull)
	if info, err := os.Stat(os.DevNull); code != 0 || err != nil || info.Mode().IsRegular() {
		t.Errorf("wanted the device left as it is; got %d %s, %v", code, stderr, err)
	}
}

func mustRun(t *testing.T) string {
	t.Helper()
	path, _ := run(t, server(t, faithful), "-case", "detach.one")
	return path
}
