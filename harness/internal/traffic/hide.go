package traffic

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/har"
)

// shortest is the length of the shortest secret that is looked for elsewhere, in bytes: a shorter one may be any word.
const shortest = 8

// hidden stands for what must not be shown.
const hidden = "REDACTED"

// secretNames are parts of the names of headers and parameters, in lower case, whose values are never shown.
var secretNames = []string{"auth", "token", "secret", "cookie", "password", "signature", "key", "credential", "session"}

// isSecret tells whether a header or parameter of this name may hold a secret. Some that are signed, or say how, are
// none.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "signaturemethod", "signatureversion", "signaturenonce", "signaturetype", "x-acs-signature-nonce",
		"clienttoken":
		return false
	}
	return slices.ContainsFunc(secretNames, func(part string) bool { return strings.Contains(name, part) })
}

// hider takes out of texts what the request of an entry must keep to itself, wherever it comes again.
func hider(r har.ReadRequest, params url.Values) *wire.Redactor {
	var secrets []wire.Credentials
	hide := func(value string) {
		if len(value) >= shortest && value != hidden {
			secrets = append(secrets, wire.Credentials{AccessKeySecret: value})
		}
	}
	for _, h := range r.Headers {
		if isSecret(h.Name) {
			hide(h.Value)
			between := func(r rune) bool { return strings.ContainsRune(" ;,=", r) }
			for _, word := range strings.FieldsFunc(h.Value, between) {
				if len(word) >= 12 {
					hide(word)
				}
			}
		}
	}
	for name, values := range params {
		if isSecret(name) {
			for _, v := range values {
				hide(v)
			}
		}
	}
	return wire.NewRedactor(secrets...)
}

// shownQuery is a query or form body without its secrets.
func shownQuery(pairs []har.Pair) string {
	var parts []string
	for _, p := range pairs {
		value := url.QueryEscape(p.Value)
		if isSecret(p.Name) {
			value = hidden
		}
		parts = append(parts, url.QueryEscape(p.Name)+"="+value)
	}
	return strings.Join(parts, "&")
}

// shownURL is the address of a request without its secrets.
func shownURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return hidden
	}
	u.User, u.Fragment = nil, ""
	u.RawQuery = shownQuery(har.Query(address))
	return u.String()
}

func shownHeader(h http.Header, redact func(string) string) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			if isSecret(name) {
				v = hidden
			}
			out[name] = append(out[name], redact(v))
		}
	}
	return out
}
