// Package wire asks: it builds requests, signs and sends them, and keeps what went over the wire in both directions, bounded and redacted.
package wire

import (
	"net/http"
	"time"
)

// Param is one request parameter. The order of a list of them is the order on the wire.
type Param struct{ Name, Value string }

// Credentials sign a call. The zero value means an anonymous caller.
type Credentials struct{ AccessKeyID, AccessKeySecret, SecurityToken string }

// Scheme is a way to sign a call (facts: signatures).
type Scheme string

// The schemes.
const (
	SignV1   Scheme = "v1"   // RPC 1.0, HMAC-SHA1 over the parameters
	SignV3   Scheme = "v3"   // ACS3-HMAC-SHA256 in the Authorization header
	SignNone Scheme = "none" // no signature; AccessKeyId is still sent when there is one
)

// Call is one request to an RPC operation, before it is signed.
type Call struct {
	Method      string // http.MethodGet: all in the query; http.MethodPost: all in the form body
	Action      string
	Version     string
	Format      string  // value of the Format parameter, verbatim; "" leaves it out
	Params      []Param // the operation's parameters in wire order, RegionId included
	Scheme      Scheme
	Credentials Credentials
	AcceptGzip  bool
	// Shuffle, when not nil, permutes all parameters (common ones too) just before they are written.
	Shuffle func([]Param)
	Tamper  Tamper
}

// Tamper is what a call gets wrong on purpose. The zero value gets nothing wrong.
type Tamper struct {
	Signature bool          // one byte of the signature is changed
	Nonce     string        // this nonce is sent instead of a fresh one
	Skew      time.Duration // added to the clock
	Timestamp string        // sent verbatim
}

// Exchange is a request and what came back, safe to store: AccessKeyId shortened, Signature, Authorization, secrets and tokens replaced.
type Exchange struct {
	Request  Request
	Response *Response // nil when no complete status line and header arrived
	// Failure says what broke the exchange (time-out, reset, cut body …); "" when it is whole. Never contains a secret.
	Failure string
	// TimedOut tells a target that did not answer in time from one that closed the connection.
	TimedOut bool
	// Unreachable is set when no connection could be made at all (refused, no such host).
	Unreachable bool
	Nonce       string // the nonce that was sent, for a call that repeats it
	Attempts    int
	Timings     Timings
}

// Request is what was sent, redacted.
type Request struct {
	Method string
	URL    string
	Header http.Header
	Body   string
}

// Response is what came. Body is the raw body, undecoded but for gzip that was asked for.
type Response struct {
	Proto     string // "HTTP/1.1"
	Status    int
	Line      string // "HTTP/1.1 200 OK"
	Header    http.Header
	Body      []byte
	Truncated bool // the body was longer than the limit; Body is its beginning
}

// Timings of one exchange.
type Timings struct{ Start, FirstByte, Total time.Duration }
