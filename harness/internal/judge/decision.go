package judge

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/internal/body"
)

// The fields by which answers are told apart.
const (
	fieldRequestID = "RequestId"
	fieldActivity  = "ScalingActivityId"
	fieldCode      = "Code"
	fieldMessage   = "Message"
)

// successCodes are values of Code, in lower case, that report no error. The Node client lets some of them pass; 0
// and false are nothing to it (facts, section 7).
var successCodes = []string{"", "0", "false", "200", "ok", "success", "succeed", "succeeded", "successful", "accepted"}

// errorName is the form of all documented error codes, such as InvalidInstanceId.NotFound.
var errorName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$`)

func isSuccess(status int) bool {
	return status >= http.StatusOK && status < http.StatusMultipleChoices
}

func isClientError(status int) bool {
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError
}

// decide finds what the target did, by the status first: one that is not 2xx refuses. The Go clients and the
// command line decide by that alone, the Node client throws on a 2xx with an error's Code, too (facts, section 7).
// So with 2xx the body refuses when it holds the code of an error; beside a ScalingActivityId that takes a code in
// the form of a documented one. An element named like an error refuses, too. Any other object or element accepts,
// and of a body that cannot be read nothing is known. errorRoot is the root of an error.
func decide(status int, d *body.Document, errorRoot string) Outcome {
	switch {
	case !isSuccess(status):
		return Refused
	case d == nil:
		return ""
	case !isBlank(text(d.Fields[fieldActivity])): // whatever its root is called
		if code, _ := scalar(d.Fields[fieldCode]); isErrorCode(code) && errorName.MatchString(code) {
			return Refused
		}
		return Accepted
	case errorCode(d) != "":
		return Refused
	case errorRoot != "" && strings.EqualFold(d.Root.Name, errorRoot):
		return Refused
	case d.Whole && d.Fields != nil:
		return Accepted
	default:
		return ""
	}
}

func isErrorCode(code string) bool {
	return !slices.Contains(successCodes, strings.ToLower(strings.TrimSpace(code)))
}

// errorCode is the code of an error, also of one that stands inside a wrapper; "" when the body holds none.
func errorCode(d *body.Document) string {
	code, ok := scalar(d.Fields[fieldCode])
	if _, accepted := d.Fields[fieldActivity]; !ok && !accepted {
		_, value, _ := deeper(d.Fields, fieldCode)
		code, _ = scalar(value)
	}
	if !isErrorCode(code) {
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
	if a.doc == nil || a.want.Code != "" && errorCode(a.doc) == a.want.Code ||
		slices.Contains(a.want.Codes, errorCode(a.doc)) {
		return
	}
	code, message := errorCode(a.doc), text(a.doc.Fields[fieldMessage])
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
	location := a.resp.Header.Get("Location")
	if location != "" && !isSuccess(a.resp.Status) && !isClientError(a.resp.Status) {
		return status + " to " + quoted(location)
	}
	d := a.doc
	switch {
	case d == nil:
		return status
	case errorCode(d) != "" && a.decision != Accepted:
		message := text(d.Fields[fieldMessage])
		if message == "" {
			_, value, _ := deeper(d.Fields, fieldMessage)
			message = text(value)
		}
		if message != "" {
			message = ": " + message
		}
		return status + " " + printable(errorCode(d), maxExcerpt) + message
	case !isBlank(text(d.Fields[fieldActivity])):
		return status + ", accepted with " + fieldActivity + " " + text(d.Fields[fieldActivity])
	case d.Kind == body.Empty:
		return status + " and an empty body"
	case d.Kind == body.XML && d.Root.Name != "":
		return status + " and <" + d.Root.String() + ">"
	default:
		return status + " and " + string(d.Kind) + " " + quoted(strings.TrimSpace(d.Text))
	}
}
