package spec

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// groupParameter is the name of the scaling group's parameter, the same in every edition of the API.
const groupParameter = "ScalingGroupId"

// numbered is the name of an element of a list on the wire (document: request parameters, InstanceId.N).
var numbered = regexp.MustCompile(`^(.+)\.([1-9][0-9]{0,3})$`)

// field is one parameter on the wire, in the query or in a form body.
type field struct {
	name     string
	required bool
	enum     []any
	line     int
}

// only is the single value that the parameter can have; "" when there is not exactly one.
func (f field) only() string {
	if len(f.enum) != 1 {
		return ""
	}
	s, _ := f.enum[0].(string)
	return s
}

// request is what an operation says of the request.
type request struct {
	action    string
	version   field
	group     Parameter
	instances RepeatList
}

// fieldsOf collects the parameters of an operation: those of the path, its own, and the fields of its form body.
func fieldsOf(item *openapi3.PathItem, op *openapi3.Operation) []field {
	var fields []field
	for _, p := range slices.Concat(item.Parameters, op.Parameters) {
		if p.Value.In != openapi3.ParameterInQuery {
			continue
		}
		f := field{name: p.Value.Name, required: p.Value.Required, line: lineOf(p.Value.Origin)}
		if p.Value.Schema != nil {
			f.enum = p.Value.Schema.Value.Enum
		}
		fields = append(fields, f)
	}
	if op.RequestBody == nil {
		return fields
	}
	form := op.RequestBody.Value.Content["application/x-www-form-urlencoded"]
	if form == nil || form.Schema == nil {
		return fields
	}
	for name, p := range form.Schema.Value.Properties {
		line := lineOf(p.Value.Origin)
		if p.Origin != nil { // of the $ref itself, which is nearer than its target
			line = lineOf(p.Origin)
		}
		fields = append(fields, field{name, slices.Contains(form.Schema.Value.Required, name), p.Value.Enum, line})
	}
	return fields
}

// readRequest finds among the fields the parameters that a run depends on. line is that of the operation.
func readRequest(src *source, line int, fields []field) (request, error) {
	named := map[string]field{}
	for _, f := range fields {
		named[f.name] = f
	}
	var r request
	for _, name := range []string{"Action", "Version"} {
		f, ok := named[name]
		if !ok {
			return r, src.fault(line, "no parameter "+name, "add it, with an enum of its one value")
		}
		if f.only() == "" {
			return r, src.fault(f.line, fmt.Sprintf("parameter %s has %d values", name, len(f.enum)),
				"give it an enum of exactly one string")
		}
	}
	r.action, r.version = named["Action"].only(), named["Version"]
	group, ok := named[groupParameter]
	if !ok {
		return r, src.fault(line, "no parameter "+groupParameter, "add the parameter that names the scaling group")
	}
	r.group = Parameter{Name: group.name, Required: group.required, Line: group.line}
	var err error
	r.instances, err = readRepeatList(src, line, fields)
	return r, err
}

// element is one numbered parameter.
type element struct {
	field
	prefix string
	n      int
}

// readRepeatList finds the one list that is numbered on the wire from 1 without gaps.
func readRepeatList(src *source, line int, fields []field) (RepeatList, error) {
	var elements []element
	for _, f := range fields {
		if m := numbered.FindStringSubmatch(f.name); m != nil {
			n, _ := strconv.Atoi(m[2]) // at most four digits, by the pattern
			elements = append(elements, element{f, m[1], n})
		}
	}
	if len(elements) == 0 {
		return RepeatList{}, src.fault(line, "no numbered parameters for the instances",
			"add InstanceId.1, InstanceId.2 and so on")
	}
	slices.SortFunc(elements, func(a, b element) int {
		return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.line, b.line), cmp.Compare(a.name, b.name))
	})
	first := elements[0]
	for i, e := range elements {
		switch {
		case e.prefix != first.prefix:
			return RepeatList{}, src.fault(e.line,
				fmt.Sprintf("numbered parameters with two names, %s and %s", first.name, e.name),
				"keep the one list that names the instances")
		case e.n > i+1:
			return RepeatList{}, src.fault(e.line,
				fmt.Sprintf("%s follows, but %s.%d is missing", e.name, first.prefix, i+1),
				"number the parameters from 1 without gaps")
		case e.n <= i:
			return RepeatList{}, src.fault(e.line, fmt.Sprintf("%s stands twice", e.name), "keep one of them")
		case i > 0 && e.required:
			return RepeatList{}, src.fault(e.line, e.name+" is required", "only the first of a list may be required")
		}
	}
	return RepeatList{Prefix: first.prefix, Max: len(elements), Required: first.required, Line: first.line}, nil
}
