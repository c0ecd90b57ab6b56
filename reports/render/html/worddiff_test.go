package html

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// marked writes what differs between brackets.
func marked(ps []part) string {
	var b strings.Builder
	for _, p := range ps {
		if p.Differs {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestCompareTexts(t *testing.T) {
	for _, c := range []struct{ name, want, got, wantMarked, gotMarked string }{
		{"equal", "HTTP 404", "HTTP 404", "HTTP 404", "HTTP 404"},
		{"a number", "HTTP 404", "HTTP 400", "HTTP [404]", "HTTP [400]"},
		{"nothing in common", "HTTP 404", "400", "[HTTP 404]", "[400]"},
		{"a tag", "element <Error>", "<ErrorResponse>", "[element ]<[Error]>", "<[ErrorResponse]>"},
		{"words in the middle", `"“i-1” does not exist."`, `"“i-1” is not there."`, `"“i-1” [does] not [exist]."`, `"“i-1” [is] not [there]."`},
		{
			"spaces only", "a well-formed document", "illegal character here", "[a well-formed document]",
			"[illegal character here]",
		},
		{"something more", "a b", "a b c", "a b", "a b[ c]"},
		{"something less", "a b c", "a c", "a [b ]c", "a c"},
		{"empty", "x", "", "[x]", ""},
		{"both empty", "", "", "", ""},
		{"other letters", "实例不存在", "实例存在", "[实例不存在]", "[实例存在]"},
		{
			"too long to compare word by word", "x " + strings.Repeat("a.", 300) + "z",
			"x " + strings.Repeat("b.", 300) + "z",
			"x [" + strings.Repeat("a.", 299) + "a].z", "x [" + strings.Repeat("b.", 299) + "b].z",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, got := compareTexts(c.want, c.got)
			if marked(want) != c.wantMarked || marked(got) != c.gotMarked {
				t.Errorf("wanted %s | %s; got %s | %s", c.wantMarked, c.gotMarked, marked(want), marked(got))
			}
		})
	}
}

// Whatever the texts are, nothing is lost, what is not marked is the same on both sides, and equal texts have no mark.
func TestCompareTextsKeepsTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`([ab<>] ?){0,40}`))
		a, b := text.Draw(t, "want"), text.Draw(t, "got")
		want, got := compareTexts(a, b)
		joined := func(ps []part, shared bool) string {
			var s strings.Builder
			for _, p := range ps {
				if !shared || !p.Differs {
					s.WriteString(p.Text)
				}
			}
			return s.String()
		}
		if joined(want, false) != a || joined(got, false) != b {
			t.Fatalf("texts changed: %q, %q", joined(want, false), joined(got, false))
		}
		if joined(want, true) != joined(got, true) {
			t.Fatalf("what is shared differs: %q, %q", joined(want, true), joined(got, true))
		}
		if a == b && strings.Contains(marked(want), "[") != strings.Contains(a, "[") {
			t.Fatalf("equal texts were marked: %s", marked(want))
		}
	})
}
