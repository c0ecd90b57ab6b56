package wire

import (
	"cmp"
	"slices"
	"strings"
)

// hidden stands where a secret stood.
const hidden = "REDACTED"

// shortest is the length from which a value is replaced wherever it occurs. A shorter one would riddle a text with holes, so it is
// replaced only where it stands as a value.
const shortest = 4

// Secrets removes what must not be shown from text that others wrote. The zero value removes nothing. Values are kept behind a function,
// so that nothing that prints or encodes a struct can find them.
type Secrets struct {
	mask func(text string, cut bool) string
}

// NewSecrets knows the AccessKeyIds, which are shortened, and the secrets and security tokens, which are replaced. Values are found raw,
// percent-encoded (more than once, too), and escaped as in JSON and XML.
func NewSecrets(creds ...Credentials) Secrets {
	return newSecrets("", creds...)
}

// newSecrets also knows a signature that was sent; "" for none.
func newSecrets(signature string, creds ...Credentials) Secrets {
	var s substitutes
	s.add(signature, hidden)
	for _, c := range creds {
		s.add(c.AccessKeySecret, hidden)
		s.add(c.SecurityToken, hidden)
		s.add(c.AccessKeyID, shorten(c.AccessKeyID))
	}
	// A value that contains another one goes first.
	slices.SortStableFunc(s, func(a, b substitute) int { return cmp.Compare(len(b.value), len(a.value)) })
	return Secrets{mask: s.apply}
}

// Redact returns the text without the secrets.
func (s Secrets) Redact(text string) string { return s.redact(text, false) }

// RedactBytes is Redact for bytes. It does not change b, and may return it.
func (s Secrets) RedactBytes(b []byte) []byte {
	text := string(b)
	if clean := s.redact(text, false); clean != text {
		return []byte(clean)
	}
	return b
}

// redact also removes the beginning of a secret at the end of a text that was cut there.
func (s Secrets) redact(text string, cut bool) string {
	if s.mask == nil || text == "" {
		return text
	}
	return s.mask(text, cut)
}

// shorten leaves enough of an AccessKeyId to tell two of them apart, and nothing of one that is no longer than that.
func shorten(id string) string {
	letters := []rune(id)
	switch {
	case len(letters) == 0:
		return ""
	case len(letters) <= shortest:
		return "…"
	}
	return string(letters[:shortest]) + "…"
}

type substitute struct{ value, shown string }

type substitutes []substitute

func (s *substitutes) add(value, shown string) {
	if value != "" {
		*s = append(*s, substitute{value, shown})
	}
}

func (s substitutes) apply(text string, cut bool) string {
	var out strings.Builder
	done := 0
	for i := 0; i < len(text); {
		found, end := s.at(text, i, cut)
		if end == 0 {
			i++
			continue
		}
		out.WriteString(text[done:i])
		out.WriteString(found.shown)
		i, done = end, end
	}
	if done == 0 {
		return text
	}
	out.WriteString(text[done:])
	return out.String()
}

// at finds the value that begins at i, and where it ends; 0 when none does.
func (s substitutes) at(text string, i int, cut bool) (substitute, int) {
	for _, one := range s {
		// Nearly every byte fails here, which is what keeps a long body cheap.
		if text[i] != one.value[0] && !opensUnit(text[i]) {
			continue
		}
		end := match(text, i, one.value, cut)
		if end > 0 && (len(one.value) >= shortest || isValue(text, i, end)) {
			return one, end
		}
	}
	return substitute{}, 0
}

// match tells where the value ends that begins at i of the text, in whatever encoding; 0 when it does not stand there.
func match(text string, i int, value string, cut bool) int {
	for k := range len(value) {
		if i >= len(text) {
			if cut && k >= shortest {
				return i
			}
			return 0
		}
		width := unit(text[i:], value[k])
		if width == 0 {
			return 0
		}
		i += width
	}
	return i
}

// lookBack is how far before a short value its delimiter is looked for, in bytes.
const lookBack = 16

// isValue tells whether text[i:end] is the whole of a value: quoted, between tags, after "=" or ":", or all there is.
func isValue(text string, i, end int) bool {
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
	if strings.ContainsAny(text[i-1:i], "\"'>([{,;") {
		return true
	}
	// The delimiter itself may be encoded: %3D, \u0022.
	return i >= 3 && text[i-3] == '%' && isHex(text[i-2:i]) || i >= 6 && strings.HasPrefix(text[i-6:], `\u00`)
}
