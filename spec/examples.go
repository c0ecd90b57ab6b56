package spec

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// named is one named example in both formats.
type named struct {
	name    string
	meaning string
	line    int
	values  map[Format]map[string]any
}

// namedExamples reads the named examples of an answer, in the order of the description. Each must stand in both
// formats.
func (r *answerReader) namedExamples(response *openapi3.Response) ([]named, error) {
	names := map[string]bool{}
	for _, f := range Formats() {
		for name := range mediaOf(response, f).Examples {
			names[name] = true
		}
	}
	var all []named
	for _, name := range slices.Sorted(maps.Keys(names)) {
		n, err := r.namedExample(response, name)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(a.line, b.line) })
	return all, nil
}

// namedExample reads one named example in both formats. Its line and meaning are those of the JSON one.
func (r *answerReader) namedExample(response *openapi3.Response, name string) (named, error) {
	n := named{name: name, values: map[Format]map[string]any{}}
	for _, f := range Formats() {
		media := mediaOf(response, f)
		ref := media.Examples[name]
		if ref == nil {
			return n, r.src.fault(lineOf(media.Origin), fmt.Sprintf("no example %s in %s", name, f.mediaTypes()[0]),
				"give it in both formats")
		}
		object, ok := ref.Value.Value.(map[string]any)
		if !ok {
			return n, r.src.fault(lineOf(ref.Value.Origin), fmt.Sprintf("example %s is not an object", name),
				"write the fields of the body under value")
		}
		n.values[f] = object
		if f == JSON {
			n.meaning, n.line = cmp.Or(ref.Value.Description, ref.Value.Summary), lineOf(ref.Value.Origin)
		}
	}
	return n, nil
}

// firstExamples is the first named example of an answer in both formats, nil when there is none.
func (r *answerReader) firstExamples(response *openapi3.Response) (map[Format]map[string]any, error) {
	all, err := r.namedExamples(response)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0].values, nil
}

// codes reads the named examples of an error answer as error codes.
func (r *answerReader) codes(status int, response *openapi3.Response) ([]ErrorCode, error) {
	all, err := r.namedExamples(response)
	if err != nil {
		return nil, err
	}
	var codes []ErrorCode
	for _, n := range all {
		if status == 0 {
			return nil, r.src.fault(n.line, fmt.Sprintf("error %s stands under default", n.name),
				"move it under the status that it comes with")
		}
		e, err := r.code(status, response, n)
		if err != nil {
			return nil, err
		}
		codes = append(codes, e)
	}
	return codes, nil
}

// code reads one named example as an error code.
func (r *answerReader) code(status int, response *openapi3.Response, n named) (ErrorCode, error) {
	e := ErrorCode{Code: n.name, Status: status, Meaning: n.meaning, Line: n.line, Examples: n.values}
	for _, f := range Formats() {
		code, _ := n.values[f]["Code"].(string)
		message, _ := n.values[f]["Message"].(string)
		line := lineOf(mediaOf(response, f).Examples[n.name].Value.Origin)
		switch {
		case code != n.name:
			return e, r.src.fault(line, fmt.Sprintf("example %s has the Code %q", n.name, code),
				"name the example after its Code")
		case message == "":
			return e, r.src.fault(line, fmt.Sprintf("example %s has no Message", n.name),
				"write the documented message")
		case e.Message != "" && e.Message != message:
			return e, r.src.fault(line, fmt.Sprintf("example %s has another Message in %s", n.name, f.mediaTypes()[0]),
				"give it the same Message in both formats")
		}
		e.Message = message
	}
	return e, nil
}
