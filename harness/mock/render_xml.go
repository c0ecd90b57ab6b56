package mock

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// xmlDeclaration is what a real body of the gateway begins with (facts, section 3).
const xmlDeclaration = `<?xml version='1.0' encoding='UTF-8'?>`

// RenderXML writes the declaration and the root element with the fields on one line.
func RenderXML(b *bytes.Buffer, a *Answer) {
	b.WriteString(xmlDeclaration)
	xmlElement(b, object(a.Root, a.Fields...))
}

func xmlElement(b *bytes.Buffer, f Field) {
	b.WriteByte('<')
	b.WriteString(f.Name)
	b.WriteByte('>')
	switch f.Kind {
	case Object, List:
		for _, member := range f.Fields {
			xmlElement(b, member)
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
