package html

import "strings"

// The classes of a piece of a message; the style sheet gives them colours.
const (
	plain       = ""
	keyClass    = "k" // a name: of a JSON member, a parameter, an attribute
	valueClass  = "s" // a string, an attribute's value, CDATA
	numberClass = "n" // a number, true, false, null, a status
	tagClass    = "t" // a tag, a method
	markClass   = "p" // punctuation
	asideClass  = "c" // a declaration, a comment
)

// span is a stretch of a text, in bytes, with its class.
type span struct {
	start, end int
	class      string
	// indent is on which level the span begins a line when a text of one line is laid out; -1 when it does not.
	indent int
}

// syntax is the language of a body.
type syntax int

const (
	textSyntax syntax = iota
	jsonSyntax
	xmlSyntax
	formSyntax
)

// bodySyntax looks at the body, not at its Content-Type, which may be what is wrong.
func bodySyntax(body string) syntax {
	s := strings.TrimLeft(strings.TrimPrefix(body, "\ufeff"), " \t\r\n")
	switch {
	case s == "":
		return textSyntax
	case s[0] == '{', s[0] == '[':
		return jsonSyntax
	case s[0] == '<':
		return xmlSyntax
	case strings.Contains(s, "=") && !strings.ContainsAny(s, " \r\n<>{}"):
		return formSyntax
	}
	return textSyntax
}

// lex splits a text into spans. Any text is accepted, well-formed or not: the spans cover all of it, in order.
func lex(s string, kind syntax) []span {
	l := &lexer{s: s}
	switch kind {
	case jsonSyntax:
		l.json()
	case xmlSyntax:
		l.xml()
	case formSyntax:
		l.form()
	}
	l.take(len(s), plain, -1)
	return l.out
}

type lexer struct {
	s   string
	at  int
	out []span
}

// take makes a span of what stands before end.
func (l *lexer) take(end int, class string, indent int) {
	if end > l.at {
		l.out = append(l.out, span{l.at, end, class, indent})
		l.at = end
	}
}

// until is the offset after the next sep at or after from, or the end of the text.
func (l *lexer) until(from int, sep string) int {
	if from > len(l.s) {
		return len(l.s)
	}
	i := strings.Index(l.s[from:], sep)
	if i < 0 {
		return len(l.s)
	}
	return from + i + len(sep)
}

// while is the offset of the first byte at or after from that is not in set, or, with not, that is.
func (l *lexer) while(from int, set string, not bool) int {
	for from < len(l.s) && strings.IndexByte(set, l.s[from]) >= 0 != not {
		from++
	}
	return from
}

const (
	space     = " \t\r\n"
	jsonBreak = space + `{}[]:,"`
)

func (l *lexer) json() {
	depth, indent := 0, -1 // indent is that of the next span
	for l.at < len(l.s) {
		c := l.s[l.at]
		switch c {
		case ' ', '\t', '\r', '\n':
			l.take(l.while(l.at, space, false), plain, -1)
			continue
		case '{', '[':
			l.take(l.at+1, markClass, indent)
			next := l.while(l.at, space, false)
			if indent = -1; next < len(l.s) && strings.IndexByte("}]", l.s[next]) < 0 {
				depth++
				indent = depth
			} else if next < len(l.s) { // empty
				l.take(next, plain, -1)
				l.take(next+1, markClass, -1)
			}
			continue
		case '}', ']':
			depth = max(depth-1, 0)
			l.take(l.at+1, markClass, depth)
		case ',':
			l.take(l.at+1, markClass, -1)
			indent = depth
			continue
		case ':':
			l.take(l.at+1, markClass, -1)
		case '"':
			end := l.jsonString()
			class := valueClass
			if next := l.while(end, space, false); next < len(l.s) && l.s[next] == ':' {
				class = keyClass
			}
			l.take(end, class, indent)
		default:
			l.take(l.while(l.at, jsonBreak, true), numberClass, indent)
		}
		indent = -1
	}
}

// jsonString is the offset after the string that begins here.
func (l *lexer) jsonString() int {
	for i := l.at + 1; i < len(l.s); i++ {
		switch l.s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(l.s)
}

func (l *lexer) xml() {
	depth := 0
	afterText := true // nothing is laid out that could change a text
	for l.at < len(l.s) {
		rest := l.s[l.at:]
		indent := -1
		if !afterText {
			indent = depth
		}
		switch {
		case rest[0] != '<':
			end := l.while(l.at, "<", true)
			afterText = strings.Trim(l.s[l.at:end], space) != ""
			l.take(end, plain, -1)
		case strings.HasPrefix(rest, "<!--"):
			l.take(l.until(l.at+4, "-->"), asideClass, indent)
			afterText = false
		case strings.HasPrefix(rest, "<![CDATA["):
			l.take(l.until(l.at, "]]>"), valueClass, -1)
			afterText = true
		case strings.HasPrefix(rest, "<?"), strings.HasPrefix(rest, "<!"):
			l.take(l.until(l.at, ">"), asideClass, indent)
			afterText = false
		case strings.HasPrefix(rest, "</"):
			depth = max(depth-1, 0)
			last := l.out[max(len(l.out)-1, 0):]
			// An end tag begins a line only after another end tag; after its own start tag it would add a text.
			if indent = -1; !afterText && len(last) == 1 && l.closes(last[0]) {
				indent = depth
			}
			l.take(l.until(l.at, ">"), tagClass, indent)
			afterText = false
		default:
			if l.startTag(indent) {
				depth++
			}
			afterText = false
		}
	}
}

// closes tells whether a span ends an element.
func (l *lexer) closes(s span) bool {
	text := l.s[s.start:s.end]
	return s.class == tagClass && (strings.HasPrefix(text, "</") || strings.HasSuffix(text, "/>"))
}

// startTag takes a start tag and tells whether it opens an element.
func (l *lexer) startTag(indent int) bool {
	l.take(l.while(l.at+1, space+"/>", true), tagClass, indent)
	for l.at < len(l.s) {
		switch c := l.s[l.at]; c {
		case ' ', '\t', '\r', '\n':
			l.take(l.while(l.at, space, false), plain, -1)
		case '>':
			l.take(l.at+1, tagClass, -1)
			return true
		case '/':
			if l.at+1 < len(l.s) && l.s[l.at+1] == '>' {
				l.take(l.at+2, tagClass, -1)
				return false
			}
			l.take(l.at+1, markClass, -1)
		case '=':
			l.take(l.at+1, markClass, -1)
		case '"', '\'':
			l.take(l.until(l.at+1, string(c)), valueClass, -1)
		case '<': // the tag was never closed
			return true
		default:
			l.take(l.while(l.at+1, space+`=/><"'`, true), keyClass, -1)
		}
	}
	return false
}

// form takes name=value pairs, each on a line of its own when laid out.
func (l *lexer) form() {
	indent := -1
	for l.at < len(l.s) {
		l.take(l.while(l.at, "=&", true), keyClass, indent)
		if l.at < len(l.s) && l.s[l.at] == '=' {
			l.take(l.at+1, markClass, -1)
			l.take(l.while(l.at, "&", true), valueClass, -1)
		}
		l.take(min(l.at+1, len(l.s)), markClass, -1) // the &
		indent = 0
	}
}
