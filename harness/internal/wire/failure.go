package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/essconform/essconform/reports/printable"
)

// maxFailure bounds a failure text, in characters: it may quote the target.
const maxFailure = 300

// setback is what is known of an exchange when it breaks.
type setback struct {
	err     error
	stopped error // why the caller gave up; nil when it did not
	late    bool  // the time for the request is over
	timeout time.Duration
	host    string
	begun   bool                // a byte of the answer has come
	resp    *http.Response      // nil until the header is complete
	got     int                 // bytes of the body
	redact  func(string) string // set by apply
}

// apply writes the failure into the exchange.
func (s setback) apply(x *Exchange) {
	s.redact = x.Redact
	text := s.unreached()
	x.Unreachable = text != ""
	x.TimedOut = s.stopped == nil && (s.late || errors.Is(s.err, context.DeadlineExceeded))
	switch {
	case s.stopped != nil:
		text = "stopped before the answer was complete: " + printable.Text(s.redact(s.stopped.Error()), maxFailure)
		x.Unreachable = false
	case x.TimedOut && x.Unreachable:
		text = fmt.Sprintf("no connection to %s within %s", s.host, s.timeout)
	case x.TimedOut:
		text = fmt.Sprintf("%s within %s", s.missing(), s.timeout)
	case text == "":
		text = s.broken()
	}
	x.Failure = text
}

// unreached says why there was no connection; "" when there was one.
func (s setback) unreached() string {
	var dns *net.DNSError
	var op *net.OpError
	var handshake handshakeError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(s.err, &dns) && dns.IsNotFound:
		return "no such host: " + s.host
	case errors.As(s.err, &dns):
		return "could not look up " + s.host + ": " + printable.Text(dns.Err, maxFailure)
	case errors.As(s.err, &handshake), errors.As(s.err, &certificate), errors.As(s.err, &record):
		return "no TLS with " + s.host + ": " + s.cause()
	case errors.As(s.err, &op) && (op.Op == "dial" || op.Op == "proxyconnect"):
		if errors.Is(s.err, syscall.ECONNREFUSED) {
			return "connection refused by " + s.host
		}
		return "no connection to " + s.host + ": " + s.cause()
	}
	return ""
}

// missing says what had not come when the time was over.
func (s setback) missing() string {
	switch {
	case s.resp != nil:
		return "the body was not complete" + s.amount()
	case s.begun:
		return "the header was not complete"
	}
	return "no answer"
}

func (s setback) broken() string {
	var malformed malformedError
	switch {
	case s.resp != nil:
		return s.brokenBody()
	case errors.Is(s.err, errHeaderTooLong):
		return errHeaderTooLong.Error()
	case errors.As(s.err, &malformed):
		return "the answer is not well-formed HTTP: " + s.cause()
	case !lost(s.err):
		return "the exchange failed: " + s.cause()
	case s.begun:
		return "the connection was " + ending(s.err) + " in the middle of the header"
	}
	return "the connection was " + ending(s.err) + " without an answer"
}

func (s setback) brokenBody() string {
	chunked := len(s.resp.TransferEncoding) > 0
	switch {
	case errors.Is(s.err, io.ErrUnexpectedEOF) && s.resp.ContentLength >= 0:
		return fmt.Sprintf("the body ended after %d of %d bytes", s.got, s.resp.ContentLength)
	case errors.Is(s.err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("the body ended after %d bytes, without its last chunk", s.got)
	case lost(s.err):
		return "the connection was " + ending(s.err) + " in the body" + s.amount()
	case chunked:
		return fmt.Sprintf("the body is not well-formed after %d bytes: %s", s.got, s.cause())
	}
	return "the body could not be read" + s.amount() + ": " + s.cause()
}

func (s setback) amount() string {
	if s.resp.ContentLength >= 0 {
		return fmt.Sprintf(" (%d of %d bytes came)", s.got, s.resp.ContentLength)
	}
	if len(s.resp.TransferEncoding) > 0 {
		return fmt.Sprintf(" (%d bytes came, no last chunk)", s.got)
	}
	return fmt.Sprintf(" (%d bytes came; without Content-Length it ends when the connection is closed)", s.got)
}

// lost tells a connection that ended from an answer that is wrong.
func lost(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || isReset(err)
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

func ending(err error) string {
	if isReset(err) {
		return "reset"
	}
	return "closed"
}

// cause is the innermost text of an error, printable, without the addresses and the URL (and so the query) that net and
// net/http put before it.
func (s setback) cause() string {
	err := s.err
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return printable.Text(s.redact(err.Error()), maxFailure)
}
