package words

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/spec"
)

func book(t *testing.T) *Book {
	t.Helper()
	g := NewWithT(t)
	b, err := In(Chinese)
	g.Expect(err).NotTo(HaveOccurred())
	return b
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// Every sentence of every edition's catalogue has its Chinese.
func TestSentencesAreTranslated(t *testing.T) {
	g := NewWithT(t)
	b := book(t)
	for _, edition := range []string{"2014-08-28", "2022-02-22"} {
		contract, err := spec.Edition(edition)
		g.Expect(err).NotTo(HaveOccurred())
		for _, r := range contract.Requirements {
			if got := b.Say(r.Text); !han(got) {
				t.Errorf("%s: wanted Chinese for %q; add it to zh.yaml", r.ID, r.Text)
			}
		}
	}
}

// said finds the texts that a program gives to a book.
var saying = regexp.MustCompile(`(?:book\.Sayf?|\.Section|[^.]row|\.field|t\.causes|t\.list)\(\s*("(?:[^"\\]|\\.)*")`)

// Every word of report.md and of the terminal has its Chinese.
func TestWordsAreTranslated(t *testing.T) {
	g := NewWithT(t)
	b := book(t)
	found := 0
	for _, file := range []string{"terminal/terminal.go", "markdown/markdown.go"} {
		source, err := os.ReadFile(filepath.Join("..", "..", "render", file))
		g.Expect(err).NotTo(HaveOccurred())
		for _, m := range saying.FindAllStringSubmatch(string(source), -1) {
			text, err := strconv.Unquote(m[1])
			g.Expect(err).NotTo(HaveOccurred())
			if found++; text != "" && !han(b.Say(text)) && !strings.HasPrefix(text, "%s in ") {
				t.Errorf("%s: wanted Chinese for %q; add it to zh.yaml", file, text)
			}
		}
	}
	if found < 40 {
		t.Errorf("wanted the texts of both found; got %d", found)
	}
}

func TestSay(t *testing.T) {
	g := NewWithT(t)
	b := book(t)
	for english, want := range map[string]string{
		"": "", "no such text": "no such text", "passed": "通过", "3 cases": "3 个用例",
		"not conformant: 88 of 517 cases failed on 1 requirement": "不符合：517 个用例中有 88 个失败，涉及 1 条要求",
		"not conformant: 369 of 517 cases failed on 24 requirements, 12 of 517 cases could not run": "不符合：517 " +
			"个用例中有 369 个失败，" +
			"涉及 24 条要求，517 个用例中有 12 个无法执行",
		"517 cases: 136 passed, 369 failed, 12 could not run":             "517 个用例：136 通过，369 失败，12 无法执行",
		"20 cases: 18 passed, 2 failed; 1 warning":                        "20 个用例：18 通过，2 失败；1 个警告",
		"Return HTTP 404, not HTTP 400, when an instance does not exist.": "ECS 实例不存在时，应返回 HTTP 404，而不是 HTTP 400。",
		"a text, of a target; as it came":                                 "a text, of a target; as it came",
		"Make this hold: {1} {2}":                                         "应满足：{1} {2}",
	} {
		g.Expect(b.Say(english)).To(Equal(want), english)
	}
	if got := b.Sayf("wanted %s; got %s", "`a; got`", "`%s`"); got != "期望 `a; got`；实际 `%s`" {
		t.Errorf("wanted arguments as they are; got %s", got)
	}
	var none *Book
	if got := none.Say("passed"); got != "passed" {
		t.Errorf("wanted English without a book; got %s", got)
	}
	if _, err := In("tlh"); err == nil {
		t.Error("wanted an unknown language refused; got no error")
	}
}

// Of a page texts are said and ids and messages are not.
func TestHTML(t *testing.T) {
	const page = `<p title="passed">failed <b> 3 cases</b> <code>passed <code>passed</code> passed</code> &lt;passed&gt;</p>` +
		`<button translate="no">passed</button><script>passed</script>passed`
	const want = `<p title="通过">失败 <b> 3 个用例</b> <code>passed <code>passed</code> passed</code> &lt;passed&gt;</p>` +
		`<button translate="no">passed</button><script>passed</script>通过`
	pairs := map[string]string{}
	b := book(t)
	got := string(HTML([]byte(page), func(s string) string {
		if pairs[s] = b.Say(s); pairs[s] == s {
			delete(pairs, s)
		}
		return b.Say(s)
	}))
	if got != want || len(pairs) != 3 || pairs["3 cases"] != "3 个用例" {
		t.Errorf("wanted\n%s\ngot\n%s\n%v", want, got, pairs)
	}
}
