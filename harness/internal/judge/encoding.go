package judge

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// bom is the byte order mark.
const bom = "\ufeff"

// declaration is an XML declaration at the very start of a document. It is looked for in no more than maxDeclaration bytes.
var declaration = regexp.MustCompile(`^<\?xml\s[^<>]*?\?>`)

const maxDeclaration = 500

// declarationOf is the XML declaration of text; "" when it has none.
func declarationOf(text string) string {
	return declaration.FindString(text[:min(len(text), maxDeclaration)])
}

// declaredEncoding is the encoding pseudo attribute of an XML declaration.
var declaredEncoding = regexp.MustCompile(`\sencoding\s*=\s*(?:"([^"]*)"|'([^']*)')`)

// utf8 is body as UTF-8 text, noting every way in which it is not. What cannot be decoded becomes U+FFFD, so that the rest can be judged.
func (d *document) utf8(body []byte) string {
	if name := utf16Name(body); name != "" {
		d.problem("", "a body in UTF-8", "a body in "+strings.ToUpper(name))
		text, _ := decodeAs(name, body)
		return strings.TrimPrefix(text, bom)
	}
	text := string(body)
	if !utf8.Valid(body) {
		if name, decoded, ok := declaredText(text); ok {
			d.problem("", "a body in UTF-8", "a body in "+name)
			return strings.TrimPrefix(decoded, bom)
		}
		at := invalidAt(body)
		d.problem("", "valid UTF-8", "the bytes "+quoted(string(body[at:min(at+8, len(body))])))
		text = strings.ToValidUTF8(text, "\ufffd")
	} else if name, decoded, ok := declaredText(text); name != "" && (!ok || decoded != strings.TrimPrefix(text, bom)) {
		d.problem("", "a body in the encoding that its XML declaration names", "a body in UTF-8 that declares "+quoted(name))
	}
	if strings.HasPrefix(text, bom) {
		text = strings.TrimPrefix(text, bom)
		if sniff(text) == kindJSON {
			d.problem("", "JSON without a byte order mark", "one at the start")
		}
	}
	return text
}

// utf16Name is the name of the UTF-16 variant that body is in, by its mark or, without one, by the zero in its first character.
func utf16Name(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe")), len(body) > 3 && body[0] != 0 && body[1] == 0 && body[3] == 0:
		return "utf-16le"
	case bytes.HasPrefix(body, []byte("\xfe\xff")), len(body) > 3 && body[0] == 0 && body[1] != 0 && body[2] == 0:
		return "utf-16be"
	}
	return ""
}

// declaredText decodes text as its XML declaration says. name is what it declares, "" for nothing or UTF-8.
func declaredText(text string) (name, decoded string, ok bool) {
	m := declaredEncoding.FindStringSubmatch(declarationOf(strings.TrimPrefix(text, bom)))
	if m == nil {
		return "", "", false
	}
	name = m[1] + m[2]
	if isUTF8(name) {
		return "", "", false
	}
	decoded, ok = decodeAs(name, []byte(strings.TrimPrefix(text, bom)))
	return name, decoded, ok
}

// decodeAs decodes body from the named charset; false when there is no such charset.
func decodeAs(name string, body []byte) (string, bool) {
	if isUTF8(name) {
		return string(body), true
	}
	encoding, _ := charset.Lookup(name)
	if encoding == nil {
		return "", false
	}
	decoded, err := encoding.NewDecoder().Bytes(body)
	return string(decoded), err == nil
}

// isUTF8 reports whether name is a spelling of UTF-8: utf-8, UTF8, utf_8.
func isUTF8(name string) bool {
	return strings.EqualFold(strings.NewReplacer("-", "", "_", "").Replace(strings.TrimSpace(name)), "utf8")
}

func invalidAt(body []byte) int {
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(body)
}
