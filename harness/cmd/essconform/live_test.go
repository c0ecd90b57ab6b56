package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// Secrets that are easy to find again.
const (
	liveID     = "LTAI5tFindMeCaller"
	liveSecret = "findme-caller-secret"
	liveToken  = "findme-security-token"
)

// desk is a user with a target, a target file and a directory.
type desk struct {
	t       *testing.T
	dir     string
	secrets []string
	all     bytes.Buffer // everything that was ever printed
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	g := NewWithT(t)
	server, err := mock.New(mock.Options{
		Credentials: []mock.Credential{{
			AccessKeyID: liveID, AccessKeySecret: liveSecret,
			SecurityToken: liveToken,
		}},
		ActivityDuration: 10 * time.Millisecond,
	})
	g.Expect(err).NotTo(HaveOccurred())
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	values, err := server.Setup("a scaling group with detachable instances", map[string]any{"instances": 4})
	g.Expect(err).NotTo(HaveOccurred())
	denied, err := server.Setup("a caller without permission to detach instances", map[string]any{"instances": 1})
	g.Expect(err).NotTo(HaveOccurred())
	for name, value := range map[string]any{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": liveID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": liveSecret,
		"ALIBABA_CLOUD_SECURITY_TOKEN": liveToken,
		"DENIED_ID":                    denied["accessKeyId"], "DENIED_SECRET": denied["accessKeySecret"],
	} {
		t.Setenv(name, value.(string))
	}
	d := &desk{t: t, dir: t.TempDir(), secrets: []string{
		liveID, liveSecret, liveToken, denied["accessKeyId"].(string), denied["accessKeySecret"].(string),
	}}
	ids, _ := json.Marshal(values["instanceIds"])
	d.write("target.yaml", fmt.Sprintf(`endpoint: %s
signature: v3
verifies-signatures: true
report-dir: %s
arrange:
  scalingGroupId: %s
  instanceIds: %s
  deniedAccessKeyIdEnv: DENIED_ID
  deniedAccessKeySecretEnv: DENIED_SECRET
`, front.URL, filepath.Join(d.dir, "out"), values["scalingGroupId"], ids))
	return d
}

func (d *desk) write(name, text string) string {
	d.t.Helper()
	file := filepath.Join(d.dir, name)
	NewWithT(d.t).Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
	return file
}

func (d *desk) file(name string) string { return filepath.Join(d.dir, name) }

func (d *desk) essconform(args ...string) (exit int, out, stderr string) {
	var o, e bytes.Buffer
	exit = dispatch(context.Background(), args, streams{out: &o, err: &e, getenv: func(string) string { return "" }})
	fmt.Fprint(&d.all, o.String(), e.String())
	return exit, o.String(), e.String()
}

// TestNoSecretAnywhere: not in what is printed, and in no file that is written, whatever is run.
func TestNoSecretAnywhere(t *testing.T) {
	g := NewWithT(t)
	d := newDesk(t)
	file := d.file("target.yaml")
	some := []string{
		"-case", "detach.one", "-case", "error.*Unauthorized", "-case", "auth.*", "-case",
		"error.IncorrectLoadBalancerStatus",
	}
	exit, out, stderr := d.essconform(append([]string{"run", "-target", file, "-plan"}, some...)...)
	g.Expect(exit).To(Equal(exitCouldNotJudge), stderr)
	g.Expect(out).To(And(ContainSubstring("DetachInstances"), ContainSubstring("add loadBalancerId")))
	exit, out, stderr = d.essconform(append([]string{"run", "-target", file}, some...)...)
	g.Expect(exit).To(Equal(exitCouldNotJudge), out+stderr)
	g.Expect(out).To(ContainSubstring("add loadBalancerId"))
	exit, _, stderr = d.essconform("sweep", "-target", file)
	g.Expect(exit).To(Equal(exitConformant), stderr)
	d.essconform("cases", "-target", file)
	d.essconform("run", "-target", file, "-timeout", "1ns", "-report-dir", d.file("out2"))
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "findme-wrong-secret")
	d.secrets = append(d.secrets, "findme-wrong-secret")
	exit, _, stderr = d.essconform("run", "-target", file, "-report-dir", d.file("out3"))
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("the target rejected these credentials (SignatureDoesNotMatch)"))

	texts := map[string]string{"the output": d.all.String()}
	g.Expect(filepath.WalkDir(d.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		texts[path] = string(data)
		return err
	})).To(Succeed())
	g.Expect(len(texts)).To(BeNumerically(">", 4))
	for name, text := range texts {
		for _, secret := range d.secrets {
			g.Expect(text).NotTo(ContainSubstring(secret), name)
		}
	}
}

func TestTargetsElsewhereNeedLive(t *testing.T) {
	g := NewWithT(t)
	d := newDesk(t)
	exit, _, stderr := d.essconform("run", "-endpoint", "https://ess.example.com", "-report-dir", d.file("out"))
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("-plan, then add -live"))
	exit, _, stderr = d.essconform("run", "-endpoint", "http://ess.example.com", "-live", "-report-dir", d.file("out"))
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("plain http"))
	exit, out, stderr := d.essconform("run", "-target", d.file("target.yaml"), "-endpoint", "https://ess.example.com",
		"-rate", "5", "-plan")
	g.Expect(exit).To(Equal(exitCouldNotJudge), "without all that the cases need: "+stderr)
	g.Expect(out).To(And(ContainSubstring("at most 5 requests a second"),
		ContainSubstring("the resources could not be looked at")))
}

func TestSelectionOfAProfile(t *testing.T) {
	g := NewWithT(t)
	d := newDesk(t)
	exit, out, _ := d.essconform("run", "-profile", "conventions", "-label-filter", "xml", "-report-dir", d.file("out"))
	g.Expect(exit).To(Equal(exitConformant))
	g.Expect(out).To(ContainSubstring("profile conventions; label xml"))
	exit, _, stderr := d.essconform("run", "-profile", "all")
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("write document or conventions"))
	exit, _, stderr = d.essconform("run", "-profile", "conventions", "-case", "detach.one", "-report-dir",
		d.file("out"))
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("the selection matches no case"))
}

func TestBindingsCommands(t *testing.T) {
	g := NewWithT(t)
	d := newDesk(t)
	template := d.file("bindings.yaml")
	exit, _, stderr := d.essconform("bindings", "init", "-case", "detach.one", "-case", "error.*MinSize", "-o",
		template)
	g.Expect(exit).To(Equal(exitConformant), stderr)
	exit, _, stderr = d.essconform("bindings", "init", "-o", template)
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("name another file with -o"))
	exit, _, stderr = d.essconform("bindings", "check", "-bindings", template)
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("no state has a group"))

	filled := d.write("filled.yaml",
		"a scaling group with detachable instances:\n  - {scalingGroupId: g, instanceIds: [i-1, i-2, i-3, i-4]}\n")
	exit, out, _ := d.essconform("bindings", "check", "-bindings", filled, "-case", "detach.one/xml/*")
	g.Expect(exit).To(Equal(exitConformant))
	g.Expect(out).To(ContainSubstring("2 of 2 cases could run"))
	exit, out, _ = d.essconform("bindings", "check", "-bindings", filled, "-case", "detach.one", "-case",
		"error.IncorrectCapacity.MinSize")
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(out).To(And(
		ContainSubstring("2 of 8 cases could run"), ContainSubstring("2 instances in the groups that are there"),
		ContainSubstring("1 group with 2 instanceIds"), ContainSubstring("names no group for it")))
	exit, _, stderr = d.essconform("bindings", "chekc")
	g.Expect(exit).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("bindings check"))
}

func TestWaiversInit(t *testing.T) {
	g := NewWithT(t)
	failed := func(id, requirement string) reports.CaseResult {
		return reports.CaseResult{ID: id, Outcome: reports.Failed, Findings: []reports.Finding{
			{Requirement: requirement, Level: "MUST", Want: "404", Got: "500\n- case: injected"},
		}}
	}
	list := failures([]reports.CaseResult{
		failed("a/xml/get", "r1"), failed("a/json/get", "r1"),
		failed("b/xml/get", "r2"),
		{ID: "b/json/get", Outcome: reports.Passed},
		{ID: "c/xml/get", Outcome: reports.CouldNotRun},
	})
	var out bytes.Buffer
	g.Expect(writeWaivers(&out, list)).To(Succeed())
	_, err := reports.ParseWaivers("w.yaml", out.Bytes())
	g.Expect(err).To(MatchError(ContainSubstring("has no reason")), "no failure is waived unseen")
	filled, err := reports.ParseWaivers("w.yaml", []byte(strings.ReplaceAll(out.String(), `reason: ""`, "reason: known")))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(filled).To(HaveLen(2))
	g.Expect([]string{
		filled[0].Case, filled[0].Requirement, filled[1].Case,
		filled[1].Requirement,
	}).To(Equal([]string{"a/*", "r1", "b/xml/get", "r2"}))
}

func TestTargetFileIsNamed(t *testing.T) {
	g := NewWithT(t)
	d := newDesk(t)
	_, _, stderr := d.essconform("run", "-target", d.write("typo.yaml", "endpont: http://127.0.0.1:1\n"))
	g.Expect(stderr).To(ContainSubstring("did you mean endpoint?"))
	g.Expect(target.Schema()).To(ContainSubstring("essconform target file"))
}
