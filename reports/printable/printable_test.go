package printable_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports/printable"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "HTTP 404: it's {\"Code\":\"x\"}", "HTTP 404: it's {\"Code\":\"x\"}"},
		{"other scripts", "实例“i-1” é", "实例“i-1” é"},
		{"line ends", "a\r\nb\tc\u2028d\u0085", `a\r\nb\tc\u2028d\u0085`},
		{"colors", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"title of the terminal", "\x1b]0;own\x07", `\x1b]0;own\a`},
		{"8-bit control", "\u009b31m", `\u009b31m`},
		{"direction", "\u202eX\u2066Y\u200f", `\u202eX\u2066Y\u200f`},
		{"without a width", "a\u200bb\ufeffc\u00add\u034fe\u3164f\ufe0fg\u2800", `a\u200bb\ufeffc\u00add\u034fe\u3164f\ufe0fg\u2800`},
		{"tags", "\U000e0041", `\U000e0041`},
		{"other spaces", "a\u00a0b\u3000", `a\u00a0b\u3000`},
		{"not UTF-8", "a\xff\xc3", `a\xff\xc3`},
		{"NUL", "\x00", `\x00`},
		{"command", "::set-output name=a::b", `:\x3aset-output name=a:\x3ab`},
		{"command inside", "x ::error::", `x :\x3aerror:\x3a`},
		{"older command", "##[group]x ###[a", `#\x23[group]x ##\x23[a`},
		{"commands of others", "##vso[task.x] ##teamcity[y ##1[z ## x[", `#\x23vso[task.x] #\x23teamcity[y ##1[z ## x[`},
		{"headings", "## a: b", "## a: b"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(printable.Text(c.in, 1000)).To(Equal(c.want))
			g.Expect(printable.Text(c.want, 1000)).To(Equal(c.want), "again")
			g.Expect(printable.Quoted(c.in, 1000)).To(Equal(`"` + c.want + `"`))
		})
	}
}

func TestTextIsBounded(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"中中中中", 3, "中中…"},
		{"a\x1b\x1b", 5, `a…`},
		{"a\x1b\x1b", 9, `a\x1b\x1b`},
		{"\x1b", 2, "…"},
	} {
		NewWithT(t).Expect(printable.Text(c.in, c.limit)).To(Equal(c.want), c.in)
	}
}

func TestLines(t *testing.T) {
	g := NewWithT(t)
	g.Expect(printable.Lines("a\r\n\tb\x1b\n::x\rc", 100)).To(Equal("a\n\tb\\x1b\n:\\x3ax\\rc"))
	g.Expect(printable.Cut("a\xff\x1bb", 100)).To(Equal("a\ufffd\x1bb"))
	g.Expect(printable.Cut("中中", 4)).To(Equal("中…"))
}

var command = regexp.MustCompile(`(?m)^\s*::|##[A-Za-z]*\[`)

// Whatever is cut, wrapped or joined, the log of a CI job finds no command.
func FuzzLog(f *testing.F) {
	for _, s := range []string{
		"::set-output::x", " ::x", ":\n:", "::\r::", "##[group]", "#\n#[", "##vso[task.x]",
		"##te\namcity[", "###x[[", "a ::b", ":::", "\t::", "\x1b[0m::", "::: ::",
	} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, s string, at int) {
		at = min(max(0, at), len(s))
		var out bytes.Buffer
		log := printable.NewLog(&out)
		for _, part := range []string{s[:at], s[at:]} {
			if n, err := log.Write([]byte(part)); err != nil || n != len(part) {
				t.Fatal(n, err)
			}
		}
		if got := command.FindString(out.String()); got != "" {
			t.Errorf("%q: got %q in %q", s, got, out.String())
		}
		shown := printable.Text(s, 50)
		if command.MatchString(shown) || strings.Contains(shown, "::") || utf8.RuneCountInString(shown) > 50 {
			t.Errorf("%q: got %q", s, shown)
		}
		for _, r := range shown {
			if !unicode.IsPrint(r) || r == utf8.RuneError && !strings.ContainsRune(s, r) {
				t.Errorf("%q: got %q", s, shown)
			}
		}
	})
}

func TestLogLeavesOtherTextAlone(t *testing.T) {
	g := NewWithT(t)
	const text = "a: b::c\n  \x1b[31mred\x1b[1;0m [::1]\t# ## ###\n: x\n#[1] 中\n"
	for size := 1; size < 5; size++ { // also where a character is written in two parts
		var out strings.Builder
		log := printable.NewLog(&out)
		for part := range slices.Chunk([]byte(text), size) {
			_, err := log.Write(part)
			g.Expect(err).NotTo(HaveOccurred())
		}
		g.Expect(out.String()).To(Equal(text))
	}
	var out strings.Builder
	_, err := printable.NewLog(&out).Write([]byte("\x1b]0;own\a\u202e\xff\x1b[2J\r\n"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(out.String()).To(Equal("\\x1b]0;own\\a\\u202e\\xff\\x1b[2J\\r\n"))
}

func TestGuard(t *testing.T) {
	g := NewWithT(t)
	var out strings.Builder
	printable.Guard(&out, func(string) string { return "" })()
	g.Expect(out.String()).To(BeEmpty())
	tokens := map[string]bool{}
	for range 2 {
		out.Reset()
		end := printable.Guard(&out, func(string) string { return "true" })
		out.WriteString("text\n")
		end()
		found := regexp.MustCompile(`\A::stop-commands::(\w{16,})\ntext\n::(\w+)::\n\z`).FindStringSubmatch(out.String())
		g.Expect(found).To(HaveLen(3))
		g.Expect(found[1]).To(Equal(found[2]))
		tokens[found[1]] = true
	}
	g.Expect(tokens).To(HaveLen(2))
}
