package spec

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// answers is what an operation says of its answers.
type answers struct {
	success Answer
	errors  []ErrorCode
	other   Answer // the default answer, or the shape of the first error status
}

// readAnswers reads 200, the error statuses and the default answer. line is that of the operation.
func readAnswers(src *source, line int, responses *openapi3.Responses) (answers, error) {
	var a answers
	success := responses.Value("200")
	if success == nil {
		return a, src.fault(line, "no answer 200", "describe the success answer")
	}
	r := &answerReader{src: src}
	var err error
	if a.success, err = r.answer(200, success.Value); err != nil {
		return a, err
	}
	if a.success.Examples, err = r.firstExamples(success.Value); err != nil {
		return a, err
	}
	var shapes []Answer
	byName := responses.Map()
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if name == "200" {
			continue
		}
		answer, codes, err := r.errorAnswer(name, byName[name].Value)
		if err != nil {
			return a, err
		}
		shapes = append(shapes, answer)
		a.errors = append(a.errors, codes...)
	}
	if len(a.errors) == 0 {
		return a, src.fault(line, "no error code",
			"add each error as a named example under its status, named after its code")
	}
	if a.other, err = oneShape(src, shapes); err != nil {
		return a, err
	}
	slices.SortStableFunc(a.errors, func(a, b ErrorCode) int { return cmp.Compare(a.Line, b.Line) })
	return a, checkCodes(src, a.errors)
}

// checkCodes refuses a code that stands under two statuses.
func checkCodes(src *source, codes []ErrorCode) error {
	seen := map[string]ErrorCode{}
	for _, e := range codes {
		if before, ok := seen[e.Code]; ok {
			return src.fault(e.Line,
				fmt.Sprintf("error %s stands under %d and under %d", e.Code, before.Status, e.Status),
				"keep one status for it")
		}
		seen[e.Code] = e
	}
	return nil
}

// oneShape returns the shape of all error answers: that of default, or else of the first status. An error is judged by
// its shape before its status is trusted, so there can be only one.
func oneShape(src *source, shapes []Answer) (Answer, error) {
	other := shapes[0]
	for _, s := range shapes {
		if s.Status == 0 {
			other = s
		}
	}
	for _, s := range shapes {
		if !sameShape(s, other) {
			return other, src.fault(s.Shape[JSON].Line,
				fmt.Sprintf("the error answers %s and %s have different schemas", nameOf(s), nameOf(other)),
				"give all error answers one schema")
		}
	}
	other.Status = 0
	return other, nil
}

// nameOf is an error answer's name in the description.
func nameOf(a Answer) string {
	if a.Status == 0 {
		return "default"
	}
	return strconv.Itoa(a.Status)
}

// answerReader reads single answers.
type answerReader struct{ src *source }

// answer reads the shape of an answer in both formats.
func (r *answerReader) answer(status int, response *openapi3.Response) (Answer, error) {
	a := Answer{Status: status, Shape: map[Format]Shape{}}
	for _, f := range Formats() {
		media := mediaOf(response, f)
		if media == nil {
			return a, r.src.fault(lineOf(response.Origin), fmt.Sprintf("the answer has no %s", f.mediaTypes()[0]),
				"describe it in both formats")
		}
		shape, err := readShape(r.src, f, media)
		if err != nil {
			return a, err
		}
		a.Shape[f] = shape
	}
	return a, checkSameFields(r.src, a)
}

// errorAnswer reads an answer that is not 200, and the codes that are named in it.
func (r *answerReader) errorAnswer(name string, response *openapi3.Response) (Answer, []ErrorCode, error) {
	status, err := strconv.Atoi(name)
	if name != "default" && (err != nil || status < 400 || status > 599) {
		return Answer{}, nil, r.src.fault(lineOf(response.Origin),
			fmt.Sprintf("answer %s is neither 200 nor an error", name),
			"keep 200, statuses from 400 to 599 and default")
	}
	answer, err := r.answer(status, response)
	if err != nil {
		return answer, nil, err
	}
	codes, err := r.codes(status, response)
	return answer, codes, err
}

// mediaOf is the description of the body of an answer in one format, nil when there is none.
func mediaOf(response *openapi3.Response, f Format) *openapi3.MediaType {
	for _, mediaType := range f.mediaTypes() {
		if m := response.Content[mediaType]; m != nil {
			return m
		}
	}
	return nil
}

// mediaTypes are the names of a format in a description, the usual one first (facts, section 3, headers).
func (f Format) mediaTypes() []string {
	if f == XML {
		return []string{"text/xml", "application/xml"}
	}
	return []string{"application/json"}
}
