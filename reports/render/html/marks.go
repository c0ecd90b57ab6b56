package html

import (
	"strings"

	"github.com/essconform/essconform/reports"
)

// region is a stretch of a text, in bytes.
type region struct{ start, end int }

// Pointers that name no place in a body.
const (
	statusPlace = "status"
	headerPlace = "header " // before the name of the header field
)

// marksOf are the places of a body that a finding is about, by the offsets that the judge kept: of what holds others
// only the ends. lacks tells that what the finding is about is not there, so that what should hold it is marked.
func marksOf(body string, f reports.Finding) (marks []region, lacks bool) {
	if f.Length < 1 || f.Offset < 0 || f.Offset >= len(body) {
		return nil, false
	}
	r := region{f.Offset, f.Offset + min(f.Length, len(body)-f.Offset)}
	if lacks = f.Length == 1 && strings.IndexByte("{[<", body[r.start]) >= 0; lacks && body[r.start] == '<' {
		if n := strings.IndexAny(body[r.start:], space+"/>"); n > 0 { // the name is the holder's, too
			r.end = r.start + n
		}
	}
	return ends(body, r), lacks
}

// ends is a place that holds others, without these: the name and the brackets of a member, the tags of an element. Of
// any other it is all.
func ends(body string, r region) []region {
	text := body[r.start:r.end]
	if len(text) <= shortContainer {
		return []region{r}
	}
	head, tail := 0, 0
	switch last := text[len(text)-1]; {
	case last == '}' || last == ']':
		head, tail = strings.IndexAny(text, "{[")+1, len(text)-1
	case last == '>' && text[0] == '<' && strings.Count(text, "<") > 2:
		head, tail = strings.IndexByte(text, '>')+1, strings.LastIndex(text, "</")
	}
	if head < 1 || tail <= head {
		return []region{r}
	}
	return []region{{r.start, r.start + head}, {r.start + tail, r.end}}
}

// shortContainer is the length, in bytes, up to which an object, array or element is marked as a whole.
const shortContainer = 40
