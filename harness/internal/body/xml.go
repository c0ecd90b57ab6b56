package body

import (
	"fmt"
	"strings"

	"github.com/antchfx/xmlquery"
)

const wantXML = "a well-formed XML document"

// decodeXML decodes d.Text. xmlquery builds the tree; what it lets pass is caught before, by inspectXML.
func (d *Document) decodeXML(once map[string]bool) {
	text := d.Text
	if head := declarationOf(text); head != "" {
		d.inspectDeclaration(head)
		// The text is UTF-8 by now, whatever the declaration says. Spaces in its place keep all offsets.
		text = strings.Repeat(" ", len(head)) + text[len(head):]
	}
	end, ok := d.inspectXML(text)
	if !ok {
		return
	}
	tree, err := xmlquery.Parse(strings.NewReader(text[:end]))
	if err != nil { // a namespace prefix that is declared nowhere: inspectXML has said so
		if len(d.Problems) == 0 {
			d.problem("", wantXML, strings.TrimPrefix(err.Error(), "xmlquery: "), 0, end)
		}
		lenient := xmlquery.ParserOptions{Decoder: &xmlquery.DecoderOptions{Strict: false}}
		if tree, err = xmlquery.ParseWithOptions(strings.NewReader(text[:end]), lenient); err != nil {
			return
		}
	}
	root := rootElement(tree)
	if root == nil {
		return
	}
	d.Whole = true
	d.Root = Root{Name: root.Data, Prefix: root.Prefix, Namespace: root.NamespaceURI}
	d.Fields = d.children(root, once)
}

// rootElement looks beside the tree's top too: that is where xmlquery puts a root that follows a comment.
func rootElement(tree *xmlquery.Node) *xmlquery.Node {
	for top := tree; top != nil; top = top.NextSibling {
		if top.Type == xmlquery.ElementNode {
			return top
		}
		for n := top.FirstChild; n != nil; n = n.NextSibling {
			if n.Type == xmlquery.ElementNode {
				return n
			}
		}
	}
	return nil
}

// children are the child elements of the root by name. A declared one that stands there again is a duplicate; any
// other is a list.
func (d *Document) children(root *xmlquery.Node, once map[string]bool) map[string]any {
	fields := map[string]any{}
	seen := map[string]int{}
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != xmlquery.ElementNode {
			continue
		}
		name := elementName(n, root)
		if seen[name]++; seen[name] == 2 && once[name] {
			pointer := d.Pointer(name)
			again := d.places[pointer+again]
			d.Problems = append(d.Problems,
				Problem{pointer, fmt.Sprintf("element <%s> once", excerpt(name)), "it again", again})
		}
		if seen[name] > 1 && once[name] {
			continue
		}
		add(fields, name, elementValue(n))
	}
	return fields
}

// again, after a pointer, stands for the second element with it.
const again = "[2]"

// elementName is the name of a child. One in another namespace than its root is not the documented field, so it
// keeps its prefix.
func elementName(n, root *xmlquery.Node) string {
	if n.NamespaceURI == root.NamespaceURI {
		return n.Data
	}
	if n.Prefix != "" {
		return n.Prefix + ":" + n.Data
	}
	return "{" + n.NamespaceURI + "}" + n.Data
}

// elementValue is an element as a schema sees it: text, or an object of its child elements.
func elementValue(element *xmlquery.Node) any {
	var text strings.Builder
	var object map[string]any
	for n := element.FirstChild; n != nil; n = n.NextSibling {
		switch n.Type {
		case xmlquery.TextNode, xmlquery.CharDataNode:
			text.WriteString(n.Data)
		case xmlquery.ElementNode:
			if object == nil {
				object = map[string]any{}
			}
			add(object, elementName(n, element), elementValue(n))
		default: // comments and processing instructions are not content
		}
	}
	if object != nil {
		return object
	}
	return text.String()
}

// add sets name, or makes a list of it when it is there already.
func add(object map[string]any, name string, value any) {
	switch before := object[name].(type) {
	case nil:
		object[name] = value
	case []any:
		object[name] = append(before, value)
	default:
		object[name] = []any{before, value}
	}
}
