package judge

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

// maxBody bounds a body in bytes, after gzip too. A documented answer has less than a kilobyte.
const maxBody = 1 << 20

// maxDepth bounds the nesting of a body. A documented answer is one level deep.
const maxDepth = 100

// kind is what a body really is, whatever its header says.
type kind string

const (
	kindEmpty kind = "empty"
	kindXML   kind = "XML"
	kindJSON  kind = "JSON"
	kindHTML  kind = "HTML"
	kindText  kind = "text" // neither of the above
)

func (k kind) format() spec.Format {
	switch k {
	case kindXML:
		return spec.XML
	case kindJSON:
		return spec.JSON
	default:
		return ""
	}
}

// problem is a difference from a well-formed body.
type problem struct{ pointer, want, got string }

// document is a decoded body.
type document struct {
	kind     kind
	text     string // the body as UTF-8 text
	problems []problem
	// whole is set when the body could be decoded to its end, be it with problems. Nothing is said of the fields of one that is not.
	whole bool
	root  xmlRoot
	// fields is the top-level object, or the children of the root, in the shape that a schema checks; nil when there is none.
	fields map[string]any
	// top names what stands at the top of a JSON body that is not an object; "" otherwise.
	top string
}

// xmlRoot is the root element of an XML document.
type xmlRoot struct{ name, prefix, namespace string }

// String is the name as it is written in the body.
func (r xmlRoot) String() string {
	if r.prefix != "" {
		return r.prefix + ":" + r.name
	}
	return r.name
}

// pointer is where field name stands: a JSON pointer, or an XPath.
func (d *document) pointer(name string) string {
	switch {
	case d.kind == kindXML && d.root.name != "":
		return "/" + d.root.name + "/" + name
	case d.kind == kindJSON:
		return "/" + jsonToken(name)
	default:
		return name
	}
}

// scalars are the fields that are plain values.
func (d *document) scalars() Fields {
	fields := Fields{}
	for name, value := range d.fields {
		if text, ok := scalar(value); ok {
			fields[name] = text
		}
	}
	return fields
}

// decode decodes a body as what it is. names are the declared fields, which may stand only once in XML.
func decode(body []byte, names map[string]bool) *document {
	d := &document{}
	d.text = d.utf8(body)
	d.kind = sniff(d.text)
	switch d.kind {
	case kindJSON:
		d.decodeJSON()
	case kindXML:
		d.decodeXML(names)
		if strings.EqualFold(d.root.name, "html") {
			d.kind, d.problems, d.fields, d.whole = kindHTML, nil, nil, false
		}
	case kindHTML, kindText, kindEmpty: // what is wrong is the format: that says it all
		d.problems = nil
	}
	return d
}

func (d *document) problem(pointer, want, got string) {
	if len(d.problems) <= maxFindings {
		d.problems = append(d.problems, problem{pointer, want, got})
	}
}

// sniff tells what a text is by its first significant characters.
func sniff(text string) kind {
	s := strings.TrimLeft(text, " \t\r\n")
	if s == "" {
		return kindEmpty
	}
	switch {
	case s[0] == '{', s[0] == '[', jsontext.Value(s).IsValid():
		return kindJSON
	case s[0] != '<':
		return kindText
	}
	for _, prefix := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			return kindHTML
		}
	}
	return kindXML
}

// content is the body without its Content-Encoding; problem is not nil when that was not the one asked for, or is broken. ok is false
// when nothing can be said of the body.
func content(resp *wire.Response, gzipAccepted bool) (body []byte, p *problem, ok bool) {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(resp.Header.Values("Content-Encoding"), ", ")))
	switch coding {
	case "", "identity":
		return resp.Body, nil, true
	case "gzip", "x-gzip":
	default:
		return nil, &problem{"header Content-Encoding", "no Content-Encoding that was not asked for", quoted(coding)}, false
	}
	switch {
	case !gzipAccepted: // reported, and unpacked all the same
		p = &problem{"header Content-Encoding", "no Content-Encoding, because none was asked for", quoted(coding)}
	case resp.DecodeFailure != "":
		return nil, &problem{"header Content-Encoding", "a whole gzip body", resp.DecodeFailure}, false
	case resp.Decoded != nil:
		return resp.Decoded, nil, true
	}
	if len(resp.Body) == 0 { // also the body of an answer that has none
		return nil, p, true
	}
	body, err := gunzip(resp.Body)
	if err != nil {
		return nil, &problem{"header Content-Encoding", "a whole gzip body", err.Error()}, false
	}
	return body, p, true
}

func gunzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.New("a gzip body that is cut off")
	}
	if err != nil {
		return nil, err
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("more than %d bytes when unpacked", maxBody)
	}
	return body, nil
}
