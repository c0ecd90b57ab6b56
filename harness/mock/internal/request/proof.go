package request

import (
	"strings"

	"github.com/essconform/essconform/harness/mock/internal/sign"
)

// Scheme is how a request proves who sent it.
type Scheme string

// The schemes. An unsigned request may still name an access key.
const (
	SchemeNone Scheme = "none"
	SchemeV1   Scheme = "v1"
	SchemeV3   Scheme = "v3"
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
	if fields, ok := sign.ReadAuthorization(q.Header.Get("Authorization")); ok {
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
		if values, ok := q.Query[name]; ok {
			return values[0]
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

// V3 is the request as V3 signs it.
func (q *Request) V3() sign.RequestV3 {
	return sign.RequestV3{
		Method: q.Method,
		Host:   q.Host,
		Path:   q.Path,
		Query:  q.Query,
		Header: q.Header,
		Body:   q.Body,
		Signed: q.Proof.SignedHeaders,
	}
}
