package mock

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/essconform/essconform/harness/mock/internal/sign"
)

// TestDiagnosisHoldsNoSecret: what the answer, the logs and the journal say of a wrong signature tells what differs,
// and neither secret nor token, however they are encoded.
func TestDiagnosisHoldsNoSecret(t *testing.T) {
	caller := Credential{
		AccessKeyID: "carol", AccessKeySecret: "carol/secret+1",
		SecurityToken: "CAIS+token/of carol==",
	}
	wrongV1 := func(method string, spoil func(p url.Values)) func(testMock, values) *http.Request {
		return func(e testMock, v values) *http.Request {
			p := v1Params(e, v, caller, "n")
			signed := signV1With(method, p, caller.AccessKeySecret)
			spoil(signed)
			if method == http.MethodPost {
				return post(signed)
			}
			return get(signed)
		}
	}
	for name, c := range map[string]struct {
		request func(testMock, values) *http.Request
		says    string // in the log
	}{
		"v1, the wrong secret": {wrongV1(http.MethodGet, func(p url.Values) {
			signature, _ := sign.V1(http.MethodGet, sign.SHA1, "other", p)
			p.Set("Signature", signature)
		}), "no usual mistake"},
		"v1, an added parameter": {
			wrongV1(http.MethodPost, func(p url.Values) { p.Set("Added", "x") }),
			"the parameter Added was added or is not signed",
		},
		"v1, a token that was not signed": {func(e testMock, v values) *http.Request {
			bare := caller
			bare.SecurityToken = ""
			p := signV1With(http.MethodGet, v1Params(e, v, bare, "n"), caller.AccessKeySecret)
			p.Set("SecurityToken", caller.SecurityToken)
			return get(p)
		}, "the parameter SecurityToken was added or is not signed"},
		"v3, the wrong secret": {func(e testMock, v values) *http.Request {
			wrong := caller
			wrong.AccessKeySecret = "other"
			return v3Request(e, v, wrong, nil)
		}, "no usual mistake"},
		"v3, another query": {func(e testMock, v values) *http.Request {
			r := v3Request(e, v, caller, nil)
			r.URL.RawQuery += "&Added=x"
			return r
		}, "no usual mistake"},
	} {
		t.Run(name, func(t *testing.T) {
			var logged, failed bytes.Buffer
			e := unsigned(t, func(o *Options) {
				o.SkipVerification, o.Credentials = false, []Credential{caller}
				o.RequestLog, o.ErrorLog = &logged, &failed
			})
			r := refused(t, send(t, e, c.request(e, e.setup(t, detachable, 1))), 400, "SignatureDoesNotMatch")
			entries, _ := e.Journal(0, 10)
			journal, err := json.Marshal(entries)
			if err != nil {
				t.Fatal(err)
			}
			if all := logged.String() + failed.String(); !strings.Contains(all, c.says) {
				t.Errorf("wanted %q in the log; got %s", c.says, all)
			}
			for where, text := range map[string]string{
				"answer": r.body, "request log": logged.String(),
				"error log": failed.String(), "journal": string(journal),
			} {
				for _, secret := range []string{caller.AccessKeySecret, caller.SecurityToken} {
					for shown, times := secret, 0; times < 4; shown,
						times = strings.ReplaceAll(url.QueryEscape(shown), "+", "%20"), times+1 {
						if strings.Contains(text, shown) {
							t.Errorf("%s: wanted no %s; got %s", where, shown, text)
						}
					}
				}
			}
		})
	}
}
