// Package samples holds the reports that golden files and other tests are made of.
package samples

import (
	"fmt"
	"strings"
	"time"

	"github.com/essconform/essconform/reports"
)

// The requirements of the samples, and the file that has them.
const (
	ReqStatus = "error.status.InvalidInstanceId.NotFound"
	ReqShape  = "response.error.xml"
	reqHost   = "response.error.json"
	ReqRange  = "detach.range"
	ReqOne    = "detach.one"
	ReqIdle   = "group.idle"
	ReqCase   = "format.case"
	SpecFile  = "spec/detachinstances.openapi.yaml"
)

// Started is when every sample run begins.
var Started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Catalogue are the requirements of the samples.
func Catalogue() []reports.CatalogueEntry {
	entry := func(id, level, profile, text string, line int) reports.CatalogueEntry {
		return reports.CatalogueEntry{
			ID: id, Level: level, Profile: profile, Text: text, Source: "errors",
			SpecLine: fmt.Sprintf("%s:%d", SpecFile, line),
			Cases:    Variants("case." + id),
		}
	}
	idle := entry(ReqIdle, "MUST", "document", "no scaling activity may be in progress", 30)
	excluded := entry("activity.none", "MUST", "document", "an activity may still fail", 40)
	excluded.Excluded, excluded.Cases = "no call makes an activity fail", nil
	return []reports.CatalogueEntry{
		entry(ReqOne, "MUST", "document", "one instance can be detached in one call", 10),
		entry(ReqRange, "SHOULD", "document", "N outside 1..20 is not a valid request", 20),
		idle,
		excluded,
		entry(ReqStatus, "MUST", "document", "an unknown instance is answered with HTTP 404", 214),
		entry(ReqShape, "MUST", "conventions", "an error answer in XML has the root element Error", 220),
		entry(ReqCase, "MUST", "conventions", "Format=xml and Format=XML mean the same", 230),
		entry(reports.RequestIDUnique, "MUST", "document", "no two answers share a RequestId", 240),
		entry(reports.ActivityUnique, "MUST", "document", "two accepted calls have different activity ids", 250),
	}
}

// Variants are the ids of one case over format and method.
func Variants(slug string) []string {
	var out []string
	for _, axes := range []string{"/json/get", "/xml/post"} {
		out = append(out, slug+axes)
	}
	return out
}

// sampleCases are two passed cases for each requirement that is not excluded.
func sampleCases() []reports.CaseResult {
	var out []reports.CaseResult
	for _, e := range Catalogue() {
		for i, id := range e.Cases {
			out = append(out, reports.CaseResult{
				ID: id, Title: e.Text, Requirements: []string{e.ID}, Format: []string{"json", "xml"}[i],
				Method: []string{"GET", "POST"}[i], Labels: []string{e.Profile},
				State: reports.State{
					Name:    "a scaling group with detachable instances",
					Params:  map[string]any{"instances": 3.0},
					Outcome: "arranged",
				},
				Outcome: reports.Passed, Exchange: sampleExchange(), BodyChecked: true, Checked: []string{e.ID},
				DurationMs: 1.25,
				Trail:      []reports.Step{{What: "DetachInstances", Result: "HTTP 200", Ms: 0.5}},
				RequestIDs: []string{"request of " + id}, ActivityIDs: []string{"activity of " + id},
				Reproduce: reports.Reproduce{
					Curl:  "curl 'http://127.0.0.1:9090/?Action=DetachInstances&InstanceId.1=i-1&ScalingGroupId=asg-1'",
					Rerun: "essconform run -case " + id + " -endpoint http://127.0.0.1:9090",
				},
			})
		}
	}
	return out
}

func sampleExchange() *reports.Exchange {
	return &reports.Exchange{
		Request: reports.Message{
			StartLine: "GET /?Action=DetachInstances HTTP/1.1",
			Headers:   []reports.Header{{Name: "Host", Value: "127.0.0.1:9090"}},
		},
		Response: &reports.Message{
			StartLine: "HTTP/1.1 200 OK",
			Headers:   []reports.Header{{Name: "Content-Type", Value: "application/json;charset=utf-8"}},
			Body:      `{"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E","ScalingActivityId":"asa-1"}`,
		},
		Attempts: 1, Timings: reports.Timings{FirstByteMs: 0.25, TotalMs: 0.5},
	}
}

// Input is a run in which every case passed.
func Input() reports.Input {
	cases := sampleCases()
	return reports.Input{
		Suite: reports.Suite{
			Version: "1.0.0",
			Commit:  "0123abc",
			CaseSet: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		},
		Contract: reports.Contract{
			File:       SpecFile,
			SHA256:     "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
			APIVersion: "2014-08-28",
			Operation:  "DetachInstances",
		},
		Target: reports.Target{
			Name:        "acme-cloud",
			Kind:        "endpoint",
			Endpoint:    "http://127.0.0.1:9090",
			Region:      "cn-hangzhou",
			Signature:   "v1",
			Arrangement: "provider states",
		},
		Run: reports.Run{
			ID: "0198c7b6", StartedAt: Started, EndedAt: Started.Add(1234 * time.Millisecond), Seed: 7, Procs: 2,
			Config: map[string]string{"timeout": "10s"}, Selection: reports.Everything, Command: "essconform run",
		},
		Catalogue: Catalogue(), Cases: cases, Selected: len(cases),
	}
}

// On changes the cases of a requirement.
func On(in reports.Input, requirement string, change func(i int, c *reports.CaseResult)) {
	n := 0
	for i := range in.Cases {
		if in.Cases[i].Requirements[0] == requirement {
			change(n, &in.Cases[i])
			n++
		}
	}
}

// Finding is a finding on a requirement of the catalogue.
func Finding(requirement, want, got, pointer string) reports.Finding {
	for _, e := range Catalogue() {
		if e.ID == requirement {
			return reports.Finding{
				Requirement: e.ID,
				Level:       e.Level,
				Pointer:     pointer,
				Want:        want,
				Got:         got,
				SpecLine:    e.SpecLine,
				Text:        e.Text,
			}
		}
	}
	panic("no such requirement: " + requirement)
}

// errorBody is an error without a code, and wrongRoot one below another root.
const (
	errorBody = `<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>473469C7</RequestId></Error>`
	wrongRoot = `<ErrorResponse><Code>InvalidInstanceId.NotFound</Code>` +
		`<RequestId>473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E</RequestId></ErrorResponse>`
)

// Broken gets a status, an XML root, a range and a request id wrong; one failure is waived.
func Broken() reports.Input {
	in := Input()
	On(in, ReqStatus, func(_ int, c *reports.CaseResult) {
		c.Outcome = reports.Failed
		c.Findings = append(c.Findings, Finding(ReqStatus, "HTTP 404", "400", "status"))
		if c.Format == "xml" {
			f := Finding(ReqShape, "root element <Error>", "<ErrorResponse>", "/ErrorResponse")
			c.Exchange.Response.Body, f.Length = wrongRoot, len(wrongRoot)
			c.Findings = append(c.Findings, f)
		}
	})
	On(in, ReqShape, func(i int, c *reports.CaseResult) {
		if i == 1 {
			c.Outcome = reports.Failed
			f := Finding(ReqShape, "element Code", "nothing", "/Error/Code")
			f.Offset, f.Length = strings.Index(errorBody, "<Error>"), 1
			c.Exchange.Response.Body = errorBody
			c.Findings = append(c.Findings, f)
		}
	})
	On(in, ReqRange, func(_ int, c *reports.CaseResult) {
		c.Findings = append(c.Findings, Finding(ReqRange, "a refusal", "HTTP 200", ""))
	})
	On(in, ReqOne, func(i int, c *reports.CaseResult) { c.RequestIDs = []string{"one and the same"} })
	On(in, ReqCase, func(i int, c *reports.CaseResult) {
		c.Outcome = reports.Failed
		c.Findings = append(c.Findings, Finding(ReqCase, "the same answer", "HTTP 400", ""))
	})
	in.Waivers = []reports.Waiver{
		{
			Case:    "case.format.case/*",
			Reason:  "lower case comes with the next release",
			Issue:   "ACME-12",
			Expires: "2026-12-31",
		},
		{Case: "case.gone/*", Reason: "was renamed"},
	}
	return in
}

// CouldNotRun is a run with cases that could not run.
func CouldNotRun() reports.Input {
	in := Input()
	On(in, ReqIdle, func(i int, c *reports.CaseResult) {
		c.Outcome, c.Reason = reports.CouldNotRun, "the target does not know the state"
		c.State = reports.State{
			Name:    "a scaling group with a scaling activity in progress",
			Params:  map[string]any{"instances": 1.0},
			Outcome: "unknown",
		}
		c.Exchange, c.BodyChecked, c.Checked = nil, false, nil
	})
	On(in, ReqCase, func(_ int, c *reports.CaseResult) {
		c.Outcome, c.Reason = reports.Unsupported, "the target has no load balancers"
		c.Exchange, c.BodyChecked, c.Checked = nil, false, nil
	})
	return in
}

func partial() reports.Input {
	in := Input()
	in.Run.Partial, in.Run.Selection = "interrupted", "label json"
	in.Cases, in.Selected, in.NotSelected = in.Cases[:6], 8, 8
	return in
}

// Nasty is what a target might send to break out of a report.
const Nasty = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script> ]]> \x00 \xff\xfe ``` ```` | @everyone #1 " +
	"https://evil.example " +
	"[x](javascript:alert(1)) <!-- --> </details> \u202egnp.exe\r\n# heading\n| a | b |\n\u2028&lt; \u200b \x9b31m\x7f"

// Hostile has Nasty wherever a target has a say.
func Hostile() reports.Input { return HostileWith(Nasty) }

// HostileWith has a text wherever a target has a say.
func HostileWith(text string) reports.Input {
	in := Broken()
	in.Target.Name, in.Target.Endpoint = text, text
	for i := range in.Cases {
		c := &in.Cases[i]
		c.Reason = text
		c.State.Outcome = text
		c.RequestIDs, c.ActivityIDs = []string{text}, []string{text}
		c.Trail = []reports.Step{{What: "DetachInstances", Result: text}}
		c.Reproduce.Curl = "curl '" + text + "'"
		for j := range c.Findings {
			f := &c.Findings[j]
			f.Want, f.Got, f.Pointer = text, text, text
		}
		m := reports.Message{StartLine: text, Headers: []reports.Header{{Name: text, Value: text}}, Body: text}
		c.Exchange = &reports.Exchange{Request: m, Response: &m, Failure: text}
		if i%9 >= 7 {
			c.Findings, c.RequestIDs, c.ActivityIDs = nil, nil, nil
		}
		switch i % 9 {
		case 7:
			c.Outcome = reports.CouldNotRun
		case 8:
			c.Outcome = reports.Unsupported
			c.State = reports.State{Name: text, Params: map[string]any{text: text}, Outcome: "unknown"}
		}
	}
	in.Waivers = append(in.Waivers,
		reports.Waiver{Case: text, Requirement: text, Reason: text, Issue: text, Expires: "2026-12-31"})
	return in
}

// All are the sample reports by their names.
func All() map[string]reports.Report {
	return map[string]reports.Report{
		"conformant":    reports.Build(Input()),
		"broken":        reports.Build(Broken()),
		"could-not-run": reports.Build(CouldNotRun()),
		"partial":       reports.Build(partial()),
		"hostile":       reports.Build(Hostile()),
	}
}

// Big is a report of 5,000 failed cases.
func Big() reports.Report {
	in := Input()
	for len(in.Cases) < 5000 {
		for _, c := range sampleCases() {
			c.ID += "/" + string(rune('a'+len(in.Cases)%26)) + strings.Repeat("x", len(in.Cases)/26)
			c.Outcome, c.Findings = reports.Failed, []reports.Finding{Finding(ReqStatus, "HTTP 404", c.ID, "status")}
			in.Cases = append(in.Cases, c)
		}
	}
	in.Selected = len(in.Cases)
	return reports.Build(in)
}
