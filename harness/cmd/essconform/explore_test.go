package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/explore"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/mock/defect"
)

// broken is a mock with a defect.
func broken(t *testing.T, name string) string {
	t.Helper()
	g := NewWithT(t)
	d, ok := defect.Find(name)
	g.Expect(ok).To(BeTrue())
	options := mock.Options{SkipVerification: true, ActivityDuration: 10 * time.Millisecond, Rules: mock.DefaultRules()}
	d.Break(options.Rules)
	m, err := mock.New(options)
	g.Expect(err).NotTo(HaveOccurred())
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	return s.URL
}

// on are the flags for a target.
func on(url, dir string) []string {
	return []string{
		"-endpoint", url, "-provider-states", url + "/_states", "-signature", "none", "-report-dir", dir, "-late",
		"10ms",
	}
}

// TestExplore: a program that fails is printed as a case that fails again.
func TestExplore(t *testing.T) {
	for _, name := range []string{"sequence.enable-unseen", "overlap.check-then-act"} {
		t.Run(name, func(t *testing.T) {
			g, dir := NewWithT(t), t.TempDir()
			target := on(broken(t, name), dir)
			code, out, stderr := essconform(t, nil,
				append([]string{"explore", "-for", "1m", "-seed", "5"}, target...)...)
			g.Expect(code).To(Equal(exitNotConformant), out+stderr)
			g.Expect(filepath.Join(dir, "report.json")).To(BeARegularFile())
			g.Expect(out).NotTo(ContainSubstring("left out"), "nothing was to be chosen")
			_, judged, _ := essconform(t, nil, "judge", "-report-dir", t.TempDir(), filepath.Join(dir, "exchanges.har"))
			g.Expect(judged).To(MatchRegexp(`[1-9]\d* calls of DetachInstances judged, [1-9]\d* of supporting operations read`))
			_, stanza, ok := strings.Cut(out, "-case 'explore.*'`:\n")
			g.Expect(ok).To(BeTrue(), out)
			g.Expect(stanza).To(ContainSubstring("of seed 5"))
			cases := t.TempDir()
			g.Expect(os.WriteFile(filepath.Join(cases, "found.yaml"), []byte(stanza), 0o600)).To(Succeed())
			code, out, stderr = essconform(t, nil, append([]string{"run", "-cases", cases, "-case", "explore.*"},
				target...)...)
			g.Expect(code).To(Equal(exitNotConformant), stanza+out+stderr)
		})
	}
}

// TestExploreJudgesNothing: a target on which no group can be had was not judged.
func TestExploreJudgesNothing(t *testing.T) {
	g, dir := NewWithT(t), t.TempDir()
	m, err := mock.New(mock.Options{SkipVerification: true})
	g.Expect(err).NotTo(HaveOccurred())
	setups := 0
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if setups++; r.URL.Path == "/_states" && setups > 4 {
			http.Error(w, "out of groups", http.StatusInternalServerError)
			return
		}
		m.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	args := append([]string{"explore", "-for", "100ms", "-jobs", "1"}, on(front.URL, dir)...)
	code, out, stderr := essconform(t, nil, args...)
	g.Expect(code).To(Equal(exitCouldNotJudge), out+stderr)
	g.Expect(out).To(ContainSubstring("0 programs judged"))
	g.Expect(out).To(ContainSubstring("could not be judged"))
}

// TestExploreTellsAReasonOnce: programs that could not be judged for one reason are counted together, whatever id it
// has.
func TestExploreTellsAReasonOnce(t *testing.T) {
	var out strings.Builder
	writeFound(&out, explore.Found{Unjudged: map[string]int{
		"activity asa-1234abcd has not ended": 2, "activity asa-5678efgh has not ended": 1,
		"group asg-1234abcd is gone": 1,
	}}, 1)
	NewWithT(t).Expect(out.String()).To(HaveSuffix("4 more could not be judged:\n" +
		"     3  activity … has not ended\n     1  group asg-1234abcd is gone\n"))
}

// TestExploreInterrupted: what was found until Ctrl-C is reported.
func TestExploreInterrupted(t *testing.T) {
	g, dir := NewWithT(t), t.TempDir()
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: time.Millisecond})
	g.Expect(err).NotTo(HaveOccurred())
	ctx, interrupt := context.WithCancel(t.Context())
	var calls atomic.Int32
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 200 {
			interrupt()
		}
		m.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	var out bytes.Buffer
	s := streams{out: &out, err: &out, getenv: func(string) string { return "" }}
	code := dispatch(ctx, append([]string{"explore", "-for", "1m"}, on(front.URL, dir)...), s)
	g.Expect(code).To(Equal(exitCouldNotJudge), out.String())
	r, err := readReport(filepath.Join(dir, "report.json"))
	g.Expect(err).NotTo(HaveOccurred(), out.String())
	g.Expect(r.Run.Partial).To(Equal("interrupted"))
}

// TestExploreFlags: what cannot be explored is said before anything is sent.
func TestExploreFlags(t *testing.T) {
	g := NewWithT(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-for", "0s"}, "-for 0s is not a time"},
		{[]string{"-for", "soon"}, "-for"},
		{[]string{"-case", "x"}, "flag provided but not defined: -case"},
		{append(on("http://127.0.0.1:1", t.TempDir()), "-for", "1s"), "cannot be reached"},
	} {
		code, _, stderr := essconform(t, nil, append([]string{"explore"}, c.args...)...)
		g.Expect(code).To(Equal(exitCouldNotJudge))
		g.Expect(stderr).To(ContainSubstring(c.want))
	}
}
