// Package render writes answers in the formats of the gateway.
package render

import "strconv"

// Format is a body format of the gateway.
type Format string

// The formats.
const (
	JSON Format = "JSON"
	XML  Format = "XML"
)

// ContentType is what the gateway sends, to the letter: an official client compares it as a string (facts, section 3).
func (f Format) ContentType() string {
	if f == XML {
		return "text/xml;charset=utf-8"
	}
	return "application/json;charset=utf-8"
}

// Kind is the type of a field.
type Kind int

// The kinds.
const (
	Text   Kind = iota
	CData       // a text that XML wraps in a CDATA section
	Number      // Text holds the digits
	Object      // Fields are its members
	// List has its items in Fields, all named alike. JSON prints {"Name":{"Item":[…]}}, and in a flat answer
	// {"Name":[…]}.
	List
	Boolean // Text is "true" or "false"
)

// Field is one named part of an answer, the same for both formats.
type Field struct {
	Name   string
	Kind   Kind
	Text   string
	Item   string // the name of the items of a List
	Fields []Field
}

// Document is an answer to be written.
type Document struct {
	Root   string // the XML root element
	Fields []Field
	Flat   bool // lists have no inner name, as in the later edition (facts, section 8)
}

// TextField is a text.
func TextField(name, value string) Field { return Field{Name: name, Kind: Text, Text: value} }

// NumberField is a whole number.
func NumberField(name string, value int) Field {
	return Field{Name: name, Kind: Number, Text: strconv.Itoa(value)}
}

// BooleanField is true or false.
func BooleanField(name string, value bool) Field {
	return Field{Name: name, Kind: Boolean, Text: strconv.FormatBool(value)}
}

// ObjectField has members.
func ObjectField(name string, members ...Field) Field {
	return Field{Name: name, Kind: Object, Fields: members}
}

// ListField is a list of items, which must all carry the name item.
func ListField(name, item string, items []Field) Field {
	return Field{Name: name, Kind: List, Item: item, Fields: items}
}

// TextsField is a list of plain texts.
func TextsField[T any](name, item string, of []T, value func(T) string) Field {
	return ObjectsField(name, item, of, func(t T) Field { return TextField(item, value(t)) })
}

// ObjectsField is a list with one field for each element.
func ObjectsField[T any](name, item string, of []T, field func(T) Field) Field {
	items := make([]Field, 0, len(of))
	for _, t := range of {
		items = append(items, field(t))
	}
	return ListField(name, item, items)
}
