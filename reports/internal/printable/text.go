// Package printable bounds text that a target sent, and makes it safe to look at.
package printable

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Visible makes text of a target safe to show on one line: all that is not printable (terminal escapes, line ends,
// NUL, direction marks, bytes that are not UTF-8) is written out as \x1b, \u202e and so on.
func Visible(s string) string { return show(s, false) }

// VisibleLines is visible, but keeps line ends and tabs. Line ends become "\n".
func VisibleLines(s string) string { return show(strings.ReplaceAll(s, "\r\n", "\n"), true) }

func show(s string, lines bool) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case lines && (r == '\n' || r == '\t'), unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += n
	}
	return b.String()
}

// clean tells cheaply what most text is: printable ASCII.
func clean(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Bounded is visible(s), shortened to about n runes. It costs no more for an answer of a megabyte than for a short
// one.
func Bounded(s string, n int) string { return bound(s, n, Visible) }

// BoundedLines is visibleLines(s), shortened to about n runes.
func BoundedLines(s string, n int) string { return bound(s, n, VisibleLines) }

func bound(s string, n int, show func(string) string) string {
	head := CutRunes(s, n)
	text := show(head)
	if left := len(s) - len(head); left > 0 {
		return fmt.Sprintf("%s… (%d more bytes)", CutRunes(text, n), left)
	}
	return Clip(text, n)
}

// CutRunes is the first n runes of s.
func CutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// Clip shortens s to at most n runes and says how much is missing.
func Clip(s string, n int) string {
	head := CutRunes(s, n)
	if head == s {
		return s
	}
	return fmt.Sprintf("%s… (%d more bytes)", head, len(s)-len(head))
}

// Columns is how many columns of a terminal s takes.
func Columns(s string) int {
	if clean(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += ColumnsOf(r)
	}
	return n
}

// ColumnsOf is how many columns of a terminal a character takes.
func ColumnsOf(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	if unicode.Is(unicode.Mn, r) {
		return 0
	}
	return 1
}

// Wrap breaks s into lines of at most limit columns, at spaces only: a flag, an id or a path that is longer than a
// line stays whole, so that it can be copied. It gives at least one line.
func Wrap(s string, limit int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		n := Columns(word)
		if used > 0 && used+1+n > limit {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	return append(lines, line)
}

// Plural is "1 case", "3 cases".
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// Some lists the first ids, as "a, b and 3 more". draw makes one of them safe.
func Some(ids []string, limit int, draw func(string) string) string {
	shown := make([]string, 0, limit)
	for _, id := range ids[:min(limit, len(ids))] {
		shown = append(shown, draw(id))
	}
	s := strings.Join(shown, ", ")
	if more := len(ids) - len(shown); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// ShortID is an id, bounded and printable.
func ShortID(id string) string { return Bounded(id, 120) }

// Digest is the beginning of a hash, for people.
func Digest(s string) string { return CutRunes(s, 12) }

// OrNone says that there is nothing.
func OrNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// First is the first n bytes of s.
func First(s string, n int) string { return s[:min(n, len(s))] }
