package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/internal/body"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/essconform/essconform/spec"
)

const requestIDRequirement = "response.request-id"

// declared are the names of all fields that stand at most once in an answer, by either shape.
func declared(c *spec.Contract) map[string]bool {
	names := map[string]bool{}
	for _, answer := range []spec.Answer{c.Success, c.ErrorAnswer} {
		for _, shape := range answer.Shape {
			for name, property := range properties(shape) {
				if !property.Type.Is(openapi3.TypeArray) {
					names[name] = true
				}
			}
		}
	}
	return names
}

func properties(shape spec.Shape) map[string]*openapi3.Schema {
	found := map[string]*openapi3.Schema{}
	if shape.Schema == nil {
		return found
	}
	for name, ref := range shape.Schema.Properties {
		if ref != nil && ref.Value != nil {
			found[name] = ref.Value
		}
	}
	return found
}

// shape judges the body against the schema that both formats share. Fields that have a requirement of their own
// (own) are left to it, as long as they are only missing or empty.
func (a *answer) shape(id string, shape spec.Shape, own ...string) {
	d := a.doc
	switch {
	case shape.Schema == nil:
		return
	case d.Kind == body.Empty:
		a.find(id, "", "a body", "an empty body")
		return
	case d.Kind == body.JSON && d.Top != nil:
		a.find(id, "", "a JSON object", typeName(d.Top[0]))
		return
	case !d.Whole:
		return
	}
	a.check(id)
	a.bodyChecked = true
	if d.Kind == body.XML {
		a.root(id, shape.Root)
	}
	a.fields(id, shape, own)
	for _, name := range shape.Recommended {
		if value, ok := d.Fields[name]; !ok || value == nil {
			a.warn(id, d.Pointer(name), "field "+name, a.missing(name))
		}
	}
}

// root judges the root element: the documented name, to the letter, in no namespace.
func (a *answer) root(id, name string) {
	root := a.doc.Root
	switch {
	case root.Name != name:
		a.find(id, "/"+root.Name, "root element <"+name+">", "<"+root.String()+">")
	case root.Namespace != "" || root.Prefix != "":
		a.find(id, "/"+root.Name, "root element <"+name+"> in no namespace",
			"<"+root.String()+"> in namespace "+quoted(root.Namespace))
	}
}

// fields applies the schema.
func (a *answer) fields(id string, shape spec.Shape, own []string) {
	d, schema := a.doc, shape.Schema
	value := make(map[string]any, len(d.Fields))
	for name, field := range d.Fields {
		if field == nil && !slices.Contains(schema.Required, name) {
			continue // null for an optional field says the same as leaving it out
		}
		value[name] = field
	}
	if d.Kind == body.XML {
		coerce(value, shape)
	}
	wrapped := map[string][]string{} // names by the place where they stand instead
	var places []string
	for _, e := range schemaErrors(schema.VisitJSON(value, openapi3.MultiErrors())) {
		path := e.JSONPointer()
		if len(path) == 1 && e.SchemaField == "required" {
			if at, _, ok := deeper(d.Fields, path[0]); ok && !slices.Contains(own, path[0]) {
				place := d.Pointer(strings.Join(at[:len(at)-1], "/"))
				if wrapped[place] == nil {
					places = append(places, place)
				}
				wrapped[place] = append(wrapped[place], path[0])
				continue
			}
		}
		if len(path) > 0 && slices.Contains(own, path[0]) && isAbsent(d.Fields[path[0]]) {
			continue
		}
		want, got := a.words(e, path)
		add := a.find
		if len(path) > 0 && !slices.Contains(schema.Required, path[0]) {
			add = a.warn // no document demands the field, so its type is no reason to refuse an answer
		}
		add(id, a.path(path), want, got)
	}
	for _, place := range places {
		where := "at the top level"
		if d.Kind == body.XML {
			where = "directly below the root element"
		}
		a.find(id, "", strings.Join(wrapped[place], ", ")+" "+where, "them only inside "+place)
	}
}

// words are the want and got of a difference from the schema.
func (a *answer) words(e *openapi3.SchemaError, path []string) (want, got string) {
	switch e.SchemaField {
	case "required":
		return "field " + strings.Join(path, "/"), a.missing(path[len(path)-1])
	case "minLength":
		if e.Value == "" {
			return "a non-empty string", "empty"
		}
	case "type", "nullable":
		if e.Schema != nil && e.Schema.Type.IsSingle() {
			return "a " + e.Schema.Type.Slice()[0], a.typeName(e.Value)
		}
	}
	return "what the schema says (" + e.Reason + ")", a.typeName(e.Value)
}

// typeName is typeName in the words of the body's format.
func (a *answer) typeName(value any) string {
	if _, isObject := value.(map[string]any); isObject && a.doc.Kind == body.XML {
		return "child elements"
	}
	return typeName(value)
}

// path is where in the body a schema error stands.
func (a *answer) path(path []string) string {
	if len(path) == 0 {
		return ""
	}
	if a.doc.Kind == body.JSON {
		tokens := make([]string, len(path))
		for i, name := range path {
			tokens[i] = body.Token(name)
		}
		return "/" + strings.Join(tokens, "/")
	}
	return a.doc.Pointer(strings.Join(path, "/"))
}

// missing says that a field is not there, and what could be mistaken for it.
func (a *answer) missing(name string) string {
	d := a.doc
	if value, ok := d.Fields[name]; ok && value == nil {
		return "null"
	}
	if other := variant(d.Fields, name); other != "" {
		return "none, but " + quoted(other)
	}
	if at, _, ok := deeper(d.Fields, name); ok {
		return "none there, but one at " + a.path(at)
	}
	return "none"
}

// isAbsent reports whether a field is missing, null or blank.
func isAbsent(value any) bool {
	s, isText := value.(string)
	return value == nil || isText && isBlank(s)
}

// present judges a field that has a requirement of its own. One of another type is left to the shape.
func (a *answer) present(id, name string) {
	value, ok := a.doc.Fields[name]
	s, isText := value.(string)
	switch {
	case !ok || value == nil:
		a.find(id, a.doc.Pointer(name), "field "+name, a.missing(name))
	case !isText:
	case s == "":
		a.find(id, a.doc.Pointer(name), "a non-empty string", "empty")
	case isBlank(s):
		a.find(id, a.doc.Pointer(name), "a non-empty string", "only white space")
	default:
		a.check(id)
	}
}

// coerce gives the text of XML elements the type that the schema declares, where it reads as one.
func coerce(value map[string]any, shape spec.Shape) {
	for name, property := range properties(shape) {
		field, ok := value[name]
		if !ok {
			continue
		}
		s, isText := field.(string)
		switch {
		case property.Type.Is(openapi3.TypeArray):
			if _, isList := field.([]any); !isList {
				value[name] = []any{field}
			}
		case isText && (property.Type.Is(openapi3.TypeInteger) || property.Type.Is(openapi3.TypeNumber)):
			if number := json.Number(strings.TrimSpace(s)); json.Unmarshal([]byte(number), new(float64)) == nil {
				value[name] = number
			}
		case isText && property.Type.Is(openapi3.TypeBoolean) && (s == "true" || s == "false"):
			value[name] = s == "true"
		}
	}
}

// schemaErrors are the single differences in what VisitJSON returns. Their Error method is never called: it prints
// the whole body.
func schemaErrors(err error) []*openapi3.SchemaError {
	switch e := err.(type) {
	case nil:
		return nil
	case openapi3.MultiError:
		var all []*openapi3.SchemaError
		for _, one := range e {
			all = append(all, schemaErrors(one)...)
		}
		return all
	case *openapi3.SchemaError:
		var parts openapi3.MultiError
		if e.SchemaField == "allOf" && errors.As(e.Origin, &parts) {
			return schemaErrors(parts)
		}
		return []*openapi3.SchemaError{e}
	default:
		return []*openapi3.SchemaError{{Reason: fmt.Sprint(err)}}
	}
}
