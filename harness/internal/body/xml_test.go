package body

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// What a conforming parser refuses is a problem: encoding/xml lets most of these pass.
func TestMalformedXML(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"attributes side by side": {
			`<a b="1"c="2"/>`, `white space before each attribute of a tag; got "c=\"2\"/>"`,
		},
		"attributes side by side, mixed": {
			`<a b='1"2'c="2"></a>`, `white space before each attribute of a tag; got "c=\"2\">"`,
		},
		"the same attribute twice": {`<a b="1" b="2"/>`, `each attribute once; got "b" again`},
		"twice by its namespace": {
			`<a xmlns:x="u" xmlns:y="u" x:b="" y:b=""/>`, `each attribute once; got "b" again`,
		},
		"attribute without a value":       {`<a b/>`, "a well-formed XML document"},
		"attribute without quotes":        {`<a b=1/>`, "a well-formed XML document"},
		"less-than in a value":            {`<a b="<"/>`, "a well-formed XML document"},
		"an element without its prefix":   {`<a><x:b/></a>`, `prefixes that are declared; got "x:b"`},
		"an attribute without its prefix": {`<a x:b="1"/>`, `prefixes that are declared; got "x:b"`},
		"a prefix out of its element":     {`<a><b xmlns:x="u"/><x:c/></a>`, `prefixes that are declared; got "x:c"`},
		"a prefix for nothing": {
			`<a xmlns:x=""/>`, `a name for the namespace of prefix "x"; got an empty one`,
		},
		"the prefix xmlns":         {`<a xmlns:xmlns="u"/>`, "no declaration of the prefix xmlns; got one"},
		"a colon at the end":       {`<a><b:/></a>`, `a name on both sides of a colon; got "b:"`},
		"a colon at the beginning": {`<a :b="1"/>`, `a name on both sides of a colon; got ":b"`},
		"two colons":               {`<a><b:c:d/></a>`, "a well-formed XML document"},
		"no version": {
			`<?xml encoding="UTF-8"?><a/>`, "an XML declaration with version, encoding and standalone",
		},
		"nothing declared": {
			`<?xml?><a/>`, "an XML declaration with version, encoding and standalone",
		},
		"encoding before version": {
			`<?xml encoding="UTF-8" version="1.0"?><a/>`, "an XML declaration with version, encoding",
		},
		"standalone before encoding": {
			`<?xml version="1.0" standalone="no" encoding="UTF-8"?><a/>`, "an XML declaration with",
		},
		"declaration side by side": {`<?xml version="1.0"encoding="UTF-8"?><a/>`, "an XML declaration with"},
		"an unknown part":          {`<?xml version="1.0" lang="en"?><a/>`, "an XML declaration with"},
		"standalone maybe": {
			`<?xml version="1.0" standalone="maybe"?><a/>`, "an XML declaration with",
		},
		"mixed quotes": {`<?xml version="1.0'?><a/>`, "an XML declaration with"},
		"version 2.0":  {`<?xml version="2.0"?><a/>`, "an XML declaration with"},
		"a declaration later": {
			`<a/><?xml version="1.0"?>`, "an XML declaration at the very start, or none; got one at byte 4",
		},
		"a declaration inside": {
			`<a><?XML x?></a>`, "an XML declaration at the very start, or none; got one at byte 3",
		},
		"a declaration after a space": {` <?xml version="1.0"?><a/>`, "an XML declaration at the very start"},
		"two declarations": {
			`<?xml version="1.0"?><?xml version="1.0"?><a/>`, "an XML declaration at the very start",
		},
		"instruction with a colon": {
			`<a><?x:y z?></a>`, "a processing instruction without a colon in its name",
		},
		"instruction without a space": {
			`<a><?x+y?></a>`, "white space after the name of a processing instruction",
		},
		"two dashes in a comment":       {`<a><!-- a -- b --></a>`, "a well-formed XML document"},
		"a comment that ends in a dash": {`<a><!-- a ---></a>`, "a well-formed XML document"},
		"end of CDATA in a text":        {`<a>]]></a>`, "a well-formed XML document"},
		"an unknown entity":             {`<a>&nbsp;</a>`, "a well-formed XML document"},
		"a bare ampersand":              {`<a>a & b</a>`, "a well-formed XML document"},
		"a control character":           {"<a>\x01</a>", "characters that XML has; got U+0001 at byte 3"},
		"one in a comment":              {"<a><!-- \x0b --></a>", "characters that XML has; got U+000B at byte 8"},
		"one in an instruction":         {"<a><?x \x00?></a>", "characters that XML has; got U+0000 at byte 7"},
		"one that is none":              {"<a>\uffff</a>", "characters that XML has; got U+FFFF at byte 3"},
		"a reference to half a pair": {
			`<a>&#xD800;</a>`, `references to characters that XML has; got "&#xD800;"`,
		},
		"one in an attribute": {
			`<a b="&#56320;"/>`, `references to characters that XML has; got "&#56320;"`,
		},
		"a reference to zero": {`<a>&#0;</a>`, "a well-formed XML document"},
		"a DOCTYPE":           {`<!DOCTYPE a><a/>`, "a document without a DOCTYPE"},
		"CDATA after the root": {
			`<a/><![CDATA[ ]]>`, `nothing after the root element; got "<![CDATA[ ]]>"`,
		},
		"a reference after the root": {`<a/>&#32;`, `nothing after the root element; got "&#32;"`},
		"a no-break space after it":  {"<a/>\u00a0", "nothing after the root element; got \"\u00a0\""},
		"CDATA before the root":      {`<![CDATA[]]><a/>`, "nothing before the root element"},
		"two roots":                  {`<a/><b/>`, `nothing after the root element; got "<b/>"`},
		"text after the root":        {`<a/>b`, `nothing after the root element; got "b"`},
		"an end tag too many":        {`<a></a></a>`, `nothing after the root element; got "</a>"`},
		"crossed elements":           {`<a><b></a></b>`, "a well-formed XML document"},
		"an end tag with attributes": {`<a></a b="1">`, "a well-formed XML document"},
		"cut off":                    {`<a><b>`, "a well-formed XML document"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			d := Decode([]byte(c.text), Options{})
			g.Expect(d.Problems).NotTo(BeEmpty())
			p := d.Problems[0]
			got := strings.ReplaceAll(p.Want+"; got "+p.Got, `\"`, `"`)
			g.Expect(got).To(HavePrefix(strings.ReplaceAll(c.want, `\"`, `"`)))
			g.Expect(p.At.Length).To(BeNumerically(">", 0), "no place for %q", got)
			g.Expect(p.At.Offset + p.At.Length).To(BeNumerically("<=", len(c.text)))
		})
	}
}

func TestWellFormedXML(t *testing.T) {
	for _, text := range []string{
		`<?xml version="1.0"?><a/>`,
		"<?xml version='1.0' encoding='UTF-8'?>\n<a/>\n",
		`<?xml version = "1.0"  standalone = 'yes' ?><a/>`,
		`<?xml version="1.1"?><a/>`, "<?xml\n version=\"1.0\"\n?><a/>", `<?xml-stylesheet href="x"?><a/>`,
		`<a b="1" c='2'/>`, "<a\n b = \"1\"\n c\t=\t'>' />", `<a b='"' c="'"/>`, `<a b="a>b" c-d="1"/>`, `<a></a >`,
		`<a xmlns="u" xmlns:x="v" x:b="1"><x:c/><d xmlns=""/></a>`, `<a xml:space="preserve" xml:lang="en"/>`,
		`<a><!-- - --><?x?><?y z?><![CDATA[<&]]]]></a>`,
		`<a>&lt;&#65;&#x1F600;&quot;]]&gt;</a>`,
		"<!-- before --><a/><!-- after --><?x?>",
		`<a><b xmlns:x="u"><x:c/></b></a>`, "\ufeff<?xml version=\"1.0\"?><a/>", `<伸缩>组</伸缩>`,
	} {
		t.Run(text, func(t *testing.T) {
			g := NewWithT(t)
			d := Decode([]byte(text), Options{})
			g.Expect(d.Problems).To(BeEmpty())
			g.Expect(d.Whole).To(BeTrue())
		})
	}
}
