package judge

import (
	"slices"
	"testing"

	"github.com/essconform/essconform/spec"
)

// TestUndocumentedErrors holds what is said of refusals for which the operation's page prints nothing.
func TestUndocumentedErrors(t *testing.T) {
	c := contract(t)
	for _, tc := range []struct {
		name     string
		status   int
		code     string
		codes    []string
		statuses []int
		lines    []string
		checked  bool
	}{
		{"any 4xx will do", 409, "Whatever", nil, nil, nil, true},
		{
			"a known code", 400, "MissingParameter",
			[]string{"MissingScalingGroupId", "MissingParameter"},
			[]int{400},
			nil, true,
		},
		{"another code", 400, "Bad", []string{"MissingScalingGroupId", "MissingParameter"}, []int{400}, []string{
			"warning: param.group-required: wanted MissingScalingGroupId or MissingParameter; got Bad (/Code)",
		}, true},
		{"another status", 404, "MissingParameter", []string{"MissingParameter"}, []int{400, 403}, []string{
			"warning: param.group-required: wanted HTTP 400 or 403; got 404 (status)",
		}, true},
		{"a server error", 500, "InternalError", []string{"MissingParameter"}, []int{400}, []string{
			"param.group-required: wanted a refusal with HTTP 4xx; got HTTP 500 InternalError: m",
		}, true},
		{"an error with 200", 200, "Bad", nil, nil, []string{
			"param.group-required: wanted a refusal with HTTP 4xx; got HTTP 200 Bad: m",
		}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := Expectation{
				Contract: c, Format: spec.JSON, Rule: "param.group-required", Outcome: Refused,
				Codes: tc.codes, Statuses: tc.statuses,
			}
			j := Answer(want, exchange(tc.status, contentTypes[spec.JSON], renderJSON(t, errorFields(tc.code, "m"))))
			wantLines(t, j.Findings, tc.lines...)
			if slices.Contains(j.Checked, want.Rule) != tc.checked {
				t.Errorf("wanted %s checked: %v; got %v", want.Rule, tc.checked, j.Checked)
			}
		})
	}
}

func TestEitherDecisionIsFree(t *testing.T) {
	want := Expectation{Contract: contract(t), Format: spec.JSON, Rule: "detach.range", Outcome: Either}
	wantLines(t, Answer(want, exchange(200, contentTypes[spec.JSON], renderJSON(t, successFields()))).Findings)
	wantLines(t, Answer(want, exchange(400, contentTypes[spec.JSON], renderJSON(t, errorFields("x", "m")))).Findings)
	wantLines(t, Answer(want, exchange(200, contentTypes[spec.JSON], "")).Findings,
		"response.success.json: wanted a body; got an empty body")
}

func TestWithoutFormat(t *testing.T) {
	want := accept(contract(t), "")
	object := renderJSON(t, successFields())
	wantLines(t, Answer(want, exchange(200, "application/json", object)).Findings)
	wantLines(t, Answer(want, exchange(200, "text/xml", object)).Findings,
		`format.default: wanted a Content-Type for JSON (application/json, text/json, …+json); got "text/xml" (header Content-Type)`)
	wantLines(t, Answer(want, exchange(200, "text/xml", "")).Findings,
		"format.default: wanted a body in XML or JSON; got an empty body",
		"detach.one: wanted the call accepted with HTTP 200; got HTTP 200 and an empty body")
	want.FormatRequirement, want.Format = "format.case", spec.XML
	wantLines(t, Answer(want, exchange(200, "", object)).Findings,
		`format.case: wanted a body in XML; got JSON "`+printable(object, maxExcerpt)+`"`)
}

func TestRequestIDHeader(t *testing.T) {
	got := exchange(200, contentTypes[spec.JSON], renderJSON(t, successFields()))
	got.Response.Header.Set("X-Acs-Request-Id", "other")
	wantLines(t, Answer(accept(contract(t), spec.JSON), got).Findings,
		`warning: header.request-id: wanted "`+requestID+`", the RequestId of the body; got "other" (header x-acs-request-id)`)
}

// TestRuleNeedsTheDocumentedRefusal holds that a target which refuses everything satisfies no rule.
func TestRuleNeedsTheDocumentedRefusal(t *testing.T) {
	j := Answer(refuse(contract(t), spec.JSON), exchange(500, contentTypes[spec.JSON],
		renderJSON(t, errorFields("InternalError", "m"))))
	if slices.Contains(j.Checked, "instance.exists") {
		t.Error("wanted instance.exists unchecked, because the call was refused for another reason; got it checked")
	}
	j = Answer(accept(contract(t), spec.JSON), exchange(500, contentTypes[spec.JSON], ""))
	for _, id := range []string{
		requestIDRequirement, "activity.accepted", "response.error-has-no-activity",
		"format.json",
	} {
		if slices.Contains(j.Checked, id) {
			t.Errorf("wanted %s unchecked, because no body came; got it checked", id)
		}
	}
}

// TestEditedDescription holds that levels come from the catalogue, and that a requirement missing there weighs as a
// MUST.
func TestEditedDescription(t *testing.T) {
	c := *contract(t)
	c.Requirements = []spec.Requirement{{ID: "activity.accepted", Level: spec.Should}}
	wantLines(t, Answer(accept(&c, spec.JSON), exchange(200, contentTypes[spec.JSON], "{}")).Findings,
		"response.request-id: wanted field RequestId; got none (/RequestId)",
		"warning: activity.accepted: wanted field ScalingActivityId; got none (/ScalingActivityId)")
	Answer(Expectation{}, exchange(200, "", "{}")) // no description at all must not panic
}

// TestExamplesOfTheDescription judges every named example as if a target had sent it, in both formats.
func TestExamplesOfTheDescription(t *testing.T) {
	c := contract(t)
	if len(c.Errors) != 8 {
		t.Errorf("wanted the eight documented errors; got %d", len(c.Errors))
	}
	for _, e := range c.Errors {
		for f, example := range e.Examples {
			var fields []field
			for name, value := range example {
				fields = append(fields, field{name, value.(string)})
			}
			// The examples keep the placeholder, as the page does: here it is the id.
			want := Expectation{Contract: c, Format: f, Rule: "x", Outcome: Refused, Code: e.Code, ID: placeholder}
			body := renderJSON(t, fields)
			if f == spec.XML {
				body = renderXML(c.ErrorAnswer.Shape[f].Root, fields)
			}
			j := Answer(want, exchange(e.Status, contentTypes[f], body))
			wantLines(t, j.Findings)
			if !j.BodyChecked {
				t.Errorf("%s in %s: the body was not checked", e.Code, f)
			}
		}
	}
}
