package wire

import (
	"html"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// deepest is how many encodings one inside the other are seen through: JSON in a query in XML is three.
	deepest = 4
	// longestEntity is the length of the longest one of HTML, and more.
	longestEntity = 40
)

// layer is a text with some of its escapes decoded. at holds where each byte began in the text that was given, and one
// more entry, its length; nil when nothing was decoded.
type layer struct {
	text string
	at   []int32
}

// from is where the byte i began.
func (l layer) from(i int) int {
	if l.at == nil {
		return i
	}
	return int(l.at[i])
}

// until is where the bytes before i ended.
func (l layer) until(i int) int {
	if l.at == nil {
		return i
	}
	for i < len(l.text) && l.at[i] == l.at[i-1] { // in the middle of an escape that stands for several bytes
		i++
	}
	return int(l.at[i])
}

// layers are the text as it is, decoded once, twice and so on, until there is nothing more to decode.
func layers(text string, cut bool) []layer {
	all := append(make([]layer, 0, deepest+1), layer{text: text})
	for range deepest {
		next, changed := all[len(all)-1].decoded(cut, true)
		if !changed {
			break
		}
		all = append(all, next)
	}
	return all
}

// decoded replaces every escape of whatever kind by what it stands for. Of a text that was cut, half an escape at its
// end is left out. Without places, at stays nil, which costs a fraction. Nothing is copied of a text without escapes.
func (l layer) decoded(cut, places bool) (out layer, changed bool) {
	var text strings.Builder
	var at []int32
	done := 0 // of the text, in bytes
	take := func(end int) {
		text.WriteString(l.text[done:end])
		for k := done; places && k < end; k++ {
			at = append(at, int32(l.from(k)))
		}
	}
	for i := nextEscape(l.text, 0); i < len(l.text); i = nextEscape(l.text, i) {
		bytes, width := unescape(l.text[i:])
		if width == 0 && !(cut && half(l.text[i:])) {
			i++
			continue
		}
		if !changed {
			changed = true
			if text.Grow(len(l.text)); places {
				at = make([]int32, 0, len(l.text)+1)
			}
		}
		take(i)
		if width == 0 {
			done = len(l.text)
			break
		}
		text.WriteString(bytes)
		for range len(bytes) {
			if places {
				at = append(at, int32(l.from(i)))
			}
		}
		i += width
		done = i
	}
	if !changed {
		return l, false
	}
	take(len(l.text))
	if places {
		at = append(at, int32(l.from(len(l.text))))
	}
	return layer{text.String(), at}, true
}

// escapes are the bytes that begin one.
var escapes = [256]bool{'%': true, '\\': true, '&': true}

// nextEscape is where the next escape may begin, at i or behind it.
func nextEscape(text string, i int) int {
	for i < len(text) && !escapes[text[i]] {
		i++
	}
	return i
}

// unescape decodes the escape at the beginning of the text; width is 0 when there is none.
func unescape(text string) (bytes string, width int) {
	switch text[0] {
	case '%':
		if b, ok := hexByte(text, 1); ok {
			return string([]byte{b}), 3
		}
	case '\\':
		return backslash(text)
	case '&':
		end := strings.IndexByte(text[:min(len(text), longestEntity)], ';')
		if end < 0 {
			return "", 0
		}
		if bytes = html.UnescapeString(text[:end+1]); bytes != text[:end+1] {
			return bytes, end + 1
		}
	}
	return "", 0
}

var controls = [256]string{'n': "\n", 't': "\t", 'r': "\r", 'b': "\b", 'f': "\f"}

// backslash decodes escapes of JSON and JavaScript. Some writers escape more than they need, such as "\/".
func backslash(text string) (bytes string, width int) {
	if len(text) < 2 {
		return "", 0
	}
	switch c := text[1]; {
	case c == 'u':
		return codeUnits(text)
	case c == 'x':
		if b, ok := hexByte(text, 2); ok {
			return string([]byte{b}), 4
		}
	case controls[c] != "":
		return controls[c], 2
	case c < utf8.RuneSelf && !isAlphanumeric(c):
		return text[1:2], 2
	}
	return "", 0
}

// codeUnits decodes \u0041, and a pair of surrogates.
func codeUnits(text string) (bytes string, width int) {
	first, ok := codeUnit(text)
	if !ok {
		return "", 0
	}
	if utf16.IsSurrogate(first) && len(text) > 6 {
		if second, ok := codeUnit(text[6:]); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return string(r), 12
			}
		}
	}
	return string(first), 6
}

func codeUnit(text string) (rune, bool) {
	if !strings.HasPrefix(text, `\u`) {
		return 0, false
	}
	high, ok := hexByte(text, 2)
	low, also := hexByte(text, 4)
	return rune(high)<<8 | rune(low), ok && also
}

// half tells whether the text is an escape that was cut off.
func half(text string) bool {
	rest := text[1:]
	switch text[0] {
	case '%':
		return len(rest) < 2 && allHex(rest)
	case '\\':
		return rest == "" || rest[0] == 'u' && len(rest) < 5 && allHex(rest[1:]) || rest[0] == 'x' && len(rest) < 3 &&
			allHex(rest[1:])
	}
	return len(rest) < longestEntity && strings.IndexFunc(rest, func(r rune) bool {
		return r != '#' && (r >= utf8.RuneSelf || !isAlphanumeric(byte(r)))
	}) < 0
}

func allHex(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }

// hexByte is the byte that the two digits at i stand for.
func hexByte(text string, i int) (b byte, ok bool) {
	if i+2 > len(text) {
		return 0, false
	}
	high, ok := hexDigit(text[i])
	low, also := hexDigit(text[i+1])
	return high<<4 | low, ok && also
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
