package judge

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxText bounds, in runes, every text of a finding: what a target sends may be long, and a finding is one line.
const maxText = 200

// maxExcerpt bounds what a sentence quotes of a body, so that the sentence round it still fits.
const maxExcerpt = 80

// printable is s on one line of at most limit runes. Whatever a terminal or a report could trip over stands there escaped: control
// characters, direction marks, bytes that are not UTF-8.
func printable(s string, limit int) string {
	var b strings.Builder
	cut, runes := 0, 0 // cut is the length of b at which an ellipsis still fits
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		piece := s[i : i+size]
		switch {
		case r == utf8.RuneError && size == 1:
			piece = `\x` + strconv.FormatUint(uint64(s[i])|0x100, 16)[1:]
		case !strconv.IsPrint(r):
			piece = strings.Trim(strconv.QuoteRune(r), "'")
		}
		runes += utf8.RuneCountInString(piece)
		if runes > limit {
			return b.String()[:cut] + "…"
		}
		b.WriteString(piece)
		if runes < limit {
			cut = b.Len()
		}
		i += size
	}
	return b.String()
}

// quoted is an excerpt of s between double quotes.
func quoted(s string) string { return `"` + printable(s, maxExcerpt) + `"` }

// isBlank reports whether s holds nothing that a reader could use.
func isBlank(s string) bool { return strings.TrimSpace(s) == "" }
