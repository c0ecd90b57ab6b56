package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// readShape reads the schema of a body.
func readShape(src *source, f Format, media *openapi3.MediaType) (Shape, error) {
	if media.Schema == nil || media.Schema.Value == nil {
		return Shape{}, src.fault(lineOf(media.Origin), "no schema for "+f.mediaTypes()[0],
			"refer to the schema of the answer")
	}
	schema := media.Schema.Value
	s := Shape{Schema: schema, Line: lineOf(schema.Origin)}
	if !schema.Type.Is(openapi3.TypeObject) {
		return s, src.fault(s.Line, "the schema of an answer is not of type object", "write type: object")
	}
	if f == XML {
		if schema.XML == nil || schema.XML.Name == "" {
			return s, src.fault(s.Line, "the schema of an answer in XML has no root element",
				"write its name as xml, name")
		}
		s.Root = schema.XML.Name
	}
	var err error
	s.Recommended, err = readRecommended(src, schema)
	return s, err
}

// readRecommended reads x-recommended: fields whose absence is a warning.
func readRecommended(src *source, schema *openapi3.Schema) ([]string, error) {
	const key = "x-recommended"
	value, ok := schema.Extensions[key]
	if !ok {
		return nil, nil
	}
	line := lineOf(schema.Origin)
	if schema.Origin != nil {
		if l, ok := schema.Origin.Fields.Lookup(key); ok {
			line = l.Line
		}
	}
	list, ok := value.([]any)
	if !ok {
		return nil, src.fault(line, key+" is not a list", "write a list of names of properties")
	}
	var names []string
	for _, item := range list {
		name, _ := item.(string)
		if schema.Properties[name] == nil {
			return nil, src.fault(line, fmt.Sprintf("%s has %v, which is not a property", key, item),
				"write names of the schema's properties")
		}
		names = append(names, name)
	}
	return names, nil
}

// checkSameFields refuses an answer whose formats have different fields.
func checkSameFields(src *source, a Answer) error {
	inJSON := slices.Sorted(maps.Keys(a.Shape[JSON].Schema.Properties))
	inXML := slices.Sorted(maps.Keys(a.Shape[XML].Schema.Properties))
	if slices.Equal(inJSON, inXML) {
		return nil
	}
	return src.fault(a.Shape[XML].Line,
		fmt.Sprintf("the XML answer has the fields %q and the JSON answer %q", inXML, inJSON),
		"give both formats the same schema")
}

// sameShape tells whether two answers have the same schemas, wherever these stand.
func sameShape(a, b Answer) bool {
	for _, f := range Formats() {
		x, y := a.Shape[f].Schema, b.Shape[f].Schema
		if x == y {
			continue
		}
		xs, errX := json.Marshal(x)
		ys, errY := json.Marshal(y)
		if errX != nil || errY != nil || string(xs) != string(ys) {
			return false
		}
	}
	return true
}
