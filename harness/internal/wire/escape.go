package wire

import (
	"strconv"
	"strings"
)

// maxBackslashes is JSON inside JSON inside JSON. It also keeps a body of nothing but backslashes from taking forever.
const maxBackslashes = 8

// entities are the characters that XML can write by name.
var entities = map[byte]string{'&': "amp;", '<': "lt;", '>': "gt;", '"': "quot;", '\'': "apos;"}

// unit tells how many bytes at the beginning of text stand for the character c: itself, percent-encoded (%2B, %252B), escaped as in JSON
// (\u002b, \/) or as in XML (&#43;, &amp;#43;). 0 means that they do not stand for it.
func unit(text string, c byte) int {
	n := 0
	switch text[0] {
	case '%':
		n = percentUnit(text, c)
	case '\\':
		n = backslashUnit(text, c)
	case '&':
		n = entityUnit(text, c)
	case ' ':
		// A server that decodes once too often turns the + of base64 into a space.
		if c == '+' {
			return 1
		}
	case '+':
		if c == ' ' {
			return 1
		}
	}
	if n == 0 && text[0] == c {
		n = 1
	}
	return n
}

// opensUnit tells whether unit takes c for the beginning of something else than c.
func opensUnit(c byte) bool { return c == '%' || c == '\\' || c == '&' || c == ' ' || c == '+' }

func percentUnit(text string, c byte) int {
	n := 0
	for j := 1; j+2 <= len(text); j += 2 {
		if isHex(text[j:j+2]) && unhex(text[j:j+2]) == c {
			n = j + 2
		}
		if text[j:j+2] != "25" {
			break
		}
	}
	return n
}

func backslashUnit(text string, c byte) int {
	j := 1
	for j < min(len(text), maxBackslashes) && text[j] == '\\' {
		j++
	}
	switch {
	case c == '\\':
		return min(j, 2)
	case j+5 <= len(text) && text[j] == 'u' && text[j+1:j+3] == "00" && isHex(text[j+3:j+5]) && unhex(text[j+3:j+5]) == c:
		return j + 5
	case j < len(text) && text[j] == c:
		return j + 1
	}
	return 0
}

func entityUnit(text string, c byte) int {
	rest, n := text[1:], 1
	for strings.HasPrefix(rest, "amp;") { // escaped more than once
		rest, n = rest[4:], n+4
	}
	if name, ok := entities[c]; ok && strings.HasPrefix(rest, name) {
		return n + len(name)
	}
	if digits, ok := strings.CutPrefix(rest, "#"); ok {
		end := strings.IndexByte(digits[:min(len(digits), 10)], ';')
		if end > 0 && charReference(digits[:end]) == int64(c) {
			return n + 1 + end + 1
		}
	}
	if c == '&' && n > 1 {
		return n
	}
	return 0
}

// charReference is the number in "#43" or "#x2B", without the "#"; -1 when it is none.
func charReference(digits string) int64 {
	base := 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseInt(digits, base, 32)
	if err != nil {
		return -1
	}
	return n
}

func isHex(two string) bool {
	_, err := strconv.ParseUint(two, 16, 8)
	return err == nil && len(two) == 2
}

func unhex(two string) byte {
	n, _ := strconv.ParseUint(two, 16, 8)
	return byte(n)
}
