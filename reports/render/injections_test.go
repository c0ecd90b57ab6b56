package render

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	. "github.com/onsi/gomega"

	"golang.org/x/net/html"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/printable"
)

// TestInjections: each text in each field that a target has a say in, through each way out. What a reader's program
// makes of it is what it makes of harmless words: the same elements and attributes, the same keys, and no command.
func TestInjections(t *testing.T) {
	// The recording is written with the reports of its run, and drawn from none; reports/har tests what it quotes.
	formats := slices.DeleteFunc(Formats(), func(f Format[reports.Report]) bool { return f.Name == "har" })
	plain := map[string]shape{}
	for _, f := range formats {
		plain[f.Name] = shape{}
		for _, text := range []string{
			"harmless words", "word",
			"HTTP 404: more, and longer, words; (in all of " + strings.Repeat("a sentence) ", 8),
		} {
			maps.Copy(plain[f.Name], shapeOf(t, f.Name, drawnAs(t, f, text)))
		}
	}
	for kind, texts := range samples.Injections() {
		for i, text := range texts {
			t.Run(fmt.Sprintf("%s %d", kind, i+1), func(t *testing.T) {
				for _, f := range formats {
					drawn := drawnAs(t, f, text)
					if found := commands.FindAllString(strings.ReplaceAll(drawn, "pwned", "boo"),
						2); f.Name != "github" && found != nil {
						t.Errorf("%s: wanted no command; got %q", f.Name, found)
					}
					if bad := unprintable(drawn); bad != "" {
						t.Errorf("%s: wanted it printable; got %q", f.Name, bad)
					}
					for what := range maps.Keys(shapeOf(t, f.Name, drawn)) {
						if !plain[f.Name][what] {
							t.Errorf("%s: wanted nothing of the text alive; got %s", f.Name, what)
						}
					}
				}
			})
		}
	}
}

// drawnAs is a report whose target says text wherever it can.
func drawnAs(t *testing.T, f Format[reports.Report], text string) string {
	t.Helper()
	g := NewWithT(t)
	in := samples.HostileWith(text)
	in.Cases = in.Cases[:9] // one of each outcome
	in.Run.Notes = []string{text}
	in.Run.Selection = text
	in.LeftOut = []reports.LeftOut{{Cases: 1, Why: text, Flag: text}}
	var b bytes.Buffer
	g.Expect(f.Write(t.Context(), &b, reports.Build(in), Options{Width: 80})).To(Succeed())
	if f.Name != "terminal" {
		return b.String()
	}
	var logged bytes.Buffer // the last guard, before which lines are wrapped
	if _, err := printable.NewLog(&logged).Write(b.Bytes()); err != nil {
		t.Fatal(err)
	}
	return logged.String()
}

// unprintable is where a text holds what should have been written out.
func unprintable(s string) string {
	at := strings.IndexFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) })
	switch {
	case !utf8.ValidString(s):
		return "bytes that are not UTF-8"
	case at < 0:
		return ""
	}
	return s[max(0, at-20):min(len(s), at+20)]
}

// shape is what a program finds in a file that is not text.
type shape map[string]bool

func shapeOf(t *testing.T, format, text string) shape {
	t.Helper()
	out := shape{}
	switch format {
	case "html":
		out.elements(t, text)
	case "junit", "svg":
		d := xml.NewDecoder(strings.NewReader(text))
		for {
			token, err := d.Token()
			if err == io.EOF {
				return out
			}
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				out["element "+token.Name.Local] = true
				for _, a := range token.Attr {
					out["attribute "+token.Name.Local+" "+a.Name.Local] = true
				}
			case xml.Comment, xml.Directive:
				out[fmt.Sprintf("%T", token)] = true
			}
		}
	case "json", "badge", "gitlab", "ctrf":
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		out.keys("", v)
	case "github":
		for line := range strings.Lines(text) {
			level, _, _ := strings.Cut(strings.TrimPrefix(line, "::"), " ")
			out["command "+level] = true
		}
	}
	return out
}

func (s shape) elements(t *testing.T, page string) {
	t.Helper()
	g := NewWithT(t)
	root, err := html.Parse(strings.NewReader(page))
	g.Expect(err).NotTo(HaveOccurred())
	for n := range root.Descendants() {
		switch n.Type {
		case html.ElementNode:
			s["element "+n.Data] = true
			for _, a := range n.Attr {
				s["attribute "+n.Data+" "+a.Key] = true
				if slices.Contains([]string{"href", "src", "action", "srcdoc", "style"}, a.Key) &&
					!strings.HasPrefix(a.Val, "#") {
					s["address "+a.Val] = true
				}
			}
			switch code := n.Data == "script" || n.Data == "style"; {
			case !code:
			// texts, which the page sets as texts
			case slices.Contains(n.Attr, html.Attribute{Key: "id", Val: "words"}):
			case slices.Contains(n.Attr, html.Attribute{Key: "id", Val: "later"}):
				for _, part := range later(t, n.FirstChild.Data) {
					if bad := unprintable(part); bad != "" {
						t.Errorf("html: wanted it printable; got %q", bad)
					}
					s.elements(t, part)
				}
			default:
				s[fmt.Sprintf("%s %x", n.Data, sha256.Sum256([]byte(n.FirstChild.Data)))] = true
			}
		case html.CommentNode:
			s["comment"] = true
		}
	}
}

// later is what the page puts into itself when it is opened.
func later(t *testing.T, data string) (parts map[string]string) {
	t.Helper()
	g := NewWithT(t)
	packed, err := base64.URLEncoding.DecodeString(data)
	g.Expect(err).NotTo(HaveOccurred())
	z, err := gzip.NewReader(bytes.NewReader(packed))
	g.Expect(err).NotTo(HaveOccurred())
	if err := json.NewDecoder(z).Decode(&parts); err != nil || len(parts) == 0 {
		t.Fatalf("wanted parts of a page; got %d, %v", len(parts), err)
	}
	return parts
}

// keys are those of objects; what states and configurations are called is the target's to say.
func (s shape) keys(at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if at == "params" || at == "config" {
				key = "any"
			}
			s["key "+key] = true
			s.keys(key, inner)
		}
	case []any:
		for _, inner := range v {
			s.keys(at, inner)
		}
	}
}
