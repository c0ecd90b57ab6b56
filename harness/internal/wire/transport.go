package wire

import (
	"net/http"
	"net/url"
)

// NewTransport returns a transport to one endpoint for those who speak something else to the target than its operations. Like a Client it
// keeps connections, follows nothing, and never prints what the target sends unasked. Through a proxy that the environment names, each
// request has a connection of its own.
func NewTransport(endpoint *url.URL) (http.RoundTripper, error) {
	proxy, err := environmentProxy(endpoint)
	switch {
	case err != nil:
		return nil, err
	case proxy != nil:
		return newProxied(proxy, nil), nil
	}
	return newDirect(endpoint, nil), nil
}

// RoundTrip makes direct an http.RoundTripper.
func (d *direct) RoundTrip(r *http.Request) (*http.Response, error) { return d.send(r, &trace{}) }

// CloseIdleConnections closes what is kept for the next request; http.Client asks for it by this name.
func (d *direct) CloseIdleConnections() { d.closeIdle() }
