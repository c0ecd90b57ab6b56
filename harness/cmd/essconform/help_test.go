package main

import (
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// TestHelpTellsOneDefault: no flag of any command states two defaults, and none states one that only means "not given".
func TestHelpTellsOneDefault(t *testing.T) {
	nothing := regexp.MustCompile(`\(default (0|0s|false|-1ns|"")\)`)
	lines := [][]string{{"bindings", "init"}, {"bindings", "check"}}
	for _, c := range commands() {
		lines = append(lines, []string{c.name})
	}
	for _, line := range lines {
		t.Run(strings.Join(line, " "), func(t *testing.T) {
			g := NewWithT(t)
			code, out, _ := essconform(t, nil, append(line, "-h")...)
			g.Expect(code).To(Equal(exitConformant))
			g.Expect(out).NotTo(MatchRegexp(nothing.String()))
			for _, flag := range strings.Split(out, "\n  -") {
				g.Expect(strings.Count(flag, "default ")).To(BeNumerically("<=", 1), flag)
			}
		})
	}
}
