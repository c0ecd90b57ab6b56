// Package printable makes text of others fit to be shown: what a target answered, what a states endpoint said, what
// stands in a file. All such text goes through it once, before it reaches a terminal, a log, a report or an error. It
// imports nothing of ours, so that everything can use it.
package printable

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cutMark stands where a text was cut off.
const cutMark = "…"

// Text is s on one line of at most limit characters. Whatever a terminal, a log or a reader could trip over is written
// out as in a Go string: control characters and line ends, marks of direction, characters without a width, bytes that
// are not UTF-8. So are the second colon of "::" and the second hash of "##[" and "##word[", by which the logs of CI
// jobs take commands: wherever a line is broken, none begins with one.
func Text(s string, limit int) string { return show(s, limit, false) }

// Lines is Text, but keeps line ends and tabs. "\r\n" becomes "\n".
func Lines(s string, limit int) string {
	if strings.Contains(s, "\r\n") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return show(s, limit, true)
}

// Quoted is Text between double quotes.
func Quoted(s string, limit int) string { return `"` + Text(s, limit) + `"` }

// Cut is the beginning of s, of at most limit bytes, as it is but for bytes that are not UTF-8. It is for what a report
// keeps as evidence, which is made printable where it is shown.
func Cut(s string, limit int) string {
	if len(s) <= limit {
		return strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	}
	return strings.ToValidUTF8(s[:limit], "") + cutMark
}

func show(s string, limit int, lines bool) string {
	if len(s) <= limit && plain(s) {
		return s
	}
	var b strings.Builder
	fits, runes := 0, 0 // fits is the length of b to which cutMark can be added
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		piece := s[i : i+size]
		if !(lines && (r == '\n' || r == '\t')) {
			piece = character(s, i, r, size)
		}
		runes += utf8.RuneCountInString(piece)
		if runes > limit {
			return b.String()[:fits] + cutMark
		}
		b.WriteString(piece)
		if runes < limit {
			fits = b.Len()
		}
		i += size
	}
	return b.String()
}

// character is the one at i as it is shown.
func character(s string, i int, r rune, size int) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return `\x` + strconv.FormatUint(uint64(s[i])|0x100, 16)[1:]
	case r == ':' && i > 0 && s[i-1] == ':':
		return `\x3a`
	case r == '#' && i > 0 && s[i-1] == '#' && opens(s[i+1:]):
		return `\x23`
	case !strconv.IsPrint(r) || invisible(r):
		quoted := strconv.QuoteRuneToASCII(r)
		return quoted[1 : len(quoted)-1]
	}
	return s[i : i+size]
}

// opens tells whether a text behind two hashes makes them a command: ##[group], ##vso[task], ##teamcity[message].
func opens(rest string) bool {
	return strings.HasPrefix(strings.TrimLeftFunc(rest, isLetter), "[")
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// invisible tells characters that count as printable and show nothing: fillers, joiners, variation selectors.
func invisible(r rune) bool {
	return r >= utf8.RuneSelf &&
		(r == '\u2800' || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector))
}

// plain tells cheaply what most text is: nothing to escape.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return !strings.Contains(s, "::") && !strings.Contains(s, "##")
}
