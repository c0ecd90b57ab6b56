package html

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/essconform/essconform/reports"
)

func TestMarks(t *testing.T) {
	const (
		errorJSON = `{"RequestId":"1","Code":"No.Such" , "Detail":{"Reason":"a","More":[1,{"x":2},"and so on"]}}`
		errorXML  = `<Error a="1"><RequestId>1</RequestId><Code>No.Such.Instance.That.Is.Long</Code></Error>`
	)
	for _, c := range []struct {
		name, body, of string // of is the first stretch that the finding is about
		want           string // what is marked, joined with " … "
		lacks          bool
	}{
		{"a member", errorJSON, `"Code":"No.Such"`, `"Code":"No.Such"`, false},
		{"a member that holds others", errorJSON, errorJSON[strings.Index(errorJSON, `"Detail"`) : len(errorJSON)-1], `"Detail":{ … }`, false},
		{"what should hold a member", errorJSON, "{", "{", true},
		{
			"an element", errorXML, "<Code>No.Such.Instance.That.Is.Long</Code>",
			"<Code>No.Such.Instance.That.Is.Long</Code>", false,
		},
		{"an element that holds others", errorXML, errorXML, `<Error a="1"> … </Error>`, false},
		{"what should hold an element", errorXML, "<", "<Error", true},
		{"a number", `{"a":1}`, "1", "1", false},
		{
			"a cut element", "<a><b><c>" + strings.Repeat("x", 50) + ">", "<a><b><c>" + strings.Repeat("x", 50) + ">",
			"<a><b><c>" + strings.Repeat("x", 50) + ">", false,
		},
		{"nothing", errorJSON, "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, lacks := marksOf(c.body, reports.Finding{Offset: strings.Index(c.body, c.of), Length: len(c.of)})
			var texts []string
			for _, r := range found {
				texts = append(texts, c.body[r.start:r.end])
			}
			if got := strings.Join(texts, " … "); got != c.want || lacks != c.lacks {
				t.Errorf("wanted %s, %v; got %s, %v", c.want, c.lacks, got, lacks)
			}
		})
	}
}

// Any place, of a report that anybody may have written, gives regions inside the body.
func TestMarksStayInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.OneOf(rapid.String(), rapid.StringMatching(`[{\[<](["ab:,{}\[\]<>/ 1]){0,90}`)).Draw(t, "body")
		f := reports.Finding{Offset: rapid.IntRange(-2, 100).Draw(t, "offset"), Length: rapid.Int().Draw(t, "length")}
		found, _ := marksOf(body, f)
		for _, r := range found {
			if r.start < 0 || r.end < r.start || r.end > len(body) {
				t.Fatalf("wanted a region in %d bytes; got %v", len(body), r)
			}
		}
	})
}
