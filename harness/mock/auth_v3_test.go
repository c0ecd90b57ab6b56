package mock

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/essconform/essconform/harness/mock/internal/sign"
)

// v3Request is a signed request. The official clients sign alike; clienttest compares them.
func v3Request(e testMock, v values, c Credential, change func(h map[string]string, query url.Values)) *http.Request {
	query := params(numbered(v.group(), v.ids()...)...)
	h := map[string]string{
		"host": "example.com", "x-acs-action": "DetachInstances", "x-acs-version": essVersion,
		"x-acs-date": e.at(0), "x-acs-signature-nonce": "nonce", "x-acs-content-sha256": sign.HexSHA256(nil),
	}
	if c.SecurityToken != "" {
		h["x-acs-security-token"] = c.SecurityToken
	}
	if change != nil {
		change(h, query)
	}
	var signed []string
	for name := range h {
		if name == "host" || strings.HasPrefix(name, "x-acs-") {
			signed = append(signed, name)
		}
	}
	slices.Sort(signed)
	canonical := sign.CanonicalV3(
		http.MethodPost,
		"/",
		query,
		signed,
		func(name string) string { return h[name] },
		h["x-acs-content-sha256"],
	)
	signature, _ := sign.V3(c.AccessKeySecret, canonical)
	r := httptest.NewRequest(http.MethodPost, "/?"+query.Encode(), nil)
	for name, value := range h {
		r.Header.Set(name, value)
	}
	r.Header.Set("Authorization", fmt.Sprintf("%s Credential=%s,SignedHeaders=%s,Signature=%s",
		sign.AlgorithmV3, c.AccessKeyID, strings.Join(signed, ";"), signature))
	return r
}

func TestV3(t *testing.T) {
	set := func(name, value string) func(map[string]string, url.Values) {
		return func(h map[string]string, _ url.Values) { h[name] = value }
	}
	del := func(name string) func(map[string]string, url.Values) {
		return func(h map[string]string, _ url.Values) { delete(h, name) }
	}
	for _, c := range []struct {
		name   string
		caller Credential
		sign   func(map[string]string, url.Values)
		after  func(*http.Request)
		status int
		code   string
	}{
		{"right", alice, nil, nil, 200, ""},
		{"right with a token", bob, nil, nil, 200, ""},
		{"right with XML by Accept", alice, set("accept", "text/xml"), nil, 200, ""},
		{
			"value with a space", alice, func(_ map[string]string, q url.Values) { q.Set("Extra", "a b*~中+") }, nil,
			200,
			"",
		},
		{
			"unknown key",
			Credential{AccessKeyID: "eve", AccessKeySecret: "x"},
			nil, nil, 404,
			"InvalidAccessKeyId.NotFound",
		},
		{
			"wrong secret",
			Credential{AccessKeyID: "alice", AccessKeySecret: "x"},
			nil, nil, 400,
			"SignatureDoesNotMatch",
		},
		{"token left out", bob, del("x-acs-security-token"), nil, 400, "MissingSecurityToken"},
		{
			"token not signed", bob, del("x-acs-security-token"),
			func(r *http.Request) { r.Header.Set("x-acs-security-token", "bob-token") }, 400, "SignatureDoesNotMatch",
		},
		{"no date", alice, del("x-acs-date"), nil, 400, "MissingTimestamp"},
		{"malformed date", alice, set("x-acs-date", "now"), nil, 400, "InvalidTimeStamp.Format"},
		{"no nonce", alice, del("x-acs-signature-nonce"), nil, 400, "MissingSignatureNonce"},
		{
			"no content hash", alice, func(h map[string]string, _ url.Values) { h["x-acs-content-sha256"] = "" }, nil,
			400,
			"SignatureDoesNotMatch",
		},
		{
			"action changed", alice, nil, func(r *http.Request) { r.Header.Set("x-acs-action", "AttachInstances") },
			400,
			"SignatureDoesNotMatch",
		},
		{
			"action not signed", alice, del("x-acs-action"),
			func(r *http.Request) { r.Header.Set("x-acs-action", "DetachInstances") }, 400, "SignatureDoesNotMatch",
		},
		{
			"parameter added", alice, nil, func(r *http.Request) { r.URL.RawQuery += "&a=b" }, 400,
			"SignatureDoesNotMatch",
		},
		{"no key", alice, nil, func(r *http.Request) {
			r.Header.Set("Authorization", sign.AlgorithmV3+" Signature=00")
		}, 400, "MissingAccessKeyId"},
		{"no signature", alice, nil, func(r *http.Request) {
			r.Header.Set("Authorization", sign.AlgorithmV3+" Credential=alice")
		}, 400, "MissingSignature"},
		{
			"other algorithm", alice, nil, func(r *http.Request) { r.Header.Set("Authorization", "ACS3-RSA x") }, 400,
			"MissingAccessKeyId",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := verifying(t)
			r := v3Request(e, e.setup(t, detachable, 1), c.caller, c.sign)
			if c.after != nil {
				c.after(r)
			}
			a := send(t, e, r)
			if a.status != c.status || a.text("Code") != c.code {
				t.Errorf("wanted %d %s; got %d %s", c.status, c.code, a.status, a.body)
			}
			if xml := r.Header.Get("Accept") == "text/xml"; xml != (a.root == "DetachInstancesResponse") {
				t.Errorf("wanted the format that Accept asks for; got %s", a.body)
			}
		})
	}
}
