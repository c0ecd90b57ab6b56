package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// flat turns the lists of Describe answers into those of edition 2022-02-22.
func flat(status int, body string) (int, string) {
	var answer map[string]any
	if json.Unmarshal([]byte(body), &answer) != nil {
		return status, body
	}
	for outer, inner := range map[string]string{
		"ScalingGroups":    "ScalingGroup",
		"ScalingInstances": "ScalingInstance",
	} {
		if nested, is := answer[outer].(map[string]any); is {
			answer[outer] = nested[inner]
		}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return status, body
	}
	return status, string(text)
}

// TestShapeOfAnotherEdition: supporting operations that answer in the shape of another edition are a warning wherever a
// report is summarised, and no failure.
func TestShapeOfAnotherEdition(t *testing.T) {
	g, dir, url := NewWithT(t), t.TempDir(), server(t, flat)
	code, out, stderr := essconform(t, nil, "run", "-quiet", "-case", "detach.one/json/get", "-endpoint", url,
		"-provider-states", url+"/_states",
		"-signature", "none", "-late", "0", "-report-dir", dir)
	g.Expect(code).To(Equal(exitConformant), out+stderr)
	const note = "DescribeScalingInstances: ScalingInstances is a list; edition 2014-08-28 has an object with the " +
		"list ScalingInstance there"
	g.Expect(stderr).To(ContainSubstring("essconform: warning: " + note + "\n"))
	g.Expect(unwrapped(out)).To(ContainSubstring("warning: " + note))
	report, err := readReport(filepath.Join(dir, "report.json"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Run.Notes).To(ContainElement(note))
	for _, file := range []string{"report.md", "report.html"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(text)).To(ContainSubstring("warning: "+note), file)
	}
}

func unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }
