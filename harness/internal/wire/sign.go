package wire

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

const algorithmV3 = "ACS3-HMAC-SHA256"

// encodeAgain is percentEncode for what encode wrote: nothing else in that needs an escape.
var encodeAgain = strings.NewReplacer("%", "%25", "=", "%3D", "&", "%26")

// SignatureV1 signs with RPC 1.0, HMAC-SHA1 (facts, section 2). The params are decoded values from query and form body
// together, in any order, without Signature itself. The signature is in base64.
func SignatureV1(method string, params []Param, secret string) (stringToSign, signature string) {
	stringToSign = method + "&%2F&" + encodeAgain.Replace(encode(sorted(params)))
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(stringToSign))
	return stringToSign, base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// RequestV3 is what a V3 signature covers.
type RequestV3 struct {
	Method string
	Path   string  // escaped as it is sent; "" means "/"
	Query  []Param // decoded, in any order
	// Header holds names in any case. Host, Content-Type and x-acs-* are signed, others are ignored. Values of one name
	// are joined.
	Header      []Param
	PayloadHash string // hex sha256 of the body
}

// SignedV3 is a V3 signature with what led to it.
type SignedV3 struct {
	CanonicalRequest string
	StringToSign     string
	SignedHeaders    string // "host;x-acs-action;…"
	Signature        string // hex
}

// Authorization is the value of the Authorization header.
func (s SignedV3) Authorization(accessKeyID string) string {
	return algorithmV3 + " Credential=" + accessKeyID + ",SignedHeaders=" + s.SignedHeaders + ",Signature=" +
		s.Signature
}

// SignatureV3 signs with ACS3-HMAC-SHA256 (facts, section 2).
func SignatureV3(r RequestV3, secret string) SignedV3 {
	names, lines := canonicalHeader(r.Header)
	var s SignedV3
	s.SignedHeaders = strings.Join(names, ";")
	s.CanonicalRequest = strings.Join([]string{
		r.Method, cmp.Or(r.Path, "/"), encode(sorted(r.Query)), lines, s.SignedHeaders, r.PayloadHash,
	}, "\n")
	s.StringToSign = algorithmV3 + "\n" + sha256Hex(s.CanonicalRequest)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(s.StringToSign))
	s.Signature = hex.EncodeToString(mac.Sum(nil))
	return s
}

// canonicalHeader gives the sorted names of the signed headers, and a line "name:values" for each.
func canonicalHeader(header []Param) (names []string, lines string) {
	values := map[string][]string{}
	for _, h := range header {
		name := strings.ToLower(h.Name)
		if name != "host" && name != "content-type" && !strings.HasPrefix(name, "x-acs-") {
			continue
		}
		if _, known := values[name]; !known {
			names = append(names, name)
		}
		values[name] = append(values[name], strings.TrimSpace(h.Value))
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		slices.Sort(values[name])
		b.WriteString(name + ":" + strings.Join(values[name], ",") + "\n")
	}
	return names, b.String()
}

// sorted orders by raw name in byte order, as both schemes demand, and leaves params as they are.
func sorted(params []Param) []Param {
	params = slices.Clone(params)
	slices.SortStableFunc(params,
		func(a, b Param) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) })
	return params
}

// encode writes params as query or form body, in their order. Empty values keep their "=".
func encode(params []Param) string { return encodeBy(params, percentEncode) }

func encodeBy(params []Param, as func(string) string) string {
	size := 0
	for _, p := range params {
		size += len(p.Name) + len(p.Value) + len("=&")
	}
	var b strings.Builder
	b.Grow(size + size/8) // few characters need an escape
	for i, p := range params {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(as(p.Name))
		b.WriteByte('=')
		b.WriteString(as(p.Value))
	}
	return b.String()
}

// percentEncode leaves A-Za-z0-9-_.~ and writes everything else as %XX, the space too, which QueryEscape alone writes
// as "+". Most names and values are written as they are.
func percentEncode(s string) string {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '-' && c != '_' && c != '.' && c != '~' {
			return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
		}
	}
	return s
}

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
