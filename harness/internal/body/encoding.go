package body

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// bom is the byte order mark.
const bom = "\ufeff"

// declaration is an XML declaration at the very start of a document. It is looked for in no more than
// maxDeclaration bytes.
var declaration = regexp.MustCompile(`^<\?xml(?:\s[^<>]*?)?\?>`)

const maxDeclaration = 500

// declarationOf is the XML declaration of text; "" when it has none.
func declarationOf(text string) string {
	return declaration.FindString(text[:min(len(text), maxDeclaration)])
}

// declaredEncoding is the encoding pseudo attribute of an XML declaration.
var declaredEncoding = regexp.MustCompile(`\sencoding\s*=\s*(?:"([^"]*)"|'([^']*)')`)

const wantUTF8 = "a body in UTF-8"

// utf8 is raw as UTF-8 text. What is wrong with its encoding is one problem, and no other follows from it: a body
// in an encoding that its declaration or its Content-Type names is read in that. What cannot be decoded at all
// becomes U+FFFD, so that the rest can be judged.
func (d *Document) utf8(raw []byte, charset string) string {
	if name := utf16Name(raw); name != "" {
		text, _ := decodeAs(name, raw)
		return d.transcoded(text, strings.ToUpper(name))
	}
	if !utf8.Valid(raw) {
		for _, name := range []string{declaredName(string(raw)), charset} {
			if name == "" || isUTF8(name) {
				continue
			}
			if text, ok := decodeAs(name, raw); ok {
				return d.transcoded(text, name)
			}
		}
		return d.replaced(raw)
	}
	text := d.withoutMark(string(raw))
	if declared := declaredName(text); declared != "" && !readsTheSame(declared, text) {
		d.misencoded, d.Text = true, text
		const want = "a body in the encoding that its XML declaration names"
		d.problem("", want, "a body in UTF-8 that declares "+quoted(declared), 0, len(declarationOf(text)))
	}
	return text
}

// ReadsIn reports whether the body reads the same in the named charset as in UTF-8. Of a body whose encoding is
// wrong already, nothing more is said; nor of a charset that is not named.
func (d *Document) ReadsIn(charset string) bool {
	return d.misencoded || charset == "" || readsTheSame(charset, d.Text)
}

// transcoded is the text of a body in another encoding. Its offsets are not those of the body.
func (d *Document) transcoded(text, name string) string {
	d.Problems = append(d.Problems, Problem{Want: wantUTF8, Got: "a body in " + excerpt(name)})
	d.opaque, d.misencoded = true, true
	return strings.TrimPrefix(text, bom)
}

// replaced is raw with U+FFFD for each stretch that is not UTF-8.
func (d *Document) replaced(raw []byte) string {
	var b strings.Builder
	var first Span
	for i := 0; i < len(raw); {
		if r, size := utf8.DecodeRune(raw[i:]); r != utf8.RuneError || size > 1 {
			b.Write(raw[i : i+size])
			i += size
			continue
		}
		start := i
		for r, size := rune(utf8.RuneError), 1; i < len(raw) && r == utf8.RuneError && size == 1; {
			i++
			r, size = utf8.DecodeRune(raw[i:])
		}
		if first.Length == 0 {
			first = Span{start, i - start}
		}
		b.WriteRune(utf8.RuneError)
		d.raw = append(d.raw, shift{b.Len(), i})
	}
	d.misencoded = true
	got := "the bytes " + quoted(string(raw[first.Offset:min(first.Offset+8, len(raw))]))
	d.Problems = append(d.Problems, Problem{"", "valid UTF-8", got, first})
	text := b.String()
	if strings.HasPrefix(text, bom) { // found here so that all offsets count from the same text
		for i := range d.raw {
			d.raw[i].text -= len(bom)
		}
	}
	return d.withoutMark(text)
}

// withoutMark is text without its byte order mark, which JSON must not have.
func (d *Document) withoutMark(text string) string {
	if !strings.HasPrefix(text, bom) {
		return text
	}
	text = strings.TrimPrefix(text, bom)
	d.raw = append([]shift{{0, len(bom)}}, d.raw...)
	if sniff(text) == JSON {
		d.Problems = append(d.Problems,
			Problem{"", "JSON without a byte order mark", "one at the start", Span{0, len(bom)}})
	}
	return text
}

// utf16Name is the name of the UTF-16 variant that a body is in, by its mark or, without one, by the zero in its
// first character.
func utf16Name(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), len(raw) > 3 && raw[0] != 0 && raw[1] == 0 && raw[3] == 0:
		return "utf-16le"
	case bytes.HasPrefix(raw, []byte("\xfe\xff")), len(raw) > 3 && raw[0] == 0 && raw[1] != 0 && raw[2] == 0:
		return "utf-16be"
	}
	return ""
}

// declaredName is the encoding that an XML declaration names; "" for none.
func declaredName(text string) string {
	m := declaredEncoding.FindStringSubmatch(declarationOf(strings.TrimPrefix(text, bom)))
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

// readsTheSame reports whether UTF-8 text reads the same when it is taken to be in the named charset.
func readsTheSame(name, text string) bool {
	decoded, ok := decodeAs(name, []byte(text))
	return ok && strings.TrimPrefix(decoded, bom) == text
}

// decodeAs decodes raw from the named charset; false when there is no such charset, or raw is not in it.
func decodeAs(name string, raw []byte) (string, bool) {
	if isUTF8(name) {
		return string(raw), true
	}
	encoding, _ := charset.Lookup(strings.TrimSpace(name))
	if encoding == nil {
		return "", false
	}
	decoded, err := encoding.NewDecoder().Bytes(raw)
	return string(decoded), err == nil
}

// isUTF8 reports whether name is a spelling of UTF-8: utf-8, UTF8, utf_8.
func isUTF8(name string) bool {
	return strings.EqualFold(strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(name), "-", ""), "_", ""), "utf8")
}
