package support

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Node is a decoded JSON value, read leniently: numbers may come as strings, a list may be wrapped or bare.
type Node struct{ V any }

// At follows the path through objects; what is not there is the empty node.
func (n Node) At(path ...string) Node {
	for _, key := range path {
		m, _ := n.V.(map[string]any)
		n.V = m[key]
	}
	return n
}

// Text is a string or a number as it was written; "" for all else.
func (n Node) Text() string {
	switch x := n.V.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	}
	return ""
}

// Number is a whole number, also one that was written as a string, or with a decimal point: 3.0.
func (n Node) Number() (int, bool) {
	whole, fraction, _ := strings.Cut(n.Text(), ".")
	i, err := strconv.Atoi(whole)
	return i, err == nil && strings.Trim(fraction, "0") == ""
}

// shape is how a list is written.
type shape int

const (
	shapeUnknown shape = iota
	shapeNested        // {"Outer":{"inner":[…]}}
	shapeFlat          // {"Outer":[…]}
)

// List is the elements of {"Outer":{"inner":[…]}} or {"Outer":[…]}; ok is false when neither is there.
func (n Node) List(outer, inner string) (out []Node, ok bool) {
	out, _, ok = n.list(outer, inner)
	return out, ok
}

func (n Node) list(outer, inner string) (out []Node, s shape, ok bool) {
	v := n.At(outer).V
	if m, isMap := v.(map[string]any); isMap {
		s = shapeNested
		if v = m[inner]; v == nil {
			v = []any{} // an empty list is often rendered as an empty wrapper
		}
	} else if v != nil {
		s = shapeFlat
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			out = append(out, Node{e})
		}
		return out, s, true
	case string:
		if inner != "" && x != "" && n.At(outer, inner).Text() == x {
			return []Node{{x}}, s, true
		}
	case map[string]any:
		return []Node{{x}}, s, true // a list of one, as converters from XML write it
	case nil:
		total, has := n.At("TotalCount").Number()
		return nil, shapeUnknown, has && total == 0
	}
	return nil, s, false
}
