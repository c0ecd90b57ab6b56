package judge

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/essconform/essconform/harness/internal/body"

	"github.com/essconform/essconform/spec"
)

// hostile are bodies that are made to hurt: long, deep, or of very many parts.
func hostile() map[string]string {
	const n = 100_000
	// with what stands round it, within the limit
	many := func(s string) string { return strings.Repeat(s, (maxBody-2000)/len(s)) }
	return map[string]string{
		"deep JSON lists":        strings.Repeat("[", n),
		"deep JSON objects":      strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n),
		"deep JSON in a field":   `{"RequestId":"r","x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}",
		"deep XML":               strings.Repeat("<a>", n) + strings.Repeat("</a>", n),
		"deep XML, never closed": "<Error>" + strings.Repeat("<a>", n),
		"many comments":          "<Error><a/>" + many("<!---->") + "</Error>",
		"many CDATA sections":    "<Error><a/>" + many("<![CDATA[x]]>") + "</Error>",
		"as many texts as pass":  "<Error><a/>" + strings.Repeat("<![CDATA[x]]>", 10_000-10) + "</Error>",
		"many elements":          "<Error>" + many("<Code/>") + "</Error>",
		"many attributes":        "<Error " + many(`a="" `) + "/>",
		"many namespaces":        "<Error " + many(`xmlns:a="b" `) + "/>",
		"many entities":          "<!DOCTYPE a [" + many(`<!ENTITY a "&a;&a;">`) + "]><Error>&a;</Error>",
		"many duplicate names":   "{" + many(`"Code":"",`) + `"Code":""}`,
		"duplicates, long path":  `{"` + strings.Repeat("a", maxBody/2) + `":{` + strings.Repeat(`"b":1,`, maxBody/13) + `"b":1}}`,
		"many names":             "{" + manyNames(40_000) + "}",
		"long value":             `{"RequestId":"` + many("r") + `","Code":"` + strings.Repeat("\u202e", 500) + `"}`,
		"long element name":      "<" + many("a") + "/>",
		"long HTML":              "<html>" + many("<br>"),
		"zero bytes":             many("\x00"),
		"bytes that are no text": many("\xff"),
		"byte order marks":       many("\ufeff"),
		"brackets":               many("<"),
		"digits":                 many("1"),
		"question marks":         "<?xml " + many("?"),
		"half a UTF-16 pair":     "\xff\xfe" + many("\xd8"),
	}
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(`"` + strings.Repeat("n", i%7) + string(rune('a'+i%26)) + strings.Repeat("z", i%11) + time.Duration(i).String() + `":0`)
	}
	return b.String()
}

func TestHostileBodies(t *testing.T) {
	c := contract(t)
	for name, body := range hostile() {
		t.Run(name, func(t *testing.T) {
			if len(body) > maxBody {
				t.Fatalf("wanted a body that is judged; got one of %d bytes, beyond the limit", len(body))
			}
			for _, want := range []Expectation{accept(c, ""), refuse(c, spec.XML)} {
				start := time.Now()
				j := Answer(want, exchange(200, contentTypes[spec.XML], body))
				// Each takes well under a second; the race detector on a busy machine gets the rest.
				if took := time.Since(start); took > 10*time.Second {
					t.Errorf("wanted a judgement in bounded time; got it after %v", took)
				}
				if len(j.Findings) == 0 {
					t.Error("wanted findings; got none")
				}
				wantPrintable(t, j.Findings)
			}
		})
	}
}

func wantPrintable(t *testing.T, findings []Finding) {
	t.Helper()
	for _, f := range findings {
		for _, text := range []string{f.Pointer, f.Want, f.Got} {
			if n := utf8.RuneCountInString(text); n > maxText || printable(text, maxText) != text {
				t.Errorf("%s: wanted one printable line of at most %d runes; got %d: %q", f.Requirement, maxText, n,
					text)
			}
		}
	}
}

// FuzzAnswer looks for a panic in either decoder, and for a finding that is not fit to print.
func FuzzAnswer(f *testing.F) {
	c := contract(f)
	for _, seed := range []string{
		renderXML("Error", errorFields(instanceCode, instanceMessage)), renderJSON(f, successFields()), "", "{", "<a",
		"\ufeff" + "{}",
		"<?xml version='1.0' encoding='gbk'?><!-- --><a xmlns='b' b:c='d'><b:e/><![CDATA[]]>&amp;</a>\n<?p?>", "\xff\xfe<\x00", `{"a":"\ud800"}`,
		"<!DOCTYPE html>", "<a/><?b?><!---->x", "<?a?><!--b-->\n<c><?d?><e/>f</c>",
	} {
		f.Add(uint16(200), "text/xml; charset=utf-8", []byte(seed))
		f.Add(uint16(404), "application/json", []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status uint16, contentType string, raw []byte) {
		for _, format := range []spec.Format{spec.XML, spec.JSON, ""} {
			for _, want := range []Expectation{accept(c, format), refuse(c, format), {Outcome: Either}} {
				wantPrintable(t, Answer(want, exchange(int(status), contentType, string(raw))).Findings)
			}
		}
	})
}

// FuzzSameFields holds that both decoders see the same fields, and that both formats get the same findings.
func FuzzSameFields(f *testing.F) {
	c := contract(f)
	f.Add(uint16(404), "r", instanceCode, instanceMessage, "")
	f.Add(uint16(200), "", "", "a <b> & \"c\"\n", "asa-1")
	f.Fuzz(func(t *testing.T, status uint16, id, code, message, activity string) {
		var fields []field
		for _, one := range []field{
			{fieldRequestID, id},
			{fieldCode, code},
			{fieldMessage, message},
			{fieldActivity, activity},
		} {
			if one.value = xmlText(one.value); one.value != "-" {
				fields = append(fields, one)
			}
		}
		root := "DetachInstancesResponse"
		if decide(int(status), body.Decode([]byte(renderJSON(t, fields)), body.Options{}), "") == Refused {
			root = "Error"
		}
		for _, want := range []func(*spec.Contract, spec.Format) Expectation{accept, refuse} {
			inXML := Answer(want(c, spec.XML), exchange(int(status), contentTypes[spec.XML], renderXML(root, fields)))
			inJSON := Answer(want(c, spec.JSON), exchange(int(status), contentTypes[spec.JSON], renderJSON(t, fields)))
			if x, y := neutral(t, inXML, root), neutral(t, inJSON, root); x != y {
				t.Errorf("wanted the same judgement in both formats; got\n%s\n%s", x, y)
			}
		}
	})
}

// xmlText is s without what XML cannot carry.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// neutral is a judgement without what names the format. Excerpts of the body differ, so a got is kept only as far
// as it holds none.
func neutral(t *testing.T, j Judgement, root string) string {
	t.Helper()
	for i := range j.Findings {
		j.Findings[i].Pointer = strings.Replace(j.Findings[i].Pointer, "/"+root+"/", "/", 1)
		j.Findings[i].Offset, j.Findings[i].Length = 0, 0
		j.Findings[i].Got, _, _ = strings.Cut(j.Findings[i].Got, " and ")
	}
	b, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), string(spec.XML), string(spec.JSON))
}
