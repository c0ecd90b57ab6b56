package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/gate"
	"github.com/essconform/essconform/spec"
	"github.com/essconform/essconform/spec/yamlfile"
)

// checkout is the root of the repository.
const checkout = "../../.."

// documents are the files that users and contributors read.
var documents = []string{
	"README.md", "CONTRIBUTING.md", ".ci/README.md", "fixtures/README.md", "harness/README.md",
	"harness/mock/README.md",
	"reports/README.md", "spec/README.md", "suites/README.md",
}

// snippet is a fenced block of a document.
type snippet struct {
	file string
	line int
	// kind is what stands behind the fence: the language, and for YAML what it is.
	kind, text string
}

func document(t *testing.T, file string) string {
	t.Helper()
	g := NewWithT(t)
	data, err := os.ReadFile(filepath.Join(checkout, file))
	g.Expect(err).NotTo(HaveOccurred())
	return string(data)
}

func snippets(t *testing.T, file string) (out []snippet) {
	t.Helper()
	inside := false
	for i, line := range strings.Split(document(t, file), "\n") {
		fence, is := strings.CutPrefix(line, "```")
		switch {
		case is && inside:
			inside = false
		case is:
			inside = true
			out = append(out, snippet{file: file, line: i + 1, kind: fence})
		case inside:
			out[len(out)-1].text += line + "\n"
		case strings.HasPrefix(line, "    "):
			t.Errorf("%s:%d: a snippet that is only indented is not tested; put it between fences, with its kind", file,
				i+1)
		}
	}
	return out
}

// TestSnippets: every snippet of the documents is what it says. Commands are parsed, data is loaded, Go is part of a
// file that is tested.
func TestSnippets(t *testing.T) {
	check := checks(t)
	for _, file := range documents {
		for _, s := range snippets(t, file) {
			t.Run(file+":"+s.kind, func(t *testing.T) {
				f, known := check[s.kind]
				if !known {
					t.Fatalf("%s:%d: a snippet of kind %q is not tested", s.file, s.line, s.kind)
				}
				f(t, s)
			})
		}
	}
}

func checks(t *testing.T) map[string]func(*testing.T, snippet) {
	g := NewWithT(t)
	lib := sources(t)
	contract, err := spec.Default()
	g.Expect(err).NotTo(HaveOccurred())
	return map[string]func(*testing.T, snippet){
		"sh": checkCommands,
		"go": func(t *testing.T, s snippet) {
			if !strings.Contains(lib, unindented(s.text)) {
				t.Errorf("%s:%d: this is in no Go file of the repository; copy it from an example or a test", s.file,
					s.line)
			}
		},
		"python":           func(*testing.T, snippet) {}, // suites/example holds it
		"text conformant":  func(*testing.T, snippet) {}, // TestReadmeOutput
		"text failure":     func(*testing.T, snippet) {}, // TestReadmeOutput
		"yaml requirement": func(*testing.T, snippet) {}, // TestContributing
		"http":             checkExchanges,
		"yaml target":      checkTarget,
		"yaml waivers": func(t *testing.T, s snippet) {
			_, err := reports.ParseWaivers(s.file, []byte(s.text))
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
		},
		"yaml policy": func(t *testing.T, s snippet) {
			_, err := gate.ParsePolicy(s.file, []byte(s.text))
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
		},
		"yaml case": func(t *testing.T, s snippet) {
			if s.file == "CONTRIBUTING.md" {
				return // TestContributing
			}
			dir := t.TempDir()
			NewWithT(t).Expect(os.WriteFile(filepath.Join(dir, "case.yaml"), []byte(s.text), 0o600)).To(Succeed())
			_, err := fixtures.Load(contract, dir)
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
		},
		"yaml github": checkService,
		"yaml gitlab": checkService,
	}
}

// sources is all Go text of the repository, without its indentation.
func sources(t *testing.T) string {
	g := NewWithT(t)
	var all strings.Builder
	err := filepath.WalkDir(checkout, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		data, err := os.ReadFile(name)
		all.WriteString(unindented(string(data)))
		return err
	})
	g.Expect(err).NotTo(HaveOccurred())
	return all.String()
}

func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}

// checkExchanges reads the messages of the protocol of provider states.
func checkExchanges(t *testing.T, s snippet) {
	for line := range strings.Lines(s.text) {
		_, body, found := strings.Cut(line, "{")
		if !found || !json.Valid([]byte("{"+body)) {
			t.Errorf("%s:%d: no JSON in %q", s.file, s.line, line)
		}
	}
}

// checkTarget reads a target file as `run -live` would. Nothing is sent.
func checkTarget(t *testing.T, s snippet) {
	name := filepath.Join(t.TempDir(), "target.yaml")
	g := NewWithT(t)
	g.Expect(os.WriteFile(name, []byte(s.text), 0o600)).To(Succeed())
	t.Setenv("DENIED_ID", "id")
	t.Setenv("DENIED_SECRET", "secret")
	fs := flag.NewFlagSet("run", flag.ContinueOnError)
	flags := target.Register(fs)
	g.Expect(fs.Parse([]string{"-target", name, "-live"})).To(Succeed())
	_, err := flags.Resolve(func(string) (string, bool) { return "", false }, "")
	g.Expect(err).NotTo(HaveOccurred())
}

// checkService holds what CI services are given to what the repository offers them, and looks at the commands in it.
func checkService(t *testing.T, s snippet) {
	_, err := yamlfile.Parse(s.file, []byte(s.text))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, m := range regexp.MustCompile(`\b(essconform run .*)`).FindAllStringSubmatch(s.text, -1) {
		checkCommand(t, s, words(m[1]))
	}
	action, template := document(t, ".github/actions/essconform/action.yml"), document(t, ".gitlab/essconform.yml")
	for _, m := range regexp.MustCompile(`extends: (\.essconform[a-z-]*)`).FindAllStringSubmatch(s.text, -1) {
		if !strings.Contains(template, "\n"+m[1]+":\n") {
			t.Errorf("%s:%d: the template has no %s", s.file, s.line, m[1])
		}
	}
	if strings.Contains(s.text, "actions/essconform@") {
		for _, m := range regexp.MustCompile(`(?:with: .*?[{,]|with:\n)\s*([a-z-]+): `).FindAllStringSubmatch(s.text, -1) {
			if !strings.Contains(action, "\n  "+m[1]+":\n") && !slices.Contains([]string{"pattern"}, m[1]) {
				t.Errorf("%s:%d: the action has no input %s", s.file, s.line, m[1])
			}
		}
	}
}

// TestLinks: what the documents link to is there.
func TestLinks(t *testing.T) {
	for _, file := range documents {
		text := regexp.MustCompile("(?s)\n```.*?\n```").ReplaceAllString(document(t, file), "")
		for _, m := range regexp.MustCompile(`\]\(([^)#]+)`).FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(checkout, filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", file, m[1])
			}
		}
	}
}

// TestReadmeIsShort: the README begins, the rooms explain.
func TestReadmeIsShort(t *testing.T) {
	if n := strings.Count(document(t, "README.md"), "\n"); n > 180 {
		t.Errorf("README.md has %d lines; wanted at most 180; move what is detail to the README of its room", n)
	}
}
