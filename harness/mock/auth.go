package mock

import (
	"crypto/subtle"
	"maps"
	"slices"
	"strings"
	"time"
)

// Scheme is how a request proves who sent it.
type Scheme string

// The schemes. An unsigned request may still name an access key.
const (
	SchemeNone Scheme = "none"
	SchemeV1   Scheme = "v1"
	SchemeV3   Scheme = "v3"
)

const (
	timestampLayout = "2006-01-02T15:04:05Z"
	// timestampWindow is how far a timestamp may be from now, either way (facts, section 1).
	timestampWindow = 15 * time.Minute
	// echoLimit bounds how much of a request is repeated in an error message, in bytes.
	echoLimit = 2048
)

// Proof is what a request says about its sender, whatever the scheme.
type Proof struct {
	Scheme        Scheme
	AccessKeyID   string
	SecurityToken string
	Timestamp     string
	Nonce         string
	Signature     string
	Method        string   // SignatureMethod; V1 only
	Version       string   // SignatureVersion; V1 only
	SignedHeaders []string // lower case, in the order of the request; V3 only
}

// readProof gathers the proof from the Authorization header (V3) or from the parameters (V1, and unsigned requests).
func readProof(q *Request) Proof {
	if fields, ok := readAuthorization(q.Header.Get("Authorization")); ok {
		return Proof{
			Scheme:        SchemeV3,
			AccessKeyID:   fields["Credential"],
			SecurityToken: q.Header.Get("x-acs-security-token"),
			Timestamp:     q.Header.Get("x-acs-date"),
			Nonce:         q.Header.Get("x-acs-signature-nonce"),
			Signature:     fields["Signature"],
			SignedHeaders: strings.Split(strings.ToLower(fields["SignedHeaders"]), ";"),
		}
	}
	get := func(name string) string {
		if q.Query.Has(name) {
			return q.Query.Get(name)
		}
		return q.Form.Get(name)
	}
	p := Proof{
		Scheme:        SchemeNone,
		AccessKeyID:   get("AccessKeyId"),
		SecurityToken: get("SecurityToken"),
		Timestamp:     get("Timestamp"),
		Nonce:         get("SignatureNonce"),
		Signature:     get("Signature"),
		Method:        get("SignatureMethod"),
		Version:       get("SignatureVersion"),
	}
	if p.Signature != "" {
		p.Scheme = SchemeV1
	}
	return p
}

// authentication is what every request must pass when signatures are verified, in this order. The nonce comes last, so that only a
// caller who can sign takes room in the memory of nonces.
func authentication() []Precondition {
	return []Precondition{
		proofHas("AccessKeyId", func(p Proof) string { return p.AccessKeyID }),
		proofHas("Signature", func(p Proof) string { return p.Signature }),
		proofHas("Timestamp", func(p Proof) string { return p.Timestamp }),
		proofHas("SignatureNonce", func(p Proof) string { return p.Nonce }),
		{"signature method is known", signatureUnsupported, signatureMethodUnknown},
		{"timestamp can be read", timestampFormat, timestampUnreadable},
		{"timestamp is recent", timestampExpired, timestampOutsideWindow},
		{"access key exists", keyNotFound, func(c *Call) (string, bool) { return "", !c.Known }},
		{"security token is there", missing("SecurityToken"), func(c *Call) (string, bool) {
			return "", c.Caller.SecurityToken != "" && c.Request.Proof.SecurityToken == ""
		}},
		{"security token fits", tokenMismatch, func(c *Call) (string, bool) {
			return "", !equal(c.Caller.SecurityToken, c.Request.Proof.SecurityToken)
		}},
		{"signature matches", signatureDoesNotFit, signatureDiffers},
		{"nonce is fresh", nonceUsed, func(c *Call) (string, bool) {
			return "", !c.nonces.use(c.Caller.AccessKeyID, c.Request.Proof.Nonce, c.Now)
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
	if p.Method != methodSHA1 && p.Method != methodSHA256 {
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

// timestamp reads the one documented form. Parse alone would take fractions of a second, too.
func timestamp(s string) (time.Time, bool) {
	t, err := time.Parse(timestampLayout, s)
	return t, err == nil && len(s) == len(timestampLayout)
}

// signatureDiffers compares in constant time. The subject is the server's string to sign, as the real gateway tells it, without the
// security token, which is part of it in V1.
func signatureDiffers(c *Call) (string, bool) {
	q := c.Request
	if q.Proof.Scheme == SchemeV3 {
		want, stringToSign := q.expectedV3(c.Caller.AccessKeySecret)
		return stringToSign, !q.coveredV3() || !equal(want, q.Proof.Signature)
	}
	params := merge(q.Query, q.Form)
	want, stringToSign := signV1(q.Method, q.Proof.Method, c.Caller.AccessKeySecret, params)
	if equal(want, q.Proof.Signature) {
		return "", false
	}
	if params.Has("SecurityToken") {
		masked := maps.Clone(params)
		masked.Set("SecurityToken", "hidden")
		stringToSign = stringToSignV1(q.Method, masked)
	}
	return bounded(stringToSign), true
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
