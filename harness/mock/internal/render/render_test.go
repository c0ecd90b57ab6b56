package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// sample has a field of every kind, and texts that want escaping.
func sample() Document {
	return Document{
		Root: "SampleResponse",
		Fields: []Field{
			TextField("Text", `a<b>&"c"`+"\x01\xff"),
			NumberField("Number", 7),
			ObjectField("Object", TextField("Inner", "中")),
			TextsField("Ids", "Id", []string{"x", "y"}, func(s string) string { return s }),
			ObjectsField(
				"Things",
				"Thing",
				[]int{1, 2},
				func(n int) Field { return ObjectField("Thing", NumberField("N", n)) },
			),
			ListField("None", "One", nil),
			{Name: "Recommend", Kind: CData, Text: "https://h/?a=b&c"},
			BooleanField("Flag", true),
			{Name: "Odd", Kind: CData, Text: "]]>"},
		},
	}
}

func TestRenderJSON(t *testing.T) {
	var b bytes.Buffer
	sample().JSON(&b)
	want := `{"Text":"a<b>&\"c\"\u0001` + "\uFFFD" + `","Number":7,"Object":{"Inner":"中"},"Ids":{"Id":["x","y"]},` +
		`"Things":{"Thing":[{"N":1},{"N":2}]},"None":{"One":[]},"Recommend":"https://h/?a=b&c","Flag":true,"Odd":"]]>"}`
	if b.String() != want {
		t.Errorf("wanted\n%s; got\n%s", want, b.String())
	}
	if !json.Valid(b.Bytes()) {
		t.Error("wanted valid JSON")
	}
}

func TestRenderXML(t *testing.T) {
	var b bytes.Buffer
	sample().XML(&b)
	want := `<?xml version='1.0' encoding='UTF-8'?><SampleResponse><Text>a&lt;b&gt;&amp;&#34;c&#34;` + "\uFFFD\uFFFD" + `</Text><Number>7</Number>` +
		`<Object><Inner>中</Inner></Object><Ids><Id>x</Id><Id>y</Id></Ids><Things><Thing><N>1</N></Thing><Thing><N>2</N></Thing></Things>` +
		`<None></None><Recommend><![CDATA[https://h/?a=b&c]]></Recommend><Flag>true</Flag><Odd>]]&gt;</Odd></SampleResponse>`
	if b.String() != want {
		t.Errorf("wanted\n%s; got\n%s", want, b.String())
	}
}

// TestFlat is the shape of the later edition: lists without an inner name.
func TestFlat(t *testing.T) {
	d := sample()
	d.Flat = true
	var j, x bytes.Buffer
	d.JSON(&j)
	d.XML(&x)
	for _, want := range []string{`"Ids":["x","y"]`, `"Things":[{"N":1},{"N":2}]`, `"None":[]`} {
		if !strings.Contains(j.String(), want) {
			t.Errorf("wanted %s; got %s", want, j.String())
		}
	}
	for _, want := range []string{`<Ids>x</Ids><Ids>y</Ids>`, `<Things><N>1</N></Things><Things><N>2</N></Things><Recommend>`} {
		if !strings.Contains(x.String(), want) {
			t.Errorf("wanted %s; got %s", want, x.String())
		}
	}
}
