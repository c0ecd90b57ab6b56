package github

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

func written(t *testing.T, r reports.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// one is a workflow command as GitHub's runner reads it: name, properties without a bare colon, data on one line.
var one = regexp.MustCompile(`^::(error|warning|notice) ((file|line|title)=[^:,\r\n]*,?)+::[^\r\n]*$`)

func TestAnnotations(t *testing.T) {
	for name, r := range samples.All() {
		s := written(t, r)
		lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
		if s == "" {
			lines = nil
		}
		if len(lines) > 10 {
			t.Errorf("%s: wanted at most 10; got %d", name, len(lines))
		}
		if red := strings.Contains(s, "::error "); red == r.Verdict.Conformant {
			t.Errorf("%s: wanted an error exactly when it is not conformant; got %q", name, s)
		}
		for _, l := range lines {
			if !one.MatchString(l) || strings.ContainsAny(l, "\x1b\x00") {
				t.Errorf("%s: wanted one command a line; got %q", name, l)
			}
		}
	}
	want := "::error file=spec/detachinstances.openapi.yaml,line=214,title=error.status.InvalidInstanceId.NotFound::" +
		"Return HTTP 404, not HTTP 400, when an instance does not exist.%0A"
	if s := written(t, samples.All()["broken"]); !strings.Contains(s, want) {
		t.Errorf("wanted %q; got %q", want, s)
	}
}

func TestTenAnnotationsAreEnough(t *testing.T) {
	in := samples.Input()
	for i := range in.Cases {
		in.Cases[i].Exchange = nil
		in.Cases[i].Findings = []reports.Finding{{
			Requirement: fmt.Sprint("r", i), Level: reports.Must,
			Want: fmt.Sprint(i), Got: "b",
		}}
	}
	s := written(t, reports.Build(in))
	if n := strings.Count(s, "\n"); n != 10 || !strings.Contains(s,
		"::notice title=essconform::7 more findings in the report") {
		t.Errorf("wanted 9 and a count; got %d lines: %s", n, s)
	}
}
