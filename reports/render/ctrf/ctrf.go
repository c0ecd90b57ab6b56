// Package ctrf draws the Common Test Report Format (ctrf.io).
package ctrf

import (
	"cmp"
	"io"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

type document struct {
	ReportFormat string  `json:"reportFormat"`
	SpecVersion  string  `json:"specVersion"`
	ReportID     string  `json:"reportId,omitempty"`
	Timestamp    string  `json:"timestamp"`
	GeneratedBy  string  `json:"generatedBy"`
	Results      results `json:"results"`
}

type results struct {
	Tool    tool           `json:"tool"`
	Summary totals         `json:"summary"`
	Tests   []test         `json:"tests"`
	Extra   map[string]any `json:"extra"`
}

type tool struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

type totals struct {
	Tests   int   `json:"tests"`
	Passed  int   `json:"passed"`
	Failed  int   `json:"failed"`
	Skipped int   `json:"skipped"`
	Pending int   `json:"pending"`
	Other   int   `json:"other"`
	Start   int64 `json:"start"` // milliseconds since 1970, as all times here
	Stop    int64 `json:"stop"`
}

type test struct {
	Name      string            `json:"name"`
	Status    string            `json:"status"` // passed, failed, skipped, pending, other
	Duration  int64             `json:"duration"`
	Start     int64             `json:"start,omitempty"`
	Suite     []string          `json:"suite"`
	Message   string            `json:"message,omitempty"`
	Trace     string            `json:"trace,omitempty"`
	RawStatus string            `json:"rawStatus"`
	Tags      []string          `json:"tags,omitempty"`
	FilePath  string            `json:"filePath,omitempty"`
	Line      int               `json:"line,omitempty"`
	Extra     map[string]string `json:"extra,omitempty"`
}

// longest bounds a text, in runes.
const longest = 2000

// Write writes one test for each case. What could not be judged is "other", which no reader takes for a pass.
func Write(w io.Writer, r reports.Report) error {
	d := document{
		ReportFormat: "CTRF", SpecVersion: "0.0.0", Timestamp: r.Run.EndedAt.UTC().Format("2006-01-02T15:04:05.000Z"),
		GeneratedBy: "essconform",
	}
	d.Results = results{
		Tool:    tool{Name: "essconform", Version: printable.ShortID(r.Suite.Version)},
		Summary: totals{Start: r.Run.StartedAt.UnixMilli(), Stop: r.Run.EndedAt.UnixMilli()},
		Tests:   []test{},
		Extra: map[string]any{
			"verdict": printable.Bounded(r.Verdict.Reason, longest), "exitCode": r.Verdict.ExitCode,
			"conformant": r.Verdict.Conformant, "target": printable.ShortID(cmp.Or(r.Target.Name, r.Target.Kind)),
		},
	}
	catalogue := summary.RequirementsByID(r)
	n := &d.Results.Summary
	for _, c := range r.Cases {
		t := testOf(c, catalogue)
		switch t.Status {
		case "passed":
			n.Passed++
		case "failed":
			n.Failed++
		case "skipped":
			n.Skipped++
		default:
			n.Other++
		}
		d.Results.Tests = append(d.Results.Tests, t)
	}
	if r.Verdict.ExitCode != reports.ExitConformant && n.Failed+n.Other == 0 { // without it the file would look green
		d.Results.Tests = append(d.Results.Tests, test{
			Name: "verdict", Status: "failed", Suite: []string{"essconform"}, RawStatus: "verdict",
			Message: printable.Bounded(r.Verdict.Reason, longest),
		})
		n.Failed++
	}
	n.Tests = len(d.Results.Tests)
	return printable.WriteJSON(w, "ctrf", d)
}

func testOf(c reports.CaseResult, catalogue map[string]reports.Requirement) test {
	class, name, _ := strings.Cut(c.ID, "/")
	t := test{
		Name: printable.Visible(cmp.Or(name, class)), Suite: []string{"essconform", printable.Visible(class)},
		Duration: int64(c.DurationMs + 0.5), RawStatus: string(c.Outcome),
	}
	if !c.StartedAt.IsZero() {
		t.Start = c.StartedAt.UnixMilli()
	}
	switch c.Outcome {
	case reports.Passed:
		t.Status = "passed"
	case reports.Failed, reports.UnexpectedPass:
		t.Status = "failed"
	case reports.Unsupported, reports.Waived:
		t.Status = "skipped"
	default:
		t.Status = "other"
	}
	t.Message = printable.Bounded(c.Reason, longest)
	for i, f := range c.Findings {
		if i == 0 {
			t.Message = summary.FindingLine(f)
		}
		t.Trace += summary.FindingLine(f) + " (" + printable.ShortID(f.SpecLine) + ")\n"
	}
	t.Trace = strings.TrimSuffix(t.Trace, "\n")
	about := summary.About(c, catalogue)
	file, line := summary.FileAndLine(about.SpecLine)
	t.FilePath = file
	t.Line = summary.Number(line)
	if about.ID != "" {
		t.Extra = map[string]string{
			"requirement": printable.ShortID(about.ID), "level": printable.ShortID(about.Level),
			"profile": printable.ShortID(about.Profile),
		}
	}
	for _, l := range c.Labels {
		t.Tags = append(t.Tags, printable.ShortID(l))
	}
	return t
}
