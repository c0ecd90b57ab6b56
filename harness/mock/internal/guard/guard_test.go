package guard

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func request(method, host string, header map[string]string) *http.Request {
	r := httptest.NewRequest(method, "/_states", nil)
	r.Host = host
	for name, value := range header {
		r.Header.Set(name, value)
	}
	return r
}

func at(address string) func() net.Addr {
	return func() net.Addr {
		a, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			panic(err)
		}
		return a
	}
}

func TestCheck(t *testing.T) {
	loopback, lan, open := Guard{
		Address: at("127.0.0.1:9090"),
	}, Guard{
		Address: at("192.0.2.7:9090"),
	}, Guard{
		Address: at("0.0.0.0:9090"),
	}
	named := Guard{Hosts: []string{"mock"}, Origins: []string{"https://ui.example"}, Address: at("0.0.0.0:9090")}
	everybody := Guard{Origins: []string{"*"}}
	json := map[string]string{"Content-Type": "application/json; charset=utf-8"}
	for _, c := range []struct {
		name   string
		guard  Guard
		method string
		host   string
		header map[string]string
		want   int // 0: served
	}{
		{"loopback", loopback, "POST", "127.0.0.1:9090", json, 0},
		{"loopback by name", loopback, "POST", "LocalHost:9090", json, 0},
		{"loopback without a port", loopback, "POST", "localhost", json, 0},
		{"loopback in IPv6", loopback, "POST", "[::1]:9090", json, 0},
		{"rebinding", loopback, "POST", "evil.example:9090", json, 403},
		{"rebinding of a read", loopback, "GET", "evil.example", nil, 403},
		{"name that looks like loopback", loopback, "POST", "127.0.0.1.evil.example", json, 403},
		{"name that ends in loopback", loopback, "POST", "evillocalhost", json, 403},
		{"no host", loopback, "POST", "", json, 403},
		{"address of another network", loopback, "POST", "192.0.2.7:9090", json, 403},
		{"its own address", lan, "POST", "192.0.2.7:9090", json, 0},
		{"another address", lan, "POST", "192.0.2.8:9090", json, 403},
		{"any address of its own", open, "POST", "192.0.2.7:9090", json, 0},
		{"name, when it listens everywhere", open, "POST", "mock:9090", json, 403},
		{"configured name", named, "POST", "mock:9090", json, 0},
		{"not listening", Guard{}, "POST", "127.0.0.1", json, 0},
		{"not listening, rebinding", Guard{}, "POST", "evil.example", json, 403},
		{
			"form", loopback, "POST", "localhost",
			map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			415,
		},
		{
			"plain text, as a page can send it", loopback, "POST", "localhost",
			map[string]string{"Content-Type": "text/plain"},
			415,
		},
		{"no type", loopback, "PUT", "localhost", nil, 415},
		{"broken type", loopback, "POST", "localhost", map[string]string{"Content-Type": "application/json;;="}, 415},
		{"reading needs no type", loopback, "GET", "localhost", nil, 0},
		{
			"its own page", loopback, "POST", "localhost:9090",
			map[string]string{"Content-Type": "application/json", "Origin": "http://localhost:9090"},
			0,
		},
		{
			"page of another port", loopback, "POST", "localhost:9090",
			map[string]string{"Content-Type": "application/json", "Origin": "http://localhost:3000"},
			403,
		},
		{
			"page of another site", loopback, "POST", "localhost:9090",
			map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"},
			403,
		},
		{"page without an origin", loopback, "GET", "localhost:9090", map[string]string{"Origin": "null"}, 403},
		{
			"allowed page", named, "POST", "mock:9090",
			map[string]string{"Content-Type": "application/json", "Origin": "https://ui.example"},
			0,
		},
		{
			"a star is for the gateway alone", everybody, "POST", "localhost",
			map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"},
			403,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := 0
			refusal := c.guard.Check(request(c.method, c.host, c.header))
			if refusal != nil {
				got = refusal.Status
			}
			if got != c.want {
				t.Errorf("wanted %d; got %v", c.want, refusal)
			}
		})
	}
}

func TestAllow(t *testing.T) {
	ask := func(g Guard, method, origin string, loopback bool) (allowed string, done bool) {
		r := request(method, "localhost:9090", map[string]string{
			"Origin":                         origin,
			"Access-Control-Request-Method":  "POST",
			"Access-Control-Request-Headers": "content-type, x-acs-date\r\nX: y",
		})
		w := httptest.NewRecorder()
		done = g.Allow(w, r, loopback)
		return w.Header().Get("Access-Control-Allow-Origin"), done
	}
	for _, c := range []struct {
		name     string
		guard    Guard
		origin   string
		loopback bool
		want     bool
	}{
		{"page of this machine at the gateway", Guard{}, "http://localhost:3000", true, true},
		{"page of this machine at the states", Guard{}, "http://localhost:3000", false, false},
		{"page of another site", Guard{}, "https://evil.example", true, false},
		{"allowed page", Guard{Origins: []string{"https://ui.example"}}, "https://ui.example", false, true},
		{"any page at the gateway", Guard{Origins: []string{"*"}}, "https://ui.example", true, true},
		{"any page at the states", Guard{Origins: []string{"*"}}, "https://ui.example", false, false},
		{"no page", Guard{}, "", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			allowed, done := ask(c.guard, http.MethodOptions, c.origin, c.loopback)
			if (allowed == c.origin && c.origin != "") != c.want || done != c.want {
				t.Errorf("wanted %t; got %q, %t", c.want, allowed, done)
			}
			if _, done := ask(c.guard, http.MethodGet, c.origin, c.loopback); done {
				t.Error("wanted a call to go on to its answer")
			}
		})
	}
}
