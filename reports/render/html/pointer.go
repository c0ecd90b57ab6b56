package html

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// region is a stretch of a text, in bytes.
type region struct{ start, end int }

// Pointers that name no place in a body.
const (
	statusPlace = "status"
	headerPlace = "header " // before the name of the header field
)

// locate finds what a pointer of a finding names in a body: each member, element or value of that name, for a name may
// stand there twice. When there is none, near is set and the region is the beginning of what should hold it. A pointer
// to the whole names nothing.
func locate(body string, kind syntax, pointer string) (found []region, near bool) {
	find := locateJSON
	switch {
	case pointer == "",
		pointer == statusPlace,
		strings.HasPrefix(pointer, headerPlace),
		kind != jsonSyntax && kind != xmlSyntax:
		return nil, false
	case kind == xmlSyntax:
		find = locateXML
	}
	if !strings.HasPrefix(pointer, "/") { // a bare name is that of a field
		pointer = "/" + pointer
	}
	if strings.Count(pointer, "/") > deepestPlace {
		return nil, false
	}
	p := pointer
	for range maxSteps {
		if found = find(body, p, p != pointer); len(found) > 0 {
			return found, p != pointer
		}
		if p == "" {
			break
		}
		p = p[:strings.LastIndexByte(p, '/')]
	}
	return nil, false
}

// deepestPlace is the number of steps to a place beyond which it is not looked for.
const deepestPlace = 64

// maxSteps bounds how far up a missing place is looked for: each step reads the body again.
const maxSteps = 8

// locateJSON finds the members and elements that a JSON pointer names; "" is the document. head asks for their first
// character only.
func locateJSON(body, pointer string, head bool) []region {
	d := jsontext.NewDecoder(
		strings.NewReader(body),
		jsontext.AllowDuplicateNames(true),
		jsontext.AllowInvalidUTF8(true),
	)
	var out []region
	steps := strings.Count(pointer, "/")
	for {
		before := int(d.InputOffset())
		token, err := d.ReadToken()
		if err != nil {
			return out
		}
		if d.StackDepth() > steps+1 { // nothing that deep has this pointer, and asking for its own takes time
			continue
		}
		if token.Kind() == '}' || token.Kind() == ']' || string(d.StackPointer()) != pointer {
			continue
		}
		start := before + len(body[before:]) - len(strings.TrimLeft(body[before:], space+",:"))
		if within, n := d.StackIndex(d.StackDepth()); within == '{' && n%2 == 1 { // a name: its value belongs to it
			if head { // it holds what is missing: its first character is that of the value
				start = int(d.InputOffset())
				start += len(body[start:]) - len(strings.TrimLeft(body[start:], space+":"))
			}
			if d.SkipValue() != nil {
				return append(out, region{start, len(body)})
			}
		} else if token.Kind() == '{' || token.Kind() == '[' {
			if head {
				return append(out, region{start, start + 1})
			}
			for depth := d.StackDepth(); d.StackDepth() >= depth; {
				if _, err := d.ReadToken(); err != nil {
					return append(out, region{start, len(body)})
				}
			}
		}
		end := int(d.InputOffset())
		if head {
			end = min(start+1, end)
		}
		out = append(out, ends(body, region{start, end})...)
	}
}

// ends is a member or value that holds others, without these: its name and brackets. Of any other it is all.
func ends(body string, r region) []region {
	text := body[r.start:r.end]
	if last := text[len(text)-1]; last != '}' && last != ']' || len(text) < 2*shortContainer {
		return []region{r}
	}
	return []region{{r.start, r.start + strings.IndexAny(text, "{[") + 1}, {r.end - 1, r.end}}
}

// shortContainer is half the length, in bytes, up to which an object, array or element is marked as a whole.
const shortContainer = 20

// locateXML finds the elements on a path such as /Error/Code or /A/B[2]. A path of one step also names a child of the
// root. head asks for their start tags only.
func locateXML(body, path string, head bool) []region {
	d := xml.NewDecoder(strings.NewReader(body))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // the body is UTF-8 by now
	steps := strings.Split(strings.TrimPrefix(path, "/"), "/")
	type element struct {
		name     string
		start    int
		matches  bool
		inside   int // where its content begins
		children map[string]int
	}
	open := []element{{children: map[string]int{}}}
	var out []region
	for {
		start := int(d.InputOffset())
		token, err := d.RawToken()
		if err != nil {
			for _, e := range open { // cut off: it reaches to the end
				if e.matches {
					out = append(out, region{e.start, len(body)})
				}
			}
			return out
		}
		end := int(d.InputOffset())
		switch t := token.(type) {
		case xml.StartElement:
			name := qualified(t.Name)
			parent := &open[len(open)-1]
			parent.children[name]++
			e := element{name: name, start: start, inside: end, children: map[string]int{}}
			if depth := len(open); depth == len(steps) || depth == 2 && len(steps) == 1 {
				e.matches = step(steps[len(steps)-1], name, parent.children[name])
				for i := 1; e.matches && len(steps) > 1 && i < depth; i++ {
					e.matches = step(steps[i-1], open[i].name, open[i-1].children[open[i].name])
				}
			}
			if e.matches && head {
				out, e.matches = append(out, region{start, end}), false
			}
			if len(open) > maxDepth {
				return out
			}
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 1 {
				return out
			}
			if e := open[len(open)-1]; e.matches && len(e.children) > 0 && end-e.start > 2*shortContainer {
				out = append(out, region{e.start, e.inside}, region{start, end})
			} else if e.matches {
				out = append(out, region{e.start, end})
			}
			open = open[:len(open)-1]
		}
	}
}

// maxDepth is the depth beyond which nothing is looked for; no answer of the operation is nearly as deep.
const maxDepth = 1000

func qualified(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// step tells whether a step of a path, such as B or B[2], names the nth element called name.
func step(s, name string, nth int) bool {
	base, index, indexed := strings.Cut(s, "[")
	if base != name {
		return false
	}
	return !indexed || strings.TrimSuffix(index, "]") == strconv.Itoa(nth)
}
