package target

import (
	"fmt"
	"net"
	"net/url"
)

// Loopback tells whether the endpoint is on this machine.
func (s Settings) Loopback() bool { return s.Embedded() || onThisMachine(s.Endpoint) }

// Guard refuses to send anything off this machine that the user has not asked for in so many words.
func (s Settings) Guard() error {
	if s.Embedded() {
		return nil
	}
	addresses := map[string]string{"-endpoint": s.Endpoint}
	if s.ByAPI() {
		for key, address := range s.API.Endpoints() {
			addresses["arrange: "+key] = address
		}
	}
	for what, address := range addresses {
		if onThisMachine(address) {
			continue
		}
		if !s.Live {
			return fmt.Errorf("%s %s is not on this machine: read what would be done with -plan, then add -live", what, address)
		}
		if u, err := url.Parse(address); (err != nil || u.Scheme != "https") && !s.InsecureHTTP {
			return fmt.Errorf("%s %s is plain http, so that others can read and change the calls; use https, or add -insecure-http", what, address)
		}
	}
	return nil
}

func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
