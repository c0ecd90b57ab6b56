// Package junit draws junit.xml.
package junit

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

// junitBody bounds each body in system-out, in runes: CI systems keep these files for long.
const junitBody = 4096

// junitLine bounds any other text, in runes.
const junitLine = 2000

// junitSuites has no attribute skipped: the schema that most readers follow knows it in testsuite only.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     string       `xml:"time,attr"` // seconds
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	junitTotals
}

type junitTotals struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     string `xml:"time,attr"` // seconds
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class string `xml:"classname,attr"`
	Name  string `xml:"name,attr"`
	Time  string `xml:"time,attr"`
	// File and Line are where the description says what the case is about.
	File       string           `xml:"file,attr,omitempty"`
	Line       string           `xml:"line,attr,omitempty"`
	Properties *junitProperties `xml:"properties"`
	Failure    *junitDetail     `xml:"failure"`
	Error      *junitDetail     `xml:"error"`
	Skipped    *junitDetail     `xml:"skipped"`
	Out        *junitText       `xml:"system-out"`
}

type junitProperties struct {
	Properties []junitProperty `xml:"property"`
}

type junitDetail struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

// junitText is text in a CDATA section, which keeps line ends readable. encoding/xml splits it where the text would end
// it, but lets characters through that XML forbids: what goes in has to be printable.
type junitText struct {
	Text string `xml:",cdata"`
}

// Write writes junit.xml: one testcase for each case. A run that is not conformant although no case failed gets one
// more, named "verdict", because a file without a failure looks green to those who read it.
func Write(w io.Writer, r reports.Report) error {
	suite := junitSuite{
		Name:      printable.Visible(r.Contract.Operation),
		Timestamp: r.Run.StartedAt.UTC().Format("2006-01-02T15:04:05"),
	}
	for _, p := range []junitProperty{
		{"verdict", r.Verdict.Reason},
		{"suite.version", r.Suite.Version},
		{"suite.caseSet", r.Suite.CaseSet},
		{"contract.file", r.Contract.File},
		{"contract.sha256", r.Contract.SHA256},
		{"contract.apiVersion", r.Contract.APIVersion},
		{"target.name", r.Target.Name},
		{"target.kind", r.Target.Kind},
		{"target.endpoint", r.Target.Endpoint},
		{"target.region", r.Target.Region},
		{"target.signature", r.Target.Signature},
		{"target.arrangement", r.Target.Arrangement},
		{"run.id", r.Run.ID},
		{"run.selection", r.Run.Selection},
	} {
		suite.Properties = append(suite.Properties, junitProperty{p.Name, printable.Bounded(p.Value, junitLine)})
	}
	catalogue := summary.RequirementsByID(r)
	for _, c := range r.Cases {
		suite.Cases = append(suite.Cases, junitCaseOf(c, catalogue))
	}
	suite.junitTotals = totals(suite.Cases)
	if r.Verdict.ExitCode != reports.ExitConformant && suite.Failures+suite.Errors == 0 {
		suite.Cases = append(suite.Cases, junitCase{Class: "run", Name: "verdict", Time: "0.000", Error: &junitDetail{
			Message: printable.Visible(r.Verdict.Reason), Type: "verdict",
			Text: printable.VisibleLines(strings.Join(r.WaiverProblems, "\n")),
		}})
		suite.junitTotals = totals(suite.Cases)
	}
	suite.Time = seconds(float64(r.Run.EndedAt.Sub(r.Run.StartedAt).Milliseconds()))

	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{
		Name: "essconform", Tests: suite.Tests, Failures: suite.Failures, Errors: suite.Errors,
		Time: suite.Time, Suites: []junitSuite{suite},
	}); err != nil {
		return fmt.Errorf("write junit: %w", err)
	}
	b.WriteString("\n")
	if _, err := w.Write(printable.Unspoken(b.Bytes())); err != nil {
		return fmt.Errorf("write junit: %w", err)
	}
	return nil
}

func totals(cases []junitCase) junitTotals {
	t := junitTotals{Tests: len(cases)}
	for _, c := range cases {
		switch {
		case c.Failure != nil:
			t.Failures++
		case c.Error != nil:
			t.Errors++
		case c.Skipped != nil:
			t.Skipped++
		}
	}
	return t
}

func junitCaseOf(c reports.CaseResult, catalogue map[string]reports.Requirement) junitCase {
	class, name, _ := strings.Cut(c.ID, "/")
	out := junitCase{
		Class: printable.Visible(class), Name: printable.Visible(cmp.Or(name, class)), Time: seconds(c.DurationMs),
	}
	about := summary.About(c, catalogue)
	out.File, out.Line = summary.FileAndLine(about.SpecLine)
	if about.ID != "" {
		out.Properties = &junitProperties{}
		for _, p := range []junitProperty{
			{"requirement", about.ID}, {"level", about.Level}, {"profile", about.Profile},
		} {
			out.Properties.Properties = append(
				out.Properties.Properties, junitProperty{p.Name, printable.Bounded(p.Value, junitLine)})
		}
	}
	switch c.Outcome {
	case reports.Passed:
	case reports.Failed:
		out.Failure = failureOf(c)
	case reports.UnexpectedPass:
		out.Failure = &junitDetail{
			Message: "a waived case passed; remove its waiver",
			Type:    string(reports.UnexpectedPass),
		}
	case reports.Unsupported, reports.Waived:
		out.Skipped = &junitDetail{Message: printable.Bounded(string(c.Outcome)+": "+c.Reason, junitLine)}
	default:
		out.Error = &junitDetail{
			Message: printable.Bounded(c.Reason, junitLine),
			Type:    string(reports.CouldNotRun),
		}
	}
	text := summary.ExchangeText(c.Exchange, junitBody)
	if c.Outcome != reports.Passed { // not in the failure: readers take a port for a line of a file
		text = reproduceText(c) + text
	}
	if c.Outcome != reports.Failed { // there the findings stand in the failure
		text = findingsText(c.Findings) + text
	}
	if text != "" {
		out.Out = &junitText{text}
	}
	return out
}

func failureOf(c reports.CaseResult) *junitDetail {
	d := &junitDetail{
		Message: printable.Bounded(c.Reason, junitLine),
		Type:    string(reports.Failed),
		Text:    "\n" + findingsText(c.Findings),
	}
	for _, f := range c.Findings {
		if reports.IsMust(f.Level) {
			d.Message, d.Type = summary.FindingLine(f), cmp.Or(printable.Visible(f.Requirement), string(reports.Failed))
			break
		}
	}
	return d
}

// findingsText is findings, each on a line, as "error.status.X: wanted HTTP 404; got HTTP 400".
func findingsText(fs []reports.Finding) string {
	var b strings.Builder
	for _, f := range fs {
		if !reports.IsMust(f.Level) {
			b.WriteString("warning: ")
		}
		b.WriteString(summary.FindingLine(f) + "\n")
		if f.Text != "" {
			b.WriteString("  document: " + printable.Bounded(f.Text, junitLine) + "\n")
		}
		if f.SpecLine != "" {
			b.WriteString("  spec: " + printable.Visible(f.SpecLine) + "\n")
		}
	}
	return b.String()
}

func reproduceText(c reports.CaseResult) string {
	s := ""
	for _, l := range summary.ReproduceLines(c.Reproduce) {
		s += printable.Visible(l.Line) + "\n"
	}
	return s
}

func seconds(ms float64) string { return fmt.Sprintf("%.3f", ms/1000) }
