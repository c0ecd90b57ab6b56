package markdown

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

func markdown(t *testing.T, r reports.Report) string {
	t.Helper()
	g := NewWithT(t)
	var b bytes.Buffer
	g.Expect(Write(&b, r)).To(Succeed())
	return b.String()
}

// outsideCode is Markdown without its code spans, fences and HTML code: what a renderer would bring to life.
func outsideCode(s string) string {
	var prose []string
	fence := ""
	for line := range strings.SplitSeq(s, "\n") {
		run := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "":
			if strings.TrimSpace(line) == run && len(run) >= len(fence) {
				fence = ""
			}
		case len(run) >= 3 && !strings.Contains(line[len(run):], "`"):
			fence = run
		default:
			prose = append(prose, withoutSpans(line))
		}
	}
	return regexp.MustCompile(`<code>[^<]*</code>`).ReplaceAllString(strings.Join(prose, "\n"), "")
}

// withoutSpans takes the code spans of one line away as CommonMark finds them: a run of backticks is closed by the next
// equal run.
func withoutSpans(line string) string {
	runs := regexp.MustCompile("`+").FindAllStringIndex(line, -1)
	var b strings.Builder
	at := 0
	for i := 0; i < len(runs); i++ {
		for j := i + 1; j < len(runs); j++ {
			if runs[j][1]-runs[j][0] == runs[i][1]-runs[i][0] {
				b.WriteString(line[at:runs[i][0]])
				at, i = runs[j][1], j
				break
			}
		}
	}
	return b.String() + line[at:]
}

func TestMarkdownBringsNothingOfATargetToLife(t *testing.T) {
	s := outsideCode(markdown(t, samples.All()["hostile"]))
	for _, live := range []string{
		"<script", "@everyone", "evil.example", "javascript:", "#1", "<!--", "]]>", "heading",
		"\x1b", "\u202e", "`",
	} {
		if strings.Contains(s, live) {
			t.Errorf("wanted %q in code only; got it in\n%s", live, s)
		}
	}
	if open, closed := strings.Count(s, "<details>"), strings.Count(s, "</details>"); open != closed || open == 0 {
		t.Errorf("wanted details to be balanced; got %d and %d", open, closed)
	}
}

func TestCodeSpans(t *testing.T) {
	g := NewWithT(t)
	for s, want := range map[string]string{
		"plain":    "`plain`",
		"":         "(empty)",
		" \t":      "` \\x09`",
		"a`b":      "``a`b``",
		"`":        "`` ` ``",
		"``x`":     "``` ``x` ```",
		"a\nb\x1b": "`a\\x0ab\\x1b`",
	} {
		g.Expect(Code(s, 100)).To(Equal(want), s)
	}
	if got := CellCode("a|b", 100); got != "`a\\x7cb`" {
		t.Errorf("wanted no | in a cell; got %s", got)
	}
	if got := fenced("", "```\nx\n````"); got != "`````\n```\nx\n````\n`````\n" {
		t.Errorf("wanted a longer fence; got %s", got)
	}
}

func TestProse(t *testing.T) {
	g := NewWithT(t)
	for s, want := range map[string]string{
		"a plain sentence: 1..20 of InstanceId.N":  "a plain sentence: 1..20 of InstanceId.N",
		"<b> *bold* [x](y) a|b `c` a_b ~~ $1 &lt;": `&lt;b&gt; \*bold\* \[x\](y) a&#124;b ` + "\\`c\\`" + ` a\_b \~\~ \$1 &amp;lt;`,
		"ask @acme":                "`ask @acme`",
		"see https://acme.example": "`see https://acme.example`",
		"see #12":                  "`see #12`",
	} {
		g.Expect(Prose(s, 200)).To(Equal(want), s)
	}
}

func TestMarkdownIsBounded(t *testing.T) {
	in := samples.Hostile()
	long := strings.Repeat("世`", 10_000)
	in.Cases = nil
	for i := range 2000 {
		f := reports.Finding{
			Requirement: fmt.Sprintf("r%d", i%300),
			Level:       "MUST",
			Want:        fmt.Sprint(i%300, long),
			Got:         long,
			Pointer:     long,
			Text:        long,
		}
		m := reports.Message{
			StartLine: long,
			Headers:   []reports.Header{{Name: long, Value: long}},
			Body:      fmt.Sprint(i, long),
		}
		c := reports.CaseResult{
			ID:       fmt.Sprintf("c%d", i),
			Outcome:  reports.Failed,
			Findings: []reports.Finding{f},
			Exchange: &reports.Exchange{Request: m, Response: &m},
		}
		if i%2 == 1 {
			c.Outcome, c.Findings, c.Reason = reports.CouldNotRun, nil, fmt.Sprint(i, long)
			c.State = reports.State{Name: fmt.Sprint(i, long), Outcome: "unknown"}
		}
		in.Cases = append(in.Cases, c)
		in.Catalogue = append(in.Catalogue, reports.CatalogueEntry{ID: fmt.Sprint("q", i), Level: "MUST", Text: long})
	}
	s := markdown(t, reports.Build(in))
	if len(s) > MaxBytes {
		t.Errorf("wanted at most %d bytes; got %d", MaxBytes, len(s))
	}
	if !strings.Contains(s, "more in report.json") || !strings.HasSuffix(s, "</details>\n") {
		t.Error("wanted it to say what was left out, and to end whole")
	}
	// However long a finding is, the first ones are told.
	if !strings.Contains(s, "#### `r0`") {
		t.Error("wanted the first failure to be told in brief")
	}
}

// live are constructs that Markdown would bring to life: tags but for our own, links, mentions, references, headings,
// rows and marks that begin where a text of ours does not.
var live = regexp.MustCompile(`(?i)</?(?:script|img|svg|pwned|pre|body|iframe|style|a|base|form|meta)\b|<!|<\?|<https?:|` +
	`[^\\]\]\(https?:|(?:^|[^\x60\w/.])https?://evil|(?:^|[^\\\w])@pwned|(?:^|[^\\&\w])#1\b|(?m:^)#+ pwned|(?m:^)> pwned|(?m:^)\[\^pwned|` +
	`(?m:^)- \[ \] pwned|(?:^|[^\\])\*\*pwned|(?:^|[^\\])\$\$pwned|(?m:^)(?:~~~|---)\n|&pwned;|<details open`)

func TestMarkdownOfInjections(t *testing.T) {
	for kind, texts := range samples.Injections() {
		for _, text := range texts {
			prose := outsideCode(markdown(t, reports.Build(samples.HostileWith(text))))
			if found := live.FindStringIndex(prose); found != nil {
				t.Errorf("%s: %q: wanted it in code only; got %q", kind, text,
					prose[max(0, found[0]-40):min(len(prose), found[1]+40)])
			}
			if open, closed := strings.Count(prose, "<details>"), strings.Count(prose, "</details>"); open != closed ||
				open == 0 {
				t.Errorf("%s: %q: wanted details to be balanced; got %d and %d", kind, text, open, closed)
			}
		}
	}
}

// What the test above looks for is what the texts would be if they stood there as they are.
func TestInjectionsAreLive(t *testing.T) {
	for _, kind := range []string{"elements", "Markdown"} {
		n := 0
		for _, text := range samples.Injections()[kind] {
			if live.MatchString("\n" + text + "\n") {
				n++
			}
		}
		if all := len(samples.Injections()[kind]); n*4 < all*3 {
			t.Errorf("%s: wanted most of %d texts recognised; got %d", kind, all, n)
		}
	}
}

// TestMarkdownOfARecording: nothing stands there of what only a run has.
func TestMarkdownOfARecording(t *testing.T) {
	r := reports.Build(samples.Input())
	r.Target = reports.Target{Name: "traffic.har", Kind: reports.KindRecording, Endpoint: "none", Arrangement: "none"}
	r.Suite.CaseSet = ""
	text := markdown(t, r)
	if !strings.Contains(text, "| recording | `traffic.har` |\n") {
		t.Errorf("wanted the name of the recording; got %s", text)
	}
	for _, word := range []string{"region", "seed", "(empty)"} {
		if strings.Contains(text, word) {
			t.Errorf("wanted no %q; got %s", word, text)
		}
	}
}
