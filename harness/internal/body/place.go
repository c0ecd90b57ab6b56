package body

import (
	"sort"
	"strings"
)

// The bounds of the places that are kept below the first level: how many, how deep, and how long a pointer may be,
// in bytes.
const (
	maxPlaces     = 500
	maxPlaceDepth = 5
	maxPointer    = 1000
)

// shift says that what stands at text in Text stands at raw in the body.
type shift struct{ text, raw int }

// span is a stretch of Text as one of the body.
func (d *Document) span(from, to int) Span {
	from, to = max(0, min(from, len(d.Text))), min(to, len(d.Text))
	if to <= from || d.opaque {
		return Span{}
	}
	// Inside of what stands for broken bytes, offsets are no more than near.
	start, end := d.rawAt(from), min(d.rawAt(to), d.length)
	if end <= start {
		return Span{}
	}
	return Span{start, end - start}
}

func (d *Document) rawAt(at int) int {
	i := sort.Search(len(d.raw), func(i int) bool { return d.raw[i].text > at })
	if i == 0 {
		return at
	}
	return d.raw[i-1].raw + at - d.raw[i-1].text
}

// place keeps where a pointer leads to: the first one, where a name stands there twice. One that is "" is not kept.
func (d *Document) place(pointer string, from, to int) {
	if _, known := d.places[pointer]; !known && pointer != "" {
		d.places[pointer] = d.span(from, to)
	}
}

// Place is where in the body a pointer leads to. Of a field that is missing it is the beginning of what should hold
// it; of a pointer to the whole, or to another part of the answer, it is nothing.
func (d *Document) Place(pointer string) Span {
	if !strings.HasPrefix(pointer, "/") {
		return Span{}
	}
	if at, ok := d.places[pointer]; ok {
		return at
	}
	for pointer != "" {
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
		if at, ok := d.places[pointer]; ok && at.Length > 0 {
			return Span{at.Offset, 1}
		}
	}
	return Span{}
}
