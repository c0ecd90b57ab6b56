package render

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// xmlDeclaration is what a real body of the gateway begins with (facts, section 3).
const xmlDeclaration = `<?xml version='1.0' encoding='UTF-8'?>`

// XML writes the declaration and the root element with the fields on one line.
func (d Document) XML(b *bytes.Buffer) {
	b.WriteString(xmlDeclaration)
	d.xmlElement(b, ObjectField(d.Root, d.Fields...))
}

func (d Document) xmlElement(b *bytes.Buffer, f Field) {
	if f.Kind == List && d.Flat {
		for _, item := range f.Fields { // a flat list is its elements, one after the other, under the name of the list
			item.Name = f.Name
			d.xmlElement(b, item)
		}
		return
	}
	b.WriteByte('<')
	b.WriteString(f.Name)
	b.WriteByte('>')
	switch f.Kind {
	case Object, List:
		for _, member := range f.Fields {
			d.xmlElement(b, member)
		}
	case CData:
		xmlCData(b, f.Text)
	default:
		xmlText(b, f.Text)
	}
	b.WriteString("</")
	b.WriteString(f.Name)
	b.WriteByte('>')
}

// xmlText escapes a text; what XML cannot hold comes out as U+FFFD. A Buffer's Write returns no error.
func xmlText(b *bytes.Buffer, s string) { _ = xml.EscapeText(b, []byte(s)) }

// xmlCData falls back to escaping where the text would end the section.
func xmlCData(b *bytes.Buffer, s string) {
	if strings.Contains(s, "]]>") {
		xmlText(b, s)
		return
	}
	b.WriteString("<![CDATA[" + s + "]]>")
}
