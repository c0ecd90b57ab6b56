package mock

import (
	"net/http"
	"strconv"
)

// Format is a body format of the gateway.
type Format string

// The formats.
const (
	JSON Format = "JSON"
	XML  Format = "XML"
)

// contentType is what the gateway sends, to the letter: an official client compares it as a string (facts, section 3).
func (f Format) contentType() string {
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
	List        // Fields are its items, all named alike; JSON prints {"Name":{"Item":[…]}}
)

// Field is one named part of an answer, the same for both formats.
type Field struct {
	Name   string
	Kind   Kind
	Text   string
	Item   string // the name of the items of a List
	Fields []Field
}

func text(name, value string) Field { return Field{Name: name, Kind: Text, Text: value} }

func numeric(name string, value int) Field {
	return Field{Name: name, Kind: Number, Text: strconv.Itoa(value)}
}

func object(name string, members ...Field) Field {
	return Field{Name: name, Kind: Object, Fields: members}
}

// list is a list of objects, or of texts, named item; each of items must carry that name.
func list(name, item string, items []Field) Field {
	return Field{Name: name, Kind: List, Item: item, Fields: items}
}

// texts is a list of plain texts.
func texts[T any](name, item string, of []T, value func(T) string) Field {
	return objects(name, item, of, func(t T) Field { return text(item, value(t)) })
}

// objects is a list with one field for each element.
func objects[T any](name, item string, of []T, field func(T) Field) Field {
	items := make([]Field, 0, len(of))
	for _, t := range of {
		items = append(items, field(t))
	}
	return list(name, item, items)
}

// Answer is what will be rendered and sent.
type Answer struct {
	Call   *Call // what is answered
	Format Format
	Status int
	Header http.Header
	Root   string // the XML root element
	Fields []Field
	// Problem is what refused the call; nil for a success.
	Problem *Problem
}

// Success shapes the answer to an accepted call (facts, section 3).
func Success(c *Call, fields []Field) *Answer {
	return &Answer{
		Call:   c,
		Format: c.Format,
		Status: http.StatusOK,
		Header: header(c),
		Root:   c.Operation.Name + "Response",
		Fields: append([]Field{text("RequestId", c.RequestID)}, fields...),
	}
}

// Failure shapes the answer to a refused call (facts, section 3, errors).
func Failure(c *Call, r *Refusal) *Answer {
	return &Answer{
		Call:   c,
		Format: c.Format,
		Status: r.Problem.Status,
		Header: header(c),
		Root:   "Error",
		Fields: []Field{
			text("RequestId", c.RequestID),
			text("HostId", c.Request.Host),
			text("Code", r.Problem.Code),
			text("Message", r.Message()),
			{Name: "Recommend", Kind: CData, Text: "https://api.aliyun.com/troubleshoot?q=" + r.Problem.Code + "&product=Ess"},
		},
		Problem: &r.Problem,
	}
}

func header(c *Call) http.Header {
	return http.Header{
		"Content-Type":     {c.Format.contentType()},
		"X-Acs-Request-Id": {c.RequestID},
	}
}

// Send writes the answer in one piece, with its length.
func Send(w http.ResponseWriter, a *Answer, body []byte) {
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(a.Status)
	_, _ = w.Write(body) // a caller who left is nobody's concern here; net/http closes the connection
}
