package har

import (
	"net/url"
	"strings"
)

const upperDigits = "0123456789ABCDEF"

// URL is an address as the format takes it: what does not belong into one is percent-encoded.
func URL(address string) string {
	if strings.IndexFunc(address, foreign) < 0 {
		return address
	}
	var b strings.Builder
	b.Grow(len(address) + 8)
	for i := range len(address) {
		if c := address[i]; foreign(rune(c)) {
			b.WriteByte('%')
			b.WriteByte(upperDigits[c>>4])
			b.WriteByte(upperDigits[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// foreign tells whether a character has no place in an address as it is.
func foreign(c rune) bool {
	return c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", byte(c)) >= 0
}

// Query are the parameters of an address, decoded, in their order.
func Query(address string) []Pair {
	_, query, _ := strings.Cut(address, "?")
	query, _, _ = strings.Cut(query, "#")
	pairs := []Pair{}
	if query != "" {
		pairs = make([]Pair, 0, strings.Count(query, "&")+1)
	}
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, Pair{decoded(name), decoded(value)})
	}
	return pairs
}

// decoded is a part of a query, as it is when its escapes are wrong.
func decoded(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
