package extreme

import (
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// TestHostileStates runs a good target whose states are arranged badly.
func TestHostileStates(t *testing.T) {
	credentials(t)
	for _, h := range HostileStatesEndpoints() {
		t.Run(h.Name, func(t *testing.T) {
			m := newMock(t)
			v := around(Front{Target: m, States: h.States(m)}, h.Waits, some).run(t)
			if h.Name == "good setups, and teardowns that hang" {
				if failed := v.outcomes(reports.Failed); len(failed) > 0 {
					t.Errorf("a teardown changes no outcome; got failures of %v", failed)
				}
				return
			}
			if v.report.Verdict.ExitCode == reports.ExitConformant {
				t.Errorf("wanted a verdict that is not green; got %s", v.report.Verdict.Reason)
			}
		})
	}
}

// TestHostileSupport runs a good target behind hostile supporting operations.
func TestHostileSupport(t *testing.T) {
	credentials(t)
	for _, h := range AllHostileSupport() {
		t.Run(h.Name, func(t *testing.T) {
			m := newMock(t)
			v := around(Front{Target: m, Support: h.Support, States: m}, h.Waits, observing).run(t)
			if v.report.Verdict.ExitCode == reports.ExitConformant {
				t.Errorf("wanted a verdict that is not green; got %s", v.report.Verdict.Reason)
			}
		})
	}
}

// observing are cases that look through supporting operations, one of each kind.
var observing = []string{
	"effect.*/json/get", "activity.observable/json/get", "detach.many-to-min-size/json/get",
	"instance.of-no-group/json/get",
	"instance.of-another-group/json/get", "no-effect.*/json/get",
}

// around runs some of the cases, or all of them where the question is whether waiting for each of them can be helped.
func around(front Front, waits bool, some []string) trial {
	if slow {
		some = some[:4]
	}
	if !waits {
		return trial{front: front, cases: some}
	}
	return trial{front: front, adjust: func(s *target.Settings) {
		// what answers at all is good, and may be slow on a busy machine
		s.Timeout, s.ActivityTimeout = 300*time.Millisecond, 10*time.Second
	}}
}

// TestLinesToPasteAreQuoted lets a real shell read the lines of a run in which every id is a trap.
func TestLinesToPasteAreQuoted(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no POSIX shell here")
	}
	credentials(t)
	m := newMock(t, func(o *mock.Options) {
		o.SkipVerification, o.Rules = true, mock.DefaultRules()
		o.Rules.ResourceID = func(ids *mock.IDs, prefix string) string { return ids.Next(prefix) + ShellTrap }
	})
	trap := []string{"-name", ShellTrap}
	v := trial{
		front: Front{Target: m, States: m},
		cases: []string{"detach.max", "error.Forbidden.Unauthorized", "params.shuffled/*/get"}, rerun: trap,
		adjust: func(s *target.Settings) { s.Signature = "none" },
	}.run(t)
	for _, c := range v.report.Cases {
		args := shellWords(t, sh, c.Reproduce.Rerun)
		if len(args) != 8 || args[0] != "essconform" || args[3] != c.ID || args[7] != ShellTrap {
			t.Errorf("%s: wanted the arguments as they were given; got %q", c.ID, args)
		}
		args = shellWords(t, sh, c.Reproduce.Curl)
		if args[0] != "curl" {
			t.Errorf("%s: wanted a curl line; got %.200q", c.ID, c.Reproduce.Curl)
			continue
		}
		query := args[len(args)-1]
		if c.Method == "post" {
			query = "?" + args[len(args)-2]
		}
		_, query, _ = strings.Cut(query, "?")
		params, err := url.ParseQuery(query)
		if err != nil || !strings.HasSuffix(params.Get("ScalingGroupId"), ShellTrap) ||
			!strings.HasSuffix(params.Get("InstanceId.1"), ShellTrap) {
			t.Errorf("%s: wanted the ids as they were sent; got %q (%v)", c.ID, params, err)
		}
	}
}

// shellWords are the words that a shell sees in a line. Programs are looked for nowhere, so nothing is run.
func shellWords(t *testing.T, sh, line string) []string {
	t.Helper()
	cmd := exec.Command(sh, "-c", "show() { for w; do printf '%s\\036' \"$w\"; done; }; show "+line)
	cmd.Env = []string{"PATH=/nowhere", "ALIBABA_CLOUD_ACCESS_KEY_ID=" + keyID}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x1e"), "\x1e")
}
