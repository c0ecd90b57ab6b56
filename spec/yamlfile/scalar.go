package yamlfile

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// kind is what a node is, in words for messages.
type kind string

const (
	text    kind = "text"
	number  kind = "number"
	boolean kind = "boolean"
	null    kind = "null"
	list    kind = "list"
	mapping kind = "map"
)

// a is the kind with its article.
func (k kind) a() string {
	if k == null || k == text {
		return string(k)
	}
	return "a " + string(k)
}

// tag is the kind's name among the tags of YAML.
func (k kind) tag() string {
	return map[kind]string{text: "str", number: "int", boolean: "bool", null: "null", list: "seq", mapping: "map"}[k]
}

func (n Node) kind() kind {
	switch n.ast.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return number
	case *ast.BoolNode:
		return boolean
	case nil, *ast.NullNode:
		return null
	case *ast.SequenceNode:
		return list
	case ast.MapNode:
		return mapping
	}
	return text
}

// Text is a scalar as it was written: an id or a version that looks like a number keeps its leading zeros, its base and
// its dots. null is "". Maps and lists are errors.
func (n Node) Text() (string, error) {
	r, err := n.resolve()
	if err != nil {
		return "", Locate(n.doc.file, n.line, err)
	}
	out, err := r.written()
	return out, Locate(n.doc.file, n.line, err)
}

func (n Node) written() (string, error) {
	switch v := n.ast.(type) {
	case nil, *ast.NullNode:
		return "", nil
	case *ast.StringNode:
		return v.Value, nil
	case *ast.LiteralNode:
		return v.Value.Value, nil
	case ast.ScalarNode:
		return strings.TrimSpace(v.GetToken().Value), nil
	}
	return "", at(n.line, "wanted a single value; got %s", n.kind().a())
}

// stringToken is a token for a text that stands where n does.
func stringToken(n ast.Node, value string) *token.Token {
	t := token.New(value, value, &token.Position{Line: 1, Column: 1})
	if n != nil && n.GetToken() != nil && n.GetToken().Position != nil {
		t.Position = n.GetToken().Position
	}
	return t
}
