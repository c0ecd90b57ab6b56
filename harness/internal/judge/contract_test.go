package judge

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

const (
	requestID  = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"
	activityID = "asa-1"
)

// description is loaded once: no test changes it.
var description = sync.OnceValues(spec.Default)

func contract(t testing.TB) *spec.Contract {
	t.Helper()
	c, err := description()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// contentTypes are what a faithful target sends.
var contentTypes = map[spec.Format]string{
	spec.JSON: "application/json;charset=utf-8",
	spec.XML:  "text/xml;charset=utf-8",
}

func exchange(status int, contentType, body string) wire.Exchange {
	header := http.Header{}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return wire.Exchange{Response: &wire.Response{
		Proto: "HTTP/1.1", Status: status, Header: header,
		Body: []byte(body),
	}}
}

// field is one field of a body that a test renders in both formats.
type field struct{ name, value string }

var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")

func renderXML(root string, fields []field) string {
	var b strings.Builder
	b.WriteString("<" + root + ">")
	for _, f := range fields {
		b.WriteString("<" + f.name + ">" + xmlEscaper.Replace(f.value) + "</" + f.name + ">")
	}
	return b.String() + "</" + root + ">"
}

func renderJSON(t testing.TB, fields []field) string {
	t.Helper()
	members := make([]string, len(fields))
	for i, f := range fields {
		members[i] = jsonString(t, f.name) + ":" + jsonString(t, f.value)
	}
	return "{" + strings.Join(members, ",") + "}"
}

func successFields() []field {
	return []field{{fieldRequestID, requestID}, {fieldActivity, activityID}}
}

func errorFields(code, message string) []field {
	return []field{
		{fieldRequestID, requestID},
		{"HostId", "ess.aliyuncs.com"},
		{fieldCode, code},
		{fieldMessage, message},
	}
}

const (
	instanceCode    = "InvalidInstanceId.NotFound"
	instanceMessage = "Instance “i-1” does not exist."
)

func accept(c *spec.Contract, f spec.Format) Expectation {
	return Expectation{Contract: c, Format: f, Rule: "detach.one", Outcome: Accepted}
}

func refuse(c *spec.Contract, f spec.Format) Expectation {
	return Expectation{Contract: c, Format: f, Rule: "instance.exists", Outcome: Refused, Code: instanceCode, ID: "i-1"}
}

// lines are findings as a reader sees them, with a mark before a warning.
func lines(findings []Finding) []string {
	out := []string{}
	for _, f := range findings {
		line := f.String()
		if f.Level == spec.Should {
			line = "warning: " + line
		}
		out = append(out, line)
	}
	return out
}

func wantLines(t *testing.T, got []Finding, want ...string) {
	t.Helper()
	if !slices.Equal(lines(got), append([]string{}, want...)) {
		t.Errorf("findings differ\nwanted:\n  %s\ngot:\n  %s", strings.Join(want, "\n  "),
			strings.Join(lines(got), "\n  "))
	}
}

// utf16LE is ASCII text in UTF-16, little end first.
func utf16LE(s string) string {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return string(out)
}
