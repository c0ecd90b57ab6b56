package wire

import (
	"net/http"
	"strconv"
)

// record is the request as the report may show it: all that goes over the wire, the secrets replaced by what stands for
// them.
func (m *message) record(redact func(string) string) Request {
	query, body := m.split()
	r := Request{Method: m.method, URL: withQuery(m.base, m.shown(query)), Header: make(http.Header, len(m.header)+2)}
	if m.method == http.MethodPost {
		r.Body = redact(m.shown(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(m.encode(body))))
	}
	r.URL = redact(r.URL)
	for name, values := range m.header {
		r.Header.Set(name, redact(values[0]))
	}
	r.Header.Set("Host", m.host)
	if m.v3 != nil {
		safe := SignedV3{SignedHeaders: m.v3.SignedHeaders, Signature: hidden}
		r.Header.Set("Authorization", safe.Authorization(shorten(m.accessKey)))
		if _, sent := m.header["X-Acs-Security-Token"]; sent {
			r.Header.Set("X-Acs-Security-Token", hidden)
		}
	}
	return r
}

// shown are parameters as they are written, without their secrets. Known places are replaced by name, so that even a
// value of one letter is gone; the rest is searched for.
func (m *message) shown(params []Param) string {
	write := m.write()
	written := make([]Param, len(params))
	for i, p := range params {
		written[i].Name = write(p.Name)
		switch p.Name {
		case "Signature", "SecurityToken":
			written[i].Value = hidden
		case "AccessKeyId":
			written[i].Value = shorten(p.Value)
		default:
			written[i].Value = write(p.Value)
		}
	}
	return encodeBy(written, func(s string) string { return s })
}
