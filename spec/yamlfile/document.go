package yamlfile

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxDepth bounds how deep values nest, so that an anchor which holds itself is an error and not an endless loop.
const maxDepth = 100

// Document is one parsed file.
type Document struct {
	file    string
	Nodes   []Node // the top of each document that is not empty
	anchors []anchor
}

type anchor struct {
	name   string
	offset int // of its definition in the file: an alias means the last one before it
	value  ast.Node
}

// Node is a value in a document.
type Node struct {
	doc *Document
	ast ast.Node
	// line is where it begins, for nodes that have no token.
	line int
}

// Parse reads a file. Documents without content, such as a file of comments, are left out.
func Parse(file string, data []byte) (*Document, error) {
	text, err := Text(data)
	if err != nil {
		return nil, Locate(file, 0, err)
	}
	tree, err := parse(text)
	if err != nil {
		return nil, Locate(file, 0, err)
	}
	d := &Document{file: file}
	for _, doc := range tree.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		ast.Walk(collector{d}, doc.Body)
		d.Nodes = append(d.Nodes, Node{d, doc.Body, lineOf(doc.Body, 1)})
	}
	return d, nil
}

// parse turns a panic of the library into an error.
func parse(text []byte) (tree *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML parser failed: %v; correct the syntax", r)
		}
	}()
	return parser.ParseBytes(text, 0)
}

// collector notes the anchors.
type collector struct{ doc *Document }

func (c collector) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok && a.Name != nil {
		c.doc.anchors = append(c.doc.anchors, anchor{a.Name.GetToken().Value, a.Start.Position.Offset, a.Value})
	}
	return c
}

// Line is the line on which the node begins.
func (n Node) Line() int { return n.line }

// Errorf is an error at the node.
func (n Node) Errorf(format string, args ...any) error {
	return Locate(n.doc.file, n.line, fmt.Errorf(format, args...))
}

// resolve looks through anchors, aliases and tags that change nothing.
func (n Node) resolve() (Node, error) {
	for range maxDepth {
		switch v := n.ast.(type) {
		case *ast.AnchorNode:
			n.ast = v.Value
		case *ast.AliasNode:
			target, ok := n.doc.anchored(v)
			if !ok {
				return n, at(n.line, "the alias *%s names no anchor above it", v.Value.GetToken().Value)
			}
			n.ast = target
		case *ast.TagNode:
			return n.untag(v)
		case *ast.MappingValueNode: // a map of one entry
			return n, nil
		default:
			return n, nil
		}
	}
	return n, at(n.line, "an alias leads to itself")
}

func (d *Document) anchored(alias *ast.AliasNode) (found ast.Node, ok bool) {
	for _, a := range d.anchors {
		if a.name == alias.Value.GetToken().Value && a.offset < alias.Start.Position.Offset {
			found, ok = a.value, true
		}
	}
	return found, ok
}

// untag honours !!str, which turns a scalar to text as it was written, and lets the other tags of YAML's own be what
// they say.
func (n Node) untag(tag *ast.TagNode) (Node, error) {
	n.ast = tag.Value
	inner, err := n.resolve()
	if err != nil {
		return n, err
	}
	switch name := tag.Start.Value; name {
	case "!!str":
		text, err := inner.written()
		if err != nil {
			return n, err
		}
		inner.ast = ast.String(stringToken(inner.ast, text))
	case "!!int", "!!float", "!!bool", "!!null", "!!seq", "!!map":
		if have := inner.kind(); "!!"+have.tag() != name && !(name == "!!float" && have == number) {
			return n, at(n.line, "the tag %s stands before %s", name, have.a())
		}
	default:
		return n, at(n.line, "the tag %s is not supported; leave it out", name)
	}
	return inner, nil
}

// Entry is one key of a map with its value.
type Entry struct {
	Key   string
	Line  int
	Value Node
}

// Entries are the entries of a map, in order; those of merge keys (<<) come first, and are replaced by keys of the map
// itself.
func (n Node) Entries() ([]Entry, error) {
	out, err := n.entries(0)
	return out, Locate(n.doc.file, n.line, err)
}

func (n Node) entries(depth int) ([]Entry, error) {
	if depth > maxDepth {
		return nil, at(n.line, "an alias leads to itself")
	}
	n, err := n.resolve()
	if err != nil {
		return nil, err
	}
	m, ok := n.ast.(ast.MapNode)
	if !ok {
		return nil, at(n.line, "wanted a map; got %s", n.kind().a())
	}
	var merged, own []Entry
	for pairs := m.MapRange(); pairs.Next(); {
		pair := pairs.KeyValue()
		line := pair.Key.GetToken().Position.Line
		value := Node{n.doc, pair.Value, lineOf(pair.Value, line)}
		if _, merges := pair.Key.(*ast.MergeKeyNode); merges {
			more, err := value.merged(depth + 1)
			if err != nil {
				return nil, err
			}
			merged = over(merged, more)
			continue
		}
		own = append(own, Entry{keyOf(pair.Key), line, value})
	}
	return over(merged, own), nil
}

// merged are the entries that a merge key brings in: of one map, or of a list of maps, the first of which wins.
func (n Node) merged(depth int) (out []Entry, err error) {
	if items, err := n.Items(); err == nil {
		for i := len(items) - 1; i >= 0; i-- {
			more, err := items[i].entries(depth)
			if err != nil {
				return nil, err
			}
			out = over(out, more)
		}
		return out, nil
	}
	return n.entries(depth)
}

// over puts entries over others with the same keys.
func over(below, above []Entry) (out []Entry) {
	replaced := map[string]bool{}
	for _, e := range above {
		replaced[e.Key] = true
	}
	for _, e := range below {
		if !replaced[e.Key] {
			out = append(out, e)
		}
	}
	return append(out, above...)
}

// Items are the items of a list.
func (n Node) Items() ([]Node, error) {
	r, err := n.resolve()
	if err != nil {
		return nil, Locate(n.doc.file, n.line, err)
	}
	list, ok := r.ast.(*ast.SequenceNode)
	if !ok {
		return nil, n.Errorf("wanted a list; got %s", r.kind().a())
	}
	out := make([]Node, 0, len(list.Values))
	for _, item := range list.Values {
		out = append(out, Node{n.doc, item, lineOf(item, n.line)})
	}
	return out, nil
}

// IsMap tells whether the node is a mapping.
func (n Node) IsMap() bool { return n.is(mapping) }

// IsList tells whether the node is a sequence.
func (n Node) IsList() bool { return n.is(list) }

// IsNull tells whether nothing is written there.
func (n Node) IsNull() bool { return n.is(null) }

func (n Node) is(k kind) bool {
	r, err := n.resolve()
	return err == nil && r.kind() == k
}

// keyOf is the text of a key as it was written.
func keyOf(key ast.MapKeyNode) string { return key.GetToken().Value }

// lineOf is the line on which a node begins; otherwise where it has no token. The token of a map is its first colon,
// which stands on the line of its first key.
func lineOf(n ast.Node, otherwise int) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return otherwise
	}
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken().Position.Line
	}
	return n.GetToken().Position.Line
}
