package judge

import (
	"strings"
	"testing"
)

func TestMessageProblem(t *testing.T) {
	const documented = "The current status of DB instance “XXX” does not support this action."
	const size = "To remove the instances, the total capacity will be lesser than the MinSize."
	const two = "Instance “XXX” of group “XXX” is busy."
	fill := func(middle string) string { return strings.Replace(documented, "“XXX”", middle, 1) }
	for _, tc := range []struct{ documented, id, message, got string }{
		{documented, "rm-1", fill("“rm-1”"), ""},
		{documented, "rm-1", fill(`"rm-1"`), ""},
		{documented, "rm-1", fill("rm-1"), ""},
		{documented, "", fill("“anything”"), ""},
		{documented, "rm-1", fill("“XXX”"), `"` + documented + `", which leaves the placeholder XXX in`},
		{documented, "", fill("XXX"), `"` + fill("XXX") + `", which leaves the placeholder XXX in`},
		{documented, "rm-1", fill("“rm-2”"), `"` + fill("“rm-2”") + `", which names "rm-2"`},
		{documented, "rm-1", fill("“”"), `"` + fill("“”") + `", which names no id`},
		{documented, "rm-1", fill(""), `"` + fill("") + `", which names no id`},
		{documented, "rm-1", fill("“rm-1"), `"` + fill("“rm-1") + `", which has a quote on one side only`},
		{documented, "rm-1", fill("“rm-1, rm-2”"), `"` + fill("“rm-1, rm-2”") + `", which names "rm-1, rm-2"`},
		{two, "i-1", `Instance "i-1" of group “g-1” is busy.`, ""},
		{two, "g-1", "Instance i-1 of group g-1 is busy.", ""},
		{two, "", "Instance i-1 of group g-1 is busy.", ""},
		{two, "a of group b", "Instance a of group b of group g-1 is busy.", ""},
		{two, "i-1", "Instance i-1 of group XXX is busy.", `"Instance i-1 of group XXX is busy.", which leaves the placeholder XXX in`},
		{two, "i-1", "Instance i-1 of group “” is busy.", `"Instance i-1 of group “” is busy.", which names no id`},
		{two, "i-1", "Instance i-2 of group g-1 is busy.", `"Instance i-2 of group g-1 is busy.", which names "i-2, g-1"`},
		{two, "i-1", "Instance i-1 of group “g-1 is busy.", `"Instance i-1 of group “g-1 is busy.", which has a quote on one side only`},
		{documented, "rm-“1”", fill(`"rm-“1”"`), ""}, // the id has quotes of its own
		{documented, "rm-“1”", fill("rm-“1”"), ""},
		{documented, "rm-“1”", fill(`"rm-“1”`), `"` + fill(`"rm-“1”`) + `", which names "rm-“1"`},
		{"XXX", "i-1", "i-1", ""},
		{"XXXXXX", "i-1", "i-1g-1", ""},
		{size, "", size, ""},
		{size, "", strings.Replace(size, "lesser", "less", 1), `"` + strings.Replace(size, "lesser", "less", 1) + `", which differs from character 57 on: "less than the MinSize."`},
		{size, "", size[:40], `"` + size[:40] + `", which ends after character 40`},
		{size, "", size + " ", `"` + size + ` ", which differs in white space at the ends`},
		{size, "", strings.Replace(size, " ", "  ", 1), `"` + strings.Replace(size, " ", "  ", 1) + `", which differs in white space`},
		{size, "", strings.ToUpper(size), `"` + strings.ToUpper(size) + `", which differs in case`},
		{size, "", "", "an empty message"},
		{size, "", "no", `"no"`},
	} {
		_, got, ok := messageProblem(tc.documented, tc.id, tc.message)
		if ok != (tc.got == "") || !ok && got != tc.got {
			t.Errorf("%q, id %q:\nwanted %s\n   got %s", tc.message, tc.id, tc.got, got)
		}
	}
}

func TestPrintable(t *testing.T) {
	for _, tc := range []struct {
		in    string
		limit int
		want  string
	}{
		{"plain “text” 伸缩", 20, "plain “text” 伸缩"},
		{"a\r\n\tb\x00\x1b[31m", 40, `a\r\n\tb\x00\x1b[31m`},
		{"a\xffb\u202ec\u200b", 40, `a\xffb\u202ec\u200b`},
		{"it's \"quoted\"", 40, `it's "quoted"`},
		{"12345", 5, "12345"},
		{"123456", 5, "1234…"},
		{"123\n\n", 5, "123…"},
		{strings.Repeat("\n", 9), 6, `\n\n…`},
		{"", 5, ""},
	} {
		if got := printable(tc.in, tc.limit); got != tc.want {
			t.Errorf("%q: wanted %s; got %s", tc.in, tc.want, got)
		}
	}
}
