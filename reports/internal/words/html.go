package words

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// kept are the elements whose text is no language: ids, messages, programs. So is what has the attribute
// translate="no".
var kept = []string{"code", "pre", "script", "style"}

// said are the attributes that are read to people; data-l is the label of a cell on a small screen.
var said = regexp.MustCompile(`\b(aria-label|placeholder|title|data-l)="([^"]*)"`)

// HTML is a page of ours, or a part of one, in which say has said the texts and the attributes that are read to people.
func HTML(page []byte, say func(string) string) []byte {
	var out bytes.Buffer
	out.Grow(len(page))
	walk(page, say, &out)
	return out.Bytes()
}

// Hear has say say what HTML would, and writes nothing.
func Hear(page []byte, say func(string) string) { walk(page, say, io.Discard) }

func walk(page []byte, say func(string) string, out io.Writer) {
	skipped, depth := "", 0
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken { // the end: it reads from memory
			return
		}
		raw := z.Raw()
		switch kind {
		case html.StartTagToken:
			raw = slices.Clone(raw) // reading the name changes it
			name, _ := z.TagName()
			switch tag := string(name); {
			case skipped == tag:
				depth++
			case skipped == "" && (slices.Contains(kept, tag) || bytes.Contains(raw, []byte(` translate="no"`))):
				skipped, depth = tag, 1
			case skipped == "" && spoken(raw):
				raw = said.ReplaceAllFunc(raw, func(at []byte) []byte {
					m := said.FindSubmatch(at)
					text := html.UnescapeString(string(m[2]))
					return []byte(string(m[1]) + `="` + html.EscapeString(say(text)) + `"`)
				})
			}
		case html.EndTagToken:
			raw = slices.Clone(raw)
			if name, _ := z.TagName(); string(name) == skipped {
				if depth--; depth == 0 {
					skipped = ""
				}
			}
		case html.TextToken:
			if skipped == "" {
				raw = []byte(text(string(raw), say))
			}
		}
		_, _ = out.Write(raw) // to memory
	}
}

// spoken tells cheaply whether a tag may have an attribute that is read to people.
func spoken(tag []byte) bool {
	return bytes.Contains(tag, []byte("aria-label=")) || bytes.Contains(tag, []byte("placeholder=")) ||
		bytes.Contains(tag, []byte("title=")) || bytes.Contains(tag, []byte("data-l="))
}

// text says a text between two tags, and leaves the space around it.
func text(raw string, say func(string) string) string {
	inner := strings.TrimSpace(raw)
	if inner == "" {
		return raw
	}
	english := html.UnescapeString(inner)
	other := say(english)
	if other == english {
		return raw
	}
	at := strings.Index(raw, inner)
	return raw[:at] + html.EscapeString(other) + raw[at+len(inner):]
}
