package judge

import (
	"mime"
	"net/http"
	"strings"

	"github.com/essconform/essconform/spec"
)

const headerContentType = "header Content-Type"

// formatRequirement is the requirement that a wrong format violates.
func formatRequirement(want Expectation) string {
	switch {
	case want.FormatRequirement != "":
		return want.FormatRequirement
	case want.Format == "":
		return "format.default"
	default:
		return "format." + string(want.Format)
	}
}

// format judges the body's format, by looking at the body, and its Content-Type. It is false when the body has another format than the
// one asked for: one finding, and nothing more is said of its shape.
func (a *answer) format(header http.Header, body []byte) bool {
	id, d := formatRequirement(a.want), a.doc
	asked := strings.ToUpper(string(a.want.Format))
	if a.want.Format == "" {
		asked = "XML or JSON"
	}
	switch {
	case d.kind == kindEmpty && a.want.Format != "":
		return true // no body, no format; the shape says what is missing
	case d.kind == kindEmpty:
		a.find(id, "", "a body in "+asked, "an empty body")
		return false
	case d.kind.format() == "" || a.want.Format != "" && d.kind.format() != a.want.Format:
		got := string(d.kind) + " " + quoted(strings.TrimSpace(d.text))
		if value := header.Get("Content-Type"); value != "" {
			got += " with Content-Type " + quoted(value)
		}
		a.find(id, "", "a body in "+asked, got)
		if d.kind == kindText && strings.ContainsAny(d.text, "<{") { // text before a document, and not another format
			a.find(wellFormed, "", "one document and nothing else", quoted(strings.TrimSpace(d.text)))
		}
		return false
	}
	a.check(id)
	a.contentType(id, header.Values("Content-Type"), body)
	return true
}

// contentType judges whether the header agrees with the body (facts, section 3).
func (a *answer) contentType(id string, values []string, body []byte) {
	wanted := "a Content-Type for JSON (application/json, text/json, …+json)"
	if a.doc.kind == kindXML {
		wanted = "a Content-Type for XML (text/xml, application/xml, …+xml)"
	}
	if len(values) == 0 || isBlank(values[0]) {
		a.find(id, headerContentType, wanted, "none")
		return
	}
	for _, value := range values {
		// A parameter that cannot be parsed leaves the type as it is: ParseMediaType returns it with the error.
		media, params, err := mime.ParseMediaType(value)
		if media == "" && err != nil {
			media, _, _ = strings.Cut(strings.ToLower(value), ";")
		}
		if mediaFormat(strings.TrimSpace(media)) != a.doc.kind.format() {
			a.find(id, headerContentType, wanted, quoted(value))
			continue
		}
		if name := strings.Trim(params["charset"], `'" `); name != "" && !a.sameText(name, body) {
			a.find(id, headerContentType, "a charset in which the body reads the same as in UTF-8", quoted(value))
		}
	}
}

// mediaFormat is the format that a media type stands for; "" for neither.
func mediaFormat(media string) spec.Format {
	switch {
	case media == "application/json", media == "text/json", strings.HasSuffix(media, "+json"):
		return spec.JSON
	case media == "application/xml", media == "text/xml", strings.HasSuffix(media, "+xml"):
		return spec.XML
	default:
		return ""
	}
}

// sameText reports whether body reads the same in the named charset as in UTF-8. A body that is not UTF-8 has its own finding.
func (a *answer) sameText(name string, body []byte) bool {
	if isUTF8(name) || strings.TrimPrefix(string(body), bom) != a.doc.text {
		return true
	}
	text, ok := decodeAs(name, body)
	return ok && strings.TrimPrefix(text, bom) == a.doc.text
}
