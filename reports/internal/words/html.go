package words

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// kept are the elements whose text is no language: ids, programs. So are pre, which holds messages, and what has the
// attribute translate="no".
var kept = []string{"code", "script", "style"}

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
	for z, at := html.NewTokenizer(bytes.NewReader(page)), 0; ; {
		kind := z.Next()
		if kind == html.ErrorToken { // the end: it reads from memory
			return
		}
		raw := z.Raw()
		at += len(raw)
		switch kind {
		case html.StartTagToken:
			switch tag := tagOf(raw); {
			case skipped == tag:
				depth++
			case skipped == "" && tag == "pre": // half of a page: it is passed over at once
				_, _ = out.Write(raw)
				inside := max(bytes.Index(page[at:], []byte("</pre>")), 0)
				raw = page[at : at+inside]
				at += inside
				z = html.NewTokenizer(bytes.NewReader(page[at:]))
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
			if tagOf(raw) == skipped {
				if depth--; depth == 0 {
					skipped = ""
				}
			}
		case html.TextToken:
			if skipped == "" && len(bytes.TrimSpace(raw)) > 0 {
				raw = []byte(text(string(raw), say))
			}
		}
		_, _ = out.Write(raw) // to memory
	}
}

// tagOf is the name of a tag of ours, which is written in small letters.
func tagOf(raw []byte) string {
	name := bytes.TrimLeft(raw, "</")
	if end := bytes.IndexAny(name, " \t\r\n/>"); end >= 0 {
		name = name[:end]
	}
	return string(name)
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
