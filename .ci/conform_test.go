package ci

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// conform runs the script in dir with these settings and nothing else of ours. White space in what it prints is made
// single.
func conform(t *testing.T, dir string, settings ...string) (int, string) {
	t.Helper()
	script, err := filepath.Abs("conform")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(script)
	cmd.Dir = dir
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "ESSCONFORM_") && !strings.HasPrefix(e, "GITHUB_") &&
			!strings.HasPrefix(e, "ALIBABA_") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	// The script builds the command each time; linked without what a debugger reads, that takes half as long.
	cmd.Env = append(cmd.Env, "GOFLAGS="+os.Getenv("GOFLAGS")+" -ldflags=-s")
	cmd.Env = append(cmd.Env, settings...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), strings.Join(strings.Fields(string(out)), " ")
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func contents(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What both services do: shards, then the merge, then the gate, in the directory of the job.
func TestConformSharesAndMerges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "policy.yaml"), "hold:\n  requirements: [detach.one]\n")
	for _, shard := range []string{"1", "2"} {
		code, out := conform(t, dir, "ESSCONFORM_ENDPOINT=embedded", "ESSCONFORM_SHARD="+shard+"/2",
			"ESSCONFORM_REPORT_DIR=shards/"+shard)
		if code != 0 || !strings.Contains(out, "conformant in shard "+shard+" of 2") {
			t.Fatalf("shard %s: wanted 0; got %d: %s", shard, code, out)
		}
	}
	output, summary := filepath.Join(dir, "output"), filepath.Join(dir, "summary.md")
	code, out := conform(t, dir, "ESSCONFORM_MERGE=shards", "ESSCONFORM_POLICY=policy.yaml", "GITHUB_OUTPUT="+output,
		"GITHUB_STEP_SUMMARY="+summary)
	if code != 0 || !strings.Contains(out, "✓ conformant: ") || !strings.Contains(out, "✓ the gate is open") {
		t.Errorf("wanted 0; got %d: %s", code, out)
	}
	if got, want := contents(t, output), "exit-code=0\nreport-dir=essconform-report\n"; got != want {
		t.Errorf("wanted %q; got %q", want, got)
	}
	if got := contents(t, summary); !strings.HasPrefix(got, "## ✅ conformant: ") {
		t.Errorf("wanted the report in the job summary; got %s", got)
	}
	for _, name := range []string{"report.json", "report.html", "report.md", "junit.xml", "badge.json", "badge.svg"} {
		contents(t, filepath.Join(dir, "essconform-report", name))
	}
	if err := os.RemoveAll(filepath.Join(dir, "shards", "2")); err != nil {
		t.Fatal(err)
	}
	if code, out := conform(t, dir, "ESSCONFORM_MERGE=shards"); code != 2 ||
		!strings.Contains(out, "shard 2 of 2 is missing") {
		t.Errorf("wanted 2 without a shard; got %d: %s", code, out)
	}
}

// A report or a matrix that an earlier invocation left behind is not taken for the result of this one.
func TestConformTakesNoOldReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "policy.yaml"), "hold:\n  requirements: [detach.one]\nallow: {notSelected: any}\n")
	policy, one := "ESSCONFORM_POLICY=policy.yaml", "ESSCONFORM_LABELS=document && json && get"
	good := []string{"ESSCONFORM_ENDPOINT=embedded", policy, one}
	if code, out := conform(t, dir, good...); code != 0 {
		t.Fatalf("wanted 0; got %d: %s", code, out)
	}
	for name, settings := range map[string][]string{
		"a target file that is not there": {"ESSCONFORM_TARGET=gone.yaml", policy},
		"no target":                       {policy},
		"a report elsewhere": {
			"ESSCONFORM_ENDPOINT=embedded", policy, one,
			"ESSCONFORM_FLAGS=-report-dir=elsewhere",
		},
		"nothing to merge":           {"ESSCONFORM_MERGE=empty", policy},
		"only the report of earlier": {"ESSCONFORM_MERGE=.", policy},
	} {
		if err := os.RemoveAll(filepath.Join(dir, "elsewhere")); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, "empty"), 0o755); err != nil {
			t.Fatal(err)
		}
		if code, out := conform(t, dir, settings...); code != 2 || strings.Contains(out, "the gate is open") {
			t.Errorf("%s: wanted 2; got %d: %s", name, code, out)
		}
	}
	if code, out := conform(t, dir, good...); code != 0 {
		t.Errorf("wanted 0 again; got %d: %s", code, out)
	}
}

// A waiver for a case that passes ends a run with 1, and shows what a failure looks like to the service.
func TestConformFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "waivers.yaml"), "- {case: detach.one/*, reason: known}\n")
	write(t, filepath.Join(dir, "policy.yaml"), "hold:\n  profile: document\n")
	for _, c := range []struct {
		name     string
		settings []string
		code     int
		want     string
	}{
		{"no target", nil, 2, "no target: set ESSCONFORM_ENDPOINT"},
		{"a failure", []string{
			"ESSCONFORM_ENDPOINT=embedded", "ESSCONFORM_WAIVERS=waivers.yaml",
			"ESSCONFORM_LABELS=document && xml", "GITHUB_ACTIONS=true",
		}, 1, "::error"},
		{
			"a flag that is wrong",
			[]string{"ESSCONFORM_ENDPOINT=embedded", "ESSCONFORM_FLAGS=-rate=1000\n-nonsense"},
			2, "nonsense",
		},
		{"nothing to merge", []string{"ESSCONFORM_MERGE=."}, 2, "no report.json below ."},
		{"a policy that is wrong", []string{"ESSCONFORM_ENDPOINT=embedded", "ESSCONFORM_POLICY=policy.yaml"}, 2, `policy.yaml:2: unknown field "profile"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.RemoveAll(filepath.Join(dir, "essconform-report")); err != nil {
				t.Fatal(err)
			}
			if code, out := conform(t, dir, c.settings...); code != c.code || !strings.Contains(out, c.want) {
				t.Errorf("wanted %d, %q; got %d: %s", c.code, c.want, code, out)
			}
		})
	}
}
