package spec

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/essconform/essconform/spec/yamlfile"
)

// maxBytes bounds a description; the built-in one has about 30 KB.
const maxBytes = 1 << 20

// source knows on which line each part of a description stands.
type source struct {
	file  string
	nodes map[string]place // by JSON pointer
}

// place is where a node stands and what it is, in JSON's words: "object", "array", "string", "number", "bool" or
// "null".
type place struct {
	line int
	kind string
}

// fault is the error for a fault in the description.
func (s *source) fault(line int, what, todo string) error {
	if line <= 0 {
		return fmt.Errorf("%s: %s; %s", s.file, what, todo)
	}
	return fmt.Errorf("%s:%d: %s; %s", s.file, line, what, todo)
}

// line is the line of the node at a JSON pointer, or of its nearest ancestor that is written out.
func (s *source) line(pointer string) int {
	for {
		if p, ok := s.nodes[pointer]; ok {
			return p.line
		}
		i := strings.LastIndexByte(pointer, '/')
		if i < 0 {
			return 0
		}
		pointer = pointer[:i]
	}
}

// lineOfField is the first line where a field of this name has a value of this kind; 0 when there is none.
func (s *source) lineOfField(name, kind string) int {
	first := 0
	for pointer, p := range s.nodes {
		if p.kind == kind && strings.HasSuffix(pointer, "/"+escapeToken(name)) && (first == 0 || p.line < first) {
			first = p.line
		}
	}
	return first
}

// parseSource parses data as YAML (and so JSON), and checks what can be told from the syntax alone: one document, an
// object at its top, and references that stay inside it and lead somewhere.
func parseSource(file string, data []byte) (*source, error) {
	src := &source{file: file, nodes: map[string]place{}}
	if len(data) > maxBytes {
		return nil, src.fault(0, fmt.Sprintf("the description has %d bytes", len(data)),
			fmt.Sprintf("wanted at most %d", maxBytes))
	}
	var tree *ast.File
	err := guard(func() (err error) {
		tree, err = parser.ParseBytes(data, 0)
		return err
	})
	if err != nil {
		line, message := syntaxError(err)
		return nil, src.fault(line, "invalid YAML: "+message, "correct the syntax")
	}
	var body ast.Node
	for _, d := range tree.Docs {
		if d.Body == nil {
			continue
		}
		if body != nil {
			return nil, src.fault(d.Body.GetToken().Position.Line, "a second YAML document",
				"keep one document in the file")
		}
		body = d.Body
	}
	w := &walker{nodes: src.nodes}
	w.walk("", 1, body)
	if top := src.nodes[""]; top.kind != "object" {
		return nil, src.fault(top.line, "not an OpenAPI description but "+top.kind,
			"give the path of an OpenAPI 3 description in YAML or JSON")
	}
	return src, src.checkReferences(w.references)
}

// checkReferences refuses references that leave the file or lead nowhere.
func (s *source) checkReferences(refs []reference) error {
	slices.SortFunc(refs, func(a, b reference) int { return cmp.Compare(a.line, b.line) })
	for _, r := range refs {
		target, local := strings.CutPrefix(r.target, "#")
		if !local {
			return s.fault(r.line, fmt.Sprintf("$ref %q leads out of the file", r.target),
				"write the part into this file and refer to it as #/…")
		}
		pointer, err := url.PathUnescape(target)
		if err != nil || !s.exists(pointer) {
			return s.fault(r.line, fmt.Sprintf("$ref %q leads nowhere", r.target),
				"correct it, or add the part that it names")
		}
	}
	return nil
}

// exists tells whether something stands at a JSON pointer. What a YAML alias or a merge key brings in is not looked
// into: the library that resolves references has the last word there.
func (s *source) exists(pointer string) bool {
	for at := pointer; ; at = at[:strings.LastIndexByte(at, '/')] {
		if p, ok := s.nodes[at]; ok {
			_, merged := s.nodes[at+"/<<"]
			return at == pointer || merged || p.kind == "alias"
		}
		if !strings.Contains(at, "/") {
			return false
		}
	}
}

// reference is one $ref.
type reference struct {
	target string
	line   int
}

// walker collects the places of all nodes.
type walker struct {
	nodes      map[string]place
	references []reference
}

func (w *walker) walk(pointer string, line int, n ast.Node) {
	switch v := n.(type) {
	case *ast.AnchorNode:
		w.walk(pointer, line, v.Value)
	case *ast.TagNode:
		w.walk(pointer, line, v.Value)
	case *ast.MappingNode:
		w.nodes[pointer] = place{line, "object"}
		for _, pair := range v.Values {
			w.walkPair(pointer, pair)
		}
	case *ast.SequenceNode:
		w.nodes[pointer] = place{line, "array"}
		for i, item := range v.Values {
			w.walk(pointer+"/"+strconv.Itoa(i), itemLine(line, item), item)
		}
	default:
		w.nodes[pointer] = place{line, kindOf(n)}
	}
}

func (w *walker) walkPair(pointer string, pair *ast.MappingValueNode) {
	key, line := pair.Key.GetToken().Value, pair.Key.GetToken().Position.Line
	if target, ok := pair.Value.(*ast.StringNode); ok && key == "$ref" {
		w.references = append(w.references, reference{target.Value, line})
	}
	w.walk(pointer+"/"+escapeToken(key), line, pair.Value)
}

// itemLine is the line on which a list item begins. The token of a mapping is its first colon, which stands on the line
// of its first key.
func itemLine(parent int, item ast.Node) int {
	if item == nil || item.GetToken() == nil {
		return parent
	}
	return item.GetToken().Position.Line
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "number"
	case *ast.BoolNode:
		return "bool"
	case nil, *ast.NullNode:
		return "null"
	case *ast.AliasNode:
		return "alias"
	default:
		return "string"
	}
}

// escapeToken writes a name as a token of a JSON pointer (RFC 6901).
func escapeToken(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// syntaxError is the line and the message of a syntax error, without the excerpt of the source that the library adds.
func syntaxError(err error) (int, string) {
	var located *yamlfile.Error
	if errors.As(yamlfile.Locate("", 0, err), &located) {
		return located.Line, oneLine(located.Err.Error())
	}
	return 0, oneLine(err.Error())
}

// oneLine is a library's message on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// guard runs a parsing library, and turns a panic inside it into an error.
func guard(run func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser gave up: %v", r)
		}
	}()
	return run()
}
