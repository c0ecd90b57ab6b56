package body

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// fault is what is wrong with a piece of XML.
type fault struct{ want, got string }

// strictDeclaration is a declaration as XML 1.0 writes it (production 23).
var strictDeclaration = regexp.MustCompile(`^<\?xml\s+version\s*=\s*(?:"1\.[0-9]+"|'1\.[0-9]+')` +
	`(?:\s+encoding\s*=\s*(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?` +
	`(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>$`)

// inspectDeclaration notes a declaration that a parser must refuse.
func (d *Document) inspectDeclaration(head string) {
	if !strictDeclaration.MatchString(head) {
		d.problem("", "an XML declaration with version, encoding and standalone in this order", quoted(head), 0,
			len(head))
	}
}

// tagProblems is what is wrong with a start tag whose names and values could be read.
func tagProblems(element xml.StartElement, raw string) (out []fault) {
	if at := joined(raw); at > 0 {
		out = append(out, fault{"white space before each attribute of a tag", quoted(raw[at:])})
	}
	if name := repeatedAttribute(element); name != "" {
		out = append(out, fault{"each attribute once", quoted(name) + " again"})
	}
	out = append(out, prefixProblems(element)...)
	for _, a := range element.Attr {
		if len(out) >= maxProblems {
			break
		}
		if a.Name.Space == "xmlns" && a.Value == "" {
			out = append(out, fault{"a name for the namespace of prefix " + quoted(a.Name.Local), "an empty one"})
		}
	}
	return append(out, referenceProblems(raw)...)
}

// joined is where an attribute begins that no white space parts from the value before it (production 40); 0 when
// there is none. That the quotes are in order is known.
func joined(tag string) int {
	var quote byte
	for i := range len(tag) {
		switch c := tag[i]; {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
			if i+1 < len(tag) && !strings.ContainsRune(space+"/>", rune(tag[i+1])) {
				return i + 1
			}
		}
	}
	return 0
}

// prefixProblems finds names with a colon at one end, which encoding/xml leaves in the name, and prefixes that must
// not be declared.
func prefixProblems(element xml.StartElement) (out []fault) {
	for _, name := range append([]xml.Name{element.Name}, names(element.Attr)...) {
		switch {
		case strings.Contains(name.Local, ":"):
			out = append(out, fault{"a name on both sides of a colon", quoted(name.Local)})
		case name.Space == "xmlns" && (name.Local == "xmlns" || name.Local == "xml"):
			out = append(out, fault{"no declaration of the prefix " + name.Local, "one"})
		}
	}
	return out
}

func names(attributes []xml.Attr) (out []xml.Name) {
	for _, a := range attributes {
		out = append(out, a.Name)
	}
	return out
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

// reference is a reference to a character by its number.
var reference = regexp.MustCompile(`&#(?:x([0-9A-Fa-f]+)|([0-9]+));`)

// referenceProblems finds references to characters that XML does not have, the first one only.
func referenceProblems(raw string) []fault {
	if !strings.Contains(raw, "&#") || strings.HasPrefix(raw, "<![CDATA[") {
		return nil
	}
	for _, m := range reference.FindAllStringSubmatch(raw, -1) {
		n, err := strconv.ParseInt(m[1], 16, 32)
		if m[2] != "" {
			n, err = strconv.ParseInt(m[2], 10, 32)
		}
		if err != nil || !isCharacter(rune(n)) {
			return []fault{{"references to characters that XML has", quoted(m[0])}}
		}
	}
	return nil
}

// isCharacter reports whether XML 1.0 has the character (production 2).
func isCharacter(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return true
	case r < ' ', r >= 0xD800 && r <= 0xDFFF, r == 0xFFFE || r == 0xFFFF:
		return false
	}
	return r <= 0x10FFFF
}

// characters notes a character that XML does not have, wherever it stands.
func (x *inspection) characters() {
	for i, r := range x.text {
		if !isCharacter(r) {
			x.problem("", "characters that XML has", fmt.Sprintf("U+%04X at byte %d", r, i), i, i+1)
			return
		}
	}
}
