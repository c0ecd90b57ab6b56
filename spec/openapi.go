package spec

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// parseDescription reads data as OpenAPI 3 and validates it, examples included.
func parseDescription(src *source, data []byte) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	// The comment makes a description in JSON be read as YAML: the library records lines for YAML only.
	text := append(append([]byte{}, data...), "\n# end\n"...)
	var doc *openapi3.T
	err := guard(func() (err error) {
		doc, err = loader.LoadFromData(text)
		return err
	})
	if err != nil {
		line, message := src.shapeError(err)
		return nil, src.fault(line, "not an OpenAPI description: "+message, "write what OpenAPI 3.0 asks for")
	}
	err = guard(func() error { return doc.Validate(context.Background()) })
	if err != nil {
		return nil, src.fault(lineOf(originOf(err)), "invalid OpenAPI: "+validationMessage(err),
			"write what OpenAPI 3.0 asks for")
	}
	return doc, nil
}

// shapeMismatch is how the library says that a value has the wrong type.
var shapeMismatch = regexp.MustCompile(`cannot unmarshal (\w+) into (?:Go struct )?field (?:\w+\.)*([^ .]+) of type`)

// shapeError is the line and the message of an error of the loader. The library gives no line here, but the name of the
// field and the kind of the value that it found.
func (s *source) shapeError(err error) (int, string) {
	message := oneLine(err.Error())
	if _, after, found := strings.Cut(message, "yaml error: "); found {
		message = after
	}
	message = strings.TrimPrefix(message, "error converting YAML to JSON: ")
	line := 0
	if m := shapeMismatch.FindStringSubmatch(message); m != nil {
		line = s.lineOfField(m[2], m[1])
		message = fmt.Sprintf("%s cannot be of type %s", m[2], m[1])
	}
	return line, message
}

// validationMessage is a validation error on one line. For an example it says which field is wrong, without the copy of
// the schema that the library prints.
func validationMessage(err error) string {
	var example *openapi3.MediaTypeExampleValidationError
	var schema *openapi3.SchemaError
	if errors.As(err, &schema) {
		where := "a value"
		if errors.As(err, &example) {
			where = "example " + example.ExampleName
		}
		return fmt.Sprintf("%s does not match its schema: %s (at /%s)", where, oneLine(schema.Reason),
			strings.Join(schema.JSONPointer(), "/"))
	}
	return oneLine(err.Error())
}

// originOf is the most exact place that a validation error knows. The library's error types have no method for it in
// common, but a field Origin.
func originOf(err error) *openapi3.Origin {
	if err == nil {
		return nil
	}
	switch wrapped := err.(type) {
	case interface{ Unwrap() error }:
		if o := originOf(wrapped.Unwrap()); o != nil {
			return o
		}
	case interface{ Unwrap() []error }:
		for _, e := range wrapped.Unwrap() {
			if o := originOf(e); o != nil {
				return o
			}
		}
	}
	v := reflect.Indirect(reflect.ValueOf(err))
	if v.Kind() != reflect.Struct {
		return nil
	}
	f := v.FieldByName("Origin")
	if !f.IsValid() || !f.CanInterface() {
		return nil
	}
	o, _ := f.Interface().(*openapi3.Origin)
	return o
}

// lineOf is the line of an origin; 0 when it is not known.
func lineOf(o *openapi3.Origin) int {
	if o == nil || o.Key == nil {
		return 0
	}
	return o.Key.Line
}
