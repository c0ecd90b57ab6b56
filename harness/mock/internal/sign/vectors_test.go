package sign

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// vector is one entry of testdata/signature-vectors.json.
type vector struct {
	Name, Kind, Method, Path, Key, Secret string
	Params, Query, Headers                map[string]string
	StringToSign, Signature               string
	SignatureIfGET                        string
	SignatureIfPOSTandSHA256              string `json:"signatureIfPOSTandSignatureMethodHMACSHA256"`
	CanonicalRequestSHA256                string `json:"canonicalRequestSha256"`
	PayloadHash                           string
}

func readJSON(t testing.TB, file string, into any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func single(m map[string]string) url.Values {
	v := url.Values{}
	for name, value := range m {
		v.Set(name, value)
	}
	return v
}

func TestSignatureVectors(t *testing.T) {
	var vectors []vector
	readJSON(t, "testdata/signature-vectors.json", &vectors)
	if len(vectors) != 8 {
		t.Fatalf("wanted 8 vectors; got %d", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			if v.Kind == "v3" {
				checkV3(t, v)
				return
			}
			got, stringToSign := V1(v.Method, SHA1, v.Secret, single(v.Params))
			if got != v.Signature {
				t.Errorf("wanted %s; got %s over %s", v.Signature, got, stringToSign)
			}
			typeset := strings.HasPrefix(v.Name, "ess-doc") // its string is printed wrongly, its signature is right
			if v.StringToSign != "" && !typeset && stringToSign != v.StringToSign {
				t.Errorf("wanted string to sign\n%s; got\n%s", v.StringToSign, stringToSign)
			}
			if got, _ := V1(
				http.MethodGet,
				SHA1,
				v.Secret,
				single(v.Params),
			); v.SignatureIfGET != "" &&
				got != v.SignatureIfGET {
				t.Errorf("GET: wanted %s; got %s", v.SignatureIfGET, got)
			}
			if want := v.SignatureIfPOSTandSHA256; want != "" {
				p := single(v.Params)
				p.Set("SignatureMethod", SHA256)
				if got, _ := V1(http.MethodPost, SHA256, v.Secret, p); got != want {
					t.Errorf("SHA-256: wanted %s; got %s", want, got)
				}
			}
		})
	}
}

func checkV3(t *testing.T, v vector) {
	t.Helper()
	headers := map[string]string{}
	for name, value := range v.Headers {
		value, _, _ = strings.Cut(value, " (") // what follows is a remark
		headers[name] = value
	}
	signed := slices.Sorted(maps.Keys(headers))
	hash := v.PayloadHash
	if hash == "" {
		hash = headers["x-acs-content-sha256"]
	}
	canonical := CanonicalV3(v.Method, v.Path, single(v.Query), signed, func(n string) string { return headers[n] },
		hash)
	if want := v.CanonicalRequestSHA256; want != "" && HexSHA256([]byte(canonical)) != want {
		t.Errorf("wanted another canonical request; got\n%s", canonical)
	}
	if got, _ := V3(v.Secret, canonical); got != v.Signature {
		t.Errorf("wanted %s; got %s over\n%s", v.Signature, got, canonical)
	}
}
