package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports"
)

// front is a mock behind a handler that may answer in its place. It serves states, too.
func front(t *testing.T, o mock.Options, instead func(action string, w http.ResponseWriter) bool) string {
	t.Helper()
	g := NewWithT(t)
	m, err := mock.New(o)
	g.Expect(err).NotTo(HaveOccurred())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client is gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if instead == nil || !instead(asked(r, body), w) {
			m.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// asked is what a request is for: an operation, or "setup" or "teardown" of a state.
func asked(r *http.Request, body []byte) string {
	if r.URL.Path == mock.StatesPath {
		var message struct{ Action string }
		_ = json.Unmarshal(body, &message) // "" is neither
		return message.Action
	}
	form, _ := url.ParseQuery(string(body))
	return cmp.Or(r.URL.Query().Get("Action"), form.Get("Action"), r.Header.Get("X-Acs-Action"))
}

// unsigned are the options of a mock that is quick.
func unsigned() mock.Options {
	return mock.Options{SkipVerification: true, ActivityDuration: 20 * time.Millisecond}
}

// answers writes one answer of the gateway.
func answers(w http.ResponseWriter, status int, contentType, body string) bool {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	fmt.Fprint(w, body)
	return true
}

const asJSON = "application/json;charset=utf-8"

// TestInputsThatWentWrongOnce: targets, what a run of them says, and its exit code.
func TestInputsThatWentWrongOnce(t *testing.T) {
	g := NewWithT(t)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.testid")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret")
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "a-token-of-somebody")
	is := func(status int, file string, on ...string) func(string, http.ResponseWriter) bool {
		body := input(t, file)
		return func(action string, w http.ResponseWriter) bool {
			for _, a := range on {
				if a == action || a == "*" && action != "setup" && action != "teardown" {
					return answers(w, status, asJSON, body)
				}
			}
			return false
		}
	}
	lagging := unsigned()
	g.Expect(misbehave(&lagging, "", "lag-groups")).To(Succeed())
	slow := unsigned()
	slow.ActivityDuration = 2 * time.Second
	for _, c := range []struct {
		name    string
		options mock.Options
		instead func(action string, w http.ResponseWriter) bool
		args    []string
		code    int
		says    string
		not     string
	}{
		{
			name: "no session token", options: unsigned(), instead: is(400, "answer-missing-security-token.json", "*"),
			args: []string{"-signature", "v1"},
			code: 2, says: "the target rejected these credentials (MissingSecurityToken)",
		},
		{
			name: "a session token of somebody else",
			options: mock.Options{Credentials: []mock.Credential{{
				AccessKeyID:     "STS.testid",
				AccessKeySecret: "testsecret", SecurityToken: "another-token",
			}}},
			args: []string{"-signature", "v3"}, code: 2,
			says: "the target rejected these credentials (InvalidSecurityToken.MismatchWithAccessKey)",
		},
		{
			name: "a number as an id", options: unsigned(), instead: is(200, "answer-number-as-group-id.json", "setup"),
			args: []string{"-case", "detach.one"},
			code: 2, says: "scalingGroupId is a number; wanted a string", not: "returned no scalingGroupId",
		},
		{
			name: "every teardown answers 500", options: unsigned(), args: []string{"-case", "detach.one"},
			instead: func(action string, w http.ResponseWriter) bool {
				return action == "teardown" && answers(w, 500, asJSON, "{}")
			},
			code: 0, says: "4 teardowns failed, so that resources may be left behind",
		},
		{
			name: "State in place of StatusCode", options: unsigned(), args: []string{"-case", "activity.observable"},
			instead: func(action string, w http.ResponseWriter) bool {
				return action == "DescribeScalingActivities" && answers(w, 200, asJSON,
					`{"RequestId":"1","TotalCount":1,"ScalingActivities":{"ScalingActivity":[{"ScalingActivityId":"asa-1","State":"Successful"}]}}`)
			},
			code: 2, says: "its answer has no StatusCode",
		},
		{
			name: "states at another path", options: unsigned(),
			instead: func(action string, w http.ResponseWriter) bool {
				return action == "setup" && answers(w, 404, asJSON, "{}")
			},
			code: 2, says: "is the path right?", not: "could not run",
		},
		{
			name: "groups that show 300 ms later", options: lagging, args: []string{
				"-case", "detach.one/*/get",
				"-case", "error.IncorrectScalingGroupStatus/*/post", "-case", "late.settings",
			},
			code: 0, says: "conformant", not: "not conformant",
		},
		{
			name: "activities that outlast -activity-timeout", options: slow,
			args: []string{"-case", "activity.observable/json/get", "-lag", "10ms", "-activity-timeout", "100ms"},
			code: 2, says: "raise -activity-timeout",
		},
		{name: "and that do not", options: slow, args: []string{
			"-case", "activity.observable/json/get", "-lag", "10ms",
			"-activity-timeout", "20s",
		}, code: 0, says: "conformant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, url := NewWithT(t), front(t, c.options, c.instead)
			args := append([]string{
				"run", "-quiet", "-endpoint", url, "-provider-states", url + mock.StatesPath,
				"-signature", "none", "-late", "0", "-report-dir", t.TempDir(),
			}, c.args...)
			code, out, stderr := essconform(t, nil, args...)
			g.Expect(code).To(Equal(c.code), out+stderr)
			g.Expect(unwrapped(out + stderr)).To(ContainSubstring(c.says))
			if c.not != "" {
				g.Expect(out + stderr).NotTo(ContainSubstring(c.not))
			}
		})
	}
}

// TestGatewayErrorsThatAreBroken: in cases about a SHOULD, an answer that is no answer is a finding of its own level.
func TestGatewayErrorsThatAreBroken(t *testing.T) {
	for _, c := range []struct {
		name, contentType, body string
		want                    string
	}{
		{"HTML", "text/html", "<html><body><h1>Bad Request</h1></body></html>", "format.json"},
		{"without RequestId", asJSON, `{"HostId":"h","Code":"InvalidAction.NotFound","Message":"m"}`, "response.request-id"},
		{"two documents", asJSON, `{"RequestId":"1","HostId":"h","Code":"InvalidAction.NotFound","Message":"m"}{}`, "wire.well-formed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, dir := NewWithT(t), t.TempDir()
			url := front(t, unsigned(), func(action string, w http.ResponseWriter) bool {
				return action == "DetachNoSuchInstances" && answers(w, 404, c.contentType, c.body)
			})
			code, out, stderr := essconform(t, nil, "run", "-quiet", "-endpoint", url, "-provider-states",
				url+mock.StatesPath, "-signature", "none", "-late", "0",
				"-case", "action.unknown/json/*", "-report-dir", dir)
			g.Expect(code).To(Equal(exitNotConformant), out+stderr)
			report, err := readReport(filepath.Join(dir, "report.json"))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(report.Counts.Failed).To(Equal(2))
			var must []string
			for _, f := range report.Cases[0].Findings {
				if f.Level == reports.Must {
					must = append(must, f.Requirement)
				}
			}
			g.Expect(must).To(ContainElement(c.want))
		})
	}
}

// TestHostileInputs: codes that are commands to a terminal or a CI service never reach the output as such, wherever its
// lines are broken.
func TestHostileInputs(t *testing.T) {
	arranged := filepath.Join(t.TempDir(), "target.yaml")
	NewWithT(t).Expect(os.WriteFile(arranged, []byte("arrange:\n  scalingGroupId: asg-1\n  instanceIds: [i-1, i-2]\n"),
		0o600)).To(Succeed())
	for _, c := range []struct {
		name, file, action, quoted string
		args                       []string
	}{
		{"to a supporting operation", "answer-code-with-escapes.json", "DescribeScaling", `own\a`, []string{"-target", arranged}},
		{"to a plan", "answer-code-with-escapes.json", "DescribeScaling", `own\a`, []string{"-target", arranged, "-plan"}},
		{"judged", "answer-code-with-escapes.json", "DetachInstances", `own\a`, nil},
		{"wrapped", "answer-code-that-wraps-into-a-command.json", "DetachInstances", "xxxxxxxx", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, dir, body := NewWithT(t), t.TempDir(), input(t, c.file)
			url := front(t, unsigned(), func(action string, w http.ResponseWriter) bool {
				return strings.HasPrefix(action, c.action) && answers(w, 400, asJSON, body)
			})
			check := func(width int, args ...string) {
				var out bytes.Buffer
				dispatch(t.Context(), args, streams{
					out: &out, err: &out, getenv: func(string) string { return "" },
					width: width,
				})
				g.Expect(out.String()).To(ContainSubstring(c.quoted))
				g.Expect(ciCommand.FindString(out.String())).To(BeEmpty(), out.String())
				g.Expect(strings.IndexFunc(out.String(),
					func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })).To(Equal(-1), "%q", out.String())
			}
			args := []string{
				"run", "-quiet", "-endpoint", url, "-signature", "none", "-late", "0", "-case",
				"detach.one/json/*", "-report-dir", dir,
			}
			if c.args != nil {
				check(80, append(args, c.args...)...)
				return
			}
			check(80, append(args, "-provider-states", url+mock.StatesPath)...)
			for width := 40; width <= 120; width += 7 {
				check(width, "report", "-in", filepath.Join(dir, "report.json"))
			}
		})
	}
}
