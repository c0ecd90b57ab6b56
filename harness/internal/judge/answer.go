package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/internal/body"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

const wellFormed = "wire.well-formed"

// answer is one answer while it is judged.
type answer struct {
	*sheet
	want        Expectation
	resp        *wire.Response // its doc is nil when no body could be read
	decision    Outcome
	bodyChecked bool
}

// Answer judges one answer and returns every difference that it finds, bounded. It never panics, whatever came.
//
// A field that is missing or empty goes to the requirement that is about it, and its type to the shape: RequestId
// to response.request-id, ScalingActivityId to activity.accepted. A wrong decision is one finding on want.Rule;
// what only follows from it is not repeated.
//
// want.Rule is noted as checked when the call was accepted, or refused with the documented code, or with any 4xx
// where no code is documented. So name a rule that such an answer alone can satisfy.
func Answer(want Expectation, got wire.Exchange) Judgement {
	if want.Contract == nil {
		want.Contract = &spec.Contract{}
	}
	a := &answer{sheet: newSheet(want.Contract), want: want, resp: got.Response}
	rightFormat := a.read(got)
	if a.resp == nil {
		return a.judgement()
	}
	a.decision = decide(a.resp.Status, a.doc, want.Contract.ErrorAnswer.Shape[spec.XML].Root)
	a.rule()
	switch a.decision {
	case Accepted:
		a.accepted(rightFormat)
	case Refused:
		a.refused(rightFormat)
	default:
		a.undecided(rightFormat)
	}
	return a.judgement()
}

func (a *answer) judgement() Judgement {
	j := Judgement{
		Findings: a.findings, Decision: a.decision, Checked: a.checked, BodyChecked: a.bodyChecked, Fields: Fields{},
	}
	if a.doc != nil {
		j.Fields = scalars(a.doc.Fields)
	}
	return j
}

// read judges what is said of every answer: that it is whole, its encoding and its format. It is false when the
// format is wrong.
func (a *answer) read(got wire.Exchange) (rightFormat bool) {
	a.check(wellFormed)
	switch {
	case got.Failure != "":
		a.find(wellFormed, "", "a whole answer", got.Failure)
		return false
	case a.resp == nil:
		a.find(wellFormed, "", "a whole answer", "none")
		return false
	case a.resp.Truncated || len(a.resp.Body) > maxBody:
		a.find(wellFormed, "", fmt.Sprintf("a body of at most %d bytes", maxBody), "a longer one")
		return false
	}
	if len(a.resp.Surplus) > 0 {
		a.find(wellFormed, "", "nothing after the body", quoted(string(a.resp.Surplus)))
	}
	raw, p, ok := content(a.resp, a.want.GzipAccepted)
	if p != nil {
		a.find(wellFormed, p.pointer, p.want, p.got)
	}
	if !ok {
		return false
	}
	values := a.resp.Header.Values("Content-Type")
	a.doc = body.Decode(raw, body.Options{Charset: body.Charset(values), Once: declared(a.want.Contract)})
	for _, p := range a.doc.Problems {
		a.findAt(wellFormed, p.Pointer, p.At, p.Want, p.Got)
	}
	return a.format(values)
}

// bodyFormat is the format whose shape is judged: the one asked for, or else the one that came.
func (a *answer) bodyFormat() spec.Format {
	if a.want.Format == "" && a.doc != nil {
		return formatOf(a.doc.Kind)
	}
	return a.want.Format
}

func (a *answer) successStatus() int {
	if status := a.want.Contract.Success.Status; status != 0 {
		return status
	}
	return http.StatusOK
}

// accepted judges an answer that accepts the call.
func (a *answer) accepted(rightFormat bool) {
	if a.want.Outcome == Accepted {
		a.check(a.want.Rule)
	}
	id := "response.success." + string(a.bodyFormat())
	if status := a.successStatus(); a.resp.Status != status {
		a.find(id, "status", fmt.Sprintf("HTTP %d", status), strconv.Itoa(a.resp.Status))
	}
	if !a.doc.Whole {
		return
	}
	a.requestID()
	a.present("activity.accepted", fieldActivity)
	if rightFormat {
		a.shape(id, a.want.Contract.Success.Shape[a.bodyFormat()], fieldRequestID, fieldActivity)
	}
}

// refused judges an answer that refuses the call.
func (a *answer) refused(rightFormat bool) {
	if a.want.Outcome == Refused {
		if a.want.Code != "" {
			a.documented()
		} else {
			a.undocumented()
		}
	}
	if a.doc == nil {
		return
	}
	a.formatRefused()
	id := "response.error." + string(a.bodyFormat())
	if a.doc.Whole && a.doc.Fields != nil {
		a.requestID()
		a.check("response.error-has-no-activity")
		if activity := a.doc.Fields[fieldActivity]; !isAbsent(activity) {
			a.find("response.error-has-no-activity", a.doc.Pointer(fieldActivity),
				"no "+fieldActivity+" in an error answer", typeName(activity))
		}
	}
	if rightFormat {
		a.shape(id, a.want.Contract.ErrorAnswer.Shape[a.bodyFormat()], fieldRequestID)
	}
}

// documented judges status, code and message against the description.
func (a *answer) documented() {
	code := a.want.Code
	documented, known := a.want.Contract.Error(code)
	if known {
		id := "error.status." + code
		a.check(id)
		if a.resp.Status != documented.Status {
			a.find(id, "", fmt.Sprintf("HTTP %d", documented.Status), strconv.Itoa(a.resp.Status))
		}
	}
	if a.doc == nil || !a.doc.Whole {
		return
	}
	if got, ok := a.errorField("error.code."+code, fieldCode, code); ok {
		if got == code {
			a.check(a.want.Rule)
		} else {
			a.find("error.code."+code, a.doc.Pointer(fieldCode), code, codeProblem(code, got))
		}
	}
	if !known {
		return
	}
	id := "error.message." + code
	if got, ok := a.errorField(id, fieldMessage, quotedMessage(documented.Message)); ok {
		if want, got, same := messageProblem(documented.Message, a.want.ID, got); !same {
			a.find(id, a.doc.Pointer(fieldMessage), want, got)
		}
	}
}

// errorField is a top-level text field of an error. That it is missing is a finding on id, unless it stands in a
// wrapper, of which the shape speaks; so it does of a value of another type.
func (a *answer) errorField(id, name, want string) (string, bool) {
	if a.doc.Fields == nil {
		return "", false
	}
	value, ok := a.doc.Fields[name]
	if !ok || value == nil {
		if _, _, wrapped := deeper(a.doc.Fields, name); !wrapped {
			a.find(id, a.doc.Pointer(name), want, "no "+name)
		}
		return "", false
	}
	s, isText := value.(string)
	if isText {
		a.check(id)
	}
	return s, isText
}

// undocumented judges a refusal for which no document of the operation prints code and status.
func (a *answer) undocumented() {
	rule, status := a.want.Rule, a.resp.Status
	if !isClientError(status) {
		a.find(rule, "", "a refusal with HTTP 4xx", a.summary())
		return
	}
	a.check(rule)
	if len(a.want.Statuses) > 0 && !slices.Contains(a.want.Statuses, status) {
		known := make([]string, len(a.want.Statuses))
		for i, status := range a.want.Statuses {
			known[i] = strconv.Itoa(status)
		}
		a.warn(rule, "status", "HTTP "+strings.Join(known, " or "), strconv.Itoa(status))
	}
	if len(a.want.Codes) == 0 || a.doc == nil || !a.doc.Whole || a.doc.Fields == nil {
		return
	}
	if code, ok := scalar(a.doc.Fields[fieldCode]); ok && !slices.Contains(a.want.Codes, code) {
		a.warn(rule, a.doc.Pointer(fieldCode), strings.Join(a.want.Codes, " or "), printable(code, maxExcerpt))
	}
}

// undecided judges an answer with a good status whose body tells nothing. Where a refusal was wanted, the rule says
// it all.
func (a *answer) undecided(rightFormat bool) {
	switch {
	case a.want.Outcome == Refused:
		if documented, known := a.want.Contract.Error(a.want.Code); known && a.doc == nil {
			a.find("error.status."+a.want.Code, "", fmt.Sprintf("HTTP %d", documented.Status),
				strconv.Itoa(a.resp.Status))
		}
	case rightFormat && a.doc != nil:
		format := a.bodyFormat()
		a.shape("response.success."+string(format), a.want.Contract.Success.Shape[format])
	}
}

// requestID judges the RequestId of an answer, and that each such header that is sent repeats it (facts, section 3).
func (a *answer) requestID() {
	a.present(requestIDRequirement, fieldRequestID)
	headers := a.resp.Header.Values("x-acs-request-id")
	id, ok := a.doc.Fields[fieldRequestID].(string)
	if !ok || isBlank(id) || len(headers) == 0 || slices.Equal(headers, []string{""}) {
		return
	}
	a.check("header.request-id")
	for _, header := range headers {
		if header != id {
			a.find("header.request-id", "header x-acs-request-id", quoted(id)+", the RequestId of the body",
				quoted(header))
		}
	}
}
