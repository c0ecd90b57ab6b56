package judge

import (
	"strings"

	"github.com/essconform/essconform/harness/internal/body"

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

// format judges the body's format, by looking at the body, and its Content-Type. It is false when the body has
// another format than the one asked for: one finding, and nothing more is said of its shape.
func (a *answer) format(contentTypes []string) bool {
	id, d := formatRequirement(a.want), a.doc
	asked := strings.ToUpper(string(a.want.Format))
	if a.want.Format == "" {
		asked = "XML or JSON"
	}
	switch {
	case d.Kind == body.Empty && a.want.Format != "":
		return true // no body, no format; the shape says what is missing
	case d.Kind == body.Empty:
		a.find(id, "", "a body in "+asked, "an empty body")
		return false
	case formatOf(d.Kind) == "" || a.want.Format != "" && formatOf(d.Kind) != a.want.Format:
		got := string(d.Kind) + " " + quoted(strings.TrimSpace(d.Text))
		if len(contentTypes) > 0 && contentTypes[0] != "" {
			got += " with Content-Type " + quoted(contentTypes[0])
		}
		a.find(id, "", "a body in "+asked, got)
		if d.Kind == body.Text && strings.ContainsAny(d.Text, "<{") { // text before a document, and not another format
			a.find(wellFormed, "", "one document and nothing else", quoted(strings.TrimSpace(d.Text)))
		}
		return false
	}
	a.check(id)
	a.contentType(id, contentTypes)
	return true
}

// contentType judges whether the header agrees with the body (facts, section 3).
func (a *answer) contentType(id string, values []string) {
	wanted := "a Content-Type for JSON (application/json, text/json, …+json)"
	if a.doc.Kind == body.XML {
		wanted = "a Content-Type for XML (text/xml, application/xml, …+xml)"
	}
	if len(values) == 0 || isBlank(values[0]) {
		a.find(id, headerContentType, wanted, "none")
		return
	}
	for _, value := range values {
		media := body.MediaType(value)
		switch {
		case mediaFormat(media) != formatOf(a.doc.Kind):
			a.find(id, headerContentType, wanted, quoted(value))
		case !a.doc.ReadsIn(body.Charset([]string{value})):
			a.find(id, headerContentType, "a charset in which the body reads the same as in UTF-8", quoted(value))
		}
	}
}

// formatOf is a kind of body as a format that can be asked for; "" when it is none.
func formatOf(k body.Kind) spec.Format {
	switch k {
	case body.XML:
		return spec.XML
	case body.JSON:
		return spec.JSON
	default:
		return ""
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
