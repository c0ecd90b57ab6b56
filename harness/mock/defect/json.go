package defect

import (
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

const (
	successJSON = "response.success.json"
	errorJSON   = "response.error.json"
)

// jsonShape breaks JSON bodies and leaves XML as it is.
func jsonShape() []single {
	return append(jsonFields(), jsonText()...)
}

// jsonFields are faults of the names, types and places of fields.
func jsonFields() []single {
	return []single{
		{
			"json.success-wrapped", on(successJSON, hasID, hasActID), "success stands in DetachInstancesResponse",
			answer(wrapped("DetachInstancesResponse"), inJSON, accepted),
		},
		{
			"json.success-in-data", on(successJSON, hasActID), "success has the activity in Data",
			answer(func(a *mock.Answer) {
				activity := value(a, activityID)
				without(activityID)(a)
				added(mock.Field{Name: "Data", Kind: mock.Object, Fields: []mock.Field{text(activityID, activity)}})(a)
			}, inJSON, accepted),
		},
		{
			"json.success-array", on(successJSON), "success is an array of one object",
			body(func(s string) string { return "[" + s + "]" }, inJSON, accepted),
		},
		{
			"json.success-string", on(successJSON), "success is a string that holds JSON",
			body(strconv.Quote, inJSON, accepted),
		},
		{
			"json.success-empty", on(successJSON, hasID, hasActID), "success is {}",
			body(instead("{}"), inJSON, accepted),
		},
		{
			"json.success-null", on(successJSON, "format.json"), "success is null",
			body(instead("null"), inJSON, accepted),
		},
		{
			"json.camel-case", on(successJSON, hasID, hasActID), "success has requestId and scalingActivityId",
			answer(func(a *mock.Answer) {
				renamed(requestID, "requestId")(a)
				renamed(activityID, "scalingActivityId")(a)
			}, inJSON, accepted),
		},
		{
			"json.request-id-number", on(successJSON, hasID), "the RequestId of success is a number",
			answer(bare(requestID, "473469"), inJSON, accepted),
		},
		{
			"json.request-id-null", on(hasID, successJSON), "the RequestId of success is null",
			answer(bare(requestID, "null"), inJSON, accepted),
		},
		{
			"json.request-id-missing", on(hasID, successJSON), "success by GET has no RequestId",
			answer(without(requestID), inJSON, accepted, byGET),
		},
		{
			"json.request-id-object", on(hasID, successJSON), "the RequestId of success is an object",
			answer(inside(requestID, "Value"), inJSON, accepted),
		},
		{
			"json.activity-id-number", on(successJSON, hasActID), "the ScalingActivityId is a number",
			answer(bare(activityID, "4711"), inJSON, accepted),
		},
		{
			"json.activity-id-null", on(hasActID, successJSON), "the ScalingActivityId is null",
			answer(bare(activityID, "null"), inJSON, accepted),
		},
		{
			"json.activity-id-missing", on(hasActID, successJSON), "success by POST has no ScalingActivityId",
			answer(without(activityID), inJSON, accepted, byPOST),
		},
		{
			"json.activity-id-list", on(successJSON, hasActID), "the ScalingActivityId is a list",
			answer(func(a *mock.Answer) {
				bare(activityID, `["`+value(a, activityID)+`"]`)(a)
			}, inJSON, accepted),
		},
		{
			"json.activity-id-renamed", on(hasActID, successJSON), "success has ScalingActivityID",
			answer(renamed(activityID, "ScalingActivityID"), inJSON, accepted),
		},
		{
			"json.error-wrapped", on(errorJSON, hasID), "errors stand in Error",
			answer(wrapped("Error"), inJSON, refused),
		},
		{
			"json.error-list", on(errorJSON, hasID), "errors stand in a list",
			body(func(s string) string { return `{"Errors":[` + s + `]}` }, inJSON, refused),
		},
		{
			"json.error-camel-case", append(everyCode("error.code."), errorJSON), "errors have code and message",
			answer(func(a *mock.Answer) {
				renamed("Code", "code")(a)
				renamed("Message", "message")(a)
			}, inJSON, refused),
		},
		{
			"json.error-request-id-missing", on(hasID, errorJSON), "errors have no RequestId",
			answer(without(requestID), inJSON, refused),
		},
		{
			"json.error-request-id-empty", on(hasID, errorJSON), "errors by POST have an empty RequestId",
			answer(set(requestID, ""), inJSON, refused, byPOST),
		},
		{
			"json.error-code-missing", append(everyCode("error.code."), errorJSON), "errors have no Code",
			answer(without("Code"), inJSON, refused),
		},
		{
			"json.error-code-number", append(everyCode("error.code."), errorJSON), "the Code is a number",
			answer(bare("Code", "40001"), inJSON, refused),
		},
		{
			"json.error-message-missing", append(everyCode("error.message."), errorJSON), "errors have no Message",
			answer(without("Message"), inJSON, refused),
		},
		{
			"json.error-message-object", append(everyCode("error.message."), errorJSON), "the Message is an object",
			answer(inside("Message", "en"), inJSON, refused),
		},
		{
			"json.error-message-null", append(everyCode("error.message."), errorJSON), "the Message is null",
			answer(bare("Message", "null"), inJSON, refused),
		},
		{
			"json.error-activity", on("response.error-has-no-activity"), "errors carry a ScalingActivityId",
			answer(added(text(activityID, "asa-none")), inJSON, refused),
		},
		{
			"json.error-success-shape", append(everyCode("error.code."), errorJSON),
			"errors have the fields of success only",
			answer(func(a *mock.Answer) {
				without("Code")(a)
				without("Message")(a)
			}, inJSON, refused),
		},
		{"json.host-id-missing", on(errorJSON), "errors have no HostId", answer(without("HostId"), inJSON, refused)},
		{
			"json.host-id-one-code", on(errorJSON), "errors for an unknown group have no HostId",
			answer(without("HostId"), inJSON, coded("InvalidScalingGroupId.NotFound")),
		},
	}
}

// jsonText are faults below the level of fields.
func jsonText() []single {
	return []single{
		{"json.request-id-twice", on(wellFormed), "RequestId stands there twice", answer(again(requestID), inJSON)},
		{"json.code-twice", on(wellFormed), "an error has two Codes", answer(again("Code"), inJSON, refused)},
		{
			"json.trailing-comma", on(wellFormed), "a comma stands behind the last field",
			body(func(s string) string { return strings.TrimSuffix(s, "}") + ",}" }, inJSON),
		},
		{
			"json.single-quotes", on(wellFormed), "single quotes instead of double ones",
			body(func(s string) string { return strings.ReplaceAll(s, `"`, "'") }, inJSON, accepted),
		},
		{
			"json.bare-names", on(wellFormed), "a name without quotes",
			body(replaced(`"RequestId"`, "RequestId"), inJSON),
		},
		{"json.comment", on(wellFormed), "a comment in the body", body(replaced("{", "{/* answer */"), inJSON)},
		{
			"json.raw-line-break", on(wellFormed), "a line break inside a string",
			body(afterValueOf("Message", "\n"), inJSON, refused),
		},
		{
			"json.unescaped-quotes", on(wellFormed), "the quotes in a message are not escaped",
			body(func(s string) string { return strings.ReplaceAll(s, `\"`, `"`) }, inJSON, refused),
		},
		{
			"json.bad-escape", on(wellFormed), "an escape that JSON does not have",
			body(afterValueOf(requestID, `\x41`), inJSON),
		},
		{"json.invalid-utf8", on(wellFormed), "a byte is not UTF-8", body(afterValueOf(requestID, "\xff"), inJSON)},
		{
			"json.lone-surrogate", on(wellFormed), "half a surrogate pair",
			body(afterValueOf("Message", `\ud800`), inJSON, refused),
		},
		{"json.byte-order-mark", on(wellFormed), "a byte order mark at the start", body(before("\ufeff"), inJSON)},
		{"json.utf16", on(wellFormed, "format.json"), "the body is in UTF-16", body(asUTF16, inJSON)},
		{
			"json.two-documents", on(wellFormed), "an empty object behind the document",
			body(after("{}"), inJSON, accepted),
		},
		{"json.text-after", on(wellFormed), "a text behind the document", body(after("\nOK"), inJSON, refused)},
		{
			"json.callback", on(wellFormed, "format.json"), "the body is a call of JSONP",
			body(func(s string) string { return "callback(" + s + ")" }, inJSON),
		},
		{
			"json.guard-prefix", on(wellFormed, "format.json"),
			"a guard against script inclusion stands before the body", body(before(")]}',\n"), inJSON, accepted),
		},
		{
			"json.cut", on(wellFormed), "the last bytes of an error are missing, and the length agrees",
			body(cutBy(3), inJSON, refused),
		},
	}
}
