package mock

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/fault"
	"github.com/essconform/essconform/harness/mock/internal/keyring"
)

// DefaultActivityDuration is how long a scaling activity takes when Options do not say: long enough to be seen in
// progress, short enough that a suite does not wait for it.
const DefaultActivityDuration = 20 * time.Millisecond

// Options configure a Server. The zero value needs Credentials, or SkipVerification.
type Options struct {
	// Clock tells the time; nil is time.Now. Timestamps, activities and the nonce memory all follow it.
	Clock func() time.Time
	// ActivityDuration is how long a scaling activity (and the restart of a DB instance) takes. 0 is
	// DefaultActivityDuration; a negative one ends at once, so that the next look finds it final.
	ActivityDuration time.Duration
	// Credentials are the callers that are known from the start.
	Credentials []Credential
	// SkipVerification accepts requests without a signature, or with a wrong one. The caller is then who AccessKeyId
	// says.
	SkipVerification bool
	// Region, when set, is the only RegionId that operations which demand one accept. "" accepts any.
	Region string
	// Seed makes all ids repeatable. 0 draws a fresh one.
	Seed uint64
	// Rules replace the documented behaviour; nil is DefaultRules.
	Rules *Rules
	// Wrap, when set, stands between the listener and the mock, in Start and in Serve; provider states go through it,
	// too.
	Wrap func(http.Handler) http.Handler
	// Latency is how long every answer takes at first.
	Latency time.Duration
	// Hosts are the names, beside those of loopback and the address that it listens on, by which StatesPath and
	// ControlPath may be
	// called. Without them a web page could reach the server by a name that its owner points at it.
	Hosts []string
	// Origins are the origins of web pages that may call, as "http://localhost:8080". "*" lets any page call the
	// gateway, but not StatesPath and ControlPath. Pages on loopback may always call the gateway.
	Origins []string
	// TLS, when set, makes Start and Serve speak HTTPS.
	TLS *tls.Config
	// ErrorLog receives what goes wrong, and what a client sends in vain, one line each; nil discards it.
	ErrorLog io.Writer
	// RequestLog receives one line for each request of the gateway; nil discards it.
	RequestLog io.Writer
}

// Credential is a caller that the mock knows.
type Credential = keyring.Credential

// check refuses options that cannot work, naming the field.
func (o Options) check() error {
	if len(o.Credentials) == 0 && !o.SkipVerification {
		return errors.New(
			"mock: no caller could sign a request: set Options.Credentials, or SkipVerification to accept unsigned " +
				"requests",
		)
	}
	for i, c := range o.Credentials {
		if c.AccessKeyID == "" || (c.AccessKeySecret == "" && !o.SkipVerification) {
			return fmt.Errorf("mock: Options.Credentials[%d] needs an access key id and a secret", i)
		}
	}
	if o.Latency < 0 || o.Latency > fault.LongestDelay {
		return fmt.Errorf("mock: Options.Latency is %s; wanted 0s to %s", o.Latency, fault.LongestDelay)
	}
	return nil
}

// withDefaults fills what was left out.
func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.ActivityDuration == 0 {
		o.ActivityDuration = DefaultActivityDuration
	}
	if o.ActivityDuration < 0 {
		o.ActivityDuration = 0
	}
	if o.Rules == nil {
		o.Rules = DefaultRules()
	}
	if o.Wrap == nil {
		o.Wrap = func(h http.Handler) http.Handler { return h }
	}
	if o.ErrorLog == nil {
		o.ErrorLog = io.Discard
	}
	return o
}

// requestLogger is nil without a RequestLog, so that no line is made in vain.
func (o Options) requestLogger() *log.Logger {
	if o.RequestLog == nil {
		return nil
	}
	return log.New(o.RequestLog, "", log.Ltime)
}

func (o Options) logger() *log.Logger { return log.New(o.ErrorLog, "mock: ", log.LstdFlags) }
