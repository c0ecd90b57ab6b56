package sign

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestDiagnoseV1(t *testing.T) {
	query := url.Values{"Action": {"DetachInstances"}, "a": {"x y*~"}, "B": {""}, "Timestamp": {"2026-11-23T03:30:00Z"}}
	form := url.Values{"InstanceId.1": {"i-1"}}
	const secret = "secret"
	all := RequestV1{Query: query, Form: form}.all()
	for _, c := range []struct {
		name, want, signature string
	}{
		{"method", "one of a GET", signed(secret+"&", StringToSignV1(http.MethodGet, all))},
		{"key", `the secret and "&"`, signed(secret, StringToSignV1(http.MethodPost, all))},
		{"space", "a space is signed as +", signed(secret+"&",
			stringOver(http.MethodPost, strings.ReplaceAll(canonicalPairs(all, ""), "%20", "+")))},
		{"form", "the form body are not signed", signed(secret+"&", StringToSignV1(http.MethodPost, query))},
		{"empty", "empty parameters", signed(secret+"&", StringToSignV1(http.MethodPost, without(all, "B")))},
		{
			"added", "the parameter Action was added",
			signed(secret+"&", StringToSignV1(http.MethodPost, without(all, "Action"))),
		},
		{"other secret", Unexplained, signed("other&", StringToSignV1(http.MethodPost, all))},
		{"hostile", Unexplained, "\x00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := RequestV1{
				Method: http.MethodPost, SignatureMethod: SHA1, Query: query, Form: form,
				Signature: c.signature,
			}
			if got := r.Diagnose(secret); !strings.Contains(got, c.want) {
				t.Errorf("wanted %q; got %q", c.want, got)
			}
		})
	}
}

func signed(key, text string) string { return macV1(SHA1, key, []byte(text)) }

func without(v url.Values, name string) url.Values {
	out := url.Values{}
	for n, values := range v {
		if n != name {
			out[n] = values
		}
	}
	return out
}

func TestDiagnoseV3(t *testing.T) {
	const secret = "secret"
	base := RequestV3{
		Method: http.MethodPost,
		Host:   "h",
		Path:   "/",
		Query:  url.Values{"a": {"b"}},
		Body:   []byte("body"),
		Header: http.Header{"X-Acs-Content-Sha256": {HexSHA256([]byte("body"))}},
		Signed: []string{
			"host",
			"x-acs-action",
			"x-acs-content-sha256",
			"x-acs-date",
			"x-acs-signature-nonce",
			"x-acs-version",
		},
	}
	sign := func(change func(*RequestV3)) string {
		r := base
		change(&r)
		signature, _ := r.Sign(secret)
		return signature
	}
	for _, c := range []struct {
		name, want string
		request    func(*RequestV3)
		signature  string
	}{
		{"method", "one of a GET", nil, sign(func(r *RequestV3) { r.Method = http.MethodGet })},
		{"query", "the query is not signed", nil, sign(func(r *RequestV3) { r.Query = nil })},
		{
			"body", "not the hash of the body", func(r *RequestV3) { r.Body = []byte("other") },
			sign(func(*RequestV3) {}),
		},
		{"uncovered", "does not name x-acs-action", func(r *RequestV3) { r.Signed = []string{"host"} }, ""},
		{"other secret", Unexplained, nil, "00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := base
			if c.request != nil {
				c.request(&r)
			}
			if got := r.Diagnose(secret, c.signature); !strings.Contains(got, c.want) {
				t.Errorf("wanted %q; got %q", c.want, got)
			}
		})
	}
}
