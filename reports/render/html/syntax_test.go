package html

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/essconform/essconform/reports"
)

func TestLex(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"JSON", `{"a":"x","b":[1,true],"c":{}}`, `p{ |1 k"a" p: s"x" p, |1 k"b" p: p[ |2 n1 p, |2 ntrue |1 p] p, |1 k"c" p: p{ p} |0 p}`},
		{"JSON cut off in a string", `{"a":"x\"`, `p{ |1 k"a" p: s"x\"`},
		{"XML", `<?xml?><E a='1'><B>t</B><C/></E>`, `c<?xml?> |0 t<E _  ka p= s'1' t> |1 t<B t> _t t</B> |1 t<C t/> |0 t</E>`},
		{"XML with mixed content is not laid out", `<E>a<B/>c</E>`, `t<E t> _a t<B t/> _c t</E>`},
		{"XML CDATA", `<E><![CDATA[<x>]]></E>`, `t<E t> s<![CDATA[<x>]]> t</E>`},
		{"XML comment with a tag in it", `<!-- <a> --><E/>`, `c<!-- <a> --> |0 t<E t/>`},
		{"XML cut off in a tag", `<E a="`, `t<E _  ka p= s"`},
		{"a form", `a=1&b=&c`, `ka p= s1 p& |0 kb p= p& |0 kc`},
		{"text", `no such thing`, `_no such thing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range lex(c.body, bodySyntax(c.body)) {
				class := s.class
				if class == plain {
					class = "_"
				}
				text := class + c.body[s.start:s.end]
				if s.indent >= 0 {
					text = fmt.Sprintf("|%d %s", s.indent, text)
				}
				got = append(got, text)
			}
			if g := strings.Join(got, " "); g != c.want {
				t.Errorf("wanted\n%s\ngot\n%s", c.want, g)
			}
		})
	}
}

// Spans cover any text, in order, and what is drawn of it is the text, marked or not.
func TestLexCovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.OneOf(rapid.String(), rapid.StringMatching(`[{\[<a](["a:,{}\[\]<>/!\-\\ ='&]){0,40}`)).
			Draw(t, "body")
		kind := rapid.SampledFrom([]syntax{textSyntax, jsonSyntax, xmlSyntax, formSyntax}).Draw(t, "kind")
		at := 0
		for _, s := range lex(body, kind) {
			if s.start != at || s.end <= s.start {
				t.Fatalf("wanted a span from %d on; got %v", at, s)
			}
			at = s.end
		}
		if at != len(body) {
			t.Fatalf("wanted spans up to %d; got %d", len(body), at)
		}
		cuts := rapid.SliceOfN(rapid.IntRange(0, len(body)), 2, 2).Draw(t, "mark")
		mark := region{min(cuts[0], cuts[1]), max(cuts[0], cuts[1])}
		spans := lex(body, kind)
		for i := range spans {
			spans[i].indent = -1
		}
		ascii := strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return -1
			}
			return r
		}, body)
		if ascii != body { // escapes are tested elsewhere
			return
		}
		var all, marked strings.Builder
		for _, p := range assemble(body, spans, []region{mark}, "") {
			all.WriteString(p.Text)
			if p.Marked {
				marked.WriteString(p.Text)
			}
		}
		if all.String() != body || marked.String() != body[mark.start:mark.end] {
			t.Fatalf("wanted %q with %q marked; got %q with %q", body, body[mark.start:mark.end], all.String(),
				marked.String())
		}
	})
}

func TestDrawBody(t *testing.T) {
	text := func(ps []piece) string {
		var b strings.Builder
		for _, p := range ps {
			b.WriteString(p.Text)
		}
		return b.String()
	}
	long := `{"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E","ScalingActivityId":"asa-1"}`
	pieces, wide, missing := drawBody(long, []reports.Finding{{
		Pointer: "/ScalingActivityId", Offset: strings.Index(long, `"Scaling`), Length: len(`"ScalingActivityId":"asa-1"`),
	}})
	want := "{\n  \"RequestId\":\"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E\",\n  \"ScalingActivityId\":\"asa-1\"\n}"
	if text(pieces) != want || !wide || missing != nil {
		t.Errorf("wanted a laid out body\n%s\ngot %v\n%s", want, wide, text(pieces))
	}
	var marks []string
	for _, p := range pieces {
		if p.Marked {
			marks = append(marks, p.Text)
		}
	}
	if got := strings.Join(marks, ""); got != `"ScalingActivityId":"asa-1"` {
		t.Errorf("wanted the field marked; got %s", got)
	}
	lacks := reports.Finding{Pointer: "/HostId", Length: 1}
	_, _, missing = drawBody(long, []reports.Finding{lacks, {Pointer: "status"}, lacks})
	if strings.Join(missing, " ") != "/HostId" {
		t.Errorf("wanted to be told what is missing; got %v", missing)
	}
	if pieces, wide, _ := drawBody("{\n\"a\":\t1\x00\u202e}\n", nil); text(pieces) != "{\n\"a\":\t1\\x00\\u202e}\n" ||
		wide {
		t.Errorf("wanted a body as it came, printable; got %v %q", wide, text(pieces))
	}
}

func TestDrawStart(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"HTTP/1.1 404 Not Found", "HTTP/1.1 404 Not Found"},
		{"HTTP/1.1 200", "HTTP/1.1 200"},
		{"POST / HTTP/1.1", "POST / HTTP/1.1"},
		{"GET /?a=1&b=2 HTTP/1.1", "GET /?\n  a=1&\n  b=2 HTTP/1.1"},
		{"", " "},
		{"\x1b[2J?\x00", `\x1b[2J?\x00 `},
	} {
		var b strings.Builder
		for _, p := range drawStart(c.line, false) {
			b.WriteString(p.Text)
		}
		if b.String() != c.want {
			t.Errorf("wanted %q; got %q", c.want, b.String())
		}
	}
}
