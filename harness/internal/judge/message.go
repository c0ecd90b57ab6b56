package judge

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	show "github.com/essconform/essconform/reports/printable"
)

// placeholder stands for an id in a documented message.
const placeholder = "XXX"

// quotes are all characters that may stand round an id. The page prints curly ones, a live capture straight ones (facts, section 3).
const quotes = "\"'`´“”„‟‘’‚‛«»‹›「」『』〈〉《》＂＇<>"

// messageProblem judges a message against the documented one. id is what must stand for the placeholder, "" for anything that is not
// empty. want and got complete the sentence of a finding; ok is true when there is none.
func messageProblem(documented, id, message string) (want, got string, ok bool) {
	before, after, hasPlaceholder := strings.Cut(documented, placeholder)
	if !hasPlaceholder {
		return quotedMessage(documented), difference(documented, message), message == documented
	}
	filled := documented
	if id != "" {
		filled = before + id + after
	}
	want = quotedMessage(filled)
	before, after = strings.TrimRight(before, quotes), strings.TrimLeft(after, quotes)
	if len(message) < len(before)+len(after) || !strings.HasPrefix(message, before) || !strings.HasSuffix(message, after) {
		return want, difference(filled, message), false
	}
	middle := message[len(before) : len(message)-len(after)]
	named := strings.Trim(middle, quotes)
	opening := utf8.RuneCountInString(middle) - utf8.RuneCountInString(strings.TrimLeft(middle, quotes))
	closing := utf8.RuneCountInString(middle) - utf8.RuneCountInString(strings.TrimRight(middle, quotes))
	switch {
	case named == placeholder && id != placeholder:
		return want, quotedMessage(message) + ", which leaves the placeholder " + placeholder + " in", false
	case isBlank(named):
		return want, quotedMessage(message) + ", which names no id", false
	case id != "" && named != id:
		return want, quotedMessage(message) + ", which names " + quoted(named), false
	case opening != closing:
		return want, quotedMessage(message) + ", which has a quote on one side only", false
	}
	return "", "", true
}

// quotedMessage is a message between quotes. The longest documented one fits.
func quotedMessage(message string) string { return show.Quoted(message, 150) }

// difference is a message that is not the wanted one, with what is easily overlooked said in words.
func difference(want, got string) string {
	switch {
	case got == "":
		return "an empty message"
	case strings.TrimSpace(got) == strings.TrimSpace(want):
		return quoted(got) + ", which differs in white space at the ends"
	case squeeze(got) == squeeze(want):
		return quoted(got) + ", which differs in white space"
	case strings.EqualFold(got, want):
		return quoted(got) + ", which differs in case"
	}
	at, runes := 0, 0
	for at < len(want) && at < len(got) {
		w, size := utf8.DecodeRuneInString(want[at:])
		if g, _ := utf8.DecodeRuneInString(got[at:]); g != w {
			break
		}
		at += size
		runes++
	}
	if at = min(at, len(got)); at < 12 { // nothing much in common: the place of the first difference tells nothing
		return quoted(got)
	}
	if at == len(got) {
		return quoted(got) + fmt.Sprintf(", which ends after character %d", runes)
	}
	start := wordStart(got, at)
	return quoted(got) + fmt.Sprintf(", which differs from character %d on: %q", runes+1, printable(got[start:], 40))
}

// squeeze is s without white space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// wordStart is the offset at which the word round offset at begins.
func wordStart(s string, at int) int {
	return strings.LastIndexFunc(s[:at], unicode.IsSpace) + 1
}

// codeProblem is the got of a code that is not the wanted one.
func codeProblem(want, got string) string {
	switch {
	case strings.TrimSpace(got) == want:
		return quoted(got) + ", which differs in white space"
	case strings.EqualFold(strings.TrimSpace(got), want):
		return quoted(got) + ", which differs in case"
	default:
		return printable(got, maxExcerpt)
	}
}
