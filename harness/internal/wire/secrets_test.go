package wire

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// writers, by name, are the ways in which a target may echo a value.
var writers = map[string]func(string) string{
	"raw":          func(s string) string { return s },
	"percent":      percentEncode,
	"lower case":   func(s string) string { return lowerHex.ReplaceAllStringFunc(percentEncode(s), strings.ToLower) },
	"twice":        func(s string) string { return percentEncode(percentEncode(s)) },
	"path":         url.PathEscape,
	"html":         html.EscapeString,
	"html twice":   func(s string) string { return html.EscapeString(html.EscapeString(s)) },
	"slashes":      func(s string) string { return strings.ReplaceAll(s, "/", `\/`) },
	"decoded once": func(s string) string { return strings.ReplaceAll(s, "+", " ") },
	"json": func(s string) string {
		b, _ := json.Marshal(s)
		return strings.Trim(string(b), `"`)
	},
	"xml": func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(s))
		return b.String()
	},
	"numbered": func(s string) string {
		var b strings.Builder
		for i, c := range []byte(s) {
			fmt.Fprintf(&b, []string{"&#%d;", "&#x%X;", `\u%04x`, "%%%02X"}[i%4], c)
		}
		return b.String()
	},
}

var lowerHex = regexp.MustCompile(`%[0-9A-F]{2}`)

func TestSecretsFindEveryEncoding(t *testing.T) {
	secret := "Abc/+=&<>\"'%x;y~z"
	s := NewSecrets(Credentials{AccessKeyID: "LTAI5tKey", AccessKeySecret: secret, SecurityToken: "CAIS+/token=="})
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			text := "a: " + write(secret) + ", b: " + write("CAIS+/token==") + ", c: " + write("LTAI5tKey") + "."
			want := "a: REDACTED, b: REDACTED, c: LTAI…."
			if got := s.Redact(text); got != want {
				t.Errorf("%s: wanted %s; got %s", text, want, got)
			}
			if got := string(s.RedactBytes([]byte(text))); got != want {
				t.Errorf("%s: wanted %s; got %s", text, want, got)
			}
		})
	}
}

func TestShortSecretsGoOnlyWhereTheyAreValues(t *testing.T) {
	s := NewSecrets(Credentials{AccessKeyID: "k", AccessKeySecret: "a", SecurityToken: "abc"})
	for text, want := range map[string]string{
		"a scaling group has abc alphabet, k":  "a scaling group has abc alphabet, k",
		"a":                                    "REDACTED",
		" a ":                                  " REDACTED ",
		`{"Secret":"a","Key" : "k"}`:           `{"Secret":"REDACTED","Key" : "…"}`,
		"AccessKeyId=k&SecurityToken=abc&x=ab": "AccessKeyId=…&SecurityToken=REDACTED&x=ab",
		"GET&%2F&AccessKeyId%3Dk%26Token%3Da":  "GET&%2F&AccessKeyId%3D…%26Token%3DREDACTED",
		"<Secret>a</Secret>":                   "<Secret>REDACTED</Secret>",
		"secret: a, key = k":                   "secret: REDACTED, key = …",
		`\u0022a\u0022`:                        `\u0022REDACTED\u0022`,
		"cat":                                  "cat",
	} {
		if got := s.Redact(text); got != want {
			t.Errorf("%s: wanted %s; got %s", text, want, got)
		}
	}
}

func TestSecretsAtTheCutEndOfAText(t *testing.T) {
	s := NewSecrets(creds)
	if got := s.redact("echo: testsec", true); got != "echo: REDACTED" {
		t.Errorf("wanted the beginning of the secret gone; got %s", got)
	}
	if got := s.redact("echo: testsec", false); got != "echo: testsec" {
		t.Errorf("wanted a whole text left alone; got %s", got)
	}
}

func TestSecretsDoNotShowInPrint(t *testing.T) {
	call := detach("GET", SignV1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{NewSecrets(creds), creds, &creds, call, Exchange{secrets: NewSecrets(creds)}} {
			if got := fmt.Sprintf(verb, value); strings.Contains(got, creds.AccessKeySecret) || strings.Contains(got, "signs==") {
				t.Errorf("%s of %T: wanted no secret; got %s", verb, value, got)
			}
		}
	}
}

func TestZeroSecretsLeaveTextAlone(t *testing.T) {
	for _, s := range []Secrets{{}, NewSecrets(), NewSecrets(Credentials{})} {
		if got := s.Redact("text"); got != "text" {
			t.Errorf("wanted the text; got %s", got)
		}
	}
}

func TestNoSecretSurvives(t *testing.T) {
	names := make([]string, 0, len(writers))
	for name := range writers {
		names = append(names, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		// With a letter that no other part of the text has, whatever is left of the secret can be seen.
		secret := rapid.StringMatching(`Z[!-~]{3,20}Z`).Draw(t, "secret")
		write := writers[rapid.SampledFrom(names).Draw(t, "writer")]
		text := rapid.StringMatching(`[a-y ]{0,5}`).Draw(t, "before") + write(secret) + rapid.StringMatching(`[a-y ]{0,5}`).Draw(t, "after")
		if got := NewSecrets(Credentials{AccessKeySecret: secret}).Redact(text); strings.Contains(got, "Z") {
			t.Fatalf("%q in %q: wanted it gone; got %q", secret, text, got)
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("testsecret", "a=testsecret&%2", true)
	f.Add(`\%&`, `\\%25&amp;#38;&#x`, false)
	f.Fuzz(func(t *testing.T, secret, text string, cut bool) {
		got := NewSecrets(Credentials{AccessKeySecret: secret}).redact(text, cut)
		if len(secret) >= shortest && !strings.Contains(hidden, secret) && strings.Count(text, secret) > 0 && got == text {
			t.Errorf("%q in %q: wanted a change", secret, text)
		}
	})
}

// Each of these takes minutes when the search is not linear in the text.
func TestRedactIsLinear(t *testing.T) {
	for _, piece := range []string{`\`, "%25", "&amp;", "amp;", "&#", " ", "+", "testsecre"} {
		text := strings.Repeat(piece, DefaultBodyLimit/len(piece))
		for _, secret := range []string{"testsecret", "+", `\\\\\\\\a`, "%%%%%a", "&&&&&a"} {
			NewSecrets(Credentials{AccessKeySecret: secret}).Redact(text)
		}
	}
}
