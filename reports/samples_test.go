package reports

import (
	"fmt"
	"time"
)

// The samples that golden files and other tests are made of.

const (
	reqStatus  = "error.status.InvalidInstanceId.NotFound"
	reqShape   = "response.error.xml"
	reqHost    = "response.error.json"
	reqRange   = "detach.range"
	reqOne     = "detach.one"
	reqIdle    = "group.idle"
	reqCase    = "format.case"
	sampleSpec = "spec/detachinstances.openapi.yaml"
)

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func sampleCatalogue() []CatalogueEntry {
	entry := func(id, level, profile, text string, line int) CatalogueEntry {
		return CatalogueEntry{
			ID: id, Level: level, Profile: profile, Text: text, Source: "errors", SpecLine: fmt.Sprintf("%s:%d", sampleSpec, line),
			Cases: variants("case." + id),
		}
	}
	idle := entry(reqIdle, "MUST", "document", "no scaling activity may be in progress", 30)
	excluded := entry("activity.none", "MUST", "document", "an activity may still fail", 40)
	excluded.Excluded, excluded.Cases = "nobody can force an activity to fail", nil
	return []CatalogueEntry{
		entry(reqOne, "MUST", "document", "one instance can be detached in one call", 10),
		entry(reqRange, "SHOULD", "document", "N outside 1..20 is not a valid request", 20),
		idle,
		excluded,
		entry(reqStatus, "MUST", "document", "an unknown instance is answered with HTTP 404", 214),
		entry(reqShape, "MUST", "conventions", "an error answer in XML has the root element Error", 220),
		entry(reqCase, "MUST", "conventions", "Format=xml and Format=XML mean the same", 230),
		entry(requestIDUnique, "MUST", "document", "no two answers share a RequestId", 240),
		entry(activityUnique, "MUST", "document", "two accepted calls have different activity ids", 250),
	}
}

// variants are the ids of one case over format and method.
func variants(slug string) []string {
	var out []string
	for _, axes := range []string{"/json/get", "/xml/post"} {
		out = append(out, slug+axes)
	}
	return out
}

// sampleCases are two passed cases for each requirement that is not excluded.
func sampleCases() []CaseResult {
	var out []CaseResult
	for _, e := range sampleCatalogue() {
		for i, id := range e.Cases {
			out = append(out, CaseResult{
				ID: id, Title: e.Text, Requirements: []string{e.ID}, Format: []string{"json", "xml"}[i],
				Method: []string{"GET", "POST"}[i], Labels: []string{e.Profile},
				State:   State{Name: "a scaling group with detachable instances", Params: map[string]any{"instances": 3.0}, Outcome: "arranged"},
				Outcome: Passed, Exchange: sampleExchange(), BodyChecked: true, Checked: []string{e.ID}, DurationMs: 1.25,
				Trail:      []Step{{What: "DetachInstances", Result: "HTTP 200", Ms: 0.5}},
				RequestIDs: []string{"request of " + id}, ActivityIDs: []string{"activity of " + id},
				Reproduce: Reproduce{
					Curl:  "curl 'http://127.0.0.1:9090/?Action=DetachInstances&InstanceId.1=i-1&ScalingGroupId=asg-1'",
					Rerun: "essconform run -case " + id + " -endpoint http://127.0.0.1:9090",
				},
			})
		}
	}
	return out
}

func sampleExchange() *Exchange {
	return &Exchange{
		Request: Message{StartLine: "GET /?Action=DetachInstances HTTP/1.1", Headers: []Header{{"Host", "127.0.0.1:9090"}}},
		Response: &Message{
			StartLine: "HTTP/1.1 200 OK", Headers: []Header{{"Content-Type", "application/json;charset=utf-8"}},
			Body: `{"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E","ScalingActivityId":"asa-1"}`,
		},
		Attempts: 1, Timings: Timings{FirstByteMs: 0.25, TotalMs: 0.5},
	}
}

func sampleInput() Input {
	cases := sampleCases()
	return Input{
		Suite:    Suite{Version: "1.0.0", Commit: "0123abc", CaseSet: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
		Contract: Contract{File: sampleSpec, SHA256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", APIVersion: "2014-08-28", Operation: "DetachInstances"},
		Target:   Target{Name: "acme-cloud", Kind: "endpoint", Endpoint: "http://127.0.0.1:9090", Region: "cn-hangzhou", Signature: "v1", Arrangement: "provider states"},
		Run: Run{
			ID: "0198c7b6", StartedAt: started, EndedAt: started.Add(1234 * time.Millisecond), Seed: 7, Procs: 2,
			Config: map[string]string{"timeout": "10s"}, Selection: Everything, Command: "essconform run",
		},
		Catalogue: sampleCatalogue(), Cases: cases, Selected: len(cases),
	}
}

// on changes the cases of a requirement.
func on(in Input, requirement string, change func(i int, c *CaseResult)) {
	n := 0
	for i := range in.Cases {
		if in.Cases[i].Requirements[0] == requirement {
			change(n, &in.Cases[i])
			n++
		}
	}
}

func finding(requirement, want, got, pointer string) Finding {
	for _, e := range sampleCatalogue() {
		if e.ID == requirement {
			return Finding{Requirement: e.ID, Level: e.Level, Pointer: pointer, Want: want, Got: got, SpecLine: e.SpecLine, Text: e.Text}
		}
	}
	panic("no such requirement: " + requirement)
}

// broken gets a status, an XML root, a range and a request id wrong; one failure is waived.
func broken() Input {
	in := sampleInput()
	on(in, reqStatus, func(_ int, c *CaseResult) {
		c.Outcome = Failed
		c.Findings = append(c.Findings, finding(reqStatus, "HTTP 404", "400", "status"))
		if c.Format == "xml" {
			c.Findings = append(c.Findings, finding(reqShape, "root element <Error>", "<ErrorResponse>", "/ErrorResponse"))
		}
	})
	on(in, reqShape, func(i int, c *CaseResult) {
		if i == 1 {
			c.Outcome = Failed
			c.Findings = append(c.Findings, finding(reqShape, "element Code", "nothing", "/Error"))
		}
	})
	on(in, reqRange, func(_ int, c *CaseResult) {
		c.Findings = append(c.Findings, finding(reqRange, "a refusal", "HTTP 200", ""))
	})
	on(in, reqOne, func(i int, c *CaseResult) { c.RequestIDs = []string{"one and the same"} })
	on(in, reqCase, func(i int, c *CaseResult) {
		c.Outcome = Failed
		c.Findings = append(c.Findings, finding(reqCase, "the same answer", "HTTP 400", ""))
	})
	in.Cases = FindRepeats(in.Cases, in.Catalogue)
	in.Cases, in.Waivers, in.WaiverProblems = ApplyWaivers(in.Cases, []Waiver{
		{Case: "case.format.case/*", Reason: "lower case comes with the next release", Issue: "ACME-12", Expires: "2026-12-31"},
		{Case: "case.gone/*", Reason: "was renamed"},
	}, started)
	return in
}

func couldNotRun() Input {
	in := sampleInput()
	on(in, reqIdle, func(i int, c *CaseResult) {
		c.Outcome, c.Reason = CouldNotRun, "the target does not know the state"
		c.State = State{Name: "a scaling group with a scaling activity in progress", Params: map[string]any{"instances": 1.0}, Outcome: "unknown"}
		c.Exchange, c.BodyChecked, c.Checked = nil, false, nil
	})
	on(in, reqCase, func(_ int, c *CaseResult) {
		c.Outcome, c.Reason = Unsupported, "the target has no load balancers"
		c.Exchange, c.BodyChecked, c.Checked = nil, false, nil
	})
	return in
}

func partial() Input {
	in := sampleInput()
	in.Run.Partial, in.Run.Selection = "interrupted", "label json"
	in.Cases, in.Selected, in.NotSelected = in.Cases[:6], 8, 8
	return in
}

// nasty is what a target might send to break out of a report.
const nasty = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script> ]]> \x00 \xff\xfe ``` ```` | @everyone #1 https://evil.example " +
	"[x](javascript:alert(1)) <!-- --> </details> \u202egnp.exe\r\n# heading\n| a | b |\n\u2028&lt; \u200b \x9b31m\x7f"

// hostile has nasty wherever a target has a say.
func hostile() Input {
	in := broken()
	in.Target.Name, in.Target.Endpoint = nasty, nasty
	for i := range in.Cases {
		c := &in.Cases[i]
		c.Reason = nasty
		c.State.Outcome = nasty
		c.RequestIDs, c.ActivityIDs = []string{nasty}, []string{nasty}
		c.Trail = []Step{{What: "DetachInstances", Result: nasty}}
		c.Reproduce.Curl = "curl '" + nasty + "'"
		for j := range c.Findings {
			f := &c.Findings[j]
			f.Want, f.Got, f.Pointer = nasty, nasty, nasty
		}
		m := Message{StartLine: nasty, Headers: []Header{{nasty, nasty}}, Body: nasty}
		c.Exchange = &Exchange{Request: m, Response: &m, Failure: nasty}
		if i%9 >= 7 {
			c.Findings, c.RequestIDs, c.ActivityIDs = nil, nil, nil
		}
		switch i % 9 {
		case 7:
			c.Outcome = CouldNotRun
		case 8:
			c.Outcome = Unsupported
			c.State = State{Name: nasty, Params: map[string]any{nasty: nasty}, Outcome: "unknown"}
		}
	}
	in.WaiverProblems = append(in.WaiverProblems, nasty)
	return in
}

func samples() map[string]Report {
	return map[string]Report{
		"conformant":    Build(sampleInput()),
		"broken":        Build(broken()),
		"could-not-run": Build(couldNotRun()),
		"partial":       Build(partial()),
		"hostile":       Build(hostile()),
	}
}
