package junit

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/antchfx/xmlquery"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// parsed reads junit.xml with a parser that is not the one that wrote it.
func parsed(t *testing.T, r reports.Report) *xmlquery.Node {
	t.Helper()
	g := NewWithT(t)
	var b bytes.Buffer
	g.Expect(Write(&b, r)).To(Succeed())
	doc, err := xmlquery.ParseWithOptions(&b, xmlquery.ParserOptions{Decoder: &xmlquery.DecoderOptions{Strict: true}})
	g.Expect(err).NotTo(HaveOccurred())
	return doc
}

func TestJUnitAgreesWithTheReport(t *testing.T) {
	for name, r := range samples.All() {
		doc := parsed(t, r)
		number := func(path string) int { return len(xmlquery.Find(doc, path)) }
		attr := func(a string) int {
			n, err := strconv.Atoi(xmlquery.FindOne(doc, "/testsuites/testsuite").SelectAttr(a))
			if err != nil {
				t.Fatalf("%s: %s: %v", name, a, err)
			}
			return n
		}
		for what, c := range map[string][2]int{
			"failures": {number("//testcase/failure"), r.Counts.Failed + r.Counts.UnexpectedPass},
			"skipped":  {number("//testcase/skipped"), r.Counts.Unsupported + r.Counts.Waived},
			"tests":    {number("//testcase"), len(r.Cases) + number("//testcase[@name='verdict']")},
		} {
			if c[0] != c[1] || attr(what) != c[1] {
				t.Errorf("%s: wanted %d %s; got %d, %d in the attribute", name, c[1], what, c[0], attr(what))
			}
		}
		if green := attr("failures")+attr("errors") == 0; green != r.Verdict.Conformant {
			t.Errorf("%s: wanted green %t; got %t", name, r.Verdict.Conformant, green)
		}
	}
}

func TestJUnitFailureHoldsAllThatHelps(t *testing.T) {
	doc := parsed(t, samples.All()["broken"])
	class := "case." + samples.ReqStatus
	test := xmlquery.FindOne(doc, "//testcase[@classname='"+class+"' and @name='xml/post']")
	failure := xmlquery.FindOne(test, "failure")
	if failure == nil {
		t.Fatal("wanted a failure; got none")
	}
	if got := failure.SelectAttr("type"); got != samples.ReqStatus {
		t.Errorf("wanted type %s; got %s", samples.ReqStatus, got)
	}
	for _, want := range []string{
		"wanted HTTP 404; got HTTP 400 (status)", "an unknown instance is answered with HTTP 404",
		samples.SpecFile + ":214",
		"wanted root element <Error>; got <ErrorResponse>",
	} {
		if !strings.Contains(failure.InnerText(), want) {
			t.Errorf("wanted %q in %q", want, failure.InnerText())
		}
	}
	for _, want := range []string{"curl 'http", "essconform run -case " + class + "/xml/post"} {
		if out := xmlquery.FindOne(test, "system-out").InnerText(); !strings.Contains(out, want) {
			t.Errorf("wanted %q in %q", want, out)
		}
	}
	// Readers look for the first "file:line" of a failure: it must be that of the description.
	place := regexp.MustCompile(`[^\s:()]+:(\d+)`).FindString(failure.InnerText())
	if place != samples.SpecFile+":214" {
		t.Errorf("wanted the line of the description first; got %q", place)
	}
	for path, want := range map[string]string{
		"@file": samples.SpecFile, "@line": "214", "properties/property[@name='requirement']/@value": samples.ReqStatus,
		"properties/property[@name='level']/@value": "MUST", "properties/property[@name='profile']/@value": "document",
	} {
		if got := xmlquery.FindOne(test, path); got == nil || got.InnerText() != want {
			t.Errorf("%s: wanted %q; got %v", path, want, got)
		}
	}
}

func TestJUnitIsNeverGreenWithoutAVerdict(t *testing.T) {
	in := samples.Input()
	in.Cases, in.Selected = nil, 0
	problems := samples.Input()
	problems.Waivers = []reports.Waiver{{Case: "case.gone/*", Reason: "known"}}
	for _, in := range []reports.Input{in, problems} {
		doc := parsed(t, reports.Build(in))
		if xmlquery.FindOne(doc, "//testcase[@name='verdict']/error") == nil {
			t.Error("wanted an error that carries the verdict; got none")
		}
	}
}

func TestJUnitKeepsWhatTheTargetSentReadable(t *testing.T) {
	text := xmlquery.FindOne(parsed(t, samples.All()["hostile"]), "//testcase[failure]").InnerText()
	for _, want := range []string{"<script>alert(1)</script> ]]>", `\x00`, `\xff\xfe`, `\u202e`} {
		if !strings.Contains(text, want) {
			t.Errorf("wanted %q in %q", want, text)
		}
	}
}
