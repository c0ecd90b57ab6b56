package defect

import (
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/essconform/essconform/harness/mock"
)

// format replaces the choice of the format.
func format(choose func(q *mock.Request, f mock.Format, ok bool) (mock.Format, bool)) seam {
	return func(r *mock.Rules) {
		next := r.Format
		r.Format = func(q *mock.Request) (mock.Format, bool) {
			f, ok := next(q)
			if q.Param("Action") != operation {
				return f, ok
			}
			return choose(q, f, ok)
		}
	}
}

// always answers in one format whenever the request says so.
func always(f mock.Format, when func(*mock.Request) bool) seam {
	return format(func(q *mock.Request, chosen mock.Format, ok bool) (mock.Format, bool) {
		if when(q) {
			return f, true
		}
		return chosen, ok
	})
}

func anyRequest(*mock.Request) bool { return true }
func isGET(q *mock.Request) bool    { return q.Method == http.MethodGet }
func isPOST(q *mock.Request) bool   { return q.Method == http.MethodPost }

func isLower(q *mock.Request) bool {
	f := q.Param("Format")
	return f != "" && f == strings.ToLower(f)
}

func noFormat(q *mock.Request) bool { return q.Param("Format") == "" }

// as renders an answer in another format, Content-Type included.
func as(f mock.Format) func(*mock.Answer) {
	return func(a *mock.Answer) {
		a.Format = f
		a.Header.Set("Content-Type",
			map[mock.Format]string{mock.JSON: "application/json;charset=utf-8", mock.XML: "text/xml;charset=utf-8"}[f])
	}
}

// formats answers in a format that was not asked for.
func formats() []single {
	return []single{
		{"format.always-json", on("format.xml"), "Format is ignored: JSON comes", always(mock.JSON, anyRequest)},
		{"format.always-xml", on("format.json"), "Format is ignored: XML comes", always(mock.XML, anyRequest)},
		{
			"format.swapped", on("format.xml", "format.json"), "JSON comes for XML and XML for JSON",
			format(func(_ *mock.Request, f mock.Format, ok bool) (mock.Format, bool) {
				return map[mock.Format]mock.Format{mock.JSON: mock.XML, mock.XML: mock.JSON}[f], ok
			}),
		},
		{
			"format.ignored-by-post", on("format.xml"), "by POST Format is ignored: JSON comes",
			always(mock.JSON, isPOST),
		},
		{"format.ignored-by-get", on("format.json"), "by GET Format is ignored: XML comes", always(mock.XML, isGET)},
		{"format.ignored-later", on("format.xml"), "from the third call on JSON comes", func(r *mock.Rules) {
			var count atomic.Int64
			always(mock.JSON, func(*mock.Request) bool { return count.Add(1) >= 3 })(r)
		}},
		{"format.errors-in-json", on("format.xml"), "errors are always in JSON", answer(as(mock.JSON), refused)},
		{"format.errors-in-xml", on("format.json"), "errors are always in XML", answer(as(mock.XML), refused)},
		{"format.success-in-xml", on("format.json"), "success is always in XML", answer(as(mock.XML), accepted)},
		{"format.success-in-json", on("format.xml"), "success is always in JSON", answer(as(mock.JSON), accepted)},
		{
			"format.unauthorized-in-xml", on("format.json"), "Forbidden.Unauthorized is always in XML",
			answer(as(mock.XML), coded("Forbidden.Unauthorized")),
		},
		{"format.not-found-page", on("format.xml", "format.json"), "a page of HTML comes with status 404", both(
			answer(func(a *mock.Answer) { a.Header.Set("Content-Type", "text/html") }, of404),
			body(instead(page), of404),
		)},
		{"format.plain-text-errors", on("format.xml", "format.json"), "errors are a line of text", both(
			answer(func(a *mock.Answer) { a.Header.Set("Content-Type", "text/plain") }, refused),
			body(instead("The request failed."), refused),
		)},
		{
			"format.lower-case-ignored", on("format.case"), "Format=xml is ignored: JSON comes",
			always(mock.JSON, isLower),
		},
		{
			"format.lower-case-xml-for-json", on("format.case"), "Format=json is ignored: XML comes",
			always(mock.XML, isLower),
		},
		{
			"format.lower-case-refused", on("format.case"), "Format in lower case is refused",
			format(func(q *mock.Request, f mock.Format, ok bool) (mock.Format, bool) {
				return f, ok && !isLower(q)
			}),
		},
		{
			"format.lower-case-success", on("format.case"), "Format=xml is ignored for success: JSON comes",
			answer(as(mock.JSON), accepted, requested(isLower)),
		},
		{
			"format.lower-case-errors", on("format.case"), "Format=xml is ignored for errors: JSON comes",
			answer(as(mock.JSON), refused, requested(isLower)),
		},
		{
			"format.absent-refused", on("detach.one", "format.default"), "a call without Format is refused",
			format(func(q *mock.Request, f mock.Format, ok bool) (mock.Format, bool) {
				return f, ok && !noFormat(q)
			}),
		},
		{
			"format.absent-mislabelled", on("format.default"), "without Format the JSON is called XML",
			answer(contentType("text/xml;charset=utf-8"), requested(noFormat)),
		},
		{"format.absent-page", on("format.default"), "without Format a page of HTML comes", both(
			answer(contentType("text/html"), requested(noFormat)), body(instead(page), requested(noFormat)),
		)},
		{
			"format.absent-success-mislabelled", on("format.default"),
			"without Format the JSON of success is called HTML",
			answer(contentType("text/html"), accepted, requested(noFormat)),
		},
		{
			"format.absent-error-mislabelled", on("format.default"),
			"without Format the JSON of an error is called HTML",
			answer(contentType("text/html"), refused, requested(noFormat)),
		},
		{
			"format.fewer-fields-in-xml", on("format.same-answer"), "XML has no RequestId",
			answer(without(requestID), inXML),
		},
		{
			"format.message-differs", on("format.same-answer"),
			"the message of an unknown instance is another one in XML",
			answer(set("Message", "No such instance."), inXML, coded("InvalidInstanceId.NotFound")),
		},
		{
			"format.status-differs", on("format.same-answer"), "an unknown group has another status in XML",
			answer(status(http.StatusBadRequest), inXML, coded("InvalidScalingGroupId.NotFound")),
		},
		{
			"format.accepted-differs", on("format.same-answer"), "success has status 202 in JSON",
			answer(status(http.StatusAccepted), inJSON, accepted),
		},
	}
}

func of404(a *mock.Answer) bool { return a.Status == http.StatusNotFound }

func contentType(value string) func(*mock.Answer) {
	return func(a *mock.Answer) { a.Header.Set("Content-Type", value) }
}

// contentTypes calls a right body something else.
func contentTypes() []single {
	return []single{
		{
			"type.none", on("format.xml", "format.json"), "there is no Content-Type",
			answer(func(a *mock.Answer) { a.Header["Content-Type"] = nil }),
		},
		{
			"type.json-as-text", on("format.json"), "JSON is called text/plain",
			answer(contentType("text/plain; charset=utf-8"), inJSON),
		},
		{
			"type.json-as-html", on("format.json"), "JSON errors are called text/html",
			answer(contentType("text/html"), inJSON, refused),
		},
		{
			"type.json-as-javascript", on("format.json"), "JSON is called application/javascript",
			answer(contentType("application/javascript"), inJSON, accepted),
		},
		{
			"type.json-as-xml", on("format.json"), "JSON is called XML",
			answer(contentType("text/xml;charset=utf-8"), inJSON),
		},
		{
			"type.xml-as-json", on("format.xml"), "XML is called JSON",
			answer(contentType("application/json;charset=utf-8"), inXML),
		},
		{
			"type.xml-as-html", on("format.xml"), "XML is called HTML",
			answer(contentType("text/html;charset=utf-8"), inXML),
		},
		{
			"type.xml-error-as-json", on("format.xml"), "an XML error by POST is called JSON",
			answer(contentType("application/json;charset=utf-8"), inXML, refused, byPOST),
		},
		{
			"type.binary", on("format.xml", "format.json"), "everything is called application/octet-stream",
			answer(contentType("application/octet-stream")),
		},
		{
			"type.two", on("format.json"), "JSON has two Content-Types",
			answer(func(a *mock.Answer) { a.Header.Add("Content-Type", "text/html") }, inJSON),
		},
		{
			"type.utf16", on("format.xml"), "the charset of XML is UTF-16 and the body is not",
			answer(contentType("text/xml;charset=utf-16"), inXML),
		},
		{
			"type.one-code", on("format.json"), "the JSON of IncorrectCapacity.MinSize is called HTML",
			answer(contentType("text/html"), inJSON, coded("IncorrectCapacity.MinSize")),
		},
	}
}
