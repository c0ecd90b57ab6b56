// Package sign computes the signatures of the RPC gateway, and says what a wrong one was computed over.
package sign

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
)

// The signature methods of RPC 1.0. The first is the documented one; some clients know the second (facts, section 2).
const (
	SHA1   = "HMAC-SHA1"
	SHA256 = "HMAC-SHA256"
)

// V1 computes the RPC 1.0 signature of decoded parameters (facts, section 2).
func V1(httpMethod, signatureMethod, secret string, params url.Values) (signature, stringToSign string) {
	stringToSign = StringToSignV1(httpMethod, params)
	return macV1(signatureMethod, secret+"&", stringToSign), stringToSign
}

func macV1(signatureMethod, key, stringToSign string) string {
	h := sha1.New
	if signatureMethod == SHA256 {
		h = sha256.New
	}
	mac := hmac.New(h, []byte(key))
	mac.Write([]byte(stringToSign))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// StringToSignV1 is what RPC 1.0 signs.
func StringToSignV1(httpMethod string, params url.Values) string {
	return stringOver(httpMethod, canonicalPairs(params, "Signature"))
}

func stringOver(httpMethod, pairs string) string {
	b := append(make([]byte, 0, 1024), httpMethod...)
	b = append(b, "&%2F&"...)
	return string(appendEncoded(b, pairs))
}

// canonicalPairs is name=value of every parameter but one, encoded, sorted by the raw name, joined with "&". Of a
// name that came twice the first value counts, as it does for the operations.
func canonicalPairs(params url.Values, without string) string {
	names := make([]string, 0, len(params))
	for name := range params {
		if name != without {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	b := make([]byte, 0, 1024)
	for i, name := range names {
		if i > 0 {
			b = append(b, '&')
		}
		b = appendEncoded(b, name)
		b = append(b, '=')
		b = appendEncoded(b, params.Get(name))
	}
	return string(b)
}

// appendEncoded is percent-encoding as signatures want it: all but A-Z a-z 0-9 - _ . ~ becomes %XX. A query's
// encoding differs in the space.
func appendEncoded(b []byte, s string) []byte {
	const hexDigits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
			b = append(b, c)
		default:
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return b
}
