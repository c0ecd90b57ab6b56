// Package guard keeps web pages away from a server on a developer's machine: a page of another site must not be able
// to post to it, and
// a name that a page's owner points at it must not make it the page's own site (DNS rebinding).
package guard

import (
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Guard decides which requests a browser may send for a page. The zero value knows loopback names only.
type Guard struct {
	// Hosts are the names, beside those of loopback, by which the server may be called.
	Hosts []string
	// Origins are the origins of other sites whose pages may call the server; "*" stands for all.
	Origins []string
	// Address is where the server listens; nil while it does not.
	Address func() net.Addr
}

// Refusal says why a request is not served, and what to do.
type Refusal struct {
	Status int
	Text   string
}

// Check refuses a request that a page of another site could have sent. It is for what changes the server, or shows its
// state.
func (g Guard) Check(r *http.Request) *Refusal {
	if !g.knowsHost(r.Host) {
		return &Refusal{
			http.StatusForbidden,
			fmt.Sprintf("the Host %q is not a name of this mock: call it by 127.0.0.1 or localhost, "+
				"or name the host when the mock is started (-host)", clipped(r.Host)),
		}
	}
	if origin := r.Header.Get(
		"Origin",
	); origin != "" && !sameSite(origin, r.Host) &&
		!slices.Contains(g.Origins, origin) {
		return &Refusal{
			http.StatusForbidden,
			fmt.Sprintf("a page of %q may not call this: allow it when the mock is started (-cors)",
				clipped(origin)),
		}
	}
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		return nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return &Refusal{http.StatusUnsupportedMediaType, fmt.Sprintf("wanted Content-Type: application/json; got %q",
			clipped(r.Header.Get("Content-Type")))}
	}
	return nil
}

// Allow tells the browser that a page of another site may read the answer, where it may, and answers the browser's
// question before a
// call (preflight). done is true when nothing is left to do. loopback allows pages of this machine, too.
func (g Guard) Allow(w http.ResponseWriter, r *http.Request, loopback bool) (done bool) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	w.Header().Add("Vary", "Origin")
	preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if !slices.Contains(g.Origins, origin) && (!loopback || !slices.Contains(g.Origins, "*") && !isLoopback(origin)) {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Access-Control-Expose-Headers", "x-acs-request-id, x-acs-retry-after, X-Essconform-Unsupported")
	if preflight {
		w.Header().Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
		w.Header().Set("Access-Control-Allow-Headers", requestedHeaders(r))
		w.Header().Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	}
	return preflight
}

// requestedHeaders are the headers that a page wants to send: all of them, since the gateway reads many.
func requestedHeaders(r *http.Request) string {
	return strings.Map(func(c rune) rune {
		if c == ',' || c == '-' || c == ' ' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, r.Header.Get("Access-Control-Request-Headers"))
}

// knowsHost tells whether a Host header names this server. An address is safe where the server listens on it: what a
// page's owner can
// point elsewhere is a name.
func (g Guard) knowsHost(hostport string) bool {
	host := hostOnly(hostport)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	for _, known := range g.Hosts {
		if strings.EqualFold(known, host) || strings.EqualFold(known, hostport) {
			return true
		}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	return ip.Unmap().IsLoopback() || g.listensOn(ip.Unmap())
}

func (g Guard) listensOn(ip netip.Addr) bool {
	if g.Address == nil {
		return false
	}
	tcp, ok := g.Address().(*net.TCPAddr)
	if !ok {
		return false
	}
	own := tcp.AddrPort().Addr().Unmap()
	return own.IsUnspecified() || own == ip
}

func hostOnly(hostport string) string {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(host)
}

// sameSite tells whether an origin is the site that was called.
func sameSite(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

func isLoopback(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && Guard{}.knowsHost(u.Host)
}

func clipped(s string) string { return s[:min(len(s), 200)] }
