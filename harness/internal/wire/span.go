package wire

import (
	"cmp"
	"slices"
	"strings"
)

// span is a part of a text, and what is shown in its place.
type span struct {
	from, to int
	shown    string
}

// merged puts spans in order and joins those that overlap; the longest one says what is shown.
func merged(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.shown, b.shown))
	})
	var out []span
	longest := 0
	for _, s := range spans {
		if len(out) == 0 || s.from >= out[len(out)-1].to {
			out, longest = append(out, s), s.to-s.from
			continue
		}
		last := &out[len(out)-1]
		if n := s.to - s.from; n > longest {
			last.shown, longest = s.shown, n
		}
		last.to = max(last.to, s.to)
	}
	return out
}

// substituted is the text with the spans replaced.
func substituted(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	var out strings.Builder
	done := 0
	for _, s := range spans {
		out.WriteString(text[done:s.from])
		out.WriteString(s.shown)
		done = s.to
	}
	out.WriteString(text[done:])
	return out.String()
}

// within are the spans of a part of the text, counted from its beginning. One that reaches beyond it is replaced on
// both sides.
func within(spans []span, from, to int) (out []span) {
	for _, s := range spans {
		if s.to > from && s.from < to {
			out = append(out, span{max(s.from, from) - from, min(s.to, to) - from, s.shown})
		}
	}
	return out
}
