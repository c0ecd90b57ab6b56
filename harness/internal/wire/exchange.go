// Package wire asks: it builds requests, signs and sends them, and keeps what went over the wire in both directions,
// bounded and redacted.
package wire

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// ByName sorts parameters as official clients write them; for Call.Shuffle.
func ByName(params []Param) {
	slices.SortStableFunc(params, func(a, b Param) int { return strings.Compare(a.Name, b.Name) })
}

// Param is one request parameter. The order of a list of them is the order on the wire.
type Param struct{ Name, Value string }

// Credentials sign a call. The zero value means an anonymous caller.
type Credentials struct{ AccessKeyID, AccessKeySecret, SecurityToken string }

// Format prints the shortened AccessKeyId only, whatever the verb, so that printing a call in a log or a failed test
// gives nothing away.
func (c Credentials) Format(out fmt.State, _ rune) {
	fmt.Fprintf(out, "credentials(%s)", shorten(c.AccessKeyID))
}

// Scheme is a way to sign a call (facts, section 2).
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
	// Header holds what a client sends beside the headers of its scheme, such as X-Sdk-Client; names in canonical form.
	Header    map[string]string
	Placement Placement
	Encoding  Encoding
	// Repeatable is set for a call that changes nothing, such as a Describe operation: it may go over a connection that
	// was used before, and is sent again when that one turns out to have been closed. Any other call is sent once, over
	// a connection of its own.
	Repeatable bool
	// Check is set for a call that only finds out whether the caller is known, before any case: it says so as
	// CheckAgent.
	Check bool
	// Line is the kept connection that the call travels on; nil: one that was never used before.
	Line *Line
	// Shuffle, when not nil, permutes all parameters (common ones too) in place, just before they are written.
	Shuffle func([]Param)
	Tamper  Tamper
}

// Placement is where a POST carries its parameters (facts, sections 1 and 7).
type Placement string

// The placements. A GET has all parameters in its query.
const (
	InBody  Placement = ""      // all in the form body, as the official Node client
	InQuery Placement = "query" // all in the query, as the official Go clients
	Split   Placement = "split" // the common parameters in the query, those of the operation in the body
	// the common parameters in the query, those of the operation there and in the body by turns
	Mixed Placement = "mixed"
)

// Encoding is how names and values are written. Every one means the same when it is decoded (facts, section 2).
type Encoding string

// The encodings.
const (
	Standard Encoding = ""     // percent-encoded where needed, a space as %20
	Plus     Encoding = "plus" // a space as +
	// every character that is not a letter or a digit, and the first letter of each name and value
	Percent Encoding = "percent"
)

// Tamper is what a call gets wrong on purpose. The zero value gets nothing wrong. A call of the scheme none has none of
// this to get wrong, and is refused by Build when it asks for it.
type Tamper struct {
	Signature bool          // one byte of the signature is changed
	Nonce     string        // this nonce is sent instead of a fresh one
	Skew      time.Duration // added to the clock
	Timestamp string        // sent verbatim
}

// Exchange is a request and what came back. Request and Failure are safe to store: AccessKeyId shortened, Signature,
// Authorization, secrets and tokens replaced. Response is raw, for the judge; Redacted makes it safe too.
type Exchange struct {
	Request  Request
	Response *Response // nil when no complete status line and header arrived
	// Failure says what broke the exchange (time-out, reset, cut body …); "" when it is whole. Never contains a secret.
	Failure string
	// TimedOut tells a target that did not answer in time from one that closed the connection.
	TimedOut bool
	// Unreachable is set when no connection could be made at all (refused, no such host, no TLS; with TimedOut, when
	// nothing answered).
	Unreachable bool
	Nonce       string // the nonce that was sent, for a call that repeats it; "" for the scheme none
	// ThrottledAnswers counts the answers that asked for patience. Only the last answer is in Response.
	ThrottledAnswers int
	// Throttled is set when the last answer asks for patience, too: the call was never carried out, and there is
	// nothing to judge.
	Throttled bool
	// Attempts counts how often the request was written, 0 when no connection could be made; see Repeats.
	Attempts int
	// Stale counts the attempts of a Repeatable call that met a kept connection just as the target had closed it, which
	// HTTP allows at any time.
	Stale   int
	Timings Timings

	doubtful bool
	mask     *mask
	shown    *Response // Response without secrets, made when the exchange left the client
	echo     bool
}

// Redact removes what this exchange must not show, its own signature included, from a text that may quote the answer.
// Do it before anything of the text is cut off.
func (e Exchange) Redact(text string) string {
	shown, _ := e.mask.apply(text, false)
	return shown
}

// Echoes tells whether the answer holds a secret of the run, in whatever encoding: then nothing of it may be quoted but
// what Redacted shows.
func (e Exchange) Echoes() bool { return e.echo }

// Redacted is the exchange for reports: a target may echo the request in its answer, so the answer is redacted as well.
// A gzip body is replaced by its decoded text, because a secret cannot be seen in a compressed one.
func (e Exchange) Redacted() Exchange {
	if e.shown == nil {
		e.redact()
	}
	e.Response = e.shown
	return e
}

// redact makes what Redacted gives.
func (e *Exchange) redact() {
	if e.Response == nil {
		return
	}
	r := *e.Response
	hide := func(text string, cut bool) string {
		shown, found := e.mask.apply(text, cut)
		e.echo = e.echo || found
		return shown
	}
	cut := r.Truncated || r.DecodeFailure != "" || e.Failure != ""
	r.Proto, r.Line = hide(r.Proto, false), hide(r.Line, false)
	r.Header = make(http.Header, len(e.Response.Header))
	for name, values := range e.Response.Header {
		name = hide(name, false)
		for _, v := range values {
			r.Header[name] = append(r.Header[name], hide(v, false))
		}
	}
	if r.IsGzip() {
		text, truncated, err := gunzip(r.Body, len(r.Body)+DefaultBodyLimit)
		r.Body, cut = text, cut || truncated || err != nil
	}
	if r.Decoded != nil {
		r.Decoded = []byte(hide(string(r.Decoded), cut))
	}
	// A secret may begin in the body and end behind it.
	both, end := string(r.Body)+string(r.Surplus), len(r.Body)
	var across []span
	if len(r.Surplus) > 0 {
		across = e.mask.spans(both, true)
	}
	for part, p := range map[*[]byte]struct{ from, to int }{&r.Body: {0, end}, &r.Surplus: {end, len(both)}} {
		text := both[p.from:p.to]
		spans := merged(append(within(across, p.from, p.to), e.mask.spans(text, cut || len(r.Surplus) > 0)...))
		if len(spans) > 0 {
			e.echo, *part = true, []byte(substituted(text, spans))
		}
	}
	e.shown = &r
}

// Repeats says why the request was sent more than once; "" when it was not.
func (e Exchange) Repeats() string {
	if e.Attempts < 2 {
		return ""
	}
	var why []string
	if e.ThrottledAnswers > 0 {
		why = append(why, fmt.Sprintf("%d throttled", e.ThrottledAnswers))
	}
	if e.Stale > 0 {
		why = append(why, fmt.Sprintf("%d on a kept connection that the target had closed", e.Stale))
	}
	return fmt.Sprintf("sent %d times: %s", e.Attempts, strings.Join(why, ", "))
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
	Truncated bool // the body, raw or decoded, was longer than the limit; Body and Decoded are its beginning

	// Decoded is the body without gzip, when gzip was asked for and came; else nil.
	Decoded []byte
	// DecodeFailure says why Decoded is not the whole body, though Body is; "" when it is.
	DecodeFailure string
	// Surplus holds the first bytes that the target sent after the end of the body (a Content-Length that is too small,
	// a second answer); nil when it sent none. It was read from the connection at the moment when the body was
	// complete: what comes later is not seen, and never reaches another exchange.
	Surplus []byte
}

// IsGzip tells whether the body as it came is in gzip, whatever its header says.
func (r *Response) IsGzip() bool { return bytes.HasPrefix(r.Body, gzipMagic) }

// Document is the body as the target meant it: Decoded when gzip was asked for and came, else Body.
func (r *Response) Document() []byte {
	if r.Decoded != nil {
		return r.Decoded
	}
	return r.Body
}

// Timings of one exchange. Start counts from the making of the client, FirstByte and Total from Start. FirstByte is 0
// when none came.
type Timings struct{ Start, FirstByte, Total time.Duration }
