package mock

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const algorithmV3 = "ACS3-HMAC-SHA256"

// signedByV3 are the headers that a V3 signature must cover, because the gateway acts on them. The token is one more when it is sent.
func signedByV3(h http.Header) []string {
	names := []string{"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
	if h.Get("x-acs-security-token") != "" {
		names = append(names, "x-acs-security-token")
	}
	return names
}

// canonicalV3 is the request as V3 signs it (facts, section 2). header gives the value of a header by its lower-case name.
func canonicalV3(method, path string, query url.Values, signed []string, header func(string) string, payloadHash string) string {
	var b strings.Builder
	b.WriteString(method + "\n" + path + "\n" + canonicalPairs(query, "") + "\n")
	for _, name := range signed {
		b.WriteString(name + ":" + header(name) + "\n")
	}
	b.WriteString("\n" + strings.Join(signed, ";") + "\n" + payloadHash)
	return b.String()
}

// signV3 computes the V3 signature of a canonical request.
func signV3(secret, canonicalRequest string) (signature, stringToSign string) {
	stringToSign = algorithmV3 + "\n" + hexSHA256([]byte(canonicalRequest))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stringToSign))
	return hex.EncodeToString(mac.Sum(nil)), stringToSign
}

// headerV3 is the value of a header as V3 signs it: surrounding space trimmed, several values joined with a comma.
func (q *Request) headerV3(name string) string {
	if name == "host" {
		return strings.TrimSpace(q.Host)
	}
	values := slices.Clone(q.Header.Values(name))
	for i, v := range values {
		values[i] = strings.TrimSpace(v)
	}
	return strings.Join(values, ",")
}

// expectedV3 is the signature that the request should have. The payload hash is computed from the body, never taken from the header,
// so a header that lies about the body cannot match.
func (q *Request) expectedV3(secret string) (signature, stringToSign string) {
	hash := hexSHA256(q.Body)
	return signV3(secret, canonicalV3(q.Method, q.Path, q.Query, q.Proof.SignedHeaders, q.headerV3, hash))
}

// coveredV3 tells whether the signature covers every header that it must, and the body's hash is the announced one.
func (q *Request) coveredV3() bool {
	for _, name := range signedByV3(q.Header) {
		if !slices.Contains(q.Proof.SignedHeaders, name) {
			return false
		}
	}
	return strings.EqualFold(q.Header.Get("x-acs-content-sha256"), hexSHA256(q.Body))
}

// readAuthorization splits "ACS3-HMAC-SHA256 Credential=…,SignedHeaders=a;b,Signature=hex".
func readAuthorization(value string) (fields map[string]string, ok bool) {
	list, ok := strings.CutPrefix(value, algorithmV3+" ")
	if !ok {
		return nil, false
	}
	fields = map[string]string{}
	for part := range strings.SplitSeq(list, ",") {
		name, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = v
	}
	return fields, true
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
