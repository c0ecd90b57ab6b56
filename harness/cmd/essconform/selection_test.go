package main

import (
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// TestRunFailedAgain: what failed in a report runs again, and the report of more cases stays what it is.
func TestRunFailedAgain(t *testing.T) {
	g := NewWithT(t)
	url, env := server(t, wrongStatus), map[string]string{"ESSCONFORM_REPORT_DIR": t.TempDir()}
	dir := env["ESSCONFORM_REPORT_DIR"]
	args := func(more ...string) []string {
		return append([]string{
			"run", "-quiet", "-endpoint", url, "-provider-states", url + "/_states", "-signature",
			"none", "-late", "0",
		}, more...)
	}
	if code, out,
		stderr := essconform(t, env, args("-label-filter", "xml && get && document")...); code != exitNotConformant {
		t.Fatalf("wanted failures; got %d\n%s%s", code, out, stderr)
	}
	broad := filepath.Join(dir, "report.json")
	before, err := readReport(broad)
	g.Expect(err).NotTo(HaveOccurred())
	code, out, stderr := essconform(t, env, args("-failed", broad)...)
	if code != exitNotConformant {
		t.Fatalf("wanted the failures again; got %d\n%s%s", code, out, stderr)
	}
	after, err := readReport(broad)
	if err != nil || after.Run.ID != before.Run.ID {
		t.Errorf("wanted the report of more cases left alone; got %v, run %s in place of %s", err, after.Run.ID,
			before.Run.ID)
	}
	again, err := readReport(filepath.Join(dir, "rerun", "report.json"))
	if err != nil || again.Counts.Selected != before.Counts.Failed || again.Counts.Failed != before.Counts.Failed {
		t.Errorf("wanted the %d failures and nothing else; got %v, %+v", before.Counts.Failed, err, again.Counts)
	}
	good := reportOf(t, "one", before.Run.EndedAt)
	if code, _, stderr := essconform(t, env, args("-failed", good)...); code != 2 ||
		!strings.Contains(stderr, "nothing is to be run again") {
		t.Errorf("wanted 2, and why; got %d %s", code, stderr)
	}
}

func TestWhatWasMeant(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-case", "detach.mx/json/post"}, "did you mean detach.max/json/post?"},
		{[]string{"-case", "error.IncorrectScalingGroupstatus"}, "did you mean error.IncorrectScalingGroupStatus?"},
		{[]string{"-label-filter", "documnt && xml"}, `no case has the label "documnt"; did you mean document?`},
	} {
		code, _, stderr := essconform(t, nil, append([]string{"run", "-report-dir", t.TempDir()}, c.args...)...)
		if code != 2 || !strings.Contains(stderr, c.says) {
			t.Errorf("%v: wanted 2, %q; got %d %s", c.args, c.says, code, stderr)
		}
	}
}

// TestLeftOut: what does not apply to the target is told where it could have been meant, and why nothing could run is
// told once for all states.
func TestLeftOut(t *testing.T) {
	url := server(t, func(status int, body string) (int, string) { return status, body })
	for _, line := range []struct {
		args []string
		told bool
	}{
		{nil, true},
		{[]string{"-case", "detach.one", "-case", "error.IncorrectScalingGroupStatus"}, false},
	} {
		g := NewWithT(t)
		code, out, stderr := essconform(t, nil, append([]string{
			"run", "-endpoint", url, "-signature", "none", "-report-dir", t.TempDir(),
		}, line.args...)...)
		g.Expect(code).To(Equal(exitCouldNotJudge), stderr)
		g.Expect(strings.Contains(out, "left out")).To(Equal(line.told), out)
		g.Expect(strings.Count(out, "nothing arranges states")).To(Equal(1), out)
	}
}
