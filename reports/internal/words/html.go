package words

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// opaque are the elements whose text is no language, and that hold none of their own kind: messages, programs. What is
// in code or has the attribute translate="no" is no language either.
var opaque = []string{"pre", "script", "style"}

// said are the attributes that are read to people; data-l is the label of a cell on a small screen.
var said = regexp.MustCompile(`\b(aria-label|placeholder|title|data-l)="([^"]*)"`)

// HTML is a page of ours, or a part of one, in which say has said the texts and the attributes that are read to people.
func HTML(page []byte, say func(string) string) []byte {
	var out bytes.Buffer
	out.Grow(len(page))
	walk(page, func(raw []byte) []byte { return []byte(text(string(raw), say)) }, say, &out)
	return out.Bytes()
}

// Ear hears the texts of pages. Most of them come again and again.
type Ear struct {
	say   func(string) string
	heard map[string]bool
}

// NewEar has say say what HTML would, once for each text.
func NewEar(say func(string) string) *Ear { return &Ear{say, map[string]bool{}} }

// Hear goes through a page, or a part of one, and writes nothing.
func (e *Ear) Hear(page []byte) {
	walk(page, func(raw []byte) []byte {
		if !e.heard[string(raw)] {
			e.heard[string(raw)] = true
			text(string(raw), e.say)
		}
		return raw
	}, e.say, io.Discard)
}

// walk goes from tag to tag. In a page of ours, which html/template has escaped, each < begins a tag, and the next >
// ends it. told says a text between two tags.
func walk(page []byte, told func([]byte) []byte, say func(string) string, out io.Writer) {
	skipped, depth := "", 0
	for len(page) > 0 {
		if at := tokenEnd(page, '<', 0); at > 0 {
			raw := page[:at]
			if page = page[at:]; skipped == "" && len(bytes.TrimSpace(raw)) > 0 {
				raw = told(raw)
			}
			_, _ = out.Write(raw) // to memory
			continue
		}
		raw := page[:tokenEnd(page, '>', 1)]
		page = page[len(raw):]
		switch tag, end := tagOf(raw); {
		case end:
			if tag == skipped {
				if depth--; depth == 0 {
					skipped = ""
				}
			}
		case slices.Contains(opaque, tag): // most of a page: it is passed over at once
			inside := max(bytes.Index(page, []byte("</"+tag+">")), 0)
			_, _ = out.Write(raw)
			raw, page = page[:inside], page[inside:]
		case skipped == tag:
			depth++
		case skipped == "" && (tag == "code" || bytes.Contains(raw, []byte(` translate="no"`))):
			skipped, depth = tag, 1
		case skipped == "" && spoken(raw):
			raw = said.ReplaceAllFunc(raw, func(at []byte) []byte {
				m := said.FindSubmatch(at)
				text := html.UnescapeString(string(m[2]))
				return []byte(string(m[1]) + `="` + html.EscapeString(say(text)) + `"`)
			})
		}
		_, _ = out.Write(raw)
	}
}

// tokenEnd is where the first c is, and past it as many bytes as said; the end of the page when there is none.
func tokenEnd(page []byte, c byte, past int) int {
	if at := bytes.IndexByte(page, c); at >= 0 {
		return at + past
	}
	return len(page)
}

// tagOf is the name of a tag, which is written in small letters; end tells a tag that ends an element.
func tagOf(raw []byte) (name string, end bool) {
	raw, end = bytes.CutPrefix(raw[1:], []byte("/"))
	for i, c := range raw {
		if c == ' ' || c == '>' || c == '\n' || c == '/' {
			raw = raw[:i]
			break
		}
	}
	return string(raw), end
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
