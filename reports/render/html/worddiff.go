package html

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// part is a piece of a text that is compared with another one.
type part struct {
	Text    string
	Differs bool // the other text has nothing like it here
}

// maxComparison bounds the table that finds the common words of two texts, in cells. Beyond it, all between the common
// beginning and the common end counts as different.
const maxComparison = 10_000

// compareTexts splits two texts into what they share and what differs, word by word.
func compareTexts(want, got string) (w, g []part) {
	a, b := wordsOf(want), wordsOf(got)
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	inA, inB := common(a[head:len(a)-tail], b[head:len(b)-tail])
	dropLoneSpaces(a[head:len(a)-tail], inA, inB)
	return parts(a, inA, head), parts(b, inB, head)
}

// wordsOf splits a text into runs of letters and digits, runs of white space, and single other characters. Joined they
// are the text.
func wordsOf(s string) []string {
	var out []string
	start, last := 0, 0 // last is the class of the word that begins at start
	for i, r := range s {
		class := wordClass(r)
		if i > start && (class != last || class == 0) {
			out, start = append(out, s[start:i]), i
		}
		last = class
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

func wordClass(r rune) int {
	switch {
	case r == utf8.RuneError:
		return 0
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return 1
	case unicode.IsSpace(r):
		return 2
	}
	return 0
}

// common tells which words of a and of b belong to a longest common subsequence.
func common(a, b []string) (inA, inB []bool) {
	inA, inB = make([]bool, len(a)), make([]bool, len(b))
	if len(a)*len(b) > maxComparison {
		return inA, inB
	}
	width := len(b) + 1
	length := make([]int, (len(a)+1)*width) // length[i*width+j] is that of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			inA[i], inB[j] = true, true
			i, j = i+1, j+1
		case length[(i+1)*width+j] >= length[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return inA, inB
}

// dropLoneSpaces unmarks white space that is common but stands between words that are not, on both sides: it says
// nothing.
func dropLoneSpaces(a []string, inA, inB []bool) {
	alone := func(in []bool, at int) bool { return at > 0 && !in[at-1] && at < len(in)-1 && !in[at+1] }
	j := -1
	for i, word := range a {
		if !inA[i] {
			continue
		}
		for j++; !inB[j]; j++ { // the word that goes with it: both sequences are in order
		}
		if strings.TrimSpace(word) == "" && alone(inA, i) && alone(inB, j) {
			inA[i], inB[j] = false, false
		}
	}
}

// parts joins neighbouring words of the same kind. shared speaks of the words from head on; those outside it are
// shared.
func parts(words []string, shared []bool, head int) []part {
	var out []part
	for i, w := range words {
		at := i - head
		differs := at >= 0 && at < len(shared) && !shared[at]
		if n := len(out); n > 0 && out[n-1].Differs == differs {
			out[n-1].Text += w
		} else {
			out = append(out, part{w, differs})
		}
	}
	return out
}
