// Package body reads the body of an answer as what it is, XML or JSON in whatever encoding, and notes where in it
// what is wrong. It is the only decoder of answers: who sends again and who judges must not read the same bytes
// differently.
package body

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth bounds the nesting of a body. A documented answer is one level deep.
const maxDepth = 100

// maxProblems bounds the problems of one kind: a hostile body could hold a hundred thousand.
const maxProblems = 20

// Kind is what a body really is, whatever its header says.
type Kind string

// The kinds.
const (
	Empty Kind = "empty"
	XML   Kind = "XML"
	JSON  Kind = "JSON"
	HTML  Kind = "HTML"
	Text  Kind = "text" // none of the above
)

// Problem is a difference from a well-formed body. Want and Got quote what the target sent, bounded and not yet
// made printable.
type Problem struct {
	Pointer, Want, Got string
	At                 Span
}

// Span is a place in the body as it was sent, in bytes. A Length of 0 is no place.
type Span struct{ Offset, Length int }

// Document is a decoded body.
type Document struct {
	Kind     Kind
	Text     string // the body as UTF-8 text
	Problems []Problem
	// Whole is set when the body could be decoded to its end, be it with problems. Nothing is said of the fields of
	// one that is not.
	Whole bool
	Root  Root
	// Fields is the top-level object, or the children of the root, in the shape that a schema checks; nil when
	// there is none.
	Fields map[string]any
	// Top is what stands at the top of a JSON body that is not an object, in a list of one; nil otherwise.
	Top []any

	length int     // of the body
	raw    []shift // how offsets in Text and in the body differ
	opaque bool    // set when they have nothing to do with each other
	// misencoded is set when Problems hold what is wrong with the encoding.
	misencoded bool
	places     map[string]Span
}

// Root is the root element of an XML document.
type Root struct{ Name, Prefix, Namespace string }

// String is the name as it is written in the body.
func (r Root) String() string {
	if r.Prefix != "" {
		return r.Prefix + ":" + r.Name
	}
	return r.Name
}

// Options say what is known of a body.
type Options struct {
	// Charset is the one that the Content-Type names; "" for none.
	Charset string
	// Once are the fields that may stand only once in XML.
	Once map[string]bool
}

// Decode decodes a body as what it is. It never fails: what is wrong is in the document.
func Decode(raw []byte, o Options) *Document {
	d := &Document{length: len(raw), places: map[string]Span{}}
	d.Text = d.utf8(raw, o.Charset)
	d.Kind = sniff(d.Text)
	switch d.Kind {
	case JSON:
		d.decodeJSON()
	case XML:
		d.decodeXML(o.Once)
		if strings.EqualFold(d.Root.Name, "html") {
			d.Kind, d.Problems, d.Fields, d.Whole = HTML, nil, nil, false
		}
	case HTML, Text, Empty: // what is wrong is the format: that says it all
		d.Problems = nil
	}
	return d
}

// Pointer is where field name stands: a JSON pointer, or an XPath.
func (d *Document) Pointer(name string) string {
	switch {
	case d.Kind == XML && d.Root.Name != "":
		return "/" + d.Root.Name + "/" + name
	case d.Kind == JSON:
		return "/" + Token(name)
	default:
		return name
	}
}

// problem notes a problem at a place in Text.
func (d *Document) problem(pointer, want, got string, from, to int) {
	if len(d.Problems) <= maxProblems {
		d.Problems = append(d.Problems, Problem{pointer, want, got, d.span(from, to)})
	}
}

// sniff finds what a text is by its first significant characters.
func sniff(text string) Kind {
	s := strings.TrimLeft(text, space)
	if s == "" {
		return Empty
	}
	switch {
	case s[0] == '{', s[0] == '[', jsontext.Value(s).IsValid():
		return JSON
	case s[0] != '<':
		return Text
	}
	for _, prefix := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			return HTML
		}
	}
	return XML
}

// space is the white space of XML and of JSON.
const space = " \t\r\n"

// maxExcerpt bounds, in characters, what a problem quotes of a body.
const maxExcerpt = 80

// quoted is an excerpt of s between double quotes.
func quoted(s string) string { return `"` + excerpt(s) + `"` }

func excerpt(s string) string {
	runes, cut := 0, 0
	for i := range s {
		switch runes++; runes {
		case maxExcerpt:
			cut = i
		case maxExcerpt + 1:
			return s[:cut] + "…"
		}
	}
	return s
}
