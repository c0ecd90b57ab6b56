package judge

import (
	"fmt"
	"strings"

	"github.com/antchfx/xmlquery"
)

// decodeXML decodes d.text. xmlquery builds the tree; what it lets pass is caught before, by inspectXML.
func (d *document) decodeXML(names map[string]bool) {
	text := d.text
	if head := declarationOf(text); head != "" {
		// The text is UTF-8 by now, whatever the declaration says. A space keeps a second declaration from standing at the start.
		text = " " + text[len(head):]
	}
	end, ok := d.inspectXML(text)
	if !ok {
		return
	}
	tree, err := xmlquery.Parse(strings.NewReader(text[:end]))
	if err != nil { // a namespace prefix that is declared nowhere: the only thing that xmlquery refuses and inspectXML does not
		d.problem("", "a well-formed XML document", strings.TrimPrefix(err.Error(), "xmlquery: "))
		lenient := xmlquery.ParserOptions{Decoder: &xmlquery.DecoderOptions{Strict: false}}
		if tree, err = xmlquery.ParseWithOptions(strings.NewReader(text[:end]), lenient); err != nil {
			return
		}
	}
	root := rootElement(tree)
	if root == nil {
		return
	}
	d.whole = true
	d.root = xmlRoot{name: root.Data, prefix: root.Prefix, namespace: root.NamespaceURI}
	d.fields = d.children(root, names)
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

// children are the child elements of the root by name. A declared one that stands there again is a duplicate; any other is a list.
func (d *document) children(root *xmlquery.Node, names map[string]bool) map[string]any {
	fields := map[string]any{}
	seen := map[string]int{}
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != xmlquery.ElementNode {
			continue
		}
		name := elementName(n, root)
		if seen[name]++; seen[name] == 2 && names[name] {
			d.problem(d.pointer(name), fmt.Sprintf("element <%s> once", name), "it again")
		}
		if seen[name] > 1 && names[name] {
			continue
		}
		add(fields, name, elementValue(n))
	}
	return fields
}

// elementName is the name of a child. One in another namespace than its root is not the documented field, so it keeps its prefix.
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
