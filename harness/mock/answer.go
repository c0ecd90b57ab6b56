package mock

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/essconform/essconform/harness/mock/internal/render"
)

type (
	// Format is XML or JSON.
	Format = render.Format
	// Kind says how a field is written.
	Kind = render.Kind
	// Field is one part of an answer.
	Field = render.Field
)

// The formats, and the kinds of fields.
const (
	JSON = render.JSON
	XML  = render.XML

	Text    = render.Text
	CData   = render.CData
	Number  = render.Number
	Object  = render.Object
	List    = render.List
	Boolean = render.Boolean
)

// Answer is what will be rendered and sent.
type Answer struct {
	Call   *Call // what is answered
	Format Format
	Status int
	Header http.Header
	Root   string // the XML root element
	Fields []Field
	// Flat writes lists without their inner name, as the later edition does.
	Flat bool
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
		Fields: append([]Field{render.TextField("RequestId", c.RequestID)}, fields...),
		Flat:   c.Request.Later(),
	}
}

// Failure shapes the answer to a refused call (facts, section 3, errors; section 8, Recommend).
func Failure(c *Call, r *Refusal) *Answer {
	return &Answer{
		Call:   c,
		Format: c.Format,
		Status: r.Problem.Status,
		Header: header(c),
		Root:   "Error",
		Fields: []Field{
			render.TextField("RequestId", c.RequestID),
			render.TextField("HostId", c.Request.Host),
			render.TextField("Code", r.Problem.Code),
			render.TextField("Message", r.Message()),
			{
				Name: "Recommend", Kind: CData,
				Text: troubleshoot + r.Problem.Code + "&product=Ess&requestId=" + c.RequestID,
			},
		},
		Problem: &r.Problem,
	}
}

const troubleshoot = "https://api.aliyun.com/troubleshoot?q="

func header(c *Call) http.Header {
	return http.Header{
		"Content-Type":     {c.Format.ContentType()},
		"X-Acs-Request-Id": {c.RequestID},
	}
}

func (a *Answer) document() render.Document {
	return render.Document{Root: a.Root, Fields: a.Fields, Flat: a.Flat}
}

// RenderJSON writes the fields as one object on one line.
func RenderJSON(b *bytes.Buffer, a *Answer) { a.document().JSON(b) }

// RenderXML writes the declaration and the root element with the fields on one line.
func RenderXML(b *bytes.Buffer, a *Answer) { a.document().XML(b) }

// Send writes the answer in one piece, with its length.
func Send(w http.ResponseWriter, a *Answer, body []byte) {
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(a.Status)
	_, _ = w.Write(body) // net/http closes the connection of a caller who left
}
