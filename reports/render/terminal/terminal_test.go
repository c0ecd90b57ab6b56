package terminal

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/samples"
)

func drawn(t *testing.T, r reports.Report, o Options) string {
	t.Helper()
	g := NewWithT(t)
	var b bytes.Buffer
	g.Expect(Write(&b, r, o)).To(Succeed())
	return b.String()
}

func TestTerminalIsSafeAndFits(t *testing.T) {
	color := regexp.MustCompile("\x1b\\[(1;3[123]|0)m")
	for name, r := range samples.All() {
		for _, width := range []int{0, 20, 40, 80, 132} {
			s := drawn(t, r, Options{Color: true, Width: width, ReportDir: "reports/out"})
			plain := color.ReplaceAllString(s, "")
			if plain != drawn(t, r, Options{Width: width, ReportDir: "reports/out"}) {
				t.Errorf("%s: wanted the same text with and without color", name)
			}
			if strings.ContainsFunc(plain, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }) {
				t.Errorf("%s: wanted printable text; got %q", name, plain)
			}
			limit := map[int]int{0: 80, 20: 40}[width]
			limit = max(limit, width)
			for line := range strings.Lines(plain) {
				line = strings.TrimRight(line, "\n")
				pasted := strings.Contains(line, "curl ") || strings.Contains(line, "rerun ") ||
					strings.HasPrefix(line, `  {"`)
				if printable.Columns(line) > limit && !pasted && limit >= 80 && len(strings.Fields(line)) > 2 {
					t.Errorf("%s: wanted at most %d columns; got %d: %q", name, limit, printable.Columns(line), line)
				}
			}
		}
	}
}

func TestTerminalIsShort(t *testing.T) {
	if n := strings.Count(drawn(t, samples.All()["conformant"], Options{ReportDir: "out"}), "\n"); n > 10 {
		t.Errorf("wanted at most 10 lines for a run that passed; got %d", n)
	}
	in := samples.Input()
	for i := range 500 {
		c := in.Cases[0]
		c.ID = fmt.Sprintf("x%03d", i)
		c.Outcome = reports.Failed
		c.Findings = []reports.Finding{
			{
				Requirement: fmt.Sprintf("r%02d", i%40),
				Level:       "MUST",
				Want:        "this",
				Got:         fmt.Sprint(i),
				Text:        "a sentence",
			},
		}
		c.RequestIDs, c.ActivityIDs = nil, nil
		c.Reproduce.Curl = strings.Repeat("x", shownCurl+1)
		in.Cases = append(in.Cases, c)
	}
	s := drawn(t, reports.Build(in), Options{ReportDir: "out"})
	if n := strings.Count(s, "\n"); n > 120 {
		t.Errorf("wanted at most 120 lines; got %d", n)
	}
	for _, want := range []string{
		"and 30 more requirements in out/report.md", "✗ r00  (13 cases)",
		"12 other differences", "rerun     essconform run -case",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("wanted %q in\n%s", want, s)
		}
	}
	if s := drawn(t, reports.Build(in), Options{}); strings.Contains(s, "report.md") {
		t.Error("wanted no path of a report that was not written")
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"", 10, ""},
		{"one two three", 7, "one two|three"},
		{"one two three", 80, "one two three"},
		{"-provider-states=http://127.0.0.1/_states k", 4, "-provider-states=http://127.0.0.1/_states|k"},
		{"a abcdefgh", 4, "a|abcdefgh"},
		{"世界 世界", 4, "世界|世界"},
		{"世界", 1, "世界"},
	} {
		if got := strings.Join(printable.Wrap(c.text, c.limit), "|"); got != c.want {
			t.Errorf("%q at %d: wanted %q; got %q", c.text, c.limit, c.want, got)
		}
	}
}

func TestVisible(t *testing.T) {
	g := NewWithT(t)
	for s, want := range map[string]string{
		"plain ~":            "plain ~",
		"“XXX” 世界":           "“XXX” 世界",
		"\x1b[2J\x00\r\n":    `\x1b[2J\x00\x0d\x0a`,
		"\xff\xc3(":          `\xff\xc3(`,
		"\u202e\u200b\u0085": `\u202e\u200b\u0085`,
		"\U000e0001":         `\U000e0001`,
	} {
		g.Expect(printable.Visible(s)).To(Equal(want), s)
	}
	if got := printable.VisibleLines("a\r\n\tb\x1b"); got != "a\n\tb\\x1b" {
		t.Errorf("wanted line ends and tabs kept; got %q", got)
	}
	g.Expect(printable.Clip("世界世界", 2)).To(Equal("世界… (6 more bytes)"))
}
