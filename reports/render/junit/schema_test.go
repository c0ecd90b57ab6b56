package junit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/antchfx/xmlquery"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// junitElement is what the two common schemas allow of one element: junit-10.xsd of Jenkins' xUnit plugin, which also
// knows testsuites, and surefire-test-report.xsd of Maven, which is stricter inside a testcase. Where they differ, the
// stricter one stands here, but for testsuite's timestamp, which Jenkins allows and every reader shows.
type junitElement struct {
	required, optional []string // attributes
	children           []string // in this order
	once               []string // children that come at most once
	text               bool
}

var junitRules = map[string]junitElement{
	"testsuites": {optional: []string{"name", "time", "tests", "failures", "errors"}, children: []string{"testsuite"}},
	"testsuite": {
		required: []string{"name", "tests", "failures", "errors", "skipped"}, optional: []string{"time", "timestamp"},
		children: []string{"properties", "testcase"}, once: []string{"properties"},
	},
	"properties": {children: []string{"property"}},
	"property":   {required: []string{"name", "value"}},
	"testcase": {
		required: []string{"name", "time"}, optional: []string{"classname", "file", "line"},
		children: []string{
			"properties", "failure",
			"skipped",
			"error",
			"system-out",
		}, once: []string{"properties", "failure", "skipped", "error", "system-out"},
	},
	"failure":    {required: []string{"type"}, optional: []string{"message"}, text: true},
	"error":      {required: []string{"type"}, optional: []string{"message"}, text: true},
	"skipped":    {optional: []string{"message"}, text: true},
	"system-out": {text: true},
}

// junitTime is the pattern of both schemas, without its groups of thousands.
var junitTime = regexp.MustCompile(`^[0-9]+(\.[0-9]{0,3})?$`)

// junitFaults lists where a document breaks the rules.
func junitFaults(n *xmlquery.Node) (faults []string) {
	rule, known := junitRules[n.Data]
	if !known {
		return []string{"element " + n.Data + " is unknown"}
	}
	add := func(format string, args ...any) { faults = append(faults, n.Data+": "+fmt.Sprintf(format, args...)) }
	for _, a := range rule.required {
		if !slices.ContainsFunc(n.Attr, func(x xmlquery.Attr) bool { return x.Name.Local == a }) {
			add("attribute %s is missing", a)
		}
	}
	for _, a := range n.Attr {
		if !slices.Contains(rule.required, a.Name.Local) && !slices.Contains(rule.optional, a.Name.Local) {
			add("attribute %s is unknown", a.Name.Local)
		}
		if a.Name.Local == "time" && !junitTime.MatchString(a.Value) {
			add("time %q is none", a.Value)
		}
	}
	at, seen := 0, map[string]bool{}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != xmlquery.ElementNode {
			if !rule.text && strings.TrimSpace(c.Data) != "" {
				add("text %q is not allowed", c.Data)
			}
			continue
		}
		switch place := slices.Index(rule.children, c.Data); {
		case place < 0:
			add("child %s is unknown", c.Data)
			continue
		case place < at:
			add("child %s comes too late", c.Data)
		case seen[c.Data] && slices.Contains(rule.once, c.Data):
			add("child %s comes twice", c.Data)
		default:
			at = place
		}
		seen[c.Data] = true
		faults = append(faults, junitFaults(c)...)
	}
	return faults
}

func TestJUnitFollowsTheCommonSchemas(t *testing.T) {
	all := samples.All()
	all["empty"] = reports.Build(reports.Input{})
	bare := samples.Input()
	bare.Cases[0].Outcome = reports.Failed
	bare.Cases[1].Findings = []reports.Finding{{Level: reports.Must}} // of a requirement without a name
	all["bare failures"] = reports.Build(bare)
	for name, r := range all {
		for _, fault := range junitFaults(xmlquery.FindOne(parsed(t, r), "/testsuites")) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

// The rules themselves can fail.
func TestJUnitRulesRefuse(t *testing.T) {
	const suite = `<testsuite name="a" tests="1" failures="0" errors="0" skipped="0">`
	for _, c := range []struct{ document, want string }{
		{`<testsuites skipped="0"/>`, "testsuites: attribute skipped is unknown"},
		{`<testsuites time="1.2345"/>`, `testsuites: time "1.2345" is none`},
		{`<testsuites><testsuite name="a" tests="1" failures="0" errors="0"/></testsuites>`, "testsuite: attribute skipped is missing"},
		{`<testsuites>` + suite + `<testcase name="a" time="0"/><properties/></testsuite></testsuites>`, "testsuite: child properties comes too late"},
		{`<testsuites>` + suite + `<testcase name="a" time="0"><failure/></testcase></testsuite></testsuites>`, "failure: attribute type is missing"},
		{`<testsuites>` + suite + `<testcase name="a" time="0"><skipped/><skipped/></testcase></testsuite></testsuites>`, "testcase: child skipped comes twice"},
		{`<testsuites>` + suite + `<testcase name="a" time="0"><report/></testcase></testsuite></testsuites>`, "testcase: child report is unknown"},
		{`<testsuites>text</testsuites>`, `testsuites: text "text" is not allowed`},
	} {
		doc, err := xmlquery.Parse(strings.NewReader(c.document))
		if err != nil {
			t.Fatal(err)
		}
		if got := junitFaults(xmlquery.FindOne(doc, "/testsuites")); !slices.Contains(got, c.want) {
			t.Errorf("%s: wanted %q; got %q", c.document, c.want, got)
		}
	}
}
