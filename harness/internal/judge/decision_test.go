package judge

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/spec"
)

// The status decides first; with 2xx a Code refuses only when official clients take it for an error (facts, section 7).
func TestDecision(t *testing.T) {
	c := contract(t)
	const accepted = `{"RequestId":"r","ScalingActivityId":"a"`
	for name, tc := range map[string]struct {
		status int
		body   string
		want   Outcome
	}{
		"no Code":                         {200, accepted + `}`, Accepted},
		"zero":                            {200, accepted + `,"Code":0}`, Accepted},
		"zero as text":                    {200, accepted + `,"Code":"0"}`, Accepted},
		"false":                           {200, accepted + `,"Code":false}`, Accepted},
		"null":                            {200, accepted + `,"Code":null}`, Accepted},
		"the status":                      {200, accepted + `,"Code":200}`, Accepted},
		"success in capitals":             {200, accepted + `,"Code":"SUCCESS"}`, Accepted},
		"OK":                              {202, accepted + `,"Code":"OK","Message":"OK"}`, Accepted},
		"a word that is not a code":       {200, accepted + `,"Code":"ACCEPTED_FOR_PROCESSING"}`, Accepted},
		"an error's code and an activity": {200, accepted + `,"Code":"InvalidInstanceId.NotFound"}`, Refused},
		"zero without an activity":        {200, `{"RequestId":"r","Code":"0"}`, Accepted},
		"an error's code":                 {200, `{"RequestId":"r","Code":"Forbidden"}`, Refused},
		"any other code, no activity":     {200, `{"RequestId":"r","Code":"E_42"}`, Refused},
		"in a wrapper":                    {200, `{"Error":{"Code":"InternalError"}}`, Refused},
		"a refusal with an activity":      {400, accepted + `}`, Refused},
		"a refusal with a success code":   {400, accepted + `,"Code":"200"}`, Refused},
		"a server error":                  {500, accepted + `}`, Refused},
		"a redirect":                      {302, accepted + `}`, Refused},
		"nothing":                         {200, ``, ""},
		"text":                            {200, `OK`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := Expectation{Contract: c, Format: spec.JSON, Rule: "detach.one", Outcome: Either}
			j := Answer(want, exchange(tc.status, contentTypes[spec.JSON], tc.body))
			NewWithT(t).Expect(j.Decision).To(Equal(tc.want))
		})
	}
}

// A success with a Code that is no error is right in all that the document says.
func TestSuccessWithACode(t *testing.T) {
	for _, code := range []string{"0", "false", `"0"`, `"SUCCESS"`} {
		body := `{"RequestId":"r","ScalingActivityId":"a","Code":` + code + `}`
		wantLines(t, Answer(accept(contract(t), spec.JSON), exchange(200, contentTypes[spec.JSON], body)).Findings)
	}
}
