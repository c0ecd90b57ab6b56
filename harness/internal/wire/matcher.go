package wire

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf16"
)

const (
	// shortest is the length from which a value is looked for as a word, and how much of one that was cut off is
	// recognised.
	shortest = 4
	// long is the length from which a value is replaced wherever it occurs.
	long = 8
)

// substitute is a value and what is shown in its place.
type substitute struct{ value, shown string }

// place says where a pattern counts.
type place int

const (
	anywhere place = iota
	asWord         // not inside of a longer word or id
	asValue        // quoted, between tags, after "=" or ":", or all there is
)

func placeOf(value string) place {
	switch {
	case len(value) >= long:
		return anywhere
	case len(value) >= shortest:
		return asWord
	}
	return asValue
}

// pattern is one way to write a value.
type pattern struct {
	text  string // folded
	shown string
	where place
	// wide takes one more character on each side: in base64 it also holds some bits of the value.
	wide bool
}

// matcher finds many patterns in one pass over a text: it looks closer only where four bytes begin a pattern.
type matcher struct {
	short  []pattern // of less than four bytes
	begins map[uint32][]pattern
	filter *filter // of what begins
	sample sample
}

// filter has one bit for each hash of four bytes.
type filter [1 << hashBits / 64]uint64

func (f *filter) add(key uint32) { h := hash(key); f[h/64] |= 1 << (h % 64) }

func (f *filter) has(key uint32) bool { h := hash(key); return f[h/64]&(1<<(h%64)) != 0 }

func newMatcher(values []substitute) *matcher {
	m := &matcher{begins: map[uint32][]pattern{}, filter: new(filter)}
	for _, v := range values {
		for _, p := range patterns(v) {
			m.add(p)
		}
	}
	for _, same := range m.begins { // a value that contains another one goes first
		slices.SortStableFunc(same, func(a, b pattern) int { return cmp.Compare(len(b.text), len(a.text)) })
	}
	m.sample.take(m.begins)
	return m
}

func (m *matcher) add(p pattern) {
	p.text = strings.ReplaceAll(p.text, " ", "+")
	if len(p.text) < shortest {
		m.short = append(m.short, p)
		return
	}
	key := keyAt(p.text, 0)
	if !slices.Contains(m.begins[key], p) {
		m.begins[key] = append(m.begins[key], p)
	}
	m.filter.add(key)
}

func (m *matcher) empty() bool { return len(m.begins) == 0 && len(m.short) == 0 }

// hashBits is the size of the filter: with the callers of a long run in it, few bytes of a text look like a beginning.
const hashBits = 18

// hash spreads four bytes over hashBits.
func hash(key uint32) uint32 { return key * 2654435761 >> (32 - hashBits) }

// patterns are the ways in which a value is looked for, beside the escapes that layers decode.
func patterns(s substitute) (out []pattern) {
	if s.value == "" {
		return nil
	}
	add := func(text string, where place, wide bool) {
		if text != "" {
			out = append(out, pattern{text, s.shown, where, wide})
		}
	}
	// A value that holds what looks like an escape is changed in the layers that decode it.
	for n, l := range layers(s.value, false) {
		if n == 0 || len(l.text) >= shortest {
			add(l.text, placeOf(s.value), false)
		}
	}
	if len(s.value) < shortest {
		return out
	}
	digits := hex.EncodeToString([]byte(s.value))
	add(digits, placeOf(s.value), false)
	add(strings.ToUpper(digits), placeOf(s.value), false)
	for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if len(s.value) < long {
			add(alphabet.EncodeToString([]byte(s.value)), asWord, false)
			continue
		}
		for before := range 3 { // how many bytes stand before it in a group of three
			encoded := alphabet.EncodeToString(append(make([]byte, before), s.value...))
			whole := (before + len(s.value)) / 3 * 4 // of what comes after, bits get into the next character
			if (before+len(s.value))%3 == 2 {
				whole += 2
			} else if (before+len(s.value))%3 == 1 {
				whole++
			}
			add(encoded[[]int{0, 2, 3}[before]:whole], anywhere, true)
		}
	}
	if len(s.value) >= long {
		var big, little strings.Builder
		for _, unit := range utf16.Encode([]rune(s.value)) {
			big.Write([]byte{byte(unit >> 8), byte(unit)})
			little.Write([]byte{byte(unit), byte(unit >> 8)})
		}
		add(strings.TrimPrefix(big.String(), "\x00"), anywhere, false)
		add(strings.TrimSuffix(little.String(), "\x00"), anywhere, false)
	}
	return out
}

// find adds where the layer holds a pattern.
func (m *matcher) find(l layer, cut bool, spans []span) []span {
	for _, p := range m.short {
		spans = p.findAll(l, spans)
	}
	if len(m.begins) == 0 {
		return spans
	}
	var key uint32
	for i := range min(shortest-1, len(l.text)) {
		key = key<<8 | uint32(fold(l.text[i]))
	}
	for i := shortest - 1; i < len(l.text); i++ {
		key = key<<8 | uint32(fold(l.text[i]))
		if !m.filter.has(key) {
			continue
		}
		from := i - shortest + 1
		for _, p := range m.begins[key] {
			if to := p.endsAt(l.text, from, cut); to > 0 {
				spans = append(spans, p.span(l, from, to))
				break
			}
		}
	}
	return spans
}

// anywhere tells whether any layer of the text holds a pattern or the signature. The layers have no places, and each is
// made when those before it hold nothing: most texts have one.
func (m *matcher) anywhere(text, signature string, cut bool) bool {
	l := layer{text: text}
	for depth := 0; ; depth++ {
		if m.holds(l, cut) || signature != "" && len(findSignature(l, signature, cut, nil)) > 0 {
			return true
		}
		next, changed := l.decoded(cut, false)
		if depth == deepest || !changed {
			return false
		}
		l = next
	}
}

// holds tells whether find finds anything. A text that was cut may end in the middle of a pattern, which no sample
// shows.
func (m *matcher) holds(l layer, cut bool) bool {
	return (cut || len(m.short) > 0 || m.sample.in(l.text)) && len(m.find(l, cut, nil)) > 0
}

// endsAt is where the pattern ends that begins at i; 0 when it does not. A text that was cut may end in the middle of
// it.
func (p pattern) endsAt(text string, i int, cut bool) int {
	to := i + len(p.text)
	if to > len(text) {
		if !cut {
			return 0
		}
		to = len(text)
	}
	for k := i; k < to; k++ {
		if fold(text[k]) != p.text[k-i] {
			return 0
		}
	}
	if p.where == asWord && (i > 0 && inWord(text[i-1]) || to < len(text) && inWord(text[to])) {
		return 0
	}
	return to
}

func (p pattern) span(l layer, from, to int) span {
	if p.wide {
		if from > 0 && isBase64(l.text[from-1]) {
			from--
		}
		for range 2 {
			if to < len(l.text) && isBase64(l.text[to]) {
				to++
			}
		}
	}
	return span{l.from(from), l.until(to), p.shown}
}

// findAll looks for a value that is too short to be replaced everywhere.
func (p pattern) findAll(l layer, spans []span) []span {
	for i := 0; ; i++ {
		next := strings.Index(l.text[i:], p.text)
		if next < 0 {
			return spans
		}
		if i += next; isValue(l.text, i, i+len(p.text)) {
			spans = append(spans, span{l.from(i), l.until(i + len(p.text)), p.shown})
		}
	}
}

// findSignature looks for the signature of one exchange.
func findSignature(l layer, signature string, cut bool, spans []span) []span {
	for n, written := range [...]string{signature, strings.ReplaceAll(signature, "+", " ")} {
		if n > 0 && written == signature {
			break
		}
		for i := 0; ; i += len(written) {
			next := strings.Index(l.text[i:], written)
			if next < 0 {
				break
			}
			i += next
			spans = append(spans, span{l.from(i), l.until(i + len(written)), hidden})
		}
		for n := len(written) - 1; cut && n >= shortest; n-- {
			if strings.HasSuffix(l.text, written[:n]) {
				spans = append(spans, span{l.from(len(l.text) - n), l.until(len(l.text)), hidden})
				break
			}
		}
	}
	return spans
}

// fold makes a space and a plus one: a server that decodes once too often turns the + of base64 into a space.
func fold(c byte) byte {
	if c == ' ' {
		return '+'
	}
	return c
}

// inWord tells whether a character belongs to a word or an id.
func inWord(c byte) bool { return isAlphanumeric(c) || c == '-' || c == '_' }

func isBase64(c byte) bool {
	return isAlphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_' || c == '='
}

// isValue tells whether text[i:end] is the whole of a value: quoted, between tags, after "=" or ":", or all there is.
func isValue(text string, i, end int) bool {
	const lookBack = 16
	from := max(0, i-lookBack)
	before, after := strings.TrimRight(text[from:i], " "), text[end:]
	if after != "" && !strings.ContainsAny(after[:1], "\"'&<,;})]%\\ \t\r\n") {
		return false
	}
	if before == "" {
		return from == 0 && strings.TrimSpace(after) == ""
	}
	if strings.HasSuffix(before, "=") || strings.HasSuffix(before, ":") {
		return true
	}
	if text[i-1] == ' ' {
		return false // a word in a sentence
	}
	return strings.ContainsAny(text[i-1:i], "\"'>([{,;")
}
