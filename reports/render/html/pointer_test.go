package html

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLocate(t *testing.T) {
	const (
		errorJSON = `{"RequestId":"1","Code":"No.Such" , "Detail":{"Reason":"a","More":[1,{"x":2}]}}`
		errorXML  = `<?xml version='1.0'?><Error><RequestId>1</RequestId><Code>No.Such</Code><Code>Again</Code></Error>`
	)
	for _, c := range []struct {
		name, body, pointer string
		want                string // what is found, joined with " … "
		near                bool
	}{
		{"JSON member", errorJSON, "/Code", `"Code":"No.Such"`, false},
		{"JSON member by its bare name", errorJSON, "Code", `"Code":"No.Such"`, false},
		{"JSON element", errorJSON, "/Detail/More/0", "1", false},
		{"JSON deep", errorJSON, "/Detail/More/1/x", `"x":2`, false},
		{"JSON container: its name and brackets", errorJSON, "/Detail", `"Detail":{ … }`, false},
		{"JSON missing member", errorJSON, "/HostId", "{", true},
		{"JSON missing in an object", errorJSON, "/Detail/Missing", "{", true},
		{"JSON twice", `{"Code":1,"Code":2}`, "/Code", `"Code":1 … "Code":2`, false},
		{"JSON escaped name", `{"a/b~":1}`, "/a~1b~0", `"a/b~":1`, false},
		{"JSON cut off", `{"Code":{"a":1,`, "/Code", `"Code":{"a":1,`, false},
		{"JSON cut off after the name", `{"Code"`, "/Code", `"Code"`, false},
		{"JSON broken later", `{"Code":"x", !`, "/Code", `"Code":"x"`, false},
		{"JSON that is an array", `[1]`, "/Code", "[", true},
		{"XML root: its tags", errorXML, "/Error", "<Error> … </Error>", false},
		{"XML elements", errorXML, "/Error/Code", "<Code>No.Such</Code> … <Code>Again</Code>", false},
		{"XML element by number", errorXML, "/Error/Code[2]", "<Code>Again</Code>", false},
		{"XML element by its bare name", errorXML, "RequestId", "<RequestId>1</RequestId>", false},
		{"XML missing element", errorXML, "/Error/HostId", "<Error>", true},
		{"XML other root", errorXML, "/Response/HostId", "", false},
		{"XML with a prefix", `<e:Error xmlns:e="x"><e:Code/></e:Error>`, "/e:Error/e:Code", "<e:Code/>", false},
		{"XML cut off", `<Error><Code>No`, "/Error/Code", "<Code>No", false},
		{"the whole", errorJSON, "", "", false},
		{"the status", errorJSON, "status", "", false},
		{"a header field", errorJSON, "header Content-Type", "", false},
		{"text", "no such thing", "/Code", "", false},
		{"no body", "", "/Code", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, near := locate(c.body, bodySyntax(c.body), c.pointer)
			var texts []string
			for _, r := range found {
				texts = append(texts, c.body[r.start:r.end])
			}
			if got := strings.Join(texts, " … "); got != c.want || near != c.near {
				t.Errorf("wanted %s, %v; got %s, %v", c.want, c.near, got, near)
			}
		})
	}
}

// Any body and any pointer give regions inside the body.
func TestLocateStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.OneOf(rapid.String(), rapid.StringMatching(`[{\[<](["ab:,{}\[\]<>/ 1]){0,30}`)).Draw(t, "body")
		pointer := rapid.OneOf(rapid.String(), rapid.StringMatching(`(/[ab01]){0,3}`)).Draw(t, "pointer")
		found, _ := locate(body, bodySyntax(body), pointer)
		for _, r := range found {
			if r.start < 0 || r.end < r.start || r.end > len(body) {
				t.Fatalf("wanted a region in %d bytes; got %v", len(body), r)
			}
		}
	})
}
