package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports/render"
)

// hostile is a target with a states endpoint. fill says what stands in every field of the nth answer; states, when not
// nil, answers a setup instead.
func hostile(t *testing.T, fill func(n int) string, states http.HandlerFunc) *httptest.Server {
	t.Helper()
	var n atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/_states", func(w http.ResponseWriter, r *http.Request) {
		if states != nil {
			states(w, r)
			return
		}
		text := fill(int(n.Add(1)))
		_ = json.NewEncoder(w).Encode(map[string]any{
			"scalingGroupId": "asg-" + bounded(text), "instanceIds": []string{"i-1" + bounded(text), "i-2"},
			"loadBalancerId": "lb-1", "dbInstanceId": "rm-1",
			"accessKeyId": "denied-caller", "accessKeySecret": "pW3xV7tQ9nB2mK5jH8gF4dS6",
		})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		text := fill(int(n.Add(1)))
		line := strings.Map(func(r rune) rune { // what a header can carry
			if r < ' ' || r == 0x7f {
				return -1
			}
			return r
		}, text)
		w.Header().Set("X-Acs-Request-Id", line)
		w.Header().Set("X-Else", line)
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"RequestId": text, "HostId": text, "Code": text, "Message": text, "ScalingActivityId": text,
			"TotalCount": text, text: text,
		})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// bounded is short enough for an id.
func bounded(s string) string { return s[:min(len(s), 200)] }

// judge runs cases against the server and returns all that was written, by where it was written to.
func judge(t *testing.T, url string, env map[string]string, args ...string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	for name, value := range env {
		t.Setenv(name, value)
	}
	all := map[string]string{}
	essconform := func(name string, args ...string) {
		var out, errs bytes.Buffer
		dispatch(context.Background(), args, streams{
			out: &out, err: &errs,
			getenv: func(name string) string { return env[name] },
		})
		all[name+" stdout"], all[name+" stderr"] = out.String(), errs.String()
	}
	at := append([]string{"run", "-endpoint", url, "-lag", "1ms", "-late", "0", "-report-dir", dir}, args...)
	essconform("run", at...)
	if slices.Contains(args, "-target") { // elsewhere a plan asks nothing
		essconform("plan", append(at, "-plan")...)
	}
	report := filepath.Join(dir, "report.json")
	if _, err := os.Stat(report); err == nil {
		for _, f := range render.Formats() {
			if f.File == "" && f.Name != "terminal" {
				essconform("report "+f.Name, "report", "-in", report, "-format", f.Name)
				all["report "+f.Name] = all["report "+f.Name+" stdout"]
				delete(all, "report "+f.Name+" stdout") // a file in a format of its own
			}
		}
	}
	essconform("report", "report", "-in", report, "-format", "terminal")
	essconform("diff", "diff", report, report)
	essconform("gate", "gate", report)
	essconform("waivers", "waivers", "init", "-report", report)
	essconform("merge", "merge", "-o", filepath.Join(dir, "merged"), report, report)
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error { // also what is hidden
		if err == nil && !d.IsDir() {
			data, _ := os.ReadFile(path)
			all[strings.TrimPrefix(path, dir)[1:]] = string(data)
		}
		return nil
	})
	return all
}

var payloads = map[string]string{
	"line ends":        "a\r\n::set-output name=x::y\nb",
	"command":          "::stop-commands::p",
	"command, late":    strings.Repeat("x", 59) + " ::stop-commands::p",
	"command, cut":     strings.Repeat("x", 77) + "::error::p",
	"older command":    "##[group]conformant",
	"command, vso":     "##vso[task.setvariable variable=x]y",
	"command, wrapped": strings.Repeat("x", 73) + " ##teamcity[buildStatus text='x']",
	"colors":           "\x1b[31mconformant\x1b[0m",
	"title":            "\x1b]0;own\x07",
	"8-bit":            "\u009b2J",
	"direction":        "\u202eX\u2066\u200f",
	"zero width":       "a\u200bb\ufeffc\u2060",
	"not UTF-8":        "a\xff\xfe",
	"NUL":              "a\x00b",
	"line separators":  "a\u2028b\u2029c\u0085d",
	"very long":        strings.Repeat("::error::\x1b[31m", 5000),
}

var ciCommand = regexp.MustCompile(`(?m)^\s*::|##[A-Za-z]*\[`)

// TestHostileText: whatever a target puts into whatever field, nothing of it reaches a terminal or a log raw.
func TestHostileText(t *testing.T) {
	for name, payload := range payloads {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // most of it is waiting between two looks
			g := NewWithT(t)
			server := hostile(t, func(int) string { return payload }, nil)
			refusing := hostile(t, nil, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusInternalServerError)
				fmt.Fprint(w, payload)
			})
			some := []string{
				"-case", "error.InvalidScalingGroupId.NotFound/json/*", "-case", "detach.one/xml/get",
				"-signature", "none",
			}
			arranged := filepath.Join(t.TempDir(), "target.yaml")
			g.Expect(os.WriteFile(arranged, []byte("arrange:\n  scalingGroupId: asg-1\n  instanceIds: [i-1, i-2]\n"),
				0o600)).To(Succeed())
			for way, all := range map[string]map[string]string{
				"answers": judge(t, server.URL, nil, append(some, "-provider-states", server.URL+"/_states")...),
				"states":  judge(t, server.URL, nil, append(some, "-provider-states", refusing.URL+"/_states")...),
				"api":     judge(t, server.URL, nil, append(some, "-target", arranged)...),
			} {
				g.Expect(all["run stdout"] + all["run stderr"]).NotTo(BeEmpty())
				for where, text := range all {
					if !strings.HasSuffix(where, "stdout") && !strings.HasSuffix(where, "stderr") {
						continue // files in formats of their own
					}
					g.Expect(ciCommand.FindString(text)).To(BeEmpty(), way+", "+where)
					bad := strings.IndexFunc(text, func(r rune) bool {
						return r != '\n' && !unicode.IsPrint(r) || r == unicode.ReplacementChar &&
							!strings.Contains(payload, "\xff")
					})
					g.Expect(bad).To(Equal(-1), "%s, %s: %q", way, where,
						text[max(0, bad-20):min(len(text), max(0, bad)+20)])
				}
			}
		})
	}
}

// TestGitHubIsGuarded: what a run writes stands between the stop of commands and a random token; our own annotations
// follow.
func TestGitHubIsGuarded(t *testing.T) {
	g := NewWithT(t)
	server := hostile(t, func(int) string { return "::error::x" }, nil)
	all := judge(t, server.URL, map[string]string{"GITHUB_ACTIONS": "true"}, "-provider-states", server.URL+"/_states",
		"-signature", "none", "-case", "detach.one/xml/get")
	for _, where := range []string{"run stdout"} {
		found := regexp.MustCompile(`\A::stop-commands::(\w{16,})\n(?s:.*)\n::(\w+)::\n(?:::(?:error|warning) .*\n)*\z`).FindStringSubmatch(all[where])
		g.Expect(found).To(HaveLen(3), all[where])
		g.Expect(found[1]).To(Equal(found[2]))
	}
}

const mainSecret = "kJ8zQ2vXw9LmN3bT5yR7cD1fG4hS6a"

var signed = map[string]string{
	"ALIBABA_CLOUD_ACCESS_KEY_ID":     "LTAI5tMainCaller",
	"ALIBABA_CLOUD_ACCESS_KEY_SECRET": mainSecret,
}

// keepsSecret fails where any six characters in a row of a secret were written.
func keepsSecret(g *WithT, all map[string]string, secrets ...string) {
	for where, text := range all {
		for _, secret := range secrets {
			for i := range len(secret) - 5 {
				if at := strings.Index(text, secret[i:i+6]); at >= 0 {
					g.Expect(text[max(0, at-60):min(len(text), at+40)]).NotTo(ContainSubstring(secret[i:i+6]), where)
				}
			}
		}
	}
}

// TestSecretsBehindAnything: wherever in a text a secret stands, and wherever the text is cut, nothing of it is shown.
func TestSecretsBehindAnything(t *testing.T) {
	g := NewWithT(t)
	server := hostile(t, func(n int) string { return strings.Repeat("y", n%60) + mainSecret },
		func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"scalingGroupId":"asg-1","instanceIds":["i-1","i-2","i-3","i-4","i-5","i-6","i-7","i-8","i-9","i-10","i-11","i-12",`+
				`"i-13","i-14","i-15","i-16","i-17","i-18","i-19","i-20","i-21"],"loadBalancerId":"lb-1","dbInstanceId":"rm-1",`+
				`"accessKeyId":"denied-caller","accessKeySecret":"pW3xV7tQ9nB2mK5jH8gF4dS6"}`)
		})
	all := judge(t, server.URL, signed, "-provider-states", server.URL+"/_states", "-label-filter", "!generated")
	g.Expect(all["report.md"]).NotTo(BeEmpty())
	g.Expect(all["report.json"]).To(ContainSubstring("REDACTED"))
	keepsSecret(g, all, mainSecret)
}

// TestSecretsInErrors: a setup that answers with a secret, a denied caller who is answered with the main secret, ids
// that are secrets.
func TestSecretsInErrors(t *testing.T) {
	g := NewWithT(t)
	echo := hostile(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, strings.Repeat("y", 100)+mainSecret)
	})
	all := judge(t, hostile(t, func(int) string { return "x" }, nil).URL, signed, "-provider-states",
		echo.URL+"/_states")
	g.Expect(all["run stderr"]).To(ContainSubstring("the setup of"))
	keepsSecret(g, all, mainSecret)

	denied := hostile(t, func(n int) string { return []string{mainSecret, "pW3xV7tQ9nB2mK5jH8gF4dS6"}[n%2] },
		func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"scalingGroupId":"asg-1","instanceIds":["i-1","i-2"],"accessKeyId":"denied-caller","accessKeySecret":"pW3xV7tQ9nB2mK5jH8gF4dS6"}`)
		})
	all = judge(t, denied.URL, signed, "-provider-states", denied.URL+"/_states", "-case", "*Unauthorized*")
	g.Expect(all["report.json"]).To(ContainSubstring("REDACTED"))
	keepsSecret(g, all, mainSecret, "pW3xV7tQ9nB2mK5jH8gF4dS6")

	arranged := filepath.Join(t.TempDir(), "target.yaml")
	g.Expect(os.WriteFile(arranged, []byte("arrange:\n  scalingGroupId: asg-1\n  instanceIds: [i-1, i-2]\n"),
		0o600)).To(Succeed())
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := "asg-" + strings.Repeat("y", 40) + mainSecret
		fmt.Fprintf(w, `{"RequestId":"1","TotalCount":1,"ScalingGroups":{"ScalingGroup":[{"ScalingGroupId":"asg-1","LifecycleState":"Active","MinSize":0,"MaxSize":9}]},`+
			`"ScalingInstances":{"ScalingInstance":[{"InstanceId":"i-1","ScalingGroupId":%q,"LifecycleState":"InService"}]},"ScalingActivities":{"ScalingActivity":[]}}`, id)
	}))
	defer elsewhere.Close()
	all = judge(t, elsewhere.URL, signed, "-target", arranged)
	g.Expect(all["run stderr"]).To(ContainSubstring("REDACTED"))
	keepsSecret(g, all, mainSecret)
}
