package body

import (
	"testing"

	. "github.com/onsi/gomega"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// The encoding is one problem, and the text is read in it, so that no other follows.
func TestEncoding(t *testing.T) {
	const text = `{"Code":"X","Message":"伸缩组 “g”"}`
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	latin, err := charmap.Windows1252.NewEncoder().String(`{"Message":"é “g”"}`)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	xmlGBK, err := simplifiedchinese.GBK.NewEncoder().String(`<?xml version="1.0" encoding="GBK"?><a>伸缩</a>`)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for name, c := range map[string]struct {
		raw, charset string
		got          []string
		field, value string
	}{
		"as named by the Content-Type": {gbk, "GBK", []string{"a body in GBK"}, "Message", "伸缩组 “g”"},
		"another spelling of it":       {gbk, "gb2312", []string{"a body in gb2312"}, "Message", "伸缩组 “g”"},
		"one byte a character":         {latin, "windows-1252", []string{"a body in windows-1252"}, "Message", "é “g”"},
		"as named by both":             {xmlGBK, "GBK", []string{"a body in GBK"}, "", ""},
		"by the declaration only":      {xmlGBK, "utf-8", []string{"a body in GBK"}, "", ""},
		"in UTF-8":                     {text, "utf-8", nil, "Message", "伸缩组 “g”"},
		"in UTF-8, whatever is named":  {text, "GBK", nil, "Message", "伸缩组 “g”"},
		"not in the one that is named": {
			"{\"Message\":\"\xff\"}", "utf-8", []string{"the bytes \"\xff\"}\""}, "Message", "\ufffd",
		},
		"in an unknown one": {
			"{\"Message\":\"\xff\"}", "x-none", []string{"the bytes \"\xff\"}\""}, "Message", "\ufffd",
		},
		"UTF-16, named":                 {"\xff\xfe{\x00}\x00", "utf-16", []string{"a body in UTF-16LE"}, "", ""},
		"with a byte order mark":        {"\ufeff" + text, "utf-8", []string{"one at the start"}, "Message", "伸缩组 “g”"},
		"another mark and another name": {"\ufeff<a/>", "utf-8", nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			d := Decode([]byte(c.raw), Options{Charset: c.charset})
			var got []string
			for _, p := range d.Problems {
				got = append(got, p.Got)
			}
			g.Expect(got).To(Equal(c.got))
			g.Expect(d.Whole).To(BeTrue())
			if c.field != "" {
				g.Expect(d.Fields).To(HaveKeyWithValue(c.field, c.value))
			}
			if len(c.got) > 0 {
				g.Expect(d.ReadsIn(c.charset)).To(BeTrue(), "a second finding on the encoding")
			}
		})
	}
}

func TestReadsIn(t *testing.T) {
	g := NewWithT(t)
	plain, chinese := Decode([]byte(`{"a":"b"}`), Options{}), Decode([]byte(`{"a":"伸"}`), Options{})
	for _, charset := range []string{"", "utf-8", "UTF8", "us-ascii", "iso-8859-1", "GBK"} {
		g.Expect(plain.ReadsIn(charset)).To(BeTrue(), charset)
	}
	g.Expect(plain.ReadsIn("x-none")).To(BeFalse())
	g.Expect(chinese.ReadsIn("GBK")).To(BeFalse())
	g.Expect(chinese.ReadsIn("utf_8")).To(BeTrue())
}

// A place is a stretch of the body as it was sent, not of the text that was made of it.
func TestPlaces(t *testing.T) {
	for name, c := range map[string]struct{ raw, pointer, want string }{
		"a member":                    {`{ "a" : 1, "b": "x" }`, "/b", `"b": "x"`},
		"the first of two":            {`{"a":1,"a":2}`, "/a", `"a":1`},
		"inside":                      {`{"Error":{"Code":"x"}}`, "/Error/Code", `"Code":"x"`},
		"in a list":                   {`{"a":[1, {"b":2}]}`, "/a/1/b", `"b":2`},
		"an item":                     {`{"a":[1, 22]}`, "/a/1", `22`},
		"escaped in the pointer":      {`{"x/y~":1}`, "/x~1y~0", `"x/y~":1`},
		"escaped in the body":         {`{"\"a\"":1}`, `/"a"`, `"\"a\"":1`},
		"missing":                     {` {"a":1}`, "/RequestId", `{`},
		"missing inside":              {`{"Error":{}}`, "/Error/Code", `"`},
		"after a byte order mark":     {"\ufeff{\"a\":1}", "/a", `"a":1`},
		"after broken bytes":          {"{\"a\":\"\xff\xfe\",\"b\":2}", "/b", `"b":2`},
		"broken bytes after a mark":   {"\ufeff{\"a\":\"\xff\",\"b\":2}", "/b", `"b":2`},
		"an element":                  {"<?xml version='1.0'?>\n<R><A>1</A></R>", "/R/A", "<A>1</A>"},
		"the root":                    {"<!-- x --><R><A/></R>", "/R", "<R><A/></R>"},
		"an empty element":            {"<R><A/><B/></R>", "/R/B", "<B/>"},
		"missing in XML":              {"<R><A/></R>", "/R/B", "<"},
		"of another part":             {`{"status":1}`, "status", ""},
		"of the whole":                {`{"a":1}`, "", ""},
		"of a body in UTF-16":         {"\xff\xfe{\x00}\x00", "/a", ""},
		"of a member that is cut off": {`{"a":1,"b":`, "/a", `"a":1`},
	} {
		t.Run(name, func(t *testing.T) {
			at := Decode([]byte(c.raw), Options{}).Place(c.pointer)
			NewWithT(t).Expect(c.raw[at.Offset : at.Offset+at.Length]).To(Equal(c.want))
		})
	}
}

func TestPlacesOfProblems(t *testing.T) {
	for name, c := range map[string]struct{ raw, want string }{
		"the second of two":  {`{"a":1, "a":2}`, `"a":2`},
		"after the document": {`{"a":1} x`, `x`},
		"a comma too many":   {`{"a":1,}`, `,`},
		"broken bytes":       {"{\"a\":\"\xff\xfeb\"}", "\xff\xfe"},
		"the second element": {"<R><A>1</A><A>2</A></R>", "<A>2</A>"},
		"a declaration":      {`<?xml encoding="UTF-8"?><R/>`, `<?xml encoding="UTF-8"?>`},
		"one of another encoding": {
			`<?xml version="1.0" encoding="GBK"?><R>伸</R>`, `<?xml version="1.0" encoding="GBK"?>`,
		},
		"a tag":                     {`<R><A b="1"c="2">x</A></R>`, `<A b="1"c="2">`},
		"a character":               {"<R>ab\x01</R>", "\x01"},
		"what follows the root":     {"<R/> <A/> ", "<A/> "},
		"a byte order mark in JSON": {"\ufeff{}", "\ufeff"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			d := Decode([]byte(c.raw), Options{Once: map[string]bool{"A": true}})
			g.Expect(d.Problems).NotTo(BeEmpty())
			at := d.Problems[0].At
			g.Expect(c.raw[at.Offset : at.Offset+at.Length]).To(Equal(c.want))
		})
	}
}

func FuzzPlaces(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"\ud800"}],"a":2} x`), "utf-8")
	f.Add([]byte("\ufeff<R a='1'b='2'>\xff<A/><A/></R>"), "GBK")
	f.Fuzz(func(t *testing.T, raw []byte, charset string) {
		d := Decode(raw, Options{Charset: charset, Once: map[string]bool{"A": true}})
		for _, p := range d.Problems {
			if p.At.Offset < 0 || p.At.Length < 0 || p.At.Offset+p.At.Length > len(raw) {
				t.Errorf("%q is at %v of %d bytes", p.Got, p.At, len(raw))
			}
		}
		for _, pointer := range []string{"/a", "/a/1/b", "/R/A", "/R"} {
			if at := d.Place(pointer); at.Offset < 0 || at.Length < 0 || at.Offset+at.Length > len(raw) {
				t.Errorf("%s is at %v of %d bytes", pointer, at, len(raw))
			}
		}
	})
}
