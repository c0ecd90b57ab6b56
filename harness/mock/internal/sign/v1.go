// Package sign computes the signatures of the RPC gateway, and says what a wrong one was computed over.
package sign

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
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
	text := appendStringToSign(make([]byte, 0, roomV1), httpMethod, params)
	return macV1(signatureMethod, secret+"&", text), string(text)
}

// MatchesV1 tells whether a signature is the one that V1 computes, in constant time.
func MatchesV1(httpMethod, signatureMethod, secret string, params url.Values, signature string) bool {
	text := appendStringToSign(make([]byte, 0, roomV1), httpMethod, params)
	want := macV1(signatureMethod, secret+"&", text)
	return subtle.ConstantTimeCompare([]byte(want), []byte(signature)) == 1
}

func macV1(signatureMethod, key string, stringToSign []byte) string {
	h := sha1.New
	if signatureMethod == SHA256 {
		h = sha256.New
	}
	mac := hmac.New(h, []byte(key))
	mac.Write(stringToSign)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// roomV1 is room for what most calls sign.
const roomV1 = 1024

// StringToSignV1 is what RPC 1.0 signs.
func StringToSignV1(httpMethod string, params url.Values) string {
	return string(appendStringToSign(nil, httpMethod, params))
}

// appendStringToSign is stringOver of the canonical pairs, written at once: each name and value is encoded twice.
func appendStringToSign(b []byte, httpMethod string, params url.Values) []byte {
	b = append(b, httpMethod...)
	b = append(b, separatorV1...)
	for i, name := range sortedNames(params, "Signature") {
		if i > 0 {
			b = append(b, "%26"...)
		}
		b = appendEscaped(b, name, "%25")
		b = append(b, "%3D"...)
		b = appendEscaped(b, params.Get(name), "%25")
	}
	return b
}

const separatorV1 = "&%2F&"

func stringOver(httpMethod, pairs string) string {
	return string(appendEncoded([]byte(httpMethod+separatorV1), pairs))
}

// canonicalPairs is name=value of every parameter but one, encoded, sorted by the raw name, joined with "&". Of a
// name that came twice the first value counts, as it does for the operations.
func canonicalPairs(params url.Values, without string) string {
	b := make([]byte, 0, roomV1)
	for i, name := range sortedNames(params, without) {
		if i > 0 {
			b = append(b, '&')
		}
		b = appendEncoded(b, name)
		b = append(b, '=')
		b = appendEncoded(b, params.Get(name))
	}
	return string(b)
}

func sortedNames(params url.Values, without string) []string {
	names := make([]string, 0, len(params))
	for name := range params {
		if name != without {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// appendEncoded is percent-encoding as signatures want it: all but A-Z a-z 0-9 - _ . ~ becomes %XX. A query's
// encoding differs in the space.
func appendEncoded(b []byte, s string) []byte { return appendEscaped(b, s, "%") }

// appendEscaped is percent-encoding with another sign for the percent.
func appendEscaped(b []byte, s, percent string) []byte {
	const hexDigits = "0123456789ABCDEF"
	plain := 0 // where what need not be encoded begins
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
		default:
			b = append(b, s[plain:i]...)
			b = append(b, percent...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15])
			plain = i + 1
		}
	}
	return append(b, s[plain:]...)
}
