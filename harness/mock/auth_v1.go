package mock

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"net/url"
	"slices"
	"strings"
)

// The signature methods of RPC 1.0. The first is the documented one; some clients know the second (facts: signatures).
const (
	methodSHA1   = "HMAC-SHA1"
	methodSHA256 = "HMAC-SHA256"
)

// signV1 computes the RPC 1.0 signature of decoded parameters (facts: signatures).
func signV1(httpMethod, signatureMethod, secret string, params url.Values) (signature, stringToSign string) {
	stringToSign = stringToSignV1(httpMethod, params)
	var h func() hash.Hash = sha1.New
	if signatureMethod == methodSHA256 {
		h = sha256.New
	}
	mac := hmac.New(h, []byte(secret+"&"))
	mac.Write([]byte(stringToSign))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), stringToSign
}

func stringToSignV1(httpMethod string, params url.Values) string {
	return httpMethod + "&%2F&" + encode(canonicalPairs(params, "Signature"))
}

// canonicalPairs is name=value of every parameter but one, encoded, sorted by the raw name, joined with "&". Of a name that came twice
// the first value counts, as it does for the operations.
func canonicalPairs(params url.Values, without string) string {
	names := make([]string, 0, len(params))
	for name := range params {
		if name != without {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(encode(name))
		b.WriteByte('=')
		b.WriteString(encode(params.Get(name)))
	}
	return b.String()
}

// encode is percent-encoding as signatures want it: all but A-Z a-z 0-9 - _ . ~ becomes %XX. It differs from a query's only in the space.
func encode(s string) string {
	escaped := url.QueryEscape(s)
	if !strings.Contains(escaped, "+") {
		return escaped
	}
	return strings.ReplaceAll(escaped, "+", "%20")
}
