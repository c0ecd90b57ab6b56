package engine

import (
	"strings"
	"unicode"
)

// longID is the length of a very long id, in bytes: beyond any real one, and short enough for every URL.
const longID = 512

// nearMiss is an id that does not exist, made from one that does. taken tells ids that are known to exist.
func nearMiss(kind, id string, taken func(string) bool) string {
	out := id
	switch kind {
	case "longer":
		out = id + "x"
		for taken(out) {
			out += "x"
		}
	case "shorter":
		out = id[:len(id)-1]
		for len(out) > 1 && taken(out) {
			out = out[:len(out)-1]
		}
	case "other-case":
		out = otherCase(id)
	case "long":
		out = id + strings.Repeat("0", max(0, longID-len(id)))
	case "markup":
		out = id + `&<b>"'x` // no quote at the end, where a message may put one
	case "space":
		out = id + " x"
	case "non-ascii":
		out = id + "é组"
	}
	if taken(out) || out == id {
		return madeUp(id)
	}
	return out
}

// otherCase changes the case of the last letter; an id without letters gets one more character.
func otherCase(id string) string {
	runes := []rune(id)
	for i := len(runes) - 1; i >= 0; i-- {
		switch r := runes[i]; {
		case unicode.IsUpper(r):
			runes[i] = unicode.ToLower(r)
			return string(runes)
		case unicode.IsLower(r):
			runes[i] = unicode.ToUpper(r)
			return string(runes)
		}
	}
	return id + "x"
}
