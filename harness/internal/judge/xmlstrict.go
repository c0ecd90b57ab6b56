package judge

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxNodes bounds the tokens of an XML body, because xmlquery takes quadratic time to append to a long row of siblings.
const maxNodes = 10_000

// inspectXML walks over the tokens of text and notes all that makes it less than one well-formed document: encoding/xml and xmlquery
// let much of it pass. end is the offset after the root element; ok is false when no tree can be built.
func (d *document) inspectXML(text string) (end int64, ok bool) {
	const wellFormed = "a well-formed XML document"
	in := xml.NewDecoder(strings.NewReader(text))
	var path []string
	for nodes := 0; ; nodes++ {
		start := in.InputOffset()
		token, err := in.Token()
		switch {
		case errors.Is(err, io.EOF):
			if end == 0 {
				d.problem("", wellFormed, "one without a root element")
			}
			return end, end > 0
		case err != nil && end > 0:
			d.problem("", "nothing after the root element", quoted(strings.TrimSpace(text[end:])))
			return end, true
		case err != nil:
			d.problem("", wellFormed, xmlError(err))
			return 0, false
		case nodes > maxNodes:
			d.problem("", fmt.Sprintf("at most %d elements, texts and comments", maxNodes), "more of them")
			return end, end > 0
		}
		switch token := token.(type) {
		case xml.StartElement:
			if end > 0 {
				d.problem("", "nothing after the root element", quoted(strings.TrimSpace(text[end:])))
				return end, true
			}
			if path = append(path, token.Name.Local); len(path) == 1 {
				d.root = xmlRoot{name: token.Name.Local, namespace: token.Name.Space}
			}
			if len(path) > maxDepth {
				d.problem("", fmt.Sprintf("at most %d levels of nesting", maxDepth), errTooDeep.Error())
				return 0, false
			}
			if name := repeatedAttribute(token); name != "" {
				d.problem("/"+strings.Join(path, "/"), "each attribute once", quoted(name)+" again")
			}
		case xml.EndElement:
			if path = path[:len(path)-1]; len(path) == 0 {
				end = in.InputOffset()
			}
		case xml.CharData:
			if len(path) > 0 || isBlank(string(token)) {
				continue
			}
			if end > 0 {
				d.problem("", "nothing after the root element", quoted(strings.TrimSpace(text[end:])))
				return end, true
			}
			d.problem("", "nothing before the root element", quoted(strings.TrimSpace(string(token))))
		case xml.ProcInst:
			if strings.EqualFold(token.Target, "xml") {
				d.problem("", "an XML declaration at the very start, or none", fmt.Sprintf("one at byte %d", start))
			}
		case xml.Directive:
			d.problem("", "a document without a DOCTYPE", quoted("<!"+string(token)+">"))
		}
	}
}

// repeatedAttribute is the name of an attribute that an element has twice; "" when there is none.
func repeatedAttribute(element xml.StartElement) string {
	seen := make(map[xml.Name]bool, len(element.Attr))
	for _, a := range element.Attr {
		if seen[a.Name] {
			return a.Name.Local
		}
		seen[a.Name] = true
	}
	return ""
}

// xmlError is what is wrong with an XML text and on which line.
func xmlError(err error) string {
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
		return fmt.Sprintf("%s on line %d", syntax.Msg, syntax.Line)
	}
	return err.Error()
}
