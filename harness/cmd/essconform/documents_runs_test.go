package main

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/mock/defect"
)

// printed runs the command as a user would, and gives what it printed to standard output.
func printed(args ...string) (code int, text string) {
	var out bytes.Buffer
	s := streams{out: &out, err: io.Discard, getenv: func(name string) string {
		if strings.HasPrefix(name, "GITHUB_") || strings.HasPrefix(name, "ESSCONFORM_") {
			return ""
		}
		return os.Getenv(name)
	}}
	code = dispatch(context.Background(), args, s)
	return code, out.String()
}

func the(t *testing.T, file, kind string) snippet {
	t.Helper()
	for _, s := range snippets(t, file) {
		if s.kind == kind {
			return s
		}
	}
	t.Fatalf("%s has no snippet of kind %s", file, kind)
	return snippet{}
}

// changing is what differs from run to run, and from one set of cases to the next.
var changing = regexp.MustCompile(`[0-9]+(\.[0-9]+)?(ms|s)\b|\bi-[0-9a-z]{10,}|127\.0\.0\.1:[0-9]+|[0-9]+`)

func steady(text string) string {
	return changing.ReplaceAllString(strings.Join(strings.Fields(text), " "), "N")
}

// TestReadmeOutput: what the README says that the commands print is what they print.
func TestReadmeOutput(t *testing.T) {
	g := NewWithT(t)
	conformant, failure := the(t, "README.md", "text conformant"), the(t, "README.md", "text failure")
	d, found := defect.Find("status.InvalidInstanceId.NotFound-400")
	g.Expect(found).To(BeTrue())
	rules := mock.DefaultRules()
	d.Break(rules)
	handler, err := mock.New(mock.Options{
		Credentials: []mock.Credential{{AccessKeyID: "testid", AccessKeySecret: "testsecret"}}, Rules: rules,
	})
	g.Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(handler)
	defer server.Close()
	for name, value := range map[string]string{"ID": "testid", "SECRET": "testsecret"} {
		t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_"+name, value)
	}
	t.Chdir(t.TempDir())

	code, text := printed("run", "-late", "0")
	g.Expect(code).To(Equal(exitConformant), text)
	g.Expect(steady(text)).To(Equal(steady(conformant.text)), text)

	code, text = printed("run", "-case", "error.InvalidInstanceId.NotFound.first", "-endpoint", server.URL,
		"-provider-states", server.URL+"/_states")
	g.Expect(code).To(Equal(exitNotConformant), text)
	g.Expect(steady(text)).To(Equal(steady(failure.text)), text)
}

// TestContributing: the worked examples of CONTRIBUTING.md are what they say. Those in Go are in the tests of their
// rooms.
func TestContributing(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	requirement, added := the(t, "CONTRIBUTING.md", "yaml requirement"), the(t, "CONTRIBUTING.md", "yaml case")
	description := filepath.Join(dir, "description.yaml")
	g.Expect(os.WriteFile(description, []byte(document(t, "spec/detachinstances.openapi.yaml")+requirement.text),
		0o600)).To(Succeed())
	cases := filepath.Join(dir, "cases")
	g.Expect(os.Mkdir(cases, 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(cases, "more.yaml"), []byte(added.text), 0o600)).To(Succeed())
	code, text := printed("run", "-spec", description, "-cases", cases, "-case", "detach.in-any-order", "-late", "0",
		"-report-dir", filepath.Join(dir, "out"))
	g.Expect(code).To(Equal(exitConformant), text)
	g.Expect(text).To(MatchRegexp(`4 of 4 cases\s+passed`))
}
