package judge

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/spec"
)

// A finding that points into the body says where, in bytes of the body as it came.
func TestPlacesOfFindings(t *testing.T) {
	c := contract(t)
	for name, tc := range map[string]struct {
		want   Expectation
		status int
		body   string
		places map[string]string // by requirement
	}{
		"a wrong code": {
			refuse(c, spec.JSON), 404, `{"RequestId":"r","HostId":"h","Code":"Other","Message":"` + instanceMessage + `"}`,
			map[string]string{"error.code." + instanceCode: `"Code":"Other"`},
		},
		"a wrong message in XML": {
			refuse(c, spec.XML), 404,
			"<Error><RequestId>r</RequestId><HostId>h</HostId><Code>" + instanceCode +
				"</Code><Message>no</Message></Error>",
			map[string]string{"error.message." + instanceCode: "<Message>no</Message>"},
		},
		"a number, and a field that is missing": {
			accept(c, spec.JSON), 200, ` {"RequestId" : 12}`,
			map[string]string{"response.success.json": `"RequestId" : 12`, "activity.accepted": "{"},
		},
		"two of one name": {
			accept(c, spec.XML), 200,
			"<DetachInstancesResponse><RequestId>r</RequestId><RequestId>s</RequestId>" +
				"<ScalingActivityId>a</ScalingActivityId></DetachInstancesResponse>",
			map[string]string{wellFormed: "<RequestId>s</RequestId>"},
		},
		"a root of another name": {
			accept(c, spec.XML), 200, "<R><RequestId>r</RequestId><ScalingActivityId>a</ScalingActivityId></R>",
			map[string]string{
				"response.success.xml": "<R><RequestId>r</RequestId><ScalingActivityId>a</ScalingActivityId></R>",
			},
		},
		"the status is in no body": {
			refuse(c, spec.JSON), 400, renderJSON(t, errorFields(instanceCode, instanceMessage)),
			map[string]string{"error.status." + instanceCode: ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			places := map[string]string{}
			for _, f := range Answer(tc.want, exchange(tc.status, contentTypes[tc.want.Format], tc.body)).Findings {
				places[f.Requirement] = tc.body[f.Offset : f.Offset+f.Length]
			}
			NewWithT(t).Expect(places).To(Equal(tc.places))
		})
	}
}

// Every request id header is compared, not only the first.
func TestRequestIDHeaders(t *testing.T) {
	got := exchange(200, contentTypes[spec.JSON], renderJSON(t, successFields()))
	got.Response.Header["X-Acs-Request-Id"] = []string{requestID, "other", ""}
	wantLines(t, Answer(accept(contract(t), spec.JSON), got).Findings,
		`warning: header.request-id: wanted "`+requestID+`", the RequestId of the body; got "other" (header x-acs-request-id)`,
		`warning: header.request-id: wanted "`+requestID+`", the RequestId of the body; got "" (header x-acs-request-id)`)
}

// In a case about a SHOULD, what is wrong with the answer as such stays a MUST.
func TestLevelsInACaseAboutAShould(t *testing.T) {
	c := contract(t)
	want := Expectation{
		Contract: c, Format: spec.JSON, Rule: "action.unknown", Outcome: Refused,
		Codes: []string{"InvalidAction.NotFound"}, Statuses: []int{404},
	}
	isJSON := contentTypes[spec.JSON]
	only := func(requirement string, level spec.Level) map[string]spec.Level {
		return map[string]spec.Level{requirement: level}
	}
	for name, tc := range map[string]struct {
		status            int
		contentType, body string
		levels            map[string]spec.Level
	}{
		"HTML": {404, "text/html", "<html>not found</html>", only("format.json", spec.Must)},
		"no RequestId": {
			404, isJSON, `{"HostId":"h","Code":"InvalidAction.NotFound","Message":"m"}`, only("response.request-id", spec.Must),
		},
		"cut off":      {404, isJSON, `{"Code":"Inv`, only(wellFormed, spec.Must)},
		"accepted":     {200, isJSON, renderJSON(t, successFields()), only("action.unknown", spec.Should)},
		"another code": {404, isJSON, renderJSON(t, errorFields("Other", "m")), only("action.unknown", spec.Should)},
		"a code of another type": {
			404, isJSON, `{"RequestId":"r","HostId":"h","Code":1,"Message":"m"}`,
			map[string]spec.Level{"response.error.json": spec.Must, "action.unknown": spec.Should},
		},
	} {
		t.Run(name, func(t *testing.T) {
			levels := map[string]spec.Level{}
			for _, f := range Answer(want, exchange(tc.status, tc.contentType, tc.body)).Findings {
				levels[f.Requirement] = f.Level
			}
			NewWithT(t).Expect(levels).To(Equal(tc.levels))
		})
	}
}
