package mock

import (
	"crypto/subtle"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/recent"
	"github.com/essconform/essconform/harness/mock/internal/request"
	"github.com/essconform/essconform/harness/mock/internal/sign"
)

const (
	timestampLayout = "2006-01-02T15:04:05Z"
	// timestampWindow is how far a timestamp may be from now, either way (facts, section 1).
	timestampWindow = 15 * time.Minute
	// nonceMemory is how long a nonce must be remembered. A timestamp may lie 15 minutes ahead, so that a request can
	// stay valid for twice that time.
	nonceMemory = 2 * timestampWindow
	// nonceCount bounds one generation of nonces (32 bytes each), and with it the memory.
	nonceCount = 1 << 17
	// stsPrefix begins the access key ids of temporary credentials, which need a security token (facts, section 8).
	stsPrefix = "STS."
	// echoLimit bounds how much of a request is repeated in an error message, in bytes.
	echoLimit = 2048
)

// authentication is what every request must pass when signatures are verified, in this order. The nonce comes last,
// so that only a caller who can sign takes room in the memory of nonces.
func authentication() []Precondition {
	return []Precondition{
		proofHas("AccessKeyId", func(p Proof) string { return p.AccessKeyID }),
		proofHas("Signature", func(p Proof) string { return p.Signature }),
		proofHas("Timestamp", func(p Proof) string { return p.Timestamp }),
		proofHas("SignatureNonce", func(p Proof) string { return p.Nonce }),
		{"signature method is known", signatureUnsupported, signatureMethodUnknown},
		{"timestamp can be read", timestampFormat, timestampUnreadable},
		{"timestamp is recent", timestampExpired, timestampOutsideWindow},
		{"security token is there", missing("SecurityToken"), func(c *Call) (string, bool) {
			temporary := c.Caller.SecurityToken != "" || !c.Known && strings.HasPrefix(c.Request.Proof.AccessKeyID,
				stsPrefix)
			return "", temporary && c.Request.Proof.SecurityToken == ""
		}},
		{"access key exists", keyNotFound, func(c *Call) (string, bool) { return "", !c.Known }},
		{"security token fits", tokenMismatch, func(c *Call) (string, bool) {
			return "", !equal(c.Caller.SecurityToken, c.Request.Proof.SecurityToken)
		}},
		{"signature matches", signatureDoesNotFit, signatureDiffers},
		{"nonce is fresh", nonceUsed, func(c *Call) (string, bool) {
			return "", !c.nonces.Use(recent.KeyOf(c.Caller.AccessKeyID, c.Request.Proof.Nonce), struct{}{}, c.Now)
		}},
	}
}

func proofHas(name string, part func(Proof) string) Precondition {
	return Precondition{name + " is there", missing(name), func(c *Call) (string, bool) {
		return name, part(c.Request.Proof) == ""
	}}
}

func signatureMethodUnknown(c *Call) (string, bool) {
	p := c.Request.Proof
	if p.Scheme != SchemeV1 {
		return "", false
	}
	if p.Method != sign.SHA1 && p.Method != sign.SHA256 {
		return "SignatureMethod", true
	}
	return "SignatureVersion", p.Version != "1.0"
}

func timestampUnreadable(c *Call) (string, bool) {
	_, ok := timestamp(c.Request.Proof.Timestamp)
	return bounded(c.Request.Proof.Timestamp), !ok
}

func timestampOutsideWindow(c *Call) (string, bool) {
	t, ok := timestamp(c.Request.Proof.Timestamp)
	return bounded(c.Request.Proof.Timestamp), ok && c.Now.Sub(t).Abs() > timestampWindow
}

// timestamp reads the one documented form. Parse, which knows the layout of RFC 3339 best, would take fractions of a
// second and time zones, too.
func timestamp(s string) (time.Time, bool) {
	if len(s) != len(timestampLayout) || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}

// signatureDiffers compares in constant time. The subject is the server's string to sign, as the real gateway prints
// it, without the security token, which is part of it in V1. The diagnosis is for the log.
func signatureDiffers(c *Call) (string, bool) {
	if c.Request.Proof.Scheme == SchemeV3 {
		r := c.Request.V3()
		want, stringToSign := r.Sign(c.Caller.AccessKeySecret)
		if r.Covered() && equal(want, c.Request.Proof.Signature) {
			return "", false
		}
		c.diagnosis = r.Diagnose(c.Caller.AccessKeySecret, c.Request.Proof.Signature)
		return stringToSign, true
	}
	q := c.Request
	params := request.Merge(q.Query, q.Form)
	if sign.MatchesV1(q.Method, q.Proof.Method, c.Caller.AccessKeySecret, params, q.Proof.Signature) {
		return "", false
	}
	c.diagnosis = sign.RequestV1{
		Method: q.Method, SignatureMethod: q.Proof.Method, Query: q.Query, Form: q.Form, Signature: q.Proof.Signature,
	}.Diagnose(c.Caller.AccessKeySecret)
	if params.Has("SecurityToken") {
		params = maps.Clone(params)
		params.Set("SecurityToken", "hidden")
	}
	return bounded(sign.StringToSignV1(q.Method, params)), true
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// bounded cuts what a message repeats from a request.
func bounded(s string) string {
	if len(s) <= echoLimit {
		return s
	}
	return strings.ToValidUTF8(s[:echoLimit], "") + "…"
}

// authorized lets a caller through who is not denied the operation (document: error codes, Forbidden.Unauthorized).
func authorized() Precondition {
	return Precondition{"caller is authorized", unauthorized, func(c *Call) (string, bool) {
		return "", slices.Contains(c.Caller.Denied, c.Operation.Name)
	}}
}
