package reports_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

func TestJSONRoundTrip(t *testing.T) {
	g := NewWithT(t)
	for name, r := range samples.All() {
		var first, second bytes.Buffer
		g.Expect(errors.Join(reports.WriteJSON(&first, r), reports.WriteJSON(&second, r))).To(Succeed())
		if !bytes.Equal(first.Bytes(), second.Bytes()) || !utf8.Valid(first.Bytes()) {
			t.Errorf("%s: wanted equal bytes of valid UTF-8", name)
		}
		if strings.ContainsFunc(first.String(), func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }) {
			t.Errorf("%s: wanted printable text only", name)
		}
		if !strings.HasSuffix(first.String(), "\"complete\": true\n}\n") {
			t.Errorf("%s: wanted complete to stand last", name)
		}
		got, err := reports.ReadJSON("r.json", &first)
		g.Expect(err).NotTo(HaveOccurred())
		if name != "hostile" && !reflect.DeepEqual(got, r) { // what is not UTF-8 was replaced there
			t.Errorf("%s: read something else than was written", name)
		}
	}
}

func TestReadJSONRefuses(t *testing.T) {
	whole := asJSON(t, samples.All()["conformant"])
	replace := func(old, new string) string { return strings.Replace(whole, old, new, 1) }
	for name, c := range map[string]struct{ data, want string }{
		"empty":            {"", "is empty"},
		"cut off":          {whole[:len(whole)/2], "was cut off"},
		"cut in a string":  {whole[:strings.Index(whole, "DetachInstances")+3], "was cut off"},
		"the end missing":  {whole[:len(whole)-1], "was cut off"},
		"not complete":     {replace(`"complete":true`, `"complete":false`), "was cut off"},
		"another kind":     {replace(reports.Kind, "Pod"), `wanted kind "ConformanceReport"; got "Pod"`},
		"no kind":          {"{}", `got ""`},
		"a later version":  {replace(`"schemaVersion":1`, `"schemaVersion":2`), "schemaVersion 2 is newer"},
		"no version":       {`{"kind":"ConformanceReport","complete":true}`, "schemaVersion is missing"},
		"something behind": {whole + "{}", "no report of essconform"},
		"not JSON":         {"<html>", "no report of essconform"},
		"a list":           {"[]", "no report of essconform"},
		"an odd field":     {replace(`"cases":[`, `"cases":7,"x":[`), "no report of essconform"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := reports.ReadJSON("r.json", strings.NewReader(c.data))
			if err == nil || !strings.HasPrefix(err.Error(), "read report: r.json: ") ||
				!strings.Contains(err.Error(), c.want) {
				t.Errorf("wanted %q; got %v", c.want, err)
			}
		})
	}
	broken := errors.New("disk on fire")
	if _, err := reports.ReadJSON("r.json", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("wanted %v; got %v", broken, err)
	}
}

// TestReadJSONOfOtherEncodings: one byte order mark is nothing, and UTF-16 is named.
func TestReadJSONOfOtherEncodings(t *testing.T) {
	g := NewWithT(t)
	var out strings.Builder
	g.Expect(reports.WriteJSON(&out, reports.Build(reports.Input{}))).To(Succeed())
	if _, err := reports.ReadJSON("report.json", strings.NewReader("\uFEFF"+out.String())); err != nil {
		t.Errorf("with a byte order mark: %v", err)
	}
	_, err := reports.ReadJSON("report.json", strings.NewReader("\xff\xfe{\x00"))
	if err == nil || !strings.Contains(err.Error(), "the file is UTF-16; save it as UTF-8") {
		t.Errorf("UTF-16: got %v", err)
	}
}
