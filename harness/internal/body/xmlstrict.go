package body

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxNodes bounds the tokens of an XML body, because xmlquery takes quadratic time to append to a long row of siblings.
const maxNodes = 10_000

// inspection walks over the tokens of a text and notes all that makes it less than one well-formed document:
// encoding/xml and xmlquery let much of it pass.
type inspection struct {
	*Document
	text  string // without its declaration
	in    *xml.Decoder
	path  []string // of the open elements
	began []int
	end   int // after the root element; 0 before that
	// spaces counts the declarations of each namespace that are in force, declared those of each open element.
	spaces   map[string]int
	declared [][]string
}

// inspectXML is where the root element ends; ok is false when no tree can be built.
func (d *Document) inspectXML(text string) (end int, ok bool) {
	x := &inspection{Document: d, text: text, in: xml.NewDecoder(strings.NewReader(text)), spaces: map[string]int{}}
	x.characters()
	for nodes := 0; ; nodes++ {
		start := int(x.in.InputOffset())
		token, err := x.in.Token()
		at := int(x.in.InputOffset())
		switch {
		case errors.Is(err, io.EOF):
			if x.end == 0 {
				d.problem("", wantXML, "one without a root element", 0, len(text))
			}
			return x.end, x.end > 0
		case err != nil && x.end > 0:
			x.surplus()
			return x.end, true
		case err != nil:
			d.problem("", wantXML, xmlError(err), min(at, len(text))-1, min(at, len(text)))
			return 0, false
		case nodes > maxNodes:
			d.problem("", fmt.Sprintf("at most %d elements, texts and comments", maxNodes), "more of them", start, at)
			return x.end, x.end > 0
		}
		if more, ok := x.token(token, start, at); !more {
			return x.end, ok
		}
	}
}

// token inspects one token, which stands in the text from start to end. more is false when the rest is not worth
// reading.
func (x *inspection) token(token xml.Token, start, end int) (more, ok bool) {
	raw := x.text[start:end]
	switch token := token.(type) {
	case xml.StartElement:
		if x.end > 0 {
			x.surplus()
			return false, true
		}
		return x.open(token, raw, start, end)
	case xml.EndElement:
		x.place(x.pointer(), x.began[len(x.began)-1], end)
		x.close()
		if len(x.path) == 0 {
			x.end = end
		}
	case xml.CharData:
		return x.characterData(raw, start, end)
	case xml.ProcInst:
		x.instruction(token, raw, start, end)
	case xml.Directive:
		x.problem("", "a document without a DOCTYPE", quoted("<!"+string(token)+">"), start, end)
	}
	return true, true
}

// open inspects a start tag. An element that is empty has its end tag in the same text.
func (x *inspection) open(element xml.StartElement, raw string, start, end int) (more, ok bool) {
	name := element.Name.Local
	if len(x.path) == 0 {
		x.Root = Root{Name: name, Namespace: element.Name.Space}
	}
	if len(x.path) > 0 && len(x.path) < maxPlaceDepth { // the second one with this name has a place of its own
		if twice := x.pointer() + "/" + name; x.places[twice].Length > 0 {
			name += again
		}
	}
	x.path, x.began = append(x.path, name), append(x.began, start)
	if len(x.path) > maxDepth {
		x.problem("", fmt.Sprintf("at most %d levels of nesting", maxDepth), errTooDeep.Error(), start, end)
		return false, false
	}
	x.declare(element)
	for _, wrong := range append(tagProblems(element, raw), x.undeclared(element)...) {
		x.problem(x.pointer(), wrong.want, wrong.got, start, end)
	}
	return true, true
}

// declare takes in the namespaces that an element declares.
func (x *inspection) declare(element xml.StartElement) {
	var all []string
	for _, a := range element.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			x.spaces[a.Value]++
			all = append(all, a.Value)
		}
	}
	x.declared = append(x.declared, all)
}

// close ends the innermost element.
func (x *inspection) close() {
	last := len(x.path) - 1
	for _, space := range x.declared[last] {
		x.spaces[space]--
	}
	x.path, x.began, x.declared = x.path[:last], x.began[:last], x.declared[:last]
}

// undeclared finds a prefix that no element declares: encoding/xml leaves it in the place of the namespace.
func (x *inspection) undeclared(element xml.StartElement) []fault {
	for _, name := range append([]xml.Name{element.Name}, names(element.Attr)...) {
		switch name.Space {
		case "", "xmlns", "xml", "http://www.w3.org/XML/1998/namespace":
			continue
		}
		if x.spaces[name.Space] == 0 {
			return []fault{{"prefixes that are declared", quoted(name.Space + ":" + name.Local)}}
		}
	}
	return nil
}

// pointer is where the innermost open element stands; "" when that is too deep to be kept.
func (x *inspection) pointer() string {
	if len(x.path) > maxPlaceDepth || len(x.path) > 2 && len(x.places) > maxPlaces {
		return ""
	}
	if pointer := "/" + strings.Join(x.path, "/"); len(x.path) > 0 && len(pointer) <= maxPointer {
		return pointer
	}
	return ""
}

// characterData inspects text. Outside the root element only white space may stand, and that literally.
func (x *inspection) characterData(raw string, start, end int) (more, ok bool) {
	if len(x.path) > 0 {
		for _, wrong := range referenceProblems(raw) {
			x.problem(x.pointer(), wrong.want, wrong.got, start, end)
		}
		return true, true
	}
	text := strings.Trim(raw, space)
	if text == "" {
		return true, true
	}
	if x.end > 0 {
		x.surplus()
		return false, true
	}
	x.problem("", "nothing before the root element", quoted(text), start, end)
	return true, true
}

// instruction inspects a processing instruction. A declaration at the very start is none, and is not in the text
// any more.
func (x *inspection) instruction(token xml.ProcInst, raw string, start, end int) {
	switch rest := strings.TrimPrefix(raw, "<?"+token.Target); {
	case strings.EqualFold(token.Target, "xml"):
		x.problem("", "an XML declaration at the very start, or none", fmt.Sprintf("one at byte %d", start), start, end)
	case strings.Contains(token.Target, ":"):
		x.problem("", "a processing instruction without a colon in its name", quoted(token.Target), start, end)
	case !strings.HasPrefix(rest, "?>") && strings.IndexAny(rest, space) != 0:
		x.problem("", "white space after the name of a processing instruction", quoted(raw), start, end)
	}
}

// surplus notes what stands after the root element.
func (x *inspection) surplus() {
	rest := strings.TrimLeft(x.text[x.end:], space)
	start := len(x.text) - len(rest)
	x.problem("", "nothing after the root element", quoted(strings.TrimRight(rest, space)), start, len(x.text))
}

// xmlError is what is wrong with an XML text and on which line.
func xmlError(err error) string {
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
		return fmt.Sprintf("%s on line %d", syntax.Msg, syntax.Line)
	}
	return err.Error()
}
