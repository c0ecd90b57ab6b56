//go:build unix

package runs_test

import (
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoSecretIsShown runs against a target that shows all that it is told, in every place that a report takes over.
func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	withReports := func(args ...string) command {
		return ginkgo([]string{"--procs=2", "--json-report=ginkgo.json", "--junit-report=ginkgo.xml", "-vv"}, args...)
	}
	for _, c := range []struct {
		name, signature string
		way             func(...string) command
	}{
		{"essconform", "v1", essconform},
		{"essconform, v3", "v3", essconform},
		{"suite", "v1", suite},
		{"ginkgo with its own reports", "v1", withReports},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEcho()
			server := httptest.NewServer(e)
			defer server.Close()
			dir := t.TempDir()
			out := filepath.Join(dir, "out")
			run := c.way("-endpoint", server.URL, "-provider-states", server.URL+statesPath, "-signature", c.signature,
				"-verifies-signatures", "-cover", "lean", "-report-dir", out)
			run.dir = dir
			run.env = append(credentials(), "ALIBABA_CLOUD_SECURITY_TOKEN="+securityToken)
			p := run.start(t)
			r := p.wait()
			if r.code == 0 {
				t.Error("wanted an exit code that is not 0; got 0")
			}
			noTrace(t, r)
			notGreen(t, out)
			shown := files(t, dir)
			shown["stdout"], shown["stderr"] = r.out, r.err
			for pid, args := range p.recorded() {
				shown[fmt.Sprintf("arguments of process %d", pid)] = strings.Join(args, " ")
			}
			e.notIn(t, shown)
		})
	}
}

// files are all files below a directory.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out[path] = read(t, filepath.Join(dir, path))
		}
		return err
	})
	if err != nil || len(out) < 4 {
		t.Fatalf("wanted the files of a report; got %d, %v", len(out), err)
	}
	return out
}

// notIn fails when a secret stands in what is shown, or too few were sent to say anything. There are thousands of
// secrets and megabytes of text, so each text is read once, and a secret is known by how it ends.
func (e *echo) notIn(t *testing.T, shown map[string]string) {
	t.Helper()
	const tail = 16 // bytes: too many to stand anywhere by chance
	e.mu.Lock()
	defer e.mu.Unlock()
	kinds, known := map[string]int{}, map[string]string{}
	for secret, kind := range e.secrets {
		kinds[kind]++
		known[secret[len(secret)-tail:]] = kind
	}
	if kinds["a signature as it was sent"] < 50 || kinds["the secret of a denied caller"] < 50 {
		t.Errorf("wanted many secrets sent; got %v", kinds)
	}
	for name, text := range shown {
		for i := 0; i+tail <= len(text); i++ {
			if kind, found := known[text[i:i+tail]]; found {
				line := text[strings.LastIndexByte(text[:i], '\n')+1 : i]
				t.Errorf("%s stands in %s: %.120s … %s", kind, name, line, line[max(0, len(line)-60):])
				break
			}
		}
	}
}
