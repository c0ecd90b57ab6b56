package wire

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
)

// NewTransport returns a transport to one endpoint for those who speak something else to the target than its
// operations. Like a Client it follows nothing and never prints what the target sends unasked. Each request is sent
// once, over a connection of its own that ends with the answer: a setup that was sent twice makes resources that are
// not given back. It is sent again where the connection had waited and was closed before the first byte of an answer.
// certificates are trusted beside TLS's own; nil for none.
func NewTransport(endpoint *url.URL, certificates *x509.CertPool) (http.RoundTripper, error) {
	var config *tls.Config
	if certificates != nil {
		config = &tls.Config{RootCAs: certificates}
	}
	proxy, err := environmentProxy(endpoint)
	switch {
	case err != nil:
		return nil, err
	case proxy != nil:
		return newProxied(proxy, config), nil
	}
	return once{newDirect(endpoint, config)}, nil
}

// once is direct as an http.RoundTripper.
type once struct{ *direct }

// RoundTrip sends the request over a connection of its own.
func (o once) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Close = true // says so to the target, and keeps the connection out of the idle ones
	for t := (&trace{}); ; {
		resp, err := o.send(r, unused, t)
		if err == nil || !t.doubtful || t.attempts == mostAttempts {
			return resp, err
		}
		if r, err = again(r); err != nil {
			return nil, err
		}
	}
}

// CloseIdleConnections closes what is kept for the next request; http.Client asks for it by this name.
func (o once) CloseIdleConnections() { o.closeIdle() }
