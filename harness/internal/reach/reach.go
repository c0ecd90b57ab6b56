// Package reach finds out whether an address can be spoken to at all, and says what to do where it cannot. It sends no
// call that a target would count.
package reach

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/essconform/essconform/reports/printable"
)

// Address is what is to be reached, and by which setting it was named.
type Address struct {
	Setting string // such as -endpoint, for advice
	URL     *url.URL
	CAs     *x509.CertPool // nil: the system's
	Timeout time.Duration  // of one attempt
	Wait    time.Duration  // how long to try again while nothing listens there
}

// between are the pauses between two attempts.
const between = 100 * time.Millisecond

// Check connects, and for https agrees on TLS. Through a proxy nothing can be said: the first call will.
func (a Address) Check(ctx context.Context) error {
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: a.URL}); err != nil || proxy != nil {
		return nil
	}
	conn, err := a.connect(ctx)
	if err != nil {
		return a.unreachable(err)
	}
	defer conn.Close()
	if a.URL.Scheme != "https" {
		return nil
	}
	_ = conn.SetDeadline(time.Now().Add(a.Timeout))
	config := &tls.Config{ServerName: a.URL.Hostname(), RootCAs: a.CAs, NextProtos: []string{"http/1.1"}}
	if err := tls.Client(conn, config).HandshakeContext(ctx); err != nil {
		return a.noTLS(err)
	}
	return nil
}

func (a Address) host() string {
	port := cmp.Or(a.URL.Port(), map[string]string{"http": "80", "https": "443"}[a.URL.Scheme])
	return net.JoinHostPort(a.URL.Hostname(), port)
}

// connect tries until something listens, or the wait is over.
func (a Address) connect(ctx context.Context) (net.Conn, error) {
	deadline := time.Now().Add(a.Wait)
	for {
		conn, err := (&net.Dialer{Timeout: a.Timeout}).DialContext(ctx, "tcp", a.host())
		if err == nil || ctx.Err() != nil || time.Now().Add(between).After(deadline) {
			return conn, err
		}
		pause := time.NewTimer(between)
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil, ctx.Err()
		case <-pause.C:
		}
	}
}

func (a Address) unreachable(err error) error {
	var dns *net.DNSError
	var timeout net.Error
	advice := "start it, or correct " + a.Setting
	why := err.Error()
	switch {
	case errors.As(err, &dns):
		why, advice = "no such host", "correct "+a.Setting
		if !dns.IsNotFound {
			why = "the name could not be looked up"
		}
	case errors.Is(err, syscall.ECONNREFUSED) && a.Wait > 0:
		why = fmt.Sprintf("connection refused for %s", a.Wait)
	case errors.Is(err, syscall.ECONNREFUSED):
		why, advice = "connection refused", advice+"; -wait 30s waits for one that is still starting"
	case errors.As(err, &timeout) && timeout.Timeout():
		why = fmt.Sprintf("no connection within %s", a.Timeout)
	}
	return fmt.Errorf("%s %s cannot be reached: %s; %s", a.Setting, a.URL, why, advice)
}

// noTLS says why TLS could not be agreed.
func (a Address) noTLS(err error) error {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &certificate):
		return fmt.Errorf("%s %s: its certificate is not trusted: %s; pass the CA's certificate with -ca FILE (or "+
			"SSL_CERT_FILE)",
			a.Setting, a.URL, printable.Text(certificate.Err.Error(), 200))
	case errors.As(err, &record):
		return fmt.Errorf("%s %s does not speak TLS; write http://%s", a.Setting, a.URL, a.URL.Host)
	case strings.Contains(err.Error(), "no application protocol"):
		return a.onlyHTTP2()
	}
	return fmt.Errorf("%s %s: no TLS could be agreed: %s", a.Setting, a.URL, printable.Text(err.Error(), 200))
}

func (a Address) onlyHTTP2() error {
	return fmt.Errorf("%s %s speaks HTTP/2 only; let it speak HTTP/1.1, as the service and its clients do", a.Setting,
		a.URL)
}

// Explain says why an address that Check has passed gave no answer of HTTP/1.1; nil when it may speak that all the
// same.
func (a Address) Explain(ctx context.Context) error {
	protocol, secure := a.handshake(ctx)
	if a.URL.Scheme == "https" {
		if protocol == "h2" {
			return a.onlyHTTP2()
		}
		return nil
	}
	if secure {
		return fmt.Errorf("%s %s speaks TLS there; write https://%s", a.Setting, a.URL, a.URL.Host)
	}
	if a.speaksHTTP2(ctx) {
		return a.onlyHTTP2()
	}
	return nil
}

// open connects for one question.
func (a Address) open(ctx context.Context) net.Conn {
	conn, err := (&net.Dialer{Timeout: a.Timeout}).DialContext(ctx, "tcp", a.host())
	if err != nil {
		return nil
	}
	_ = conn.SetDeadline(time.Now().Add(a.Timeout))
	return conn
}

// handshake finds out whether the address speaks TLS, and which protocol it would take over it.
func (a Address) handshake(ctx context.Context) (protocol string, ok bool) {
	conn := a.open(ctx)
	if conn == nil {
		return "", false
	}
	defer conn.Close()
	// Nothing is sent over it but the handshake, so that whose certificate it is does not matter.
	secured := tls.Client(conn,
		&tls.Config{ServerName: a.URL.Hostname(), InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	if err := secured.HandshakeContext(ctx); err != nil {
		return "", strings.Contains(err.Error(), "no application protocol")
	}
	return secured.ConnectionState().NegotiatedProtocol, true
}

// preface is how a client begins HTTP/2 (RFC 9113, section 3.4), with empty settings.
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"

// speaksHTTP2 looks for the settings with which a server of HTTP/2 begins.
func (a Address) speaksHTTP2(ctx context.Context) bool {
	conn := a.open(ctx)
	if conn == nil {
		return false
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, preface); err != nil {
		return false
	}
	frame := make([]byte, 9)
	if _, err := io.ReadFull(conn, frame); err != nil {
		return false
	}
	const settings = 4
	return frame[3] == settings && !bytes.HasPrefix(frame, []byte("HTTP"))
}
