package judge

import (
	"strings"
	"testing"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

// findingCase is an answer with differences. The body is rendered in both formats unless json or xml says otherwise.
type findingCase struct {
	name   string
	want   func(*spec.Contract, spec.Format) Expectation
	status int
	root   string
	fields []field
	lines  []string // <fmt> stands for the format, @Name for the pointer of a field
}

func TestFindingsInBothFormats(t *testing.T) {
	const success, failure = "DetachInstancesResponse", "Error"
	notFound := errorFields(instanceCode, instanceMessage)
	for _, tc := range []findingCase{
		{"no activity", accept, 200, success, successFields()[:1], []string{
			"activity.accepted: wanted field ScalingActivityId; got none (@ScalingActivityId)",
		}},
		{"empty activity", accept, 200, success, []field{{fieldRequestID, "r"}, {fieldActivity, ""}}, []string{
			"activity.accepted: wanted a non-empty string; got empty (@ScalingActivityId)",
		}},
		{"no request id", accept, 200, success, successFields()[1:], []string{
			"response.request-id: wanted field RequestId; got none (@RequestId)",
		}},
		{"blank request id", accept, 200, success, []field{{fieldRequestID, " \t"}, {fieldActivity, "a"}}, []string{
			"response.request-id: wanted a non-empty string; got only white space (@RequestId)",
		}},
		{
			"request id in another case", accept, 200, success,
			[]field{{"requestId", "r"}, {fieldActivity, "a"}},
			[]string{
				`response.request-id: wanted field RequestId; got none, but "requestId" (@RequestId)`,
			},
		},
		{"another 2xx", accept, 202, success, successFields(), []string{
			"response.success.<fmt>: wanted HTTP 200; got 202 (status)",
		}},
		{
			"refused instead of accepted", accept, 403, failure,
			errorFields("Forbidden.Unauthorized", "A required authorization for the specified action is not supplied."),
			[]string{
				"detach.one: wanted the call accepted with HTTP 200; got HTTP 403 Forbidden.Unauthorized: A required " +
					"authorization for the specified action is not supplied.",
			},
		},
		{
			"refused with 200 instead of accepted", accept, 200, failure, errorFields("Throttling", "Slow down."),
			[]string{
				"detach.one: wanted the call accepted with HTTP 200; got HTTP 200 Throttling: Slow down.",
			},
		},
		{
			"refused for its Format", accept, 400, failure, errorFields("InvalidParameter.Format", "No such format."),
			[]string{
				"detach.one: wanted the call accepted with HTTP 200; got HTTP 400 InvalidParameter.Format: No such " +
					"format.",
				"format.<fmt>: wanted Format=<FMT> to be understood; got HTTP 400 InvalidParameter.Format: No such " +
					"format.",
			},
		},
		{
			"refused for a parameter named in the message", accept, 400, failure,
			errorFields("MissingParameter", "The input parameter Format is missing."),
			[]string{
				"detach.one: wanted the call accepted with HTTP 200; got HTTP 400 MissingParameter: The input " +
					"parameter Format is missing.",
				"format.<fmt>: wanted Format=<FMT> to be understood; got HTTP 400 MissingParameter: The input " +
					"parameter Format is missing.",
			},
		},
		{
			"refused for another format", accept, 400, failure, errorFields("InvalidTimeStamp.Format", "Bad time."),
			[]string{
				"detach.one: wanted the call accepted with HTTP 200; got HTTP 400 InvalidTimeStamp.Format: Bad time.",
			},
		},
		{"accepted instead of refused", refuse, 200, success, successFields(), []string{
			"instance.exists: wanted a refusal with HTTP 404 InvalidInstanceId.NotFound; got HTTP 200, accepted " +
				"with ScalingActivityId asa-1",
		}},
		{"wrong status", refuse, 400, failure, notFound, []string{
			"error.status.InvalidInstanceId.NotFound: wanted HTTP 404; got 400",
		}},
		{"an error with 200", refuse, 200, failure, notFound, []string{
			"error.status.InvalidInstanceId.NotFound: wanted HTTP 404; got 200",
		}},
		{"wrong code", refuse, 404, failure, errorFields("InvalidInstance.NotFound", instanceMessage), []string{
			"error.code.InvalidInstanceId.NotFound: wanted InvalidInstanceId.NotFound; got " +
				"InvalidInstance.NotFound (@Code)",
		}},
		{
			"code in another case", refuse, 404, failure, errorFields("invalidInstanceId.NotFound", instanceMessage),
			[]string{
				`error.code.InvalidInstanceId.NotFound: wanted InvalidInstanceId.NotFound; got "invalidInstanceId.NotFound", which differs in case (@Code)`,
			},
		},
		{"code with a space", refuse, 404, failure, errorFields(instanceCode+" ", instanceMessage), []string{
			`error.code.InvalidInstanceId.NotFound: wanted InvalidInstanceId.NotFound; got "InvalidInstanceId.NotFound ", which differs in white space (@Code)`,
		}},
		{"no code", refuse, 404, failure, append(notFound[:2:2], notFound[3]), []string{
			"error.code.InvalidInstanceId.NotFound: wanted InvalidInstanceId.NotFound; got no Code (@Code)",
			"response.error.<fmt>: wanted field Code; got none (@Code)",
		}},
		{"empty message", refuse, 404, failure, errorFields(instanceCode, ""), []string{
			`error.message.InvalidInstanceId.NotFound: wanted "Instance “i-1” does not exist."; got an empty message (@Message)`,
			"response.error.<fmt>: wanted a non-empty string; got empty (@Message)",
		}},
		{"no host id", refuse, 404, failure, append(notFound[:1:1], notFound[2:]...), []string{
			"warning: response.error.<fmt>: wanted field HostId; got none (@HostId)",
		}},
		{"an activity in an error", refuse, 404, failure, append(notFound, field{fieldActivity, "asa-1"}), []string{
			`response.error-has-no-activity: wanted no ScalingActivityId in an error answer; got string "asa-1" (@ScalingActivityId)`,
		}},
		{"control characters", refuse, 404, failure, errorFields(instanceCode, "a\nb\u202ec"), []string{
			`error.message.InvalidInstanceId.NotFound: wanted "Instance “i-1” does not exist."; got "a\nb\u202ec" (@Message)`,
		}},
		{"server error", refuse, 500, failure, errorFields("InternalError", "Oops."), []string{
			"error.status.InvalidInstanceId.NotFound: wanted HTTP 404; got 500",
			"error.code.InvalidInstanceId.NotFound: wanted InvalidInstanceId.NotFound; got InternalError (@Code)",
			`error.message.InvalidInstanceId.NotFound: wanted "Instance “i-1” does not exist."; got "Oops." (@Message)`,
		}},
	} {
		for _, f := range []spec.Format{spec.XML, spec.JSON} {
			t.Run(tc.name+"/"+string(f), func(t *testing.T) {
				body, pointer := renderJSON(t, tc.fields), "/"
				if f == spec.XML {
					body, pointer = renderXML(tc.root, tc.fields), "/"+tc.root+"/"
				}
				var want []string
				for _, line := range tc.lines {
					want = append(want, strings.NewReplacer("<fmt>", string(f), "<FMT>", f.Parameter(), "(@",
						"("+pointer).Replace(line))
				}
				j := Answer(tc.want(contract(t), f), exchange(tc.status, contentTypes[f], body))
				wantLines(t, j.Findings, want...)
				if !j.BodyChecked {
					t.Error("the body was not checked")
				}
			})
		}
	}
}

// TestBodies holds what only one format can get wrong. Every case expects success, by Format f.
func TestBodies(t *testing.T) {
	const id, act = "<RequestId>r</RequestId>", "<ScalingActivityId>a</ScalingActivityId>"
	root := func(inner string) string { return "<DetachInstancesResponse>" + inner + "</DetachInstancesResponse>" }
	plain := root(id + act)
	const object = `{"RequestId":"r","ScalingActivityId":"a"}`
	const xmlType, jsonType = "a Content-Type for XML (text/xml, application/xml, …+xml)",
		"a Content-Type for JSON (application/json, text/json, …+json)"
	const notAccepted = "detach.one: wanted the call accepted with HTTP 200; got "
	for _, tc := range []struct {
		name, contentType, body string
		lines                   []string
	}{
		{"the root of an error", "text/xml", "<Error>" + id + act + "</Error>", []string{
			"response.success.xml: wanted root element <DetachInstancesResponse>; got <Error> (/Error)",
		}},
		{"text before the document", "text/xml", "ok " + plain, []string{
			`format.xml: wanted a body in XML; got text "ok <DetachInstancesResponse><RequestId>r</RequestId><ScalingActivityId>a</Scali…" with Content-Type "text/xml"`,
			`wire.well-formed: wanted one document and nothing else; got "ok <DetachInstancesResponse><RequestId>r</RequestId><ScalingActivityId>a</Scali…"`,
			notAccepted + `HTTP 200 and text "ok <DetachInstancesResponse><RequestId>r</RequestId><ScalingActivityId>a</Scali…"`,
		}},
		{"two roots", "text/xml", plain + plain, []string{
			`wire.well-formed: wanted nothing after the root element; got "<DetachInstancesResponse><RequestId>r</RequestId><ScalingActivityId>a</ScalingA…"`,
		}},
		{"text after the root", "text/xml", plain + "\nbye", []string{`wire.well-formed: wanted nothing after the root element; got "bye"`}},
		{"broken markup after the root", "text/xml", plain + "<", []string{`wire.well-formed: wanted nothing after the root element; got "<"`}},
		{"late declaration", "text/xml", "\n<?xml version='1.0'?>" + plain, []string{
			"wire.well-formed: wanted an XML declaration at the very start, or none; got one at byte 1",
		}},
		{"unclosed", "text/xml", "<DetachInstancesResponse>" + id, []string{
			"wire.well-formed: wanted a well-formed XML document; got unexpected EOF on line 1",
			notAccepted + "HTTP 200 and <DetachInstancesResponse>",
		}},
		{"wrong end tag", "text/xml", "<DetachInstancesResponse>" + id + act + "</Error>", []string{
			"wire.well-formed: wanted a well-formed XML document; got element <DetachInstancesResponse> closed by " +
				"</Error> on line 1",
			notAccepted + "HTTP 200 and <DetachInstancesResponse>",
		}},
		{"duplicate element", "text/xml", root(id + id + act), []string{
			"wire.well-formed: wanted element <RequestId> once; got it again (/DetachInstancesResponse/RequestId)",
		}},
		{"duplicate attribute", "text/xml", root(id + `<ScalingActivityId a="1" a="2">a</ScalingActivityId>`), []string{
			`wire.well-formed: wanted each attribute once; got "a" again (/DetachInstancesResponse/ScalingActivityId)`,
		}},
		{"doctype", "text/xml", "<!DOCTYPE x [<!ENTITY e \"v\">]>" + plain, []string{
			`wire.well-formed: wanted a document without a DOCTYPE; got "<!DOCTYPE x [<!ENTITY e "v">]>"`,
		}},
		{
			"entity", "text/xml",
			"<!DOCTYPE x [<!ENTITY e \"v\">]>" + root(id+"<ScalingActivityId>&e;</ScalingActivityId>"),
			[]string{
				`wire.well-formed: wanted a document without a DOCTYPE; got "<!DOCTYPE x [<!ENTITY e "v">]>"`,
				"wire.well-formed: wanted a well-formed XML document; got invalid character entity &e; on line 1",
				notAccepted + "HTTP 200 and <DetachInstancesResponse>",
			},
		},
		{"undeclared prefix", "text/xml", root(id + act + "<x:y/>"), []string{
			`wire.well-formed: wanted prefixes that are declared; got "x:y" (/DetachInstancesResponse/y)`,
		}},
		{"invalid UTF-8 in XML", "text/xml", root(id + "<ScalingActivityId>a\xff</ScalingActivityId>"), []string{
			`wire.well-formed: wanted valid UTF-8; got the bytes "\xff</Scali"`,
		}},
		{"Latin-1", "text/xml", `<?xml version="1.0" encoding="ISO-8859-1"?>` + root(id+"<ScalingActivityId>\xe9</ScalingActivityId>"), []string{
			"wire.well-formed: wanted a body in UTF-8; got a body in ISO-8859-1",
		}},
		{"UTF-8 that declares Latin-1", "text/xml", `<?xml version="1.0" encoding="ISO-8859-1"?>` + root(id+"<ScalingActivityId>é</ScalingActivityId>"), []string{
			`wire.well-formed: wanted a body in the encoding that its XML declaration names; got a body in UTF-8 that declares "ISO-8859-1"`,
		}},
		{
			"UTF-16", "text/xml", "\xff\xfe" + utf16LE(plain),
			[]string{"wire.well-formed: wanted a body in UTF-8; got a body in UTF-16LE"},
		},
		{
			"UTF-16 without a mark", "text/xml; charset=utf-16", utf16LE(plain),
			[]string{"wire.well-formed: wanted a body in UTF-8; got a body in UTF-16LE"},
		},
		{"other root", "text/xml", "<DetachInstanceResponse>" + id + act + "</DetachInstanceResponse>", []string{
			"response.success.xml: wanted root element <DetachInstancesResponse>; got <DetachInstanceResponse> " +
				"(/DetachInstanceResponse)",
		}},
		{
			"root in another case", "text/xml", "<detachInstancesResponse>" + id + act + "</detachInstancesResponse>",
			[]string{
				"response.success.xml: wanted root element <DetachInstancesResponse>; got <detachInstancesResponse> " +
					"(/detachInstancesResponse)",
			},
		},
		{"default namespace", "text/xml", `<DetachInstancesResponse xmlns="urn:x">` + id + act + "</DetachInstancesResponse>", []string{
			`response.success.xml: wanted root element <DetachInstancesResponse> in no namespace; got <DetachInstancesResponse> in namespace "urn:x" (/DetachInstancesResponse)`,
		}},
		{"prefix", "text/xml", `<e:DetachInstancesResponse xmlns:e="urn:x"><e:RequestId>r</e:RequestId><e:ScalingActivityId>a</e:ScalingActivityId></e:DetachInstancesResponse>`, []string{
			`response.success.xml: wanted root element <DetachInstancesResponse> in no namespace; got <e:DetachInstancesResponse> in namespace "urn:x" (/DetachInstancesResponse)`,
		}},
		{"wrapped in XML", "text/xml", root("<Data>" + id + act + "</Data>"), []string{
			"response.request-id: wanted field RequestId; got none there, but one at " +
				"/DetachInstancesResponse/Data/RequestId (/DetachInstancesResponse/RequestId)",
			"activity.accepted: wanted field ScalingActivityId; got none there, but one at " +
				"/DetachInstancesResponse/Data/ScalingActivityId (/DetachInstancesResponse/ScalingActivityId)",
		}},
		{"elements in a field", "text/xml", root(id + "<ScalingActivityId><Id>a</Id></ScalingActivityId>"), []string{
			"response.success.xml: wanted a string; got child elements (/DetachInstancesResponse/ScalingActivityId)",
		}},
		{"empty root", "text/xml", "<DetachInstancesResponse/>", []string{
			"response.request-id: wanted field RequestId; got none (/DetachInstancesResponse/RequestId)",
			"activity.accepted: wanted field ScalingActivityId; got none (/DetachInstancesResponse/ScalingActivityId)",
		}},
		{"empty body for XML", "text/xml", " \n", []string{
			notAccepted + "HTTP 200 and an empty body",
			"response.success.xml: wanted a body; got an empty body",
		}},
		{"no Content-Type", "", plain, []string{"format.xml: wanted " + xmlType + "; got none (header Content-Type)"}},
		{"wrong Content-Type", "text/html", plain, []string{"format.xml: wanted " + xmlType + `; got "text/html" (header Content-Type)`}},
		{"JSON's Content-Type", "application/json", plain, []string{"format.xml: wanted " + xmlType + `; got "application/json" (header Content-Type)`}},
		{"wrong charset", "text/xml; charset=GBK", root(id + "<ScalingActivityId>é</ScalingActivityId>"), []string{
			`format.xml: wanted a charset in which the body reads the same as in UTF-8; got "text/xml; charset=GBK" (header Content-Type)`,
		}},
		{"HTML", "text/html", "<!DOCTYPE html><html><body>Welcome</body></html>", []string{
			`format.xml: wanted a body in XML; got HTML "<!DOCTYPE html><html><body>Welcome</body></html>" with Content-Type "text/html"`,
			notAccepted + `HTTP 200 and HTML "<!DOCTYPE html><html><body>Welcome</body></html>"`,
		}},
		{"XHTML", "text/html", "<?xml version='1.0'?><html><body>Welcome</body></html>", []string{
			`format.xml: wanted a body in XML; got HTML "<?xml version='1.0'?><html><body>Welcome</body></html>" with Content-Type "text/html"`,
			notAccepted + "HTTP 200 and HTML \"<?xml version='1.0'?><html><body>Welcome</body></html>\"",
		}},
		{"plain text", "text/plain", "404 page not found", []string{
			`format.xml: wanted a body in XML; got text "404 page not found" with Content-Type "text/plain"`,
			notAccepted + `HTTP 200 and text "404 page not found"`,
		}},
		{"JSON for XML", "application/json", object, []string{
			`format.xml: wanted a body in XML; got JSON "{"RequestId":"r","ScalingActivityId":"a"}" with Content-Type "application/json"`,
		}},
		{"duplicate name", "json", `{"RequestId":"r","RequestId":"s","ScalingActivityId":"a"}`, []string{
			`wire.well-formed: wanted each name once in an object; got "RequestId" again (/RequestId)`,
		}},
		{"duplicate name deeper", "json", `{"RequestId":"r","ScalingActivityId":"a","x":[{"y/z":1,"y/z":2}]}`, []string{
			`wire.well-formed: wanted each name once in an object; got "y/z" again (/x/0/y~1z)`,
		}},
		{"bytes after the object", "json", object + object, []string{
			`wire.well-formed: wanted nothing after the JSON document; got "{"RequestId":"r","ScalingActivityId":"a"}"`,
		}},
		{
			"byte order mark in JSON", "json", "\ufeff" + object,
			[]string{"wire.well-formed: wanted JSON without a byte order mark; got one at the start"},
		},
		{"invalid UTF-8 in JSON", "json", `{"RequestId":"r","ScalingActivityId":"a` + "\xff" + `"}`, []string{
			`wire.well-formed: wanted valid UTF-8; got the bytes "\xff"}"`,
		}},
		{"lone surrogate", "json", `{"RequestId":"r","ScalingActivityId":"a\ud800"}`, []string{
			"wire.well-formed: wanted valid UTF-8; got invalid surrogate pair `\\ud800\"}` in string at byte 39 " +
				"(/ScalingActivityId)",
		}},
		{"trailing comma", "json", `{"RequestId":"r","ScalingActivityId":"a",}`, []string{
			"wire.well-formed: wanted a well-formed JSON document; got invalid character ',' at start of value at " +
				"byte 40",
		}},
		{"cut off", "json", `{"RequestId":"r","Scaling`, []string{
			"wire.well-formed: wanted a well-formed JSON document; got one that is cut off",
			notAccepted + `HTTP 200 and JSON "{"RequestId":"r","Scaling"`,
		}},
		{"number", "json", `{"RequestId":12,"ScalingActivityId":["a"]}`, []string{
			"response.success.json: wanted a string; got number 12 (/RequestId)",
			"response.success.json: wanted a string; got a list (/ScalingActivityId)",
		}},
		{"null", "json", `{"RequestId":null,"ScalingActivityId":null}`, []string{
			"response.request-id: wanted field RequestId; got null (/RequestId)",
			"activity.accepted: wanted field ScalingActivityId; got null (/ScalingActivityId)",
		}},
		{"list", "json", `[1]`, []string{
			notAccepted + `HTTP 200 and JSON "[1]"`,
			"response.success.json: wanted a JSON object; got a list",
		}},
		{"empty object", "json", `{}`, []string{
			"response.request-id: wanted field RequestId; got none (/RequestId)",
			"activity.accepted: wanted field ScalingActivityId; got none (/ScalingActivityId)",
		}},
		{"XML for JSON", "json", plain, []string{
			`format.json: wanted a body in JSON; got XML "<DetachInstancesResponse><RequestId>r</RequestId><ScalingActivityId>a</ScalingA…" with Content-Type "application/json"`,
		}},
		{"XML's Content-Type", "json text/xml", object, []string{"format.json: wanted " + jsonType + `; got "text/xml" (header Content-Type)`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, contentType := spec.XML, tc.contentType
			if rest, ok := strings.CutPrefix(contentType, "json"); ok {
				if f, contentType = spec.JSON, strings.TrimSpace(rest); contentType == "" {
					contentType = "application/json"
				}
			}
			wantLines(t, Answer(accept(contract(t), f), exchange(200, contentType, tc.body)).Findings, tc.lines...)
		})
	}
}

func TestErrorBodies(t *testing.T) {
	inner := renderXML("Error", errorFields(instanceCode, instanceMessage))
	object := renderJSON(t, errorFields(instanceCode, instanceMessage))
	wrapper := `{"Error":` + object + `}`
	status := "error.status.InvalidInstanceId.NotFound: wanted HTTP 404; got "
	for _, tc := range []struct {
		name   string
		format spec.Format
		status int
		body   string
		lines  []string
	}{
		{"other root", spec.XML, 404, strings.NewReplacer("<Error>", "<ErrorResponse>", "</Error>",
			"</ErrorResponse>").Replace(inner), []string{
			"response.error.xml: wanted root element <Error>; got <ErrorResponse> (/ErrorResponse)",
		}},
		{"wrapped in XML", spec.XML, 404, "<Response>" + inner + "</Response>", []string{
			"response.request-id: wanted field RequestId; got none there, but one at /Response/Error/RequestId " +
				"(/Response/RequestId)",
			"response.error.xml: wanted root element <Error>; got <Response> (/Response)",
			"response.error.xml: wanted Code, Message directly below the root element; got them only inside " +
				"/Response/Error",
			"warning: response.error.xml: wanted field HostId; got none there, but one at /Response/Error/HostId " +
				"(/Response/HostId)",
		}},
		{"wrapped in JSON", spec.JSON, 404, wrapper, []string{
			"response.request-id: wanted field RequestId; got none there, but one at /Error/RequestId (/RequestId)",
			"response.error.json: wanted Code, Message at the top level; got them only inside /Error",
			"warning: response.error.json: wanted field HostId; got none there, but one at /Error/HostId (/HostId)",
		}},
		{"wrapped in JSON with 200", spec.JSON, 200, wrapper, []string{
			status + "200",
			"response.request-id: wanted field RequestId; got none there, but one at /Error/RequestId (/RequestId)",
			"response.error.json: wanted Code, Message at the top level; got them only inside /Error",
			"warning: response.error.json: wanted field HostId; got none there, but one at /Error/HostId (/HostId)",
		}},
		{"host id of another type", spec.JSON, 404, strings.Replace(object, `"ess.aliyuncs.com"`, "1", 1), []string{
			"warning: response.error.json: wanted a string; got number 1 (/HostId)",
		}},
		{"HTML", spec.XML, 404, "<html><body>gone</body></html>", []string{
			`format.xml: wanted a body in XML; got HTML "<html><body>gone</body></html>" with Content-Type "text/xml;charset=utf-8"`,
		}},
		{"empty 500", spec.JSON, 500, "", []string{
			status + "500",
			"response.error.json: wanted a body; got an empty body",
		}},
		{"empty 200", spec.JSON, 200, "", []string{
			"instance.exists: wanted a refusal with HTTP 404 InvalidInstanceId.NotFound; got HTTP 200 and an empty " +
				"body",
		}},
		{"empty object", spec.JSON, 200, "{}", []string{
			`instance.exists: wanted a refusal with HTTP 404 InvalidInstanceId.NotFound; got HTTP 200 and JSON "{}"`,
			"response.request-id: wanted field RequestId; got none (/RequestId)",
			"activity.accepted: wanted field ScalingActivityId; got none (/ScalingActivityId)",
		}},
		{"JSON for XML", spec.XML, 400, object, []string{
			`format.xml: wanted a body in XML; got JSON "` + object[:maxExcerpt-1] + `…" with Content-Type "text/xml;charset=utf-8"`,
			status + "400",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wantLines(t, Answer(refuse(contract(t), tc.format),
				exchange(tc.status, contentTypes[tc.format], tc.body)).Findings, tc.lines...)
		})
	}
}

func TestBrokenExchanges(t *testing.T) {
	c := contract(t)
	cut := exchange(200, "text/xml", "<Detach")
	cut.Failure = "the body was cut off"
	cutError := exchange(500, "text/xml", "")
	cutError.Failure = "the body was cut off"
	long := exchange(200, "text/xml", renderXML("DetachInstancesResponse", successFields()))
	long.Response.Truncated = true
	surplus := exchange(200, "text/xml", renderXML("DetachInstancesResponse", successFields()))
	surplus.Response.Surplus = []byte("HTTP/1.1 200 OK\r\n")
	redirect := exchange(302, "", "")
	redirect.Response.Header.Set("Location", "https://example.com/")
	const whole = "wire.well-formed: wanted a whole answer; got "
	for _, tc := range []struct {
		name  string
		want  Expectation
		got   wire.Exchange
		lines []string
	}{
		{
			"time-out", accept(c, spec.XML),
			wire.Exchange{Failure: "no answer in 10s", TimedOut: true},
			[]string{whole + "no answer in 10s"},
		},
		{"nothing", accept(c, spec.XML), wire.Exchange{}, []string{whole + "none"}},
		{"cut", accept(c, spec.XML), cut, []string{whole + "the body was cut off"}},
		{"cut, refusal wanted", refuse(c, spec.XML), cut, []string{
			whole + "the body was cut off", "error.status.InvalidInstanceId.NotFound: wanted HTTP 404; got 200",
		}},
		{"cut error", accept(c, spec.XML), cutError, []string{
			whole + "the body was cut off", "detach.one: wanted the call accepted with HTTP 200; got HTTP 500",
		}},
		{
			"too long", accept(c, spec.XML), long,
			[]string{"wire.well-formed: wanted a body of at most 1048576 bytes; got a longer one"},
		},
		{"surplus", accept(c, spec.XML), surplus, []string{`wire.well-formed: wanted nothing after the body; got "HTTP/1.1 200 OK\r\n"`}},
		{"redirect", accept(c, spec.XML), redirect, []string{
			`detach.one: wanted the call accepted with HTTP 200; got HTTP 302 to "https://example.com/"`,
			"response.error.xml: wanted a body; got an empty body",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			j := Answer(tc.want, tc.got)
			wantLines(t, j.Findings, tc.lines...)
			if j.BodyChecked != (tc.name == "surplus") {
				t.Errorf("wanted a checked body only where there is a whole one; got %v", j.BodyChecked)
			}
		})
	}
}
