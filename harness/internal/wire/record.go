package wire

import (
	"net/http"
	"strconv"
	"strings"
)

// record is the request as the report may show it: all that goes over the wire, the secrets replaced by what stands for them.
func (m *message) record(redact func(string) string) Request {
	var shown strings.Builder
	for i, p := range m.params {
		if i > 0 {
			shown.WriteByte('&')
		}
		shown.WriteString(percentEncode(p.Name))
		shown.WriteByte('=')
		// Known places are replaced by name, so that even a value of one letter is gone; the rest is searched below.
		switch p.Name {
		case "Signature", "SecurityToken":
			shown.WriteString(hidden)
		case "AccessKeyId":
			shown.WriteString(shorten(p.Value))
		default:
			shown.WriteString(percentEncode(p.Value))
		}
	}
	r := Request{Method: m.method, URL: m.base, Header: make(http.Header, len(m.header)+2)}
	if m.method == http.MethodPost {
		r.Body = redact(shown.String())
		_, body := m.split()
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	} else {
		r.URL = withQuery(m.base, shown.String())
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
