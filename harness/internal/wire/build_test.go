package wire

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	creds = Credentials{AccessKeyID: "testid", AccessKeySecret: "testsecret", SecurityToken: "token/with+signs=="}
	noon  = time.Date(2018, 1, 1, 12, 0, 0, 0, time.UTC)
)

func parse(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func detach(method string, scheme Scheme) Call {
	return Call{
		Method: method, Action: "DetachInstances", Version: "2014-08-28", Format: "JSON", Scheme: scheme,
		Credentials: creds,
		Params:      []Param{{"ScalingGroupId", "asg-1"}, {"InstanceId.2", "i b*~中"}, {"InstanceId.1", ""}},
	}
}

// built is what Build makes, taken apart again.
func built(t *testing.T, call Call) (r *http.Request, query, body string) {
	t.Helper()
	r, err := Build(call, parse(t, "http://example.test:8080"), noon, "nonce-1")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, r.URL.RawQuery, string(b)
}

const business = "ScalingGroupId=asg-1&InstanceId.2=i%20b%2A~%E4%B8%AD&InstanceId.1="

func TestBuildV1(t *testing.T) {
	params := append(slices.Clone(detach("GET", SignV1).Params), Param{"Action", "DetachInstances"},
		Param{"Version", "2014-08-28"},
		Param{"Format", "JSON"}, Param{"AccessKeyId", "testid"}, Param{"SignatureMethod", "HMAC-SHA1"},
		Param{"SignatureVersion", "1.0"},
		Param{"SignatureNonce", "nonce-1"}, Param{"Timestamp", "2018-01-01T12:00:00Z"},
		Param{"SecurityToken", creds.SecurityToken})
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		t.Run(method, func(t *testing.T) {
			_, signature := SignatureV1(method, params, creds.AccessKeySecret)
			want := business +
				"&Action=DetachInstances&Version=2014-08-28&Format=JSON&AccessKeyId=testid&SignatureMethod=HMAC-SHA1" +
				"&SignatureVersion=1.0&SignatureNonce=nonce-1&Timestamp=2018-01-01T12%3A00%3A00Z" +
				"&SecurityToken=token%2Fwith%2Bsigns%3D%3D" +
				"&Signature=" + percentEncode(signature)
			r, query, body := built(t, detach(method, SignV1))
			wantQuery, wantBody, wantType := want, "", ""
			if method == http.MethodPost {
				wantQuery, wantBody, wantType = "", want, "application/x-www-form-urlencoded"
			}
			if query != wantQuery || body != wantBody || r.Header.Get("Content-Type") != wantType || r.URL.Path != "/" {
				t.Errorf("wanted query %q, body %q, type %q; got %q, %q, %q", wantQuery, wantBody, wantType, query,
					body, r.Header.Get("Content-Type"))
			}
			if r.UserAgent() != "essconform" || r.Header.Get("Accept-Encoding") != "identity" {
				t.Errorf("wanted user agent essconform and no compression; got %v", r.Header)
			}
		})
	}
}

// Headers of a client come beside those of the scheme, which keeps its own; by V3 they are signed. A line for a shell
// has them, too.
func TestBuildHeaders(t *testing.T) {
	for _, scheme := range []Scheme{SignV1, SignV3, SignNone} {
		call := detach(http.MethodPost, scheme)
		call.Header = map[string]string{
			"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
			"X-Acs-Action": "Other", "X-Sdk-Client": "x",
		}
		r, _, _ := built(t, call)
		action := "Other"
		if scheme == SignV3 {
			action = "DetachInstances"
			if !strings.Contains(r.Header.Get("Authorization"), "SignedHeaders=content-type;host;x-acs-action;") {
				t.Errorf("wanted a signature over the headers; got %q", r.Header.Get("Authorization"))
			}
		}
		line := CurlOnce(call, parse(t, "http://127.0.0.1:9090"), Once{Now: noon, Nonce: "n"})
		for name, want := range map[string]string{
			"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", "X-Acs-Action": action,
			"X-Sdk-Client": "x",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: wanted %s %q; got %q", scheme, name, want, got)
			}
			if strings.Count(line, name+": "+want) != 1 {
				t.Errorf("%s: wanted %s once in %s", scheme, name, line)
			}
		}
	}
}

func TestBuildV3(t *testing.T) {
	const form = business + "&Format=JSON"
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		t.Run(method, func(t *testing.T) {
			r, query, body := built(t, detach(method, SignV3))
			wantQuery, wantBody := form, ""
			if method == http.MethodPost {
				wantQuery, wantBody = "", form
			}
			if query != wantQuery || body != wantBody {
				t.Errorf("wanted query %q, body %q; got %q, %q", wantQuery, wantBody, query, body)
			}
			signed := "host;x-acs-action;x-acs-content-sha256;x-acs-date;" +
				"x-acs-security-token;x-acs-signature-nonce;x-acs-version"
			header := []Param{{"Host", "example.test:8080"}}
			if method == http.MethodPost {
				signed = "content-type;" + signed
				header = append(header, Param{"Content-Type", "application/x-www-form-urlencoded"})
			}
			for name, value := range map[string]string{
				"x-acs-action": "DetachInstances", "x-acs-version": "2014-08-28", "x-acs-date": "2018-01-01T12:00:00Z",
				"x-acs-signature-nonce": "nonce-1", "x-acs-security-token": creds.SecurityToken,
				"x-acs-content-sha256": sha256Hex(body),
			} {
				header = append(header, Param{name, value})
				if got := r.Header.Get(name); got != value {
					t.Errorf("%s: wanted %q; got %q", name, value, got)
				}
			}
			covered := RequestV3{Method: method, Header: header, PayloadHash: sha256Hex(body)}
			if method == http.MethodGet {
				covered.Query = append(slices.Clone(detach(method, SignV3).Params), Param{"Format", "JSON"})
			}
			want := SignatureV3(covered, creds.AccessKeySecret).Authorization("testid")
			if got := r.Header.Get("Authorization"); got != want ||
				!strings.Contains(got, "SignedHeaders="+signed+",") {
				t.Errorf("wanted %s, signing %s; got %s", want, signed, got)
			}
		})
	}
}

func TestBuildAcceptsTheFormatThatItAsksFor(t *testing.T) {
	for format, want := range map[string]string{
		"JSON": "application/json", "json": "application/json", "XML": "text/xml, application/xml", "": "", "yaml": "",
	} {
		call := detach(http.MethodGet, SignV3)
		call.Format = format
		r, query, _ := built(t, call)
		if got := r.Header.Get("Accept"); got != want || strings.Contains(query, "Format=") != (format != "") {
			t.Errorf("format %q: wanted Accept %q; got %q with %s", format, want, got, query)
		}
	}
}

func TestBuildUnsigned(t *testing.T) {
	call := detach(http.MethodGet, SignNone)
	_, query, _ := built(t, call)
	if want := business + "&Action=DetachInstances&Version=2014-08-28&Format=JSON&AccessKeyId=testid"; query != want {
		t.Errorf("wanted %s; got %s", want, query)
	}
	call.Credentials, call.Format = Credentials{}, ""
	_, query, _ = built(t, call)
	if want := business + "&Action=DetachInstances&Version=2014-08-28"; query != want {
		t.Errorf("wanted %s; got %s", want, query)
	}
}

func TestBuildShufflesCommonParametersToo(t *testing.T) {
	for scheme, first := range map[Scheme]string{SignV1: "Signature=", SignV3: "Format=", SignNone: "AccessKeyId="} {
		call := detach(http.MethodPost, scheme)
		call.Shuffle = slices.Reverse[[]Param]
		_, _, body := built(t, call)
		if !strings.HasPrefix(body, first) || !strings.HasSuffix(body, "&ScalingGroupId=asg-1") {
			t.Errorf("%s: wanted everything in reverse; got %s", scheme, body)
		}
		if call.Params[0].Name != "ScalingGroupId" {
			t.Errorf("%s: wanted the call as it was; got %v", scheme, call.Params)
		}
	}
}

func TestBuildTampers(t *testing.T) {
	// sent reads nonce, timestamp and signature from either scheme.
	sent := func(r *http.Request) (nonce, stamp, signature string) {
		q := r.URL.Query()
		_, hexSignature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
		return q.Get("SignatureNonce") + r.Header.Get("X-Acs-Signature-Nonce"),
			q.Get("Timestamp") + r.Header.Get("X-Acs-Date"),
			q.Get("Signature") + hexSignature
	}
	for _, scheme := range []Scheme{SignV1, SignV3} {
		honest, _, _ := built(t, detach(http.MethodGet, scheme))
		_, _, right := sent(honest)
		for _, c := range []struct {
			name         string
			tamper       Tamper
			nonce, stamp string
		}{
			{"nonce", Tamper{Nonce: "old"}, "old", "2018-01-01T12:00:00Z"},
			{"skew", Tamper{Skew: -16 * time.Minute}, "nonce-1", "2018-01-01T11:44:00Z"},
			{"timestamp", Tamper{Timestamp: "yesterday", Skew: time.Hour}, "nonce-1", "yesterday"},
			{"signature", Tamper{Signature: true}, "nonce-1", "2018-01-01T12:00:00Z"},
		} {
			t.Run(string(scheme)+"/"+c.name, func(t *testing.T) {
				call := detach(http.MethodGet, scheme)
				call.Tamper = c.tamper
				r, _, _ := built(t, call)
				nonce, stamp, signature := sent(r)
				if nonce != c.nonce || stamp != c.stamp {
					t.Errorf("wanted nonce %q, timestamp %q; got %q, %q", c.nonce, c.stamp, nonce, stamp)
				}
				if signature == right {
					t.Errorf("wanted another signature than %s", right)
				}
				if differ := different(signature, right); c.tamper.Signature && differ != 1 {
					t.Errorf("wanted one character changed; got %d: %s, %s", differ, right, signature)
				}
				_, wrong64 := base64.StdEncoding.DecodeString(signature)
				if _, wrong16 := hex.DecodeString(signature); wrong64 != nil && wrong16 != nil {
					t.Errorf("wanted a well-formed signature; got %q", signature)
				}
			})
		}
	}
	if flip("0abc") != "1abc" || flip("9abc") != "0abc" {
		t.Error("wanted the first character changed, whatever it is")
	}
}

func different(a, b string) (n int) {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			n++
		}
	}
	return n + max(len(a), len(b)) - min(len(a), len(b))
}

func TestBuildRefuses(t *testing.T) {
	with := func(change func(*Call)) Call {
		c := detach(http.MethodGet, SignV3)
		change(&c)
		return c
	}
	fine := with(func(*Call) {})
	for name, c := range map[string]struct {
		call     Call
		endpoint string
		want     string
	}{
		"method": {with(func(c *Call) { c.Method = "PUT" }), "http://a", `wanted method GET or POST; got "PUT"`},
		"scheme": {with(func(c *Call) { c.Scheme = "v2" }), "http://a", `wanted scheme v1, v3 or none; got "v2"`},
		"no key": {
			with(func(c *Call) { c.Credentials = Credentials{} }), "http://a",
			"needs an AccessKeyId and a secret",
		},
		"header": {with(func(c *Call) { c.Tamper.Timestamp = "a\nb" }), "http://a", "X-Acs-Date holds a character"},
		"tamper": {
			with(func(c *Call) { c.Scheme, c.Tamper.Signature = SignNone, true }), "http://a",
			"unsigned call has no signature",
		},
		"not a URL": {fine, "localhost:9090", "wanted an endpoint such as"},
		"file":      {fine, "file:///etc", "wanted an endpoint such as"},
		"password":  {fine, "http://user:topsecret@a", "without user and password"},
		"query":     {fine, "http://a/?x=1", "without query"},
		"host":      {fine, "http://bücher.test", "ASCII form"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Build(c.call, parse(t, c.endpoint), noon, "n")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("wanted %q; got %v", c.want, err)
			}
			if strings.Contains(err.Error(), "secret@") || strings.Contains(err.Error(), creds.AccessKeySecret) {
				t.Errorf("wanted no secret; got %v", err)
			}
		})
	}
}

// What is signed is what is sent.
func TestHostIsSignedAsItIsSent(t *testing.T) {
	for address, want := range map[string]string{
		"http://h:": "h", "http://h:80": "h:80", "http://H": "H", "http://[::1]:": "[::1]",
		"http://[fe80::1%25eth0]:8080": "[fe80::1]:8080",
	} {
		r, err := Build(detach(http.MethodGet, SignV3), parse(t, address), noon, "nonce-1")
		if err != nil {
			t.Fatal(err)
		}
		var sent bytes.Buffer
		if err := r.Write(&sent); err != nil {
			t.Fatal(err)
		}
		again, err := http.ReadRequest(bufio.NewReader(&sent))
		if err != nil {
			t.Fatal(err)
		}
		m, err := compose(detach(http.MethodGet, SignV3), parse(t, address), noon, "nonce-1")
		if err != nil {
			t.Fatal(err)
		}
		if again.Host != want || m.host != want {
			t.Errorf("%s: wanted %s; sent %s, signed %s", address, want, again.Host, m.host)
		}
	}
}
