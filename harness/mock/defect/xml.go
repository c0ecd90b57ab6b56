package defect

import (
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

const (
	successXML = "response.success.xml"
	errorXML   = "response.error.xml"
	wellFormed = "wire.well-formed"
	hasID      = "response.request-id"
	hasActID   = "activity.accepted"
)

// xmlShape breaks XML bodies and leaves JSON as it is.
func xmlShape() []single {
	return append(xmlFields(), xmlText()...)
}

// xmlFields are faults of the root element and of what stands below it.
func xmlFields() []single {
	return []single{
		{
			"xml.success-root-case", on(successXML), "success has the root detachInstancesResponse",
			answer(root("detachInstancesResponse"), inXML, accepted),
		},
		{
			"xml.success-root-other", on(successXML), "success has the root DetachInstancesResult",
			answer(root("DetachInstancesResult"), inXML, accepted),
		},
		{
			"xml.success-root-sibling", on(successXML), "success has the root of AttachInstances, by POST only",
			answer(root("AttachInstancesResponse"), inXML, accepted, byPOST),
		},
		{
			"xml.success-namespace", on(successXML), "success is in a namespace",
			body(replaced("<DetachInstancesResponse>",
				`<DetachInstancesResponse xmlns="http://ess.aliyuncs.com/doc/2014-08-28/">`), inXML, accepted),
		},
		{"xml.success-wrapped", on(successXML), "success stands in one more element", answer(func(a *mock.Answer) {
			wrapped("DetachInstancesResponse")(a)
			a.Root = "Response"
		}, inXML, accepted)},
		{
			"xml.success-in-data", on(successXML, hasID, hasActID), "success has its fields in <Data>",
			answer(wrapped("Data"), inXML, accepted),
		},
		{
			"xml.success-empty", on(successXML, hasID, hasActID), "success is an empty root element",
			body(instead("<DetachInstancesResponse/>"), inXML, accepted),
		},
		{
			"xml.success-attributes", on(successXML, hasID, hasActID), "success has its fields as attributes",
			body(func(s string) string {
				return strings.NewReplacer("><RequestId>", ` RequestId="`, "</RequestId><ScalingActivityId>",
					`" ScalingActivityId="`, "</ScalingActivityId>", `">`).Replace(s)
			}, inXML, accepted),
		},
		{
			"xml.request-id-case", on(successXML, hasID), "success has <requestId>",
			answer(renamed(requestID, "requestId"), inXML, accepted),
		},
		{
			"xml.request-id-missing", on(hasID, successXML), "success has no RequestId",
			answer(without(requestID), inXML, accepted),
		},
		{
			"xml.request-id-nested", on(hasID, successXML),
			"the RequestId of success stands in an element of its own",
			answer(inside(requestID, "Value"), inXML, accepted),
		},
		{
			"xml.activity-id-renamed", on(hasActID, successXML), "success has <ActivityId>",
			answer(renamed(activityID, "ActivityId"), inXML, accepted),
		},
		{
			"xml.activity-id-missing", on(hasActID, successXML), "success has no ScalingActivityId",
			answer(without(activityID), inXML, accepted),
		},
		{
			"xml.activity-id-empty", on(hasActID, successXML), "success has an empty ScalingActivityId",
			answer(set(activityID, ""), inXML, accepted),
		},
		{
			"xml.error-root-other", on(errorXML), "errors have the root ErrorResponse",
			answer(root("ErrorResponse"), inXML, refused),
		},
		{"xml.error-root-case", on(errorXML), "errors have the root error", answer(root("error"), inXML, refused)},
		{
			"xml.error-root-success", on(errorXML), "errors have the root of success",
			answer(root("DetachInstancesResponse"), inXML, refused),
		},
		{
			"xml.error-root-404", on(errorXML), "errors with status 404 have the root Errors",
			answer(root("Errors"), inXML, refused, func(a *mock.Answer) bool { return a.Status == 404 }),
		},
		{
			"xml.error-namespace", on(errorXML), "errors are in a namespace",
			body(replaced("<Error>", `<Error xmlns="urn:ess">`), inXML, refused),
		},
		{"xml.error-wrapped", on(errorXML), "errors stand in <ErrorResponse>", answer(func(a *mock.Answer) {
			wrapped("Error")(a)
			a.Root = "ErrorResponse"
		}, inXML, refused)},
		{
			"xml.error-request-id-missing", on(hasID, errorXML), "errors have no RequestId",
			answer(without(requestID), inXML, refused),
		},
		{
			"xml.error-code-renamed", append(everyCode("error.code."), errorXML), "errors have <ErrorCode>",
			answer(renamed("Code", "ErrorCode"), inXML, refused),
		},
		{
			"xml.error-code-missing", append(everyCode("error.code."), errorXML), "errors by GET have no Code",
			answer(without("Code"), inXML, refused, byGET),
		},
		{
			"xml.error-message-renamed", append(everyCode("error.message."), errorXML), "errors have <Msg>",
			answer(renamed("Message", "Msg"), inXML, refused),
		},
		{
			"xml.error-message-empty", append(everyCode("error.message."), errorXML), "errors have an empty Message",
			answer(set("Message", ""), inXML, refused),
		},
		{
			"xml.error-code-nested", append(everyCode("error.code."), errorXML),
			"the Code stands in an element of its own", answer(inside("Code", "Value"), inXML, refused),
		},
		{
			"xml.error-activity", on("response.error-has-no-activity"), "errors carry a ScalingActivityId",
			answer(added(text(activityID, "asa-none")), inXML, refused),
		},
		{"xml.request-id-twice", on(wellFormed), "RequestId stands there twice", answer(again(requestID), inXML)},
		{"xml.code-twice", on(wellFormed), "an error has two Codes", answer(again("Code"), inXML, refused)},
		{
			"xml.activity-id-twice", on(wellFormed), "success by POST has two ScalingActivityIds",
			answer(again(activityID), inXML, accepted, byPOST),
		},
		{"xml.host-id-missing", on(errorXML), "errors have no HostId", answer(without("HostId"), inXML, refused)},
	}
}

// xmlText are faults below the level of elements.
func xmlText() []single {
	const declaration = "<?xml version='1.0' encoding='UTF-8'?>"
	return []single{
		{
			"xml.unclosed", on(wellFormed), "the root element is not closed",
			body(replaced("</DetachInstancesResponse>", ""), inXML, accepted),
		},
		{
			"xml.mismatched-tags", on(wellFormed), "an end tag has another name",
			body(replaced("</Code>", "</code>"), inXML, refused),
		},
		{"xml.bare-ampersand", on(wellFormed), "an & in Recommend is not escaped", body(func(s string) string {
			return strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(s)
		}, inXML, refused)},
		{
			"xml.unknown-entity", on(wellFormed), "an entity of HTML stands in the message",
			body(afterValueOf("Message", "&nbsp;"), inXML, refused),
		},
		{"xml.unknown-prefix", on(wellFormed, errorXML), "a prefix is declared nowhere", body(func(s string) string {
			return strings.NewReplacer("<Error>", "<ess:Error>", "</Error>", "</ess:Error>").Replace(s)
		}, inXML, refused)},
		{
			"xml.control-character", on(wellFormed), "a control character stands in an id",
			body(afterValueOf(requestID, "\x01"), inXML),
		},
		{"xml.invalid-utf8", on(wellFormed), "a byte is not UTF-8", body(afterValueOf(requestID, "\xff"), inXML)},
		{
			"xml.declares-utf16", on(wellFormed, "format.xml"), "the declaration says UTF-16 of a body in UTF-8",
			body(replaced("UTF-8", "UTF-16"), inXML),
		},
		{"xml.utf16", on(wellFormed, "format.xml"), "the body is in UTF-16", body(asUTF16, inXML)},
		{
			"xml.space-before-declaration", on(wellFormed), "a line break stands before the declaration",
			body(before("\n"), inXML),
		},
		{
			"xml.text-before", on(wellFormed, "format.xml"), "a text stands before the document",
			body(before("OK "), inXML),
		},
		{"xml.text-after", on(wellFormed), "a text stands behind the document", body(after("OK"), inXML, accepted)},
		{
			"xml.two-documents", on(wellFormed), "the document comes twice",
			body(func(s string) string { return s + strings.TrimPrefix(s, declaration) }, inXML),
		},
		{"xml.two-declarations", on(wellFormed), "the declaration comes twice", body(before(declaration), inXML)},
		{
			"xml.cut", on(wellFormed), "the last bytes of an error are missing, and the length agrees",
			body(cutBy(4), inXML, refused),
		},
		{"xml.in-string", on(successXML), "success is escaped inside <string>", body(func(s string) string {
			return "<string>" + strings.NewReplacer("&", "&amp;", "<",
				"&lt;").Replace(strings.TrimPrefix(s, declaration)) + "</string>"
		}, inXML, accepted)},
		{
			"xml.escaped-twice", everyNamed("error.message."), "the quotes in a message are escaped twice",
			body(func(s string) string {
				return strings.ReplaceAll(s, "&#34;", "&amp;#34;")
			}, inXML, refused),
		},
	}
}
