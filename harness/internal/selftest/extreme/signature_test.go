package extreme

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
)

// common are the parameters that every call has already.
var common = []string{
	"Action", "Version", "Format", "AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp",
	"SecurityToken", "Signature",
}

// FuzzSignature signs with the suite and verifies with the mock, which share no code: what was signed is believed, and
// what was changed by one character is not.
func FuzzSignature(f *testing.F) {
	f.Add("InstanceId.1", "i-1", "secret", "", false, false, false)
	f.Add("Name", "a b+c*~%2A/中文&=\u00e9", "s&/+=", "token/+=", true, false, false)
	f.Add("\x00", "", "\x00\xff", "", true, true, false)
	f.Add("X.1", "\r\n\t", "secret", "t", false, true, true)
	f.Add("a=b&c", ";?#", "secret", "", true, true, true)
	f.Fuzz(func(t *testing.T, name, value, secret, token string, v3, post, tampered bool) {
		for _, c := range common {
			if name == c {
				t.Skip("it would stand there twice, and which of the two counts is documented nowhere")
			}
		}
		if secret == "" || name == "" {
			t.Skip("no client signs with nothing, or sends a parameter without a name")
		}
		caller := wire.Credentials{AccessKeyID: keyID, AccessKeySecret: secret, SecurityToken: token}
		call := wire.Call{
			Method: http.MethodGet, Action: "DetachInstances", Version: "2014-08-28", Format: "JSON",
			Scheme: wire.SignV1, Credentials: caller,
			Params: []wire.Param{{Name: "ScalingGroupId", Value: "asg-none"}, {Name: name, Value: value}},
			Tamper: wire.Tamper{Signature: tampered},
		}
		if post {
			call.Method = http.MethodPost
		}
		if v3 {
			call.Scheme = wire.SignV3
		}
		known := mock.Credential{AccessKeyID: keyID, AccessKeySecret: secret, SecurityToken: token}
		m, err := mock.New(mock.Options{Credentials: []mock.Credential{known}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := wire.Build(call, &url.URL{Scheme: "http", Host: "ess.example"}, time.Now(), "one-nonce")
		if err != nil {
			if v3 && token != "" {
				t.Skip("no header can carry the token")
			}
			t.Fatal(err)
		}
		code := refusalOf(t, m, r)
		if tampered && code != "SignatureDoesNotMatch" {
			t.Errorf("wanted a changed signature to be refused; got %q", code)
		}
		for _, distrust := range []string{"Signature", "AccessKey", "Token", "Nonce", "Time"} {
			if !tampered && strings.Contains(code, distrust) {
				t.Errorf("wanted the signature of %q=%q to be believed; got %s", name, value, code)
			}
		}
	})
}

// refusalOf is the code that the mock refuses a request with. The group does not exist, so there is always one.
func refusalOf(t *testing.T, m *mock.Server, r *http.Request) string {
	t.Helper()
	answer := serve(t, m, r)
	var fields struct{ Code string }
	if err := json.Unmarshal(answer.Body, &fields); err != nil || fields.Code == "" {
		t.Fatalf("wanted an error in JSON; got %s (%v)", answer.Body, err)
	}
	return fields.Code
}

// serve hands a request to the mock without a network between them, and gives the answer as it would have come over
// one.
func serve(t testing.TB, m *mock.Server, out *http.Request) *wire.Response {
	t.Helper()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	in := httptest.NewRequest(out.Method, out.URL.RequestURI(), strings.NewReader(string(body)))
	in.Header, in.Host = out.Header, out.URL.Host
	w := httptest.NewRecorder()
	m.ServeHTTP(w, in)
	status := http.StatusText(w.Code)
	return &wire.Response{
		Proto: "HTTP/1.1", Status: w.Code, Line: "HTTP/1.1 " + status, Header: w.Header(),
		Body: w.Body.Bytes(),
	}
}
