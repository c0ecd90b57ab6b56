package badge

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/antchfx/xmlquery"
	"github.com/essconform/essconform/reports/internal/samples"
)

func TestBadgeSVG(t *testing.T) {
	for name, r := range samples.All() {
		var b bytes.Buffer
		if err := WriteSVG(&b, r); err != nil {
			t.Fatal(err)
		}
		doc, err := xmlquery.ParseWithOptions(&b,
			xmlquery.ParserOptions{Decoder: &xmlquery.DecoderOptions{Strict: true}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := badgeOf(r)
		svg := xmlquery.FindOne(doc, "/*[local-name()='svg']")
		title := xmlquery.FindOne(svg, "*[local-name()='title']").InnerText()
		if title != want.Label+": "+want.Message || svg.SelectAttr("aria-label") != title ||
			svg.SelectAttr("role") != "img" {
			t.Errorf("%s: wanted an image named %q; got %q", name, want.Label+": "+want.Message, title)
		}
		texts := xmlquery.Find(svg, "//*[local-name()='text']")
		if len(texts) != 2 || texts[0].InnerText() != want.Label || texts[1].InnerText() != want.Message {
			t.Fatalf("%s: wanted label and message; got %d texts", name, len(texts))
		}
		number := func(n *xmlquery.Node, attr string) int {
			i, err := strconv.Atoi(n.SelectAttr(attr))
			if err != nil {
				t.Fatalf("%s: %s: %v", name, attr, err)
			}
			return i
		}
		if end := number(texts[1], "x") + number(texts[1], "textLength") + svgPadding; end != number(svg, "width") {
			t.Errorf("%s: wanted the text to end with the picture; got %d of %d", name, end, number(svg, "width"))
		}
		if svgColors[want.Color] == "" {
			t.Errorf("%s: wanted a color for %q; got none", name, want.Color)
		}
	}
}

func TestTextWidth(t *testing.T) {
	for s, want := range map[string]int{"": 0, "i": 4, "m": 11, "ab": 14, "日": 14} {
		if got := textWidth(s); got != want {
			t.Errorf("%q: wanted %d; got %d", s, want, got)
		}
	}
	if short, long := textWidth("conformant"), textWidth("conformant in 15 of 16 cases"); short >= long {
		t.Errorf("wanted longer text to be wider; got %d and %d", short, long)
	}
}

func TestEscapeXML(t *testing.T) {
	if got := escapeXML("<a b=\"'&\x00\u202e"); strings.ContainsAny(got, "<\"\x00\u202e") {
		t.Errorf("wanted text that cannot end an attribute or an element; got %q", got)
	}
}
