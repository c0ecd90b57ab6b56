package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The fields by which answers are told apart.
const (
	fieldRequestID = "RequestId"
	fieldActivity  = "ScalingActivityId"
	fieldCode      = "Code"
	fieldMessage   = "Message"
)

// successCodes are values of Code that clients of the gateway do not take for an error.
var successCodes = []string{"200", "OK", "Success", "success"}

func isSuccess(status int) bool {
	return status >= http.StatusOK && status < http.StatusMultipleChoices
}

func isClientError(status int) bool {
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError
}

// decide tells what the target did. A status that is not 2xx refuses. With 2xx the body decides: one that looks like an error refuses,
// any other object or element accepts, and of a body that cannot be read nothing is known. errorRoot is the root element of an error.
func decide(status int, d *document, errorRoot string) Outcome {
	switch {
	case !isSuccess(status):
		return Refused
	case d == nil:
		return ""
	case errorCode(d) != "":
		return Refused
	case !isBlank(text(d.fields[fieldActivity])):
		return Accepted // whatever its root is called
	case errorRoot != "" && strings.EqualFold(d.root.name, errorRoot):
		return Refused
	case d.whole && d.fields != nil:
		return Accepted
	default:
		return ""
	}
}

// errorCode is the code of an error, also of one that stands inside a wrapper; "" when the body holds none.
func errorCode(d *document) string {
	code, ok := scalar(d.fields[fieldCode])
	if _, accepted := d.fields[fieldActivity]; !ok && !accepted {
		_, value, _ := deeper(d.fields, fieldCode)
		code, _ = scalar(value)
	}
	if isBlank(code) || slices.Contains(successCodes, code) {
		return ""
	}
	return code
}

// rule judges the decision.
func (a *answer) rule() {
	if a.want.Outcome == Either || a.want.Outcome == a.decision {
		return // accepted and refused say more of a right decision
	}
	if a.decision == "" && a.doc == nil {
		return // a broken exchange, which is reported already
	}
	a.find(a.want.Rule, "", a.wanted(), a.summary())
}

// formatRefused finds a call that was refused for its Format, or for having none: both are right (facts, section 1).
// Without this, such an answer would only count against what the call was about.
func (a *answer) formatRefused() {
	if a.doc == nil || a.want.Code != "" && errorCode(a.doc) == a.want.Code || slices.Contains(a.want.Codes, errorCode(a.doc)) {
		return
	}
	code, message := errorCode(a.doc), text(a.doc.fields[fieldMessage])
	if aboutFormat(code, message) {
		wanted := "Format=" + a.want.Format.Parameter() + " to be understood"
		if a.want.Format == "" {
			wanted = "a call without Format to be understood"
		}
		a.find(formatRequirement(a.want), "", wanted, a.summary())
	}
}

// aboutFormat tells a refusal of the Format from others, such as InvalidTimeStamp.Format.
func aboutFormat(code, message string) bool {
	switch code {
	case "InvalidParameter.Format", "MissingParameter.Format", "MissingFormat", "InvalidFormat", "UnsupportedFormat":
		return true
	case "InvalidParameter", "MissingParameter", "UnsupportedParameter":
		return slices.ContainsFunc(strings.Fields(message), func(word string) bool {
			return strings.Trim(word, ".,:;"+quotes) == "Format"
		})
	}
	return false
}

// wanted is the demanded decision in words.
func (a *answer) wanted() string {
	if a.want.Outcome == Accepted {
		return fmt.Sprintf("the call accepted with HTTP %d", a.successStatus())
	}
	e, ok := a.want.Contract.Error(a.want.Code)
	switch {
	case ok:
		return fmt.Sprintf("a refusal with HTTP %d %s", e.Status, e.Code)
	case a.want.Code != "":
		return "a refusal with " + a.want.Code
	default:
		return "a refusal with HTTP 4xx"
	}
}

// summary is the answer in one sentence: status, code and message, or what came instead of them.
func (a *answer) summary() string {
	status := fmt.Sprintf("HTTP %d", a.resp.Status)
	if location := a.resp.Header.Get("Location"); location != "" && !isSuccess(a.resp.Status) && !isClientError(a.resp.Status) {
		return status + " to " + quoted(location)
	}
	d := a.doc
	switch {
	case d == nil:
		return status
	case errorCode(d) != "":
		message := text(d.fields[fieldMessage])
		if message == "" {
			_, value, _ := deeper(d.fields, fieldMessage)
			message = text(value)
		}
		if message != "" {
			message = ": " + message
		}
		return status + " " + printable(errorCode(d), maxExcerpt) + message
	case !isBlank(text(d.fields[fieldActivity])):
		return status + ", accepted with " + fieldActivity + " " + text(d.fields[fieldActivity])
	case d.kind == kindEmpty:
		return status + " and an empty body"
	case d.kind == kindXML && d.root.name != "":
		return status + " and <" + d.root.String() + ">"
	default:
		return status + " and " + string(d.kind) + " " + quoted(strings.TrimSpace(d.text))
	}
}
