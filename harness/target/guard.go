package target

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
)

// Loopback tells whether the endpoint is on this machine.
func (s Settings) Loopback() bool { return s.Embedded() || onThisMachine(s.Endpoint) }

// Guard is an error when something would be sent off this machine and the user has not said so.
func (s Settings) Guard() error {
	if s.Embedded() {
		return nil
	}
	for _, a := range s.addresses() {
		if onThisMachine(a.url) {
			continue
		}
		if !s.Live {
			return fmt.Errorf("%s %s is not on this machine: read what would be done with -plan, then add -live",
				a.name, a.url)
		}
		if u, err := url.Parse(a.url); (err != nil || u.Scheme != "https") && !s.InsecureHTTP {
			return fmt.Errorf(
				"%s %s is plain http, so that others can read and change the calls; use https, or add -insecure-http",
				a.name, a.url)
		}
	}
	return nil
}

// address is one that a run sends something to, with the setting that names it.
type address struct{ name, url string }

// addresses are all that a run sends something to. The states endpoint is told to make and remove resources, and learns
// no less than the target.
func (s Settings) addresses() []address {
	out := []address{{"-endpoint", s.Endpoint}}
	if s.ProviderStates != "" {
		out = append(out, address{"-provider-states", s.ProviderStates})
	}
	if s.ByAPI() {
		for _, key := range slices.Sorted(maps.Keys(s.API.endpoints())) {
			out = append(out, address{"arrange: " + key, s.API.endpoints()[key]})
		}
	}
	return out
}

func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
