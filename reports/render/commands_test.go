package render

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// commands are lines that the log of a CI job takes for commands.
var commands = regexp.MustCompile(`(?m)##[A-Za-z]*\[|^\s*::.*boo`)

// TestNoCommandsOfATarget: a log in which any file of a report is printed takes no command of a target's.
func TestNoCommandsOfATarget(t *testing.T) {
	const evil = "##[error]boo\n::error::boo\n  ::set-env name=a::boo ##[group]boo ###[boo ##vso[task.setvariable " +
		"variable=a]boo ##teamcity[boo"
	in := samples.Broken()
	in.Target.Name, in.Run.Partial = evil, evil
	for i := range in.Cases {
		c := &in.Cases[i]
		c.Reason, c.State.Outcome, c.Reproduce.Curl = evil, evil, evil
		for j := range c.Findings {
			c.Findings[j].Want, c.Findings[j].Got, c.Findings[j].Pointer = evil, evil, evil
		}
		m := reports.Message{StartLine: evil, Headers: []reports.Header{{Name: evil, Value: evil}}, Body: evil}
		c.Exchange = &reports.Exchange{Request: m, Response: &m, Failure: evil}
	}
	r := reports.Build(in)
	for _, f := range Formats() {
		if f.File == "" || f.Name == "har" { // package har tests its own
			continue // written to a guarded log, or commands of our own
		}
		var b bytes.Buffer
		if err := f.Write(t.Context(), &b, r, Options{}); err != nil {
			t.Fatal(err)
		}
		if found := commands.FindAll(b.Bytes(), 3); len(found) > 0 {
			t.Errorf("%s: wanted no command; got %q", f.Name, found)
		}
	}
}
