package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
)

// startProxy is `essconform proxy` in front of a target. end is Ctrl-C.
func startProxy(t *testing.T, target string, args ...string) (url string, end func() (code int, text string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out := &locked{}
	done := make(chan int, 1)
	go func() {
		s := streams{out: out, err: out, getenv: func(string) string { return "" }}
		done <- dispatch(ctx, append([]string{"proxy", "-addr", "127.0.0.1:0", "-endpoint", target}, args...), s)
	}()
	t.Cleanup(cancel)
	address := regexp.MustCompile(`^http://127\.0\.0\.1:\d+`)
	NewWithT(t).Eventually(func() string { return address.FindString(out.String()) }, "10s").ShouldNot(BeEmpty(), out)
	return address.FindString(out.String()), func() (int, string) {
		cancel()
		return <-done, out.String()
	}
}

// TestProxyJudgesWhatPassed: some cases of the suite are a client like any other.
func TestProxyJudgesWhatPassed(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(status int, body string) (int, string)
		code   int
		want   string
	}{
		{"a faithful target", faithful, exitConformant, "0 other entries"},
		{"a wrong status", func(status int, body string) (int, string) {
			if strings.Contains(body, "InvalidInstanceId.NotFound") {
				status = 400
			}
			return status, body
		}, exitNotConformant, "error.status.InvalidInstanceId.NotFound: wanted HTTP 404; got 400"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, dir := NewWithT(t), t.TempDir()
			target := server(t, c.change)
			url, end := startProxy(t, target, "-report-dir", dir, "-lag", "0s")
			essconform(t, nil, "run", "-endpoint", url, "-provider-states", target+"/_states", "-signature", "none",
				"-late", "0",
				"-report-dir", t.TempDir(), "-case", "effect.leaves-group/*/get", "-case",
				"error.InvalidInstanceId.NotFound/*")
			code, text := end()
			g.Expect(text).To(ContainSubstring(c.want))
			g.Expect(code).To(Equal(c.code), text)
			r, err := readReport(filepath.Join(dir, "report.json"))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(text).To(ContainSubstring("; 2 calls beside these check the credentials"))
			g.Expect(r.Target.Kind).To(Equal(reports.KindRecording))
			g.Expect(status(r, "detach.leaves-group")).To(Equal(reports.Satisfied), "the looks passed, too")

			again, text, _ := judged(t, filepath.Join(dir, "traffic.har"))
			g.Expect(again).To(Equal(c.code), text)
			data, err := os.ReadFile(filepath.Join(dir, "traffic.har"))
			g.Expect(err).NotTo(HaveOccurred())
			killed := filepath.Join(t.TempDir(), "traffic.har")
			g.Expect(os.WriteFile(killed, data[:len(data)-len("\n]}}\n")], 0o600)).To(Succeed())
			again, text, _ = judged(t, killed)
			g.Expect(again).To(Equal(c.code), "the recording of a proxy that was killed")
			g.Expect(text).To(ContainSubstring("stopped before its end"))
		})
	}
}

func TestProxyThatCannotStart(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no target":       {nil, "-endpoint URL"},
		"not a URL":       {[]string{"-endpoint", "127.0.0.1:9090"}, "wanted http or https"},
		"a path":          {[]string{"-endpoint", "http://127.0.0.1:9090/x"}, "a host and nothing more"},
		"elsewhere":       {[]string{"-endpoint", "https://ess.aliyuncs.com"}, "-live"},
		"plain elsewhere": {[]string{"-endpoint", "http://ess.aliyuncs.com", "-live"}, "-insecure-http"},
		"no address":      {[]string{"-endpoint", "http://127.0.0.1:1", "-addr", "127.0.0.1:99999"}, "-addr"},
		"no file":         {[]string{"-endpoint", "http://127.0.0.1:1", "-o", filepath.Join(dir, "x", "y.har")}, "-o"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			code, _, stderr := essconform(t, nil, append([]string{"proxy", "-report-dir", dir}, c.args...)...)
			g.Expect(code).To(Equal(exitCouldNotJudge))
			g.Expect(stderr).To(ContainSubstring(c.want))
		})
	}
}

func TestProxyThatSawNothing(t *testing.T) {
	g := NewWithT(t)
	_, end := startProxy(t, "http://127.0.0.1:1", "-report-dir", t.TempDir())
	code, text := end()
	g.Expect(code).To(Equal(exitCouldNotJudge))
	g.Expect(text).To(ContainSubstring("nothing to judge"))
}

// TestJudgeDoesNotRemoveWhatItReads: the reports of a run stand beside its recording.
func TestJudgeDoesNotRemoveWhatItReads(t *testing.T) {
	g, dir := NewWithT(t), t.TempDir()
	path := filepath.Join(dir, "exchanges.har")
	g.Expect(os.Rename(harFile(t, harEntry(call, 200, good)), path)).To(Succeed())
	code, _, stderr := essconform(t, nil, "judge", "-report-dir", dir, path)
	g.Expect(code).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("another directory"))
	g.Expect(path).To(BeARegularFile())
}
