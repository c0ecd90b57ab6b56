package markdown

import (
	"html"
	"strings"

	"github.com/essconform/essconform/reports/internal/printable"
)

// Markdown in which nothing of a target is live: no link, no mention, no HTML, no fence that ends early. Text of a
// target stands in code spans and fences only, where Markdown and GitHub leave everything as it is.

// Code is s in a code span on one line, at most limit runes of it.
func Code(s string, limit int) string {
	s = printable.Bounded(s, limit)
	if strings.TrimSpace(s) == "" {
		return "(empty)"
	}
	fence := strings.Repeat("`", longestRun(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " " // Markdown takes one space off again
	}
	return fence + s + fence
}

// CellCode is code for a cell of a table, where a | would end the cell even inside a code span.
func CellCode(s string, limit int) string {
	return Code(strings.ReplaceAll(printable.Bounded(s, limit), "|", `\x7c`), 2*limit)
}

// fenced is a code block. s may have several lines; it must be printable and bounded.
func fenced(language, s string) string {
	fence := strings.Repeat("`", max(3, longestRun(s)+1))
	return fence + language + "\n" + strings.TrimSuffix(s, "\n") + "\n" + fence + "\n"
}

// Prose is text of the description or the cases, which the user of the suite wrote. It reads as text where it can, and
// becomes code when GitHub would make a link or a mention of a part of it.
func Prose(s string, limit int) string {
	s = printable.Bounded(s, limit)
	for _, live := range []string{"@", "#", "://", "www."} {
		if strings.Contains(s, live) {
			return CellCode(s, limit)
		}
	}
	return proseEscapes.Replace(s)
}

var proseEscapes = strings.NewReplacer(
	`\`,
	`\\`,
	"`",
	"\\`",
	"*",
	`\*`,
	"_",
	`\_`,
	"[",
	`\[`,
	"]",
	`\]`,
	"~",
	`\~`,
	"$",
	`\$`,
	"|",
	"&#124;",
	"<",
	"&lt;",
	">",
	"&gt;",
	"&",
	"&amp;",
)

// htmlCode is s as code inside an HTML element, such as a summary.
func htmlCode(s string, limit int) string {
	return "<code>" + html.EscapeString(printable.Bounded(s, limit)) + "</code>"
}

// details is a part that is folded away. body is Markdown; summary is HTML.
func details(summary, body string) string {
	return "<details><summary>" + summary + "</summary>\n\n" + strings.TrimSuffix(body, "\n") + "\n\n</details>\n"
}

// longestRun is the length of the longest run of backticks in s.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
