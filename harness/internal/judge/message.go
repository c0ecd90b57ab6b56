package judge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	show "github.com/essconform/essconform/reports/printable"
)

// placeholder stands for an id in a documented message.
const placeholder = "XXX"

// quotes are all characters that may stand round an id. The page prints curly ones, a live capture straight ones
// (facts, section 3).
const quotes = "\"'`´“”„‟‘’‚‛«»‹›「」『』〈〉《》＂＇<>"

// messageProblem judges a message against the documented one, in which each XXX is a placeholder. id is what must
// stand for one of them, "" for anything; none may be empty. want and got complete the sentence of a finding; ok is
// true when there is none.
func messageProblem(documented, id, message string) (want, got string, ok bool) {
	parts := strings.Split(documented, placeholder)
	if len(parts) == 1 {
		return quotedMessage(documented), difference(documented, message), message == documented
	}
	filled := documented
	if id != "" {
		filled = strings.Join(parts, id)
	}
	want = quotedMessage(filled)
	middles := filling(parts, id, message)
	if middles == nil {
		return want, difference(filled, message), false
	}
	named := make([]string, len(middles))
	even := true
	for i, middle := range middles {
		var opening, closing int
		named[i], opening, closing = unquoted(middle, id)
		even = even && opening == closing
		switch {
		case named[i] == placeholder && id != placeholder:
			return want, quotedMessage(message) + ", which leaves the placeholder " + placeholder + " in", false
		case isBlank(named[i]):
			return want, quotedMessage(message) + ", which names no id", false
		}
	}
	if id != "" && !slices.Contains(named, id) {
		return want, quotedMessage(message) + ", which names " + quoted(strings.Join(named, ", ")), false
	}
	if !even {
		return want, quotedMessage(message) + ", which has a quote on one side only", false
	}
	return "", "", true
}

// unquoted is what a message names between quotes, and how many of these stand on each side of it. An id may begin or
// end with a quote of its own.
func unquoted(middle, id string) (named string, opening, closing int) {
	count := utf8.RuneCountInString
	if before, after, found := strings.Cut(middle, id); id != "" && found && strings.Trim(before+after, quotes) == "" &&
		count(before) == count(after) {
		return id, count(before), count(after)
	}
	left := strings.TrimLeft(middle, quotes)
	named = strings.TrimRight(left, quotes)
	return named, count(middle) - count(left), count(left) - count(named)
}

// filling is what a message has in the places of the placeholders, between the documented parts, with the quotes
// round it; nil when it is another message. Where it can be read in several ways, the one that holds id is meant.
func filling(parts []string, id, message string) []string {
	pattern := func(at int) *regexp.Regexp {
		var b strings.Builder
		b.WriteString(`(?s)^`)
		for i, part := range parts {
			if i > 0 {
				part = strings.TrimLeft(part, quotes)
				middle := `(.*?)`
				if i-1 == at {
					middle = `([` + regexp.QuoteMeta(quotes) + `]*` + regexp.QuoteMeta(id) + `[` +
						regexp.QuoteMeta(quotes) + `]*)`
				}
				b.WriteString(middle)
			}
			if i < len(parts)-1 {
				part = strings.TrimRight(part, quotes)
			}
			b.WriteString(regexp.QuoteMeta(part))
		}
		return regexp.MustCompile(b.String() + `$`)
	}
	for at := range len(parts) - 1 {
		if id == "" || !utf8.ValidString(id) { // no pattern is made of bytes that are no text
			break
		}
		if m := pattern(at).FindStringSubmatch(message); m != nil {
			return m[1:]
		}
	}
	if m := pattern(-1).FindStringSubmatch(message); m != nil {
		return m[1:]
	}
	return nil
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
