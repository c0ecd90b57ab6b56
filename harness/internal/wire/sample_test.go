package wire

import (
	"strings"
	"testing"
)

// Wherever a pattern stands, a sample of the text shows it, and a text without one is passed over.
func TestSample(t *testing.T) {
	for _, secrets := range [][]string{
		{"testsecret"},
		{"testsecret", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY=="},
		{"abcd", "a much longer one"},
	} {
		var values []substitute
		for _, s := range secrets {
			values = append(values, substitute{s, hidden})
		}
		m := newMatcher(values)
		for _, same := range m.begins {
			for _, p := range same {
				for before := range 2*len(p.text) + 1 {
					text := strings.Repeat("#", before) + p.text + "#"
					if !m.sample.in(text) {
						t.Fatalf("%q: wanted %q seen behind %d bytes", secrets, p.text, before)
					}
				}
			}
		}
		if m.sample.in(strings.Repeat("nothing of it, ", 20)) {
			t.Errorf("%q: wanted nothing seen", secrets)
		}
	}
}
