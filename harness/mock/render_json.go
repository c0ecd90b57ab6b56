package mock

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// RenderJSON writes the fields as one object on one line.
func RenderJSON(b *bytes.Buffer, a *Answer) { jsonObject(b, a.Fields) }

func jsonObject(b *bytes.Buffer, fields []Field) {
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		jsonString(b, f.Name)
		b.WriteByte(':')
		jsonValue(b, f)
	}
	b.WriteByte('}')
}

func jsonValue(b *bytes.Buffer, f Field) {
	switch f.Kind {
	case Number:
		b.WriteString(f.Text)
	case Object:
		jsonObject(b, f.Fields)
	case List:
		b.WriteByte('{')
		jsonString(b, f.Item)
		b.WriteString(":[")
		for i, item := range f.Fields {
			if i > 0 {
				b.WriteByte(',')
			}
			jsonValue(b, item)
		}
		b.WriteString("]}")
	default:
		jsonString(b, f.Text)
	}
}

// jsonString quotes a text. Invalid UTF-8, which only a caller's own input can hold, comes out as U+FFFD: what AppendQuote then
// reports needs no answer.
func jsonString(b *bytes.Buffer, s string) {
	quoted, _ := jsontext.AppendQuote(b.AvailableBuffer(), s)
	b.Write(quoted)
}
