package printable

import (
	"regexp"
	"strings"
)

// idLike is a word that may be an id. One without a digit is taken for a word.
var idLike = regexp.MustCompile(`[A-Za-z0-9_*-]{6,}`)

// WithoutIDs is a text without what looks like an id, so that what is said of many things is the same text.
func WithoutIDs(s string) string {
	return idLike.ReplaceAllStringFunc(s, func(word string) string {
		if strings.ContainsAny(word, "0123456789") {
			return cutMark
		}
		return word
	})
}
