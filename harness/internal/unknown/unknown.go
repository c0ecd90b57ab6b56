// Package unknown makes up ids that name nothing on the target, in the shape of ids that it gave.
package unknown

import (
	"crypto/rand"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fresh is how many characters of a made-up id must be random, so that it names nothing that exists.
const fresh = 12

// The classes of characters that ids are made of.
const (
	digits   = "0123456789"
	lowerHex = "abcdef"
	upperHex = "ABCDEF"
	lower    = "abcdefghijklmnopqrstuvwxyz"
	upper    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// separators may divide an id into parts; all that stands before the last one is kept, such as the prefix "asg-".
const separators = "-_.:/"

// ID is an id that does not exist, in the shape of a given one: letters become letters of the same case, digits
// digits, and a hexadecimal id stays one. An id with too few of them to be surely unknown is made longer.
func ID(given string) string {
	cut := strings.LastIndexAny(given, separators) + 1
	prefix, body := given[:cut], given[cut:]
	lowerOnes, upperOnes := lower, upper
	if onlyOf(body, digits+lowerHex+upperHex) {
		lowerOnes, upperOnes = lowerHex, upperHex
	}
	like := byte('x')
	var out strings.Builder
	for i, random := 0, 0; i < len(body) || random < fresh; i++ {
		c := like // of the class of the last one that was random
		if i < len(body) {
			c = body[i]
		}
		class := string(rune(c))
		switch {
		case onlyOf(class, digits):
			class = digits
			if i == 0 && c != '0' { // a number does not begin with it
				class = digits[1:]
			}
		case onlyOf(class, lower):
			class = lowerOnes
		case onlyOf(class, upper):
			class = upperOnes
		default: // such as *, or a part of a letter that is not ASCII
			out.WriteByte(c)
			continue
		}
		out.WriteByte(anyOf(class))
		like = c
		random++
	}
	return prefix + out.String()
}

// Surely tells whether an id is so long that a part of it, made up or cut off, names nothing that exists.
func Surely(id string) bool {
	return len(id)-(strings.LastIndexAny(id, separators)+1) >= fresh
}

func onlyOf(s, class string) bool { return s != "" && strings.Trim(s, class) == "" }

// anyOf is a random character of the class.
func anyOf(class string) byte {
	var random [2]byte
	_, _ = rand.Read(random[:]) // never fails, see crypto/rand
	return class[(int(random[0])<<8|int(random[1]))%len(class)]
}

// longID is the length of a very long id, in bytes: beyond any real one, and short enough for every URL.
const longID = 512

// Near is an id that does not exist, made from one that does. kind is a near miss of fixtures, such as longer; another
// kind gives what ID gives. taken tells ids that are known to exist.
func Near(kind, id string, taken func(string) bool) string {
	out := id
	switch kind {
	case "longer":
		out = id + "x"
		for taken(out) {
			out += "x"
		}
	case "shorter":
		out, _ = withoutLast(id)
		for len(out) > 1 && taken(out) {
			out, _ = withoutLast(out)
		}
	case "other-case":
		out = otherCase(id)
	case "long":
		out = id + strings.Repeat("0", max(0, longID-len(id)))
	case "markup":
		out = id + `&<b>"'x` // no quote at the end, where a message may put one
	case "space":
		out = id + " x"
	case "space-before":
		out = " " + id
	case "space-behind":
		out = id + " "
	case "list":
		out = id + "," + id // both exist, to who splits it
	case "zero-before": // the same number, to who reads it as one
		cut := strings.LastIndexAny(id, separators) + 1
		for out == id || taken(out) {
			out = out[:cut] + "0" + out[cut:]
		}
	case "non-ascii":
		out = id + "é组"
	case "percent":
		rest, last := withoutLast(id)
		out = rest
		for _, b := range []byte(last) { // the same id, to who decodes it once more
			out += fmt.Sprintf("%%%02X", b)
		}
	}
	if taken(out) || out == id {
		return ID(id)
	}
	return out
}

// withoutLast cuts the last character off, which may have several bytes.
func withoutLast(id string) (rest, last string) {
	_, size := utf8.DecodeLastRuneInString(id)
	return id[:len(id)-size], id[len(id)-size:]
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
