package wire

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestCurlOnce: curl itself sends what the line says, and the signature is right for what arrives. No line holds a
// secret, the security token comes from the environment.
func TestCurlOnce(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatal("install curl: this test runs the lines that are printed for it")
	}
	for _, scheme := range []Scheme{SignV1, SignV3, SignNone} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, variable := range []bool{true, false} {
				var wrong string
				var came int
				s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					came++
					wrong = misSigned(r, scheme, creds)
				}))
				endpoint := parse(t, s.URL)
				call := detach(method, scheme)
				call.Params = append(call.Params, Param{"it's", "\"$(echo x)\" `y` \\ +!"})
				line := CurlOnce(call, endpoint, Once{Now: noon, Nonce: "nonce-1", Variable: variable, CA: "unused"})
				cmd := exec.Command(sh, "-c", line)
				cmd.Env = append(os.Environ(), "ALIBABA_CLOUD_SECURITY_TOKEN="+creds.SecurityToken)
				if variable {
					cmd.Env = append(cmd.Env, "ALIBABA_CLOUD_ACCESS_KEY_ID="+creds.AccessKeyID)
				}
				out, err := cmd.CombinedOutput()
				s.Close()
				if err != nil || came != 1 || wrong != "" {
					t.Errorf("%s %s %v: %v, %d requests, %s; %s\n%s", scheme, method, variable, err, came, wrong, line,
						out)
				}
				for _, secret := range []string{
					creds.AccessKeySecret, creds.SecurityToken,
					percentEncode(creds.SecurityToken),
				} {
					if strings.Contains(line, secret) {
						t.Errorf("%s %s: wanted no %s in %s", scheme, method, secret, line)
					}
				}
				if variable == strings.Contains(line, creds.AccessKeyID) {
					t.Errorf("%s %s: wanted the AccessKeyId by variable: %v; got %s", scheme, method, variable, line)
				}
			}
		}
	}
	call := detach(http.MethodGet, SignNone)
	if line := CurlOnce(call, parse(t, "https://example.test"), Once{CA: "a ca.pem"}); !strings.Contains(line,
		" --cacert 'a ca.pem' ") {
		t.Errorf("wanted the CA for https; got %s", line)
	}
}

// misSigned says what is wrong with a request that arrived; "" for nothing.
func misSigned(r *http.Request, scheme Scheme, c Credentials) string {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := r.ParseForm(); err != nil {
		return err.Error()
	}
	var params []Param
	for name, values := range r.Form {
		if name != "Signature" {
			params = append(params, Param{name, values[0]})
		}
	}
	switch want := r.Form.Get("Signature"); scheme {
	case SignV1:
		if _, got := SignatureV1(r.Method, params, c.AccessKeySecret); got != want ||
			r.Form.Get("SecurityToken") != c.SecurityToken {
			return "signature " + want + "; wanted " + got
		}
	case SignV3:
		header := []Param{{"Host", r.Host}}
		for name, values := range r.Header {
			if name == "Content-Type" && r.Method == http.MethodGet {
				return "a GET with a content type"
			}
			header = append(header, Param{name, values[0]})
		}
		var query []Param
		for name, values := range r.URL.Query() {
			query = append(query, Param{name, values[0]})
		}
		s := SignatureV3(RequestV3{
			Method: r.Method, Query: query, Header: header,
			PayloadHash: sha256Hex(string(body)),
		}, c.AccessKeySecret)
		if got := s.Authorization(c.AccessKeyID); got != r.Header.Get("Authorization") {
			return "authorization " + r.Header.Get("Authorization") + "; wanted " + got
		}
	case SignNone:
		if r.Form.Get("AccessKeyId") != c.AccessKeyID {
			return "AccessKeyId " + r.Form.Get("AccessKeyId")
		}
	}
	return ""
}
