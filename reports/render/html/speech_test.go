package html

import (
	"bytes"
	"context"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	. "github.com/onsi/gomega"

	"golang.org/x/net/html"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/internal/words"
)

// control are the actions of a template that stand between texts; any other puts a value into one.
var control = regexp.MustCompile(`\{\{-?\s*(if|else|end|range|with|template|define|\$\w+ :=)[^}]*\}\}`)

// Every text and every spoken attribute of the templates has its Chinese.
func TestTemplatesAreTranslated(t *testing.T) {
	g := NewWithT(t)
	book, err := words.In(words.Chinese)
	g.Expect(err).NotTo(HaveOccurred())
	for _, name := range []string{"page.tmpl", "parts.tmpl"} {
		source, err := os.ReadFile("assets/" + name)
		g.Expect(err).NotTo(HaveOccurred())
		text := control.ReplaceAllString(string(source), "<br>")
		text = regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAllString(text, "7")
		missing(t, book, []byte(text), nil)
	}
	for _, s := range append(scripted, "SHOULD not met") {
		if !book.Has(s) {
			t.Errorf("wanted Chinese for %q; add it to zh.yaml", s)
		}
	}
}

// In the page of a report only what the report itself says is left in English.
func TestPagesAreTranslated(t *testing.T) {
	g := NewWithT(t)
	book, err := words.In(words.Chinese)
	g.Expect(err).NotTo(HaveOccurred())
	for name, r := range samples.All() {
		if name == "hostile" {
			continue
		}
		var page bytes.Buffer
		g.Expect(WriteIn(context.Background(), &page, r, words.Chinese)).To(Succeed())
		if !bytes.Contains(page.Bytes(), []byte(`<html lang="zh-CN">`)) {
			t.Error("wanted the language of the page told")
		}
		missing(t, book, []byte(opened(t, page.String())), quoted(reflect.ValueOf(r)))
	}
}

// missing complains of texts with English words that the table does not have and that are not quoted.
func missing(t *testing.T, book *words.Book, page []byte, quoted []string) {
	t.Helper()
	g := NewWithT(t)
	word := regexp.MustCompile(`\b[a-z]{3,}\b`)
	check := func(s string) {
		s = strings.TrimSpace(s)
		attribute := strings.Contains(s, `="`) || strings.HasPrefix(s, "data-") // of a tag that an action divides
		if !word.MatchString(s) || attribute || book.Has(s) || strings.ContainsFunc(s, isHan) {
			return
		}
		for _, q := range quoted {
			if strings.Contains(q, s) || len(q) > 5 && strings.Contains(s, q) {
				return
			}
		}
		t.Errorf("wanted Chinese for %q; add it to zh.yaml", s)
	}
	doc, err := html.Parse(bytes.NewReader(page))
	g.Expect(err).NotTo(HaveOccurred())
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.ElementNode && strings.Contains(" code pre script style ", " "+n.Data+" "):
			return
		case n.Type == html.TextNode:
			check(n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "aria-label" || a.Key == "placeholder" || a.Key == "title" {
				check(a.Val)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// quoted are all texts of a report.
func quoted(v reflect.Value) (out []string) {
	switch v.Kind() {
	case reflect.String:
		return []string{v.String()}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return quoted(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type() != reflect.TypeFor[reports.Verdict]() {
				out = append(out, quoted(v.Field(i))...)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, quoted(v.Index(i))...)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			out = append(append(out, k.String()), quoted(v.MapIndex(k))...)
		}
	}
	return out
}

func TestTimesAreNotSpoken(t *testing.T) {
	for text, want := range map[string]bool{
		"1.909 ms": true, "12 ms": true, "look": false,
		"first byte after 1 ms": false, "1 s": false,
	} {
		if got := took(text); got != want {
			t.Errorf("%q: wanted %t; got %t", text, want, got)
		}
	}
}
