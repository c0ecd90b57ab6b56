package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
)

// shown is standard output of a command that waits: it tells when a text has come.
type shown struct {
	mu   sync.Mutex
	text bytes.Buffer
	want string
	came chan struct{}
}

func shows(want string) *shown { return &shown{want: want, came: make(chan struct{})} }

func (s *shown) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.text.Write(p)
	if s.want != "" && strings.Contains(s.text.String(), s.want) && strings.HasSuffix(s.text.String(), "\n") {
		s.want = ""
		close(s.came)
	}
	return n, err
}

// line is the one for curl.
func (s *shown) line() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range strings.Lines(s.text.String()) {
		if strings.HasPrefix(line, "curl ") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// stated runs `essconform state` until do returns, and gives its exit code and what it printed.
func stated(t *testing.T, env map[string]string, args []string, do func(out *shown)) (code int, out, stderr string) {
	t.Helper()
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	printed, errors := shows("\ncurl "), bytes.Buffer{}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		code = dispatch(ctx, append([]string{"state"}, args...), streams{
			out: printed, err: &errors, getenv: func(name string) string { return env[name] },
		})
	}()
	select {
	case <-printed.came:
		do(printed)
	case <-ended:
	}
	interrupt()
	<-ended
	return code, printed.text.String(), errors.String()
}

// TestStateOfTheEmbeddedMock: the line that is printed works as it stands, in a shell.
func TestStateOfTheEmbeddedMock(t *testing.T) {
	g := NewWithT(t)
	sh, err := exec.LookPath("sh")
	g.Expect(err).NotTo(HaveOccurred())
	for _, c := range []struct{ name, signature, state, code string }{
		{"v1", "v1", "an inactive scaling group", "IncorrectScalingGroupStatus"},
		{"v3", "v3", "a scaling group with detachable instances", "ScalingActivityId"},
		{"unsigned", "none", "a scaling group at its minimum size", "IncorrectCapacity.MinSize"},
		{"another caller", "v1", "a caller without permission to detach instances", "Forbidden.Unauthorized"},
		{"without instances", "v3", "an active scaling group without instances", "InvalidInstanceId.NotFound"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			answer := ""
			code, out, stderr := stated(t, nil, []string{c.state, "-signature", c.signature, "-instances", "3"},
				func(out *shown) {
					text, err := exec.Command(sh, "-c", out.line()).CombinedOutput()
					g.Expect(err).NotTo(HaveOccurred(), string(text))
					answer = string(text)
				})
			g.Expect(code).To(Equal(exitConformant), stderr)
			g.Expect(answer).To(ContainSubstring(c.code))
			g.Expect(out).To(MatchRegexp(`(?m)^  scalingGroupId   asg-\w+$`))
			if c.code != "InvalidInstanceId.NotFound" {
				g.Expect(out).To(MatchRegexp(`(?m)^  instanceIds      i-\w+, i-\w+, i-\w+$`))
			}
			g.Expect(out).NotTo(ContainSubstring("embedded-mock-secret"))
		})
	}
}

// statesOf serves the states of a mock and keeps what was asked for; secret is that of the caller that it returned.
func statesOf(t *testing.T, change func(values map[string]any)) (url string, asked *[]string, secret *string) {
	t.Helper()
	g := NewWithT(t)
	m, err := mock.New(mock.Options{SkipVerification: true})
	g.Expect(err).NotTo(HaveOccurred())
	asked, secret = new([]string), new(string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			m.ServeHTTP(w, r)
			return
		}
		var message struct{ Action string }
		body := new(bytes.Buffer)
		_, _ = body.ReadFrom(r.Body)
		_ = json.Unmarshal(body.Bytes(), &message)
		*asked = append(*asked, message.Action)
		rec := httptest.NewRecorder()
		again := httptest.NewRequest(r.Method, r.URL.Path, body)
		again.Header, again.Host = r.Header, r.Host
		m.ServeHTTP(rec, again)
		values := map[string]any{}
		if json.Unmarshal(rec.Body.Bytes(), &values) == nil && message.Action == "setup" {
			*secret, _ = values["accessKeySecret"].(string)
			change(values)
			_ = json.NewEncoder(w).Encode(values)
			return
		}
		w.WriteHeader(rec.Code)
	}))
	t.Cleanup(s.Close)
	return s.URL, asked, secret
}

// TestStateShowsNoSecret: neither one of a caller nor one that a states endpoint puts where an id belongs.
func TestStateShowsNoSecret(t *testing.T) {
	const own = "MyOwnSecretKey1234"
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tOwnKey")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", own)
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "")
	for _, c := range []struct {
		name   string
		change func(map[string]any)
		want   string
	}{
		{"as it should be", func(map[string]any) {}, "\ncurl "},
		{"a value", func(v map[string]any) { v["note"] = "key " + own + "\x1b[31m" }, `note             key REDACTED\x1b[31m`},
		{"an id", func(v map[string]any) { v["scalingGroupId"] = own }, "holds a secret of this run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			url, asked, secret := statesOf(t, c.change)
			code, out, stderr := essconform(t, nil, "state", "a caller without permission to detach instances",
				"-endpoint", url,
				"-provider-states", url+"/_states", "-keep", "1ms")
			g.Expect(code).To(Equal(exitConformant), stderr)
			g.Expect(out).To(ContainSubstring(c.want))
			g.Expect(out).To(MatchRegexp(`accessKeyId      \w+`))
			g.Expect(*secret).NotTo(BeEmpty())
			g.Expect(out + stderr).NotTo(Or(ContainSubstring(own), ContainSubstring(*secret)))
			g.Expect((*asked)[len(*asked)-1]).To(Equal("teardown"))
		})
	}
}

func TestStateThatCannotBeArranged(t *testing.T) {
	url, asked, _ := statesOf(t, func(v map[string]any) { v["scalingGroupId"] = 5 })
	for _, c := range []struct {
		name, says string
		args       []string
	}{
		{"no name", "wanted the name of one state, in quotes; got 0 names; there are:\n  a scaling group with", nil},
		{"without quotes", "got 4 names", strings.Fields("an inactive scaling group")},
		{"misspelt", `did you mean "an inactive scaling group"?`, []string{"an inactive scalin group"}},
		{"at once", "write -keep and -instances above 0", []string{"an inactive scaling group", "-keep", "0"}},
		{"elsewhere", "add -live", []string{
			"an inactive scaling group", "-endpoint", "https://ess.example.com",
			"-provider-states", "https://ess.example.com/s",
		}},
		{"by nothing", "nothing arranges states", []string{
			"an inactive scaling group", "-endpoint", url, "-signature",
			"none",
		}},
		{
			"wrong", "scalingGroupId is a number; wanted a string",
			[]string{
				"an inactive scaling group", "-endpoint", url, "-signature", "none", "-provider-states",
				url + "/_states",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, stderr := essconform(t, nil, append([]string{"state"}, c.args...)...)
			if code != exitCouldNotJudge || !strings.Contains(stderr, c.says) {
				t.Errorf("wanted 2 and %q; got %d %s%s", c.says, code, out, stderr)
			}
		})
	}
	if n := len(*asked); n == 0 || (*asked)[n-1] != "teardown" {
		t.Errorf("wanted what a wrong setup made to be given back; got %q", *asked)
	}
}

// TestStateFromBindings: prepared resources need no setup.
func TestStateFromBindings(t *testing.T) {
	g := NewWithT(t)
	m, err := mock.New(mock.Options{SkipVerification: true})
	g.Expect(err).NotTo(HaveOccurred())
	s := httptest.NewServer(m)
	defer s.Close()
	file := t.TempDir() + "/bindings.yaml"
	g.Expect(os.WriteFile(file,
		[]byte("an inactive scaling group:\n  - scalingGroupId: asg-1\n    instanceIds: [i-1, i-2, i-3]\n"),
		0o600)).To(Succeed())
	code, out, stderr := essconform(t, nil, "state", "-bindings", file, "-endpoint", s.URL, "-signature", "none",
		"-keep", "1ms",
		"an inactive scaling group")
	g.Expect(code).To(Equal(exitConformant), stderr)
	g.Expect(out).To(ContainSubstring("instanceIds      i-1, i-2\n"))
	g.Expect(out).To(ContainSubstring("InstanceId.1=i-1&InstanceId.2=i-2"))
}

// TestStateByAPI: with resources of the user's own, what was changed for the state is put back.
func TestStateByAPI(t *testing.T) {
	g, d := NewWithT(t), newDesk(t)
	code, out, stderr := d.essconform("state", "an inactive scaling group", "-target", d.file("target.yaml"), "-keep",
		"1ms")
	g.Expect(code).To(Equal(exitConformant), stderr)
	g.Expect(out).To(And(MatchRegexp(`instanceIds      i-\w+, i-\w+\n`), ContainSubstring("X-Acs-Security-Token:\"$ALIBABA_CLOUD_SECURITY_TOKEN\"")))
	for _, secret := range []string{liveSecret, liveToken} {
		g.Expect(out + stderr).NotTo(ContainSubstring(secret))
	}
	code, out, stderr = d.essconform("sweep", "-target", d.file("target.yaml"))
	g.Expect(code).To(Equal(exitConformant), stderr)
	g.Expect(out).To(ContainSubstring("nothing"))
	code, _, stderr = d.essconform("state", "a scaling group with an inactive load balancer", "-target",
		d.file("target.yaml"), "-keep", "1ms")
	g.Expect(code).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("add loadBalancerId"))
}
