// Package github draws workflow commands of GitHub Actions, which show what failed beside the lines of the description.
package github

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/internal/summary"
)

// most is how many annotations are written; GitHub shows ten of a step.
const most = 10

// longest bounds a text in an annotation, in runes.
const longest = 400

// Write writes one command a line: errors for what failed, in repair order, then warnings, at most ten with a count of
// the rest.
func Write(w io.Writer, r reports.Report) error {
	var b strings.Builder
	lines := annotations(r)
	shown := lines
	if len(lines) > most {
		shown = lines[:most-1]
	}
	for _, l := range shown {
		b.WriteString(l + "\n")
	}
	if left := len(lines) - len(shown); left > 0 {
		rest := printable.Plural(left, "more finding") + " in the report"
		b.WriteString(command("notice", "", "essconform", rest) + "\n")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write annotations: %w", err)
	}
	return nil
}

func annotations(r reports.Report) (lines []string) {
	for _, c := range repair.Order(r.Cases) {
		lines = append(lines, command("error", c.Differences[0].SpecLine, c.Name(), message(c)))
	}
	if r.Verdict.ExitCode != reports.ExitConformant && len(lines) == 0 {
		lines = append(lines, command("error", "", "essconform", printable.Bounded(r.Verdict.Reason, longest)))
	}
	for _, c := range repair.Of(summary.Warnings(r.Cases)) {
		lines = append(lines, command("warning", c.Differences[0].SpecLine, c.Name(), message(c)))
	}
	return lines
}

func message(c repair.Card) string {
	d := c.Differences[0]
	text := []string{c.Advice}
	if c.Text != "" {
		text = append(text, printable.Bounded(c.Text, longest))
	}
	text = append(text, fmt.Sprintf("wanted %s; got %s, in %s",
		printable.Bounded(d.Want, longest), printable.Bounded(d.Got, longest), printable.Plural(len(c.Cases), "case")))
	if len(c.Hides) > 0 {
		text = append(text, "with the same root: "+printable.Some(requirements(c.Hides), 3, printable.ShortID))
	}
	if rerun := d.Cases[0].Reproduce.Rerun; rerun != "" {
		text = append(text, printable.Bounded(rerun, longest))
	}
	return strings.Join(text, "\n")
}

func requirements(groups []summary.Group) []string {
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.Requirement
	}
	return ids
}

// command is one workflow command. What a target sent cannot end it, nor begin another.
func command(level, at, title, message string) string {
	properties := []string{}
	if file, line := summary.FileAndLine(at); file != "" {
		properties = append(properties, "file="+property(file))
		if line != "" {
			properties = append(properties, "line="+line)
		}
	}
	properties = append(properties, "title="+property(cmp.Or(title, "essconform")))
	line := "::" + level + " " + strings.Join(properties, ",") + "::" + data.Replace(message)
	return hashed.ReplaceAllString(line, `$1\x5b`)
}

// hashed is another way to give a command, which may begin within a line.
var hashed = regexp.MustCompile(`(##[A-Za-z]*)\[`)

var data = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
