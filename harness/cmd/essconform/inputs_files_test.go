package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
)

// input is a file that went wrong once.
func input(t *testing.T, name string) string {
	t.Helper()
	g := NewWithT(t)
	data, err := os.ReadFile(filepath.Join("testdata", "inputs", name))
	g.Expect(err).NotTo(HaveOccurred())
	return string(data)
}

const ownCase = `- id: own.case
  title: a case of the user's own
  requirements: [detach.one]
  state: {name: a scaling group with detachable instances, instances: 1}
  request: {instances: [given.1]}
  expect: accepted
`

// TestMarksInFiles: every reader drops one byte order mark, and says what UTF-16 is.
func TestMarksInFiles(t *testing.T) {
	var green bytes.Buffer
	NewWithT(t).Expect(reports.WriteJSON(&green, reports.Build(reports.Input{}))).To(Succeed())
	description := document(t, filepath.Join("spec", "detachinstances.openapi.yaml"))
	for name, c := range map[string]struct {
		text string
		args func(file string) []string
		code int
	}{
		"target": {
			input(t, "target-with-bom.yaml"),
			func(f string) []string { return []string{"cases", "-target", f} }, 0,
		},
		"waivers": {
			input(t, "waivers-with-bom.yaml"),
			func(f string) []string { return []string{"cases", "-waivers", f} }, 0,
		},
		"bindings": {
			"an inactive scaling group:\n- {scalingGroupId: g, instanceIds: [i-1, i-2]}\n",
			func(f string) []string {
				return []string{"bindings", "check", "-case", "error.IncorrectScalingGroupStatus", "-bindings", f}
			}, 0,
		},
		"cases": {ownCase, func(f string) []string {
			return []string{"cases", "-cases", filepath.Dir(f), "-case", "own.case"}
		}, 0},
		"spec": {description, func(f string) []string { return []string{"cases", "-spec", f} }, 0},
		"policy": {
			"hold: {profiles: [document]}\n",
			func(f string) []string { return []string{"gate", "-policy", f, reportOf(t, "one", time.Now())} }, 0,
		},
		"report": {green.String(), func(f string) []string { return []string{"report", f, "-format", "md"} }, 0},
		"failed": {green.String(), func(f string) []string { return []string{"run", "-failed", f} }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			g, file := NewWithT(t), filepath.Join(t.TempDir(), "input.yaml")
			bare := strings.TrimPrefix(c.text, "\ufeff")
			g.Expect(os.WriteFile(file, []byte("\ufeff"+bare), 0o600)).To(Succeed())
			code, out, stderr := essconform(t, nil, c.args(file)...)
			g.Expect(code).To(Equal(c.code), stderr+out)
			g.Expect(stderr).NotTo(ContainSubstring(`\ufeff`))
			var utf16le []byte
			for _, unit := range utf16.Encode([]rune("\ufeff" + bare)) {
				utf16le = append(utf16le, byte(unit), byte(unit>>8))
			}
			g.Expect(os.WriteFile(file, utf16le, 0o600)).To(Succeed())
			code, _, stderr = essconform(t, nil, c.args(file)...)
			g.Expect(code).To(Equal(exitCouldNotJudge))
			g.Expect(stderr).To(MatchRegexp(`^essconform: [^\n]*input\.yaml[^\n]*UTF-16; save it as UTF-8[^\n]*\n$`))
		})
	}
	g := NewWithT(t)
	code, _, stderr := essconform(t, nil, "run", "-target", filepath.Join("testdata", "inputs", "target-utf16.yaml"),
		"-report-dir", t.TempDir())
	g.Expect(code).To(Equal(exitCouldNotJudge))
	g.Expect(stderr).To(ContainSubstring("target-utf16.yaml: the file is UTF-16; save it as UTF-8\n"))
}
