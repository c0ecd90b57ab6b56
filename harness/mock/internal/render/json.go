package render

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON writes the fields as one object on one line.
func (d Document) JSON(b *bytes.Buffer) { d.jsonObject(b, d.Fields) }

func (d Document) jsonObject(b *bytes.Buffer, fields []Field) {
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		jsonString(b, f.Name)
		b.WriteByte(':')
		d.jsonValue(b, f)
	}
	b.WriteByte('}')
}

func (d Document) jsonValue(b *bytes.Buffer, f Field) {
	switch f.Kind {
	case Number, Boolean:
		b.WriteString(f.Text)
	case Object:
		d.jsonObject(b, f.Fields)
	case List:
		d.jsonList(b, f)
	default:
		jsonString(b, f.Text)
	}
}

func (d Document) jsonList(b *bytes.Buffer, f Field) {
	if !d.Flat {
		b.WriteByte('{')
		jsonString(b, f.Item)
		b.WriteByte(':')
	}
	b.WriteByte('[')
	for i, item := range f.Fields {
		if i > 0 {
			b.WriteByte(',')
		}
		d.jsonValue(b, item)
	}
	b.WriteByte(']')
	if !d.Flat {
		b.WriteByte('}')
	}
}

// jsonString quotes a text. Invalid UTF-8, which only a caller's own input can hold, comes out as U+FFFD: what
// AppendQuote then reports needs no answer.
func jsonString(b *bytes.Buffer, s string) {
	quoted, _ := jsontext.AppendQuote(b.AvailableBuffer(), s)
	b.Write(quoted)
}
