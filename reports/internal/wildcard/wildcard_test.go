package wildcard

import "testing"

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"a/xml", "a/xml", true},
		{"a/xml", "a/xml/get", false},
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "a\nb\xff", true},
		{"a/*", "a/xml/get", true},
		{"a/*", "a", false},
		{"*get", "a/get/get", true},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"ab*bc", "abc", false},
		{"a**c", "abc", true},
		{"a.c", "abc", false},
		{"\xff*", "\xff[", true},
	} {
		if got := Match(c.pattern, c.s); got != c.want {
			t.Errorf("Match(%q, %q): wanted %t; got %t", c.pattern, c.s, c.want, got)
		}
	}
}
