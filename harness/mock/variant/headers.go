package variant

import (
	"net/http"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// typed sets the Content-Type of one format.
func typed(f mock.Format, value string) func(*mock.Options) {
	return every(func(a *mock.Answer) {
		if a.Format == f {
			a.Header.Set("Content-Type", value)
		}
	})
}

// headers say the same in another way, or say more.
func headers() []Variant {
	return []Variant{
		{
			Name: "type-application-xml", Note: "application/xml, as another page prints it",
			Options: typed(mock.XML, "application/xml;charset=utf-8"),
		},
		{Name: "type-xml-no-charset", Note: "text/xml without a charset", Options: typed(mock.XML, "text/xml")},
		{
			Name: "type-xml-upper-case", Note: "the charset in upper case and in quotes",
			Options: typed(mock.XML, `Text/XML; Charset="UTF-8"`),
		},
		{
			Name: "type-json-no-charset", Note: "application/json without a charset",
			Options: typed(mock.JSON, "application/json"),
		},
		{
			Name: "type-json-spaced", Note: "a space before the charset, in upper case",
			Options: typed(mock.JSON, "application/json; charset=UTF-8"),
		},
		{
			Name: "type-json-upper-case", Note: "the media type in upper case",
			Options: typed(mock.JSON, "APPLICATION/JSON;CHARSET=UTF8"),
		},
		{
			Name: "header-no-request-id", Note: "no x-acs-request-id",
			Options: every(func(a *mock.Answer) { a.Header.Del("X-Acs-Request-Id") }),
			Cannot:  []string{"header.request-id"},
		},
		{Name: "header-more", Note: "headers of gateways and proxies", Options: every(func(a *mock.Answer) {
			for name, value := range map[string]string{
				"Server": "Tengine", "Via": "1.1 edge", "ETag": `"1"`, "Set-Cookie": "acw_tc=1; Path=/",
				"Access-Control-Allow-Origin": "*",
				"X-Acs-Trace-Id":              "1", "Vary": "Accept-Encoding", "Cache-Control": "no-store",
				"Strict-Transport-Security": "max-age=1",
			} {
				a.Header.Set(name, value)
			}
		})},
		{Name: "header-names-lower-case", Note: "the names of headers in lower case", Options: both(
			every(func(a *mock.Answer) {
				lower := http.Header{}
				for name, values := range a.Header {
					lower[strings.ToLower(name)] = values
				}
				a.Header = lower
			}),
			sent(raw(line("HTTP/1.1", "OK"), true, nothing)),
		)},
		{
			Name: "header-identity", Note: "Content-Encoding: identity",
			Options: every(func(a *mock.Answer) { a.Header.Set("Content-Encoding", "identity") }),
		},
	}
}
