package judge

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/essconform/essconform/spec"
)

func jsonString(t testing.TB, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func pack(t testing.TB, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestLegalSuccess holds what documents allow or leave open: none of it is a finding.
func TestLegalSuccess(t *testing.T) {
	const id, act = "<RequestId>" + requestID + "</RequestId>", "<ScalingActivityId>asa-1</ScalingActivityId>"
	root := func(inner string) string { return "<DetachInstancesResponse>" + inner + "</DetachInstancesResponse>" }
	plain := root(id + act)
	object := `{"RequestId":"` + requestID + `","ScalingActivityId":"asa-1"}`
	for _, tc := range []struct{ name, contentType, body string }{
		{"XML of the page", "text/xml", "<DetachInstancesResponse>\n  " + id + "\n  " + act +
			"\n</DetachInstancesResponse>\n"},
		{"declaration of the gateway", "text/xml;charset=utf-8", "<?xml version='1.0' encoding='UTF-8'?>" + plain},
		{
			"declaration in double quotes", "text/xml; charset=UTF-8",
			"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + plain,
		},
		{"declaration with standalone", "application/xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + plain},
		{"declaration without encoding", "application/xml", `<?xml version="1.0"?>` + plain},
		{"declaration of version 1.1", "application/xml", `<?xml version="1.1"?>` + plain},
		{"declaration of a subset of UTF-8", "text/xml", `<?xml version="1.0" encoding="US-ASCII"?>` + plain},
		{"declaration of Latin-1 over plain ASCII", "text/xml", `<?xml version="1.0" encoding="ISO-8859-1"?>` + plain},
		{"byte order mark in XML", "text/xml", "\ufeff" + plain},
		{"byte order mark and declaration", "text/xml", "\ufeff" + `<?xml version="1.0" encoding="utf-8"?>` + plain},
		{"CDATA", "text/xml", root("<RequestId><![CDATA[" + requestID + "]]></RequestId>" + act)},
		{"text and CDATA mixed", "text/xml", root(id + "<ScalingActivityId>a<![CDATA[sa]]>-1</ScalingActivityId>")},
		{"comments", "text/xml", "<!-- a -->" + root("<!-- b -->"+id+act+"<!-- c -->") + "<!-- d -->"},
		{"comment inside a value", "text/xml", root(id + "<ScalingActivityId>asa<!-- x -->-1</ScalingActivityId>")},
		{"processing instructions", "text/xml", "<?a b?>" + root("<?c d?>"+id+"<?e?>"+act) + "<?f g?>"},
		{
			"processing instruction inside a value", "text/xml",
			root(id + "<Extra><A><B/></A><?x y?><C/></Extra><ScalingActivityId>asa<?x?>-1</ScalingActivityId>"),
		},
		{"comment after the declaration", "text/xml", `<?xml version="1.0"?><!-- a -->` + plain},
		{"character references", "text/xml", root(id + "<ScalingActivityId>asa&#45;&#x31;</ScalingActivityId>")},
		{
			"predefined entities", "text/xml",
			root(id + "<ScalingActivityId>&lt;&amp;&gt;&quot;&apos;</ScalingActivityId>"),
		},
		{
			"white space in tags and round elements", "text/xml",
			"\n <DetachInstancesResponse >\r\n\t" + id + "\n\n" + act + " </DetachInstancesResponse >\n ",
		},
		{"attributes", "text/xml", `<DetachInstancesResponse version="1" xml:lang="en">` + id + act + "</DetachInstancesResponse>"},
		{"a namespace that is declared and not used", "text/xml", `<DetachInstancesResponse xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` + id + act + "</DetachInstancesResponse>"},
		{
			"unknown elements, repeated and nested", "text/xml",
			root(id + act + "<Extra><Code>x</Code></Extra><Extra/><Extra/>"),
		},
		{"other order in XML", "text/xml", root(act + id)},
		{"type with a suffix in XML", "application/problem+xml", plain},
		{"media type in upper case", "TEXT/XML;CHARSET=UTF-8", plain},
		{"one long comment", "text/xml", "<!--" + strings.Repeat("x", 500_000) + "-->" + plain},
		{
			"JSON of the page", "application/json",
			"{\n\t\"RequestId\":\"" + requestID + "\",\n\t\"ScalingActivityId\":\"asa-1\"\n}",
		},
		{"JSON on one line", "application/json;charset=utf-8", object + "\n"},
		{"other order in JSON", "application/json; charset=UTF8", `{"ScalingActivityId":"asa-1","RequestId":"` + requestID + `"}`},
		{"escapes", "text/json", `{"RequestId":"473469C7\u002dAA6F","ScalingActivityId":"a\/\u00e9\ud83d\ude00"}`},
		{"unknown fields", "application/json", strings.Replace(object, "{", `{"Extra":{"Code":"x","Code2":[1,null,true]},"Success":true,"n":1e999,`, 1)},
		{"a code that says success", "application/json", strings.Replace(object, "{", `{"Code":"200","Message":null,`, 1)},
		{"type with a suffix in JSON", "application/vnd.aliyun+json", object},
		{"charset in quotes", `application/json; charset="UTF-8"`, object},
		{"another charset that reads the same", "application/json; charset=ISO-8859-1", object},
		{"trailing semicolon", "application/json;", object},
		{"beyond ASCII", "application/json; charset=utf-8", strings.Replace(object, "asa-1", "asa-é", 1)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := spec.XML
			if strings.Contains(strings.ToLower(tc.contentType), "json") {
				f = spec.JSON
			}
			for _, asked := range []spec.Format{f, ""} {
				j := Answer(accept(contract(t), asked), exchange(200, tc.contentType, tc.body))
				wantLines(t, j.Findings)
				if !strings.HasPrefix(j.Fields[fieldActivity], "a") && tc.name != "predefined entities" {
					t.Errorf("wanted the activity id; got %q", j.Fields[fieldActivity])
				}
				if j.Decision != Accepted || !j.BodyChecked {
					t.Errorf("wanted an accepted call and a checked body; got %q, %v", j.Decision, j.BodyChecked)
				}
			}
		})
	}
}

func TestLegalErrors(t *testing.T) {
	c := contract(t)
	for _, message := range []string{
		`Instance “i-1” does not exist.`, `Instance "i-1" does not exist.`, `Instance 'i-1' does not exist.`, `Instance i-1 does not exist.`,
		"Instance ‘i-1’ does not exist.", "Instance `i-1` does not exist.", "Instance «i-1» does not exist.",
		"Instance 「i-1」 does not exist.",
		"Instance <i-1> does not exist.", "Instance 《i-1》 does not exist.", "Instance ''i-1'' does not exist.",
	} {
		fields := append(errorFields(instanceCode, message), field{"Recommend", "https://example.com/?a=1&b=2"})
		slices.Reverse(fields)
		for f, body := range map[spec.Format]string{
			spec.XML:  renderXML("Error", fields),
			spec.JSON: renderJSON(t, fields),
		} {
			got := exchange(404, contentTypes[f], body)
			got.Response.Header.Set("X-Acs-Request-Id", requestID)
			j := Answer(refuse(c, f), got)
			wantLines(t, j.Findings)
			for _, id := range []string{
				wellFormed, "format." + string(f), "response.error." + string(f), requestIDRequirement,
				"header.request-id", "instance.exists",
				"response.error-has-no-activity", "error.status." + instanceCode, "error.code." + instanceCode,
				"error.message." + instanceCode,
			} {
				if !slices.Contains(j.Checked, id) {
					t.Errorf("%s: %s was not checked", f, id)
				}
			}
		}
	}
	for name, body := range map[string]string{
		"null for optional fields": `{"Recommend":null,"AccessDeniedDetail":null,`,
		"details as an object":     `{"AccessDeniedDetail":{"AuthAction":"ess:DetachInstances"},`,
		"no activity, said so":     `{"ScalingActivityId":null,`,
	} {
		body = strings.Replace(renderJSON(t, errorFields(instanceCode, instanceMessage)), "{", body, 1)
		t.Run(name, func(t *testing.T) {
			wantLines(t, Answer(refuse(c, spec.JSON), exchange(404, contentTypes[spec.JSON], body)).Findings)
		})
	}
}

func TestGzip(t *testing.T) {
	body := renderJSON(t, successFields())
	got := exchange(200, contentTypes[spec.JSON], "")
	got.Response.Header.Set("Content-Encoding", "gzip")
	got.Response.Body = pack(t, body)
	want := accept(contract(t), spec.JSON)
	wantLines(t, Answer(want, got).Findings,
		`wire.well-formed: wanted no Content-Encoding, because none was asked for; got "gzip" (header Content-Encoding)`)
	want.GzipAccepted = true
	wantLines(t, Answer(want, got).Findings)
	got.Response.Decoded = []byte(body)
	wantLines(t, Answer(want, got).Findings)
	got.Response.Decoded, got.Response.DecodeFailure = []byte("{"), "cut off"
	wantLines(t, Answer(want, got).Findings, `wire.well-formed: wanted a whole gzip body; got cut off (header Content-Encoding)`)
	got.Response.Decoded, got.Response.DecodeFailure = nil, ""
	got.Response.Body = got.Response.Body[:20]
	wantLines(t, Answer(want, got).Findings,
		`wire.well-formed: wanted a whole gzip body; got a gzip body that is cut off (header Content-Encoding)`)
	got.Response.Body = pack(t, strings.Repeat(" ", maxBody+1))
	wantLines(t, Answer(want, got).Findings,
		`wire.well-formed: wanted a whole gzip body; got more than 1048576 bytes when unpacked (header Content-Encoding)`)
	got.Response.Header.Set("Content-Encoding", "br")
	wantLines(t, Answer(want, got).Findings,
		`wire.well-formed: wanted no Content-Encoding that was not asked for; got "br" (header Content-Encoding)`)
}
