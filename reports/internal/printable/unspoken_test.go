package printable

import (
	"strings"
	"testing"
)

func TestUnspoken(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a\nb": "a\nb", "a::b\n": "a::b\n", "a # b ## c": "a # b ## c",
		"::error::x":                        `:\x3aerror::x`,
		"a\n  ::error::x\nb":                "a\n  :\\x3aerror::x\nb",
		"a\n\n\t::x\n::y":                   "a\n\n\t:\\x3ax\n:\\x3ay",
		"x ##[group]a ##vso[task] b\n##[c]": `x ##\x5bgroup]a ##vso\x5btask] b` + "\n" + `##\x5bc]`,
	} {
		if got := string(Unspoken([]byte(in))); got != want {
			t.Errorf("%q: wanted %q; got %q", in, want, got)
		}
	}
	long := strings.Repeat("a:b # c\n", 10_000)
	if got := string(Unspoken([]byte(long + "::x"))); got != long+`:\x3ax` {
		t.Error("wanted the last line broken, and nothing else")
	}
}
