// Package traffic judges exchanges of any client: which operation they call, what the answer is, and what became of
// groups, as far as a recording shows it. Its proxy makes such recordings.
package traffic

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/spec"
)

// Call is a request to an RPC operation.
type Call struct {
	Host                    string
	Method, Action, Version string
	Format                  spec.Format // "": none that is known was asked for
	Params                  url.Values
	Header                  http.Header
	Gzip                    bool // a gzip body was allowed
}

// ReadCall reads the request of an entry: parameters in the query or a form body, or V3 headers.
func ReadCall(r har.ReadRequest) Call {
	c := Call{Host: hostOf(r.URL), Method: strings.ToUpper(r.Method), Params: url.Values{}, Header: header(r.Headers)}
	for _, p := range har.Query(r.URL) {
		c.Params.Add(p.Name, p.Value)
	}
	for _, p := range form(r.PostData) {
		c.Params.Add(p.Name, p.Value)
	}
	c.Action, c.Version = c.Params.Get("Action"), c.Params.Get("Version")
	if action := c.Header.Get("X-Acs-Action"); action != "" {
		c.Action, c.Version = action, c.Header.Get("X-Acs-Version")
	}
	for _, f := range spec.Formats() {
		if strings.EqualFold(c.Params.Get("Format"), f.Parameter()) {
			c.Format = f
		}
	}
	c.Gzip = strings.Contains(strings.ToLower(c.Header.Get("Accept-Encoding")), "gzip")
	return c
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

func form(p *har.PostData) []har.Pair {
	if p == nil || !strings.Contains(strings.ToLower(p.MimeType), "form-urlencoded") {
		return nil
	}
	text := p.Text
	if p.Encoding == "base64" {
		if plain, err := base64.StdEncoding.DecodeString(text); err == nil {
			text = string(plain)
		}
	}
	if text == "" {
		return p.Params
	}
	return har.Query("?" + text)
}

// pairs are headers in order.
func pairs(h http.Header) []har.Pair {
	out := make([]har.Pair, 0, len(h))
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			out = append(out, har.Pair{Name: printable.Cut(name, keptText), Value: printable.Cut(v, keptText)})
		}
	}
	return out
}

func header(pairs []har.Pair) http.Header {
	h := http.Header{}
	for _, p := range pairs {
		h.Add(p.Name, p.Value)
	}
	return h
}
