package mock

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/sign"
)

// The callers of the tests that follow.
var (
	alice = Credential{AccessKeyID: "alice", AccessKeySecret: "alice-secret"}
	bob   = Credential{AccessKeyID: "bob", AccessKeySecret: "bob-secret", SecurityToken: "bob-token"}
)

func verifying(t testing.TB) testMock {
	return unsigned(t, func(o *Options) {
		o.SkipVerification = false
		o.Credentials = []Credential{alice, bob}
	})
}

// signV1With signs. The official clients sign alike; clienttest compares them.
func signV1With(method string, v url.Values, secret string) url.Values {
	signature, _ := sign.V1(method, sign.SHA1, secret, v)
	v.Set("Signature", signature)
	return v
}

func v1Params(e testMock, v values, c Credential, nonce string) url.Values {
	p := params(numbered(v.group(), v.ids()...)...)
	for name, value := range map[string]string{
		"Action": "DetachInstances", "Version": essVersion, "AccessKeyId": c.AccessKeyID,
		"SignatureMethod":  "HMAC-SHA1",
		"SignatureVersion": "1.0", "SignatureNonce": nonce, "Timestamp": e.clock.Now().Format(timestampLayout),
	} {
		p.Set(name, value)
	}
	if c.SecurityToken != "" {
		p.Set("SecurityToken", c.SecurityToken)
	}
	return p
}

func TestV1(t *testing.T) {
	for _, c := range []struct {
		name   string
		caller Credential
		change func(e testMock, p url.Values)
		status int
		code   string // "" when accepted
	}{
		{"right", alice, nil, 200, ""},
		{"right with a token", bob, nil, 200, ""},
		{"value with a space and a star", alice, func(_ testMock, p url.Values) { p.Set("Extra", "a b*~中+") }, 200, ""},
		{"at the edge of the window", alice, func(e testMock, p url.Values) {
			p.Set("Timestamp", e.at(-timestampWindow))
		}, 200, ""},
		{"unknown key", Credential{AccessKeyID: "eve", AccessKeySecret: "x"}, nil, 404, "InvalidAccessKeyId.NotFound"},
		{"wrong secret", Credential{AccessKeyID: "alice", AccessKeySecret: "x"}, nil, 400, "SignatureDoesNotMatch"},
		{
			"temporary key without a token",
			Credential{AccessKeyID: "STS.unknown", AccessKeySecret: "x"},
			nil, 400,
			"MissingSecurityToken",
		},
		{"token left out", bob, func(_ testMock, p url.Values) { p.Del("SecurityToken") }, 400, "MissingSecurityToken"},
		{
			"wrong token", bob, func(_ testMock, p url.Values) { p.Set("SecurityToken", "x") }, 400,
			"InvalidSecurityToken.MismatchWithAccessKey",
		},
		{
			"token that no caller has", alice, func(_ testMock, p url.Values) { p.Set("SecurityToken", "x") }, 400,
			"InvalidSecurityToken.MismatchWithAccessKey",
		},
		{"no key", alice, func(_ testMock, p url.Values) { p.Del("AccessKeyId") }, 400, "MissingAccessKeyId"},
		{"no timestamp", alice, func(_ testMock, p url.Values) { p.Del("Timestamp") }, 400, "MissingTimestamp"},
		{"timestamp by its old name", alice, func(_ testMock, p url.Values) {
			p.Set("TimeStamp", p.Get("Timestamp"))
			p.Del("Timestamp")
		}, 400, "MissingTimestamp"},
		{"no nonce", alice, func(_ testMock, p url.Values) { p.Del("SignatureNonce") }, 400, "MissingSignatureNonce"},
		{
			"malformed timestamp", alice, func(_ testMock, p url.Values) { p.Set("Timestamp", "yesterday") }, 400,
			"InvalidTimeStamp.Format",
		},
		{"timestamp with a fraction", alice, func(e testMock, p url.Values) {
			p.Set("Timestamp", e.clock.Now().Format("2006-01-02T15:04:05.000Z"))
		}, 400, "InvalidTimeStamp.Format"},
		{"old timestamp", alice, func(e testMock, p url.Values) {
			p.Set("Timestamp", e.at(-timestampWindow-time.Second))
		}, 400, "InvalidTimeStamp.Expired"},
		{"early timestamp", alice, func(e testMock, p url.Values) {
			p.Set("Timestamp", e.at(timestampWindow+time.Second))
		}, 400, "InvalidTimeStamp.Expired"},
		{
			"unknown method", alice, func(_ testMock, p url.Values) { p.Set("SignatureMethod", "MD5") }, 400,
			"InvalidParameter",
		},
		{
			"unknown version", alice, func(_ testMock, p url.Values) { p.Set("SignatureVersion", "2.0") }, 400,
			"InvalidParameter",
		},
		{
			"unknown action, rightly signed", alice, func(_ testMock, p url.Values) { p.Set("Action", "Nothing") }, 404,
			"InvalidAction.NotFound",
		},
	} {
		for method, request := range map[string]func(url.Values) *http.Request{"GET": get, "POST": post} {
			t.Run(c.name+"/"+method, func(t *testing.T) {
				e := verifying(t)
				p := v1Params(e, e.setup(t, detachable, 1), c.caller, "nonce")
				if c.change != nil {
					c.change(e, p)
				}
				r := send(t, e, request(signV1With(method, p, c.caller.AccessKeySecret)))
				if r.status != c.status || r.text("Code") != c.code {
					t.Errorf("wanted %d %s; got %d %s", c.status, c.code, r.status, r.body)
				}
			})
		}
	}
}

func (e testMock) at(d time.Duration) string { return e.clock.Now().Add(d).Format(timestampLayout) }

func TestUnsignedIsRefusedWhenVerifying(t *testing.T) {
	e := verifying(t)
	v := e.setup(t, detachable, 1)
	p := v1Params(e, v, alice, "n")
	refused(t, send(t, e, get(p)), 400, "MissingSignature")
	refused(t, e.ess(t, "DetachInstances", numbered(v.group(), v.ids()...)...), 400, "MissingAccessKeyId")
}

func TestAV1RequestIsRoutedBySignedParametersOnly(t *testing.T) {
	e := verifying(t)
	p := v1Params(e, e.setup(t, detachable, 1), alice, "n")
	p.Del("Action")
	r := get(signV1With(http.MethodGet, p, alice.AccessKeySecret))
	r.Header.Set("x-acs-action", "DetachInstances")
	refused(t, send(t, e, r), 400, "MissingAction")
}

func TestAddedParameterBreaksTheSignature(t *testing.T) {
	e := verifying(t)
	p := signV1With(http.MethodPost, v1Params(e, e.setup(t, detachable, 1), alice, "n"), alice.AccessKeySecret)
	r := post(p)
	r.URL.RawQuery = "InstanceId.2=i-smuggled"
	refused(t, send(t, e, r), 400, "SignatureDoesNotMatch")
}

func TestSignatureRefusalPrintsNoSecret(t *testing.T) {
	e := verifying(t)
	v := e.setup(t, detachable, 1)
	p := signV1With(http.MethodGet, v1Params(e, v, bob, "n"), "wrong")
	p.Set("Long", strings.Repeat("x", 10*echoLimit))
	r := refused(t, send(t, e, get(p)), 400, "SignatureDoesNotMatch")
	if strings.Contains(r.body, bob.AccessKeySecret) || strings.Contains(r.body, bob.SecurityToken) {
		t.Errorf("wanted no secret; got %s", r.body)
	}
	if !strings.Contains(r.text("Message"), "GET&%2F&AccessKeyId") || len(r.body) > 2*echoLimit {
		t.Errorf("wanted a bounded string to sign; got %d bytes: %s", len(r.body), r.body)
	}
	if s := bob.String() + bob.GoString(); strings.Contains(s, "bob-") {
		t.Errorf("wanted a credential to print without secrets; got %s", s)
	}
}
