package wire

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// vector is one entry of testdata/signature-vectors.json.
type vector struct {
	Name, Kind, Method, Path, Key, Secret  string
	Params, Query, Headers                 map[string]string
	StringToSign, Signature                string
	SignatureIfGET, CanonicalRequestSha256 string
	PayloadHash                            string
}

func vectors(t *testing.T, kind string) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/signature-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all, some []vector
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if v.Kind == kind {
			some = append(some, v)
		}
	}
	if len(some) == 0 {
		t.Fatalf("wanted vectors of kind %s; got none", kind)
	}
	return some
}

func list(m map[string]string) []Param {
	var params []Param
	for name, value := range m {
		params = append(params, Param{name, value})
	}
	return params
}

func TestSignatureV1Vectors(t *testing.T) {
	for _, v := range vectors(t, "v1") {
		t.Run(v.Name, func(t *testing.T) {
			text, signature := SignatureV1(v.Method, list(v.Params), v.Secret)
			if v.StringToSign != "" && text != v.StringToSign {
				t.Errorf("wanted string to sign\n%s; got\n%s", v.StringToSign, text)
			}
			if signature != v.Signature {
				t.Errorf("wanted signature %s; got %s", v.Signature, signature)
			}
			if v.SignatureIfGET == "" {
				return
			}
			if _, got := SignatureV1("GET", list(v.Params), v.Secret); got != v.SignatureIfGET {
				t.Errorf("as GET: wanted signature %s; got %s", v.SignatureIfGET, got)
			}
		})
	}
}

func TestSignatureV3Vectors(t *testing.T) {
	for _, v := range vectors(t, "v3") {
		t.Run(v.Name, func(t *testing.T) {
			header := list(v.Headers)
			if _, joined := v.Headers["x-acs-test"]; joined { // the vector describes its two headers in words
				header = []Param{{"x-acs-test", "https"}, {"x-acs-TEST", "http"}}
			}
			hash := v.PayloadHash
			if hash == "" {
				hash = v.Headers["x-acs-content-sha256"]
			}
			got := SignatureV3(RequestV3{
				Method: v.Method, Path: v.Path, Query: list(v.Query), Header: header,
				PayloadHash: hash,
			}, v.Secret)
			if want := v.CanonicalRequestSha256; want != "" && got.StringToSign != "ACS3-HMAC-SHA256\n"+want {
				t.Errorf("wanted sha256 %s of the canonical request; got %q for\n%s", want, got.StringToSign,
					got.CanonicalRequest)
			}
			if got.Signature != v.Signature {
				t.Errorf("wanted signature %s; got %s", v.Signature, got.Signature)
			}
		})
	}
}

func TestPercentEncodeRoundTrips(t *testing.T) {
	plain := regexp.MustCompile(`^([A-Za-z0-9_.~-]|%[0-9A-F]{2})*$`)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()),
			func(b []byte) string { return string(b) })).Draw(t, "s")
		encoded := percentEncode(s)
		if !plain.MatchString(encoded) {
			t.Fatalf("wanted unreserved characters and %%XX only; got %s", encoded)
		}
		// PathUnescape leaves "+" alone: a space must have come as %20.
		if back, err := url.PathUnescape(encoded); err != nil || back != s {
			t.Fatalf("wanted %q back; got %q, %v", s, back, err)
		}
	})
}

func TestEncodeKeepsOrderAndEmptyValues(t *testing.T) {
	got := encode([]Param{{"b", "x y"}, {"a", ""}, {"b", "*~中&="}})
	if want := "b=x%20y&a=&b=%2A~%E4%B8%AD%26%3D"; got != want {
		t.Errorf("wanted %s; got %s", want, got)
	}
	if strings.Contains(encode(nil), "=") {
		t.Error("wanted nothing for no parameters")
	}
}
