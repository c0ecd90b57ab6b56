package spec

import (
	"fmt"
	"reflect"

	"github.com/getkin/kin-openapi/openapi3"
)

// operation is what one method of the path / says.
type operation struct {
	method  string
	line    int
	request request
	answers answers
}

// readOperations fills c from GET / and POST /. They describe the same operation, so what both say must agree.
func readOperations(c *Contract, src *source, doc *openapi3.T) error {
	item := doc.Paths.Value("/")
	if item == nil {
		return src.fault(src.line("/paths"), "no path /", "describe the operation under paths, /, get")
	}
	var read []operation
	for _, m := range []struct {
		method string
		op     *openapi3.Operation
	}{{"get", item.Get}, {"post", item.Post}} {
		if m.op == nil {
			continue
		}
		op, err := readOperation(src, item, m.method, m.op)
		if err != nil {
			return err
		}
		read = append(read, op)
	}
	if len(read) == 0 {
		return src.fault(src.line("/paths/~1"), "path / has neither get nor post",
			"describe the operation under one of them, or both")
	}
	first := read[0]
	if err := checkVersion(src, doc, first.request.version); err != nil {
		return err
	}
	if len(read) == 2 {
		if what := first.differsFrom(read[1]); what != "" {
			return src.fault(read[1].line, what+" of post are not those of get",
				"describe them once and refer to them from both")
		}
	}
	c.Operation, c.APIVersion = first.request.action, doc.Info.Version
	c.Group, c.Instances = first.request.group, first.request.instances
	c.Success, c.Errors, c.ErrorAnswer = first.answers.success, first.answers.errors, first.answers.other
	return nil
}

func readOperation(src *source, item *openapi3.PathItem, method string, op *openapi3.Operation) (operation, error) {
	o := operation{method: method, line: lineOf(op.Origin)}
	var err error
	if o.request, err = readRequest(src, o.line, fieldsOf(item, op)); err != nil {
		return o, err
	}
	o.answers, err = readAnswers(src, o.line, op.Responses)
	return o, err
}

// checkVersion compares the value of the parameter Version with the version of the description.
func checkVersion(src *source, doc *openapi3.T, version field) error {
	if doc.Info.Version == version.only() {
		return nil
	}
	return src.fault(version.line, fmt.Sprintf("parameter Version is %q, but info.version is %q", version.only(),
		doc.Info.Version),
		"make them the same edition of the API")
}

// differsFrom names the first thing in which two methods differ, "" when they agree. Lines may differ.
func (o operation) differsFrom(other operation) string {
	a, b := o.request, other.request
	switch {
	case a.action != b.action || a.version.only() != b.version.only():
		return "Action and Version"
	case a.group.Required != b.group.Required:
		return "the parameters " + a.group.Name
	case a.instances.Prefix != b.instances.Prefix || a.instances.Max != b.instances.Max ||
		a.instances.Required != b.instances.Required:
		return "the parameters " + a.instances.Prefix + ".N"
	case !reflect.DeepEqual(withoutLines(o.answers.errors), withoutLines(other.answers.errors)):
		return "the named errors"
	case !sameShape(o.answers.success, other.answers.success):
		return "the shapes of the success answer"
	case !sameShape(o.answers.other, other.answers.other):
		return "the shapes of the error answers"
	}
	return ""
}

func withoutLines(errors []ErrorCode) map[string]ErrorCode {
	byCode := map[string]ErrorCode{}
	for _, e := range errors {
		e.Line = 0
		byCode[e.Code] = e
	}
	return byCode
}
