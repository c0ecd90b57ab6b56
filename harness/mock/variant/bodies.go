package variant

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

const declaration = `<?xml version='1.0' encoding='UTF-8'?>`

// declared replaces the XML declaration.
func declared(other string) func(*mock.Options) {
	return rendered(mock.XML, func(body string) string { return other + strings.TrimPrefix(body, declaration) })
}

var (
	xmlText  = regexp.MustCompile(`>([^<>]+)</`)
	jsonText = regexp.MustCompile(`"([A-Za-z0-9 .:/?=&_-]+)"`)
)

// bodies are written in another way and say the same.
func bodies() []Variant {
	return []Variant{
		{Name: "xml-no-declaration", Note: "XML without a declaration, as the page's sample", Options: declared("")},
		{
			Name: "xml-declaration-double-quotes", Note: "the declaration in double quotes",
			Options: declared(`<?xml version="1.0" encoding="UTF-8"?>`),
		},
		{
			Name: "xml-declaration-lower-case", Note: "the declaration says utf-8, and a line break follows",
			Options: declared("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"),
		},
		{
			Name: "xml-declaration-standalone", Note: "the declaration says standalone and no encoding",
			Options: declared(`<?xml version="1.0" standalone="yes" ?>`),
		},
		{
			Name: "xml-version-1.1", Note: "the declaration says XML 1.1",
			Options: declared(`<?xml version="1.1" encoding="UTF-8"?>`),
		},
		{
			Name: "xml-byte-order-mark", Note: "a byte order mark before XML, which XML allows",
			Options: declared("\ufeff" + declaration),
		},
		{
			Name: "xml-indented", Note: "XML with line breaks and tabs between the elements",
			Options: rendered(mock.XML,
				func(s string) string { return strings.ReplaceAll(s, "><", ">\r\n\t<") + "\r\n" }),
		},
		{Name: "xml-cdata", Note: "every text in CDATA", Options: rendered(mock.XML, func(s string) string {
			return xmlText.ReplaceAllStringFunc(s, func(m string) string {
				text := strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&", "&lt;", "<", "&gt;",
					">").Replace(m[1 : len(m)-2])
				return "><![CDATA[" + text + "]]></"
			})
		})},
		{Name: "xml-no-cdata", Note: "Recommend escaped instead of in CDATA", Options: errors(func(a *mock.Answer) {
			for i := range a.Fields {
				if a.Fields[i].Kind == mock.CData {
					a.Fields[i].Kind = mock.Text
				}
			}
		})},
		{
			Name: "xml-comments", Note: "comments between the elements, and at both ends",
			Options: rendered(mock.XML, func(s string) string {
				return strings.ReplaceAll(s, "><", "><!-- answer --><") + "<!-- end -->"
			}),
		},
		{
			Name: "xml-instruction", Note: "a processing instruction before the root",
			Options: declared(declaration + `<?xml-stylesheet href="a.css"?>`),
		},
		{
			Name: "xml-character-references", Note: "texts as character references",
			Options: rendered(mock.XML, func(s string) string {
				return xmlText.ReplaceAllStringFunc(s, func(m string) string {
					if strings.Contains(m, "&") || strings.Contains(m, "]]") {
						return m
					}
					var b strings.Builder
					for _, r := range m[1 : len(m)-2] {
						fmt.Fprintf(&b, "&#x%X;", r)
					}
					return ">" + b.String() + "</"
				})
			}),
		},
		{
			Name: "xml-named-entities", Note: "quotes as &quot;",
			Options: rendered(mock.XML, func(s string) string { return strings.ReplaceAll(s, "&#34;", "&quot;") }),
		},
		{
			Name: "xml-raw-quotes", Note: "quotes in a text as they are",
			Options: rendered(mock.XML, func(s string) string { return strings.ReplaceAll(s, "&#34;", `"`) }),
		},
		{
			Name: "json-indented", Note: "JSON with line breaks and tabs, as the page's sample",
			Options: rendered(mock.JSON, func(s string) string {
				var value json.RawMessage = []byte(s)
				indented, err := json.MarshalIndent(value, "", "\t")
				if err != nil {
					panic(fmt.Sprintf("variant: the mock's JSON: %v", err))
				}
				return "\n" + string(indented) + "\n"
			}),
		},
		{
			Name: "json-escapes", Note: "names and texts with \\u escapes",
			Options: rendered(mock.JSON, func(s string) string {
				return jsonText.ReplaceAllStringFunc(s, func(m string) string {
					return fmt.Sprintf(`"\u%04x%s`, m[1], m[2:])
				})
			}),
		},
		{
			Name: "json-escaped-slashes", Note: "slashes as \\/, quotes as \\u0022",
			Options: rendered(mock.JSON, func(s string) string {
				return strings.NewReplacer("/", `\/`, `\"`, `\u0022`).Replace(s)
			}),
		},
		{
			Name: "fields-reversed", Note: "the fields in reversed order",
			Options: every(func(a *mock.Answer) { slices.Reverse(a.Fields) }),
		},
		{
			Name: "fields-extra", Note: "fields that no document names, of all kinds",
			Options: every(func(a *mock.Answer) {
				a.Fields = append([]mock.Field{
					{Name: "Product", Text: "Ess"},
					{Name: "Success", Kind: mock.Number, Text: "true"},
					{Name: "Cost", Kind: mock.Number, Text: "12"},
					{
						Name: "Context", Kind: mock.Object,
						Fields: []mock.Field{{Name: "Region", Text: "cn-hangzhou"}, {Name: "RequestId", Text: "inner"}},
					},
					{
						Name: "Tags", Kind: mock.List, Item: "Tag",
						Fields: []mock.Field{{Name: "Tag", Text: "a"}, {Name: "Tag", Text: "b"}},
					},
				}, a.Fields...)
			}),
		},
		{
			Name: "success-code", Note: "success says Code 200 and Message success, as some services do",
			Options: every(func(a *mock.Answer) {
				if a.Problem == nil {
					a.Fields = append(a.Fields, mock.Field{Name: "Code", Text: "200"},
						mock.Field{Name: "Message", Text: "success"})
				}
			}),
		},
	}
}
