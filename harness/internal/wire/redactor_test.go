package wire

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

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

// inside writes a value as a part of something that is encoded as a whole.
var inside = map[string]func(string) string{
	"base64":          func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 in a URL": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64, escaped": func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) },
	"hex":             func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HEX":             func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"HTML of JSON":    func(s string) string { return html.EscapeString(writers["json"](s)) },
	"query of JSON":   func(s string) string { return url.QueryEscape(writers["json"](s)) },
	"JSON of JSON":    func(s string) string { return writers["json"](writers["json"](s)) },
	"XML of JSON":     func(s string) string { return writers["xml"](writers["json"](s)) },
	"JSON of XML":     func(s string) string { return writers["json"](writers["xml"](s)) },
	"%q":              func(s string) string { return fmt.Sprintf("%q", s) },
	"UTF-16": func(s string) string {
		var b strings.Builder
		for _, c := range utf16.Encode([]rune(s)) {
			b.WriteByte(byte(c >> 8))
			b.WriteByte(byte(c))
		}
		return b.String()
	},
}

// readings are all texts that someone may make of a text by decoding it.
func readings(text string) []string {
	out := []string{text, strings.ReplaceAll(text, "\x00", ""), html.UnescapeString(text)}
	if s, err := url.QueryUnescape(text); err == nil {
		out = append(out, s)
	}
	for _, one := range slices.Clone(out) {
		for _, run := range regexp.MustCompile(`[A-Za-z0-9+/_-]+`).FindAllString(one, -1) {
			run = strings.NewReplacer("-", "+", "_", "/").Replace(run)
			for at := range min(4, len(run)) {
				b, _ := base64.RawStdEncoding.DecodeString(run[at:])
				out = append(out, string(b))
			}
			for at := range min(2, len(run)) {
				b, _ := hex.DecodeString(run[at:])
				out = append(out, string(b))
			}
		}
	}
	return out
}

// No part of a secret is left, wherever it stands, and whatever is round it.
func TestSecretsInsideOfWhatIsEncoded(t *testing.T) {
	for _, secret := range []string{"p4ssw0rd", "kJ8zQ2vXw9LmN3bT5yR7cD1fG4hS6a", `a"b\c/d+e=f&g<h>i'j%k;l`, "wJalrXUtnFEMI/K7MDENG+bPxRfiCY==", "%41%42%43-escaped", "é中-secret"} {
		r := NewRedactor(Credentials{AccessKeySecret: secret})
		for name, write := range inside {
			for before := range 7 {
				for after := range 4 {
					text := write(strings.Repeat("y", before) + secret + strings.Repeat("z", after))
					got := r.Redact("a: " + text)
					for _, reading := range readings(got) {
						for i := range len(secret) - 4 {
							if strings.Contains(reading, secret[i:i+5]) {
								t.Fatalf("%s, %d before, %d after, of %q: %q holds %q", name, before, after, secret,
									got, secret[i:i+5])
							}
						}
					}
					if !strings.HasPrefix(got, "a: ") {
						t.Fatalf("%s: wanted the rest of it; got %q", name, got)
					}
				}
			}
		}
	}
}

func TestShorterSecretsAreWholeWords(t *testing.T) {
	r := NewRedactor(Credentials{AccessKeyID: "testid", AccessKeySecret: "s3cret/"})
	for text, want := range map[string]string{
		"i-testid-1 testids testid":               "i-testid-1 testids test…",
		"is s3cret/, xs3cret/":                    "is REDACTED, xs3cret/",
		"a=s3cret%2F&b":                           "a=REDACTED&b",
		"is czNjcmV0Lw== or 733363726574" + "2f.": "is REDACTED== or REDACTED.",
	} {
		if got := r.Redact(text); got != want {
			t.Errorf("%s: wanted %s; got %s", text, want, got)
		}
	}
}

func TestRedactorLearns(t *testing.T) {
	r := NewRedactor(Credentials{AccessKeySecret: "first-secret"})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 20 {
				r.Add(Credentials{AccessKeySecret: fmt.Sprint("secret-of-", i, "-", n)})
				r.Redact("text")
			}
		})
	}
	wg.Wait()
	if got := r.Redact("first-secret secret-of-0-0 secret-of-7-19"); got != "REDACTED REDACTED REDACTED" {
		t.Errorf("got %s", got)
	}
	base := errors.New("what first-secret does")
	if err := r.Error(fmt.Errorf("wrapped: %w", base)); err.Error() != "wrapped: what REDACTED does" ||
		!errors.Is(err, base) {
		t.Errorf("got %v", err)
	}
	if r.Error(nil) != nil {
		t.Error("wanted no error")
	}
}

var lowerHex = regexp.MustCompile(`%[0-9A-F]{2}`)

func TestSecretsFindEveryEncoding(t *testing.T) {
	secret := "Abc/+=&<>\"'%x;y~z"
	s := NewRedactor(Credentials{AccessKeyID: "LTAI5tKey", AccessKeySecret: secret, SecurityToken: "CAIS+/token=="})
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			text := "a: " + write(secret) + ", b: " + write("CAIS+/token==") + ", c: " + write("LTAI5tKey") + "."
			want := "a: REDACTED, b: REDACTED, c: LTAI…."
			if got := s.Redact(text); got != want {
				t.Errorf("%s: wanted %s; got %s", text, want, got)
			}
		})
	}
}

func TestShortSecretsGoOnlyWhereTheyAreValues(t *testing.T) {
	s := NewRedactor(Credentials{AccessKeyID: "k", AccessKeySecret: "a", SecurityToken: "abc"})
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
	s := mask{run: NewRedactor(creds)}
	redact := func(text string, cut bool) string {
		shown, _ := s.apply(text, cut)
		return shown
	}
	if got := redact("echo: testsec", true); got != "echo: REDACTED" {
		t.Errorf("wanted the beginning of the secret gone; got %s", got)
	}
	if got := redact("echo: testsec", false); got != "echo: testsec" {
		t.Errorf("wanted a whole text left alone; got %s", got)
	}
}

func TestSecretsDoNotShowInPrint(t *testing.T) {
	call := detach("GET", SignV1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{
			NewRedactor(creds), creds, &creds, call,
			Exchange{mask: &mask{NewRedactor(creds), func() string { return creds.AccessKeySecret }}},
		} {
			if got := fmt.Sprintf(verb, value); strings.Contains(got, creds.AccessKeySecret) ||
				strings.Contains(got, "signs==") {
				t.Errorf("%s of %T: wanted no secret; got %s", verb, value, got)
			}
		}
	}
}

func TestRedactorWithoutSecretsLeavesTextAlone(t *testing.T) {
	for _, s := range []*Redactor{nil, {}, NewRedactor(), NewRedactor(Credentials{})} {
		if got := s.Redact("text"); got != "text" {
			t.Errorf("wanted the text; got %s", got)
		}
	}
}

func TestNoSecretSurvives(t *testing.T) {
	names := slices.Sorted(maps.Keys(writers))
	rapid.Check(t, func(t *rapid.T) {
		// With a letter that no other part of the text has, whatever is left of the secret can be seen.
		secret := rapid.StringMatching(`Z[!-~]{6,20}Z`).Draw(t, "secret")
		write := writers[rapid.SampledFrom(names).Draw(t, "writer")]
		text := rapid.StringMatching(`[a-y ]{0,5}`).Draw(t, "before") + write(secret) + rapid.StringMatching(`[a-y ]{0,5}`).Draw(t, "after")
		if got := NewRedactor(Credentials{AccessKeySecret: secret}).Redact(text); strings.Contains(got, "Z") {
			t.Fatalf("%q in %q: wanted it gone; got %q", secret, text, got)
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("testsecret", "a=testsecret&%2", true)
	f.Add(`\%&`, `\\%25&amp;#38;&#x`, false)
	f.Fuzz(func(t *testing.T, secret, text string, cut bool) {
		got, _ := (&mask{run: NewRedactor(Credentials{AccessKeySecret: secret})}).apply(text, cut)
		if len(secret) >= long && !strings.Contains(hidden, secret) && strings.Count(text, secret) > 0 && got == text {
			t.Errorf("%q in %q: wanted a change", secret, text)
		}
	})
}

// Each of these takes minutes when the search is not linear in the text.
func TestRedactIsLinear(t *testing.T) {
	for _, piece := range []string{`\`, "%25", "&amp;", "amp;", "&#", " ", "+", "testsecre"} {
		text := strings.Repeat(piece, DefaultBodyLimit/len(piece))
		for _, secret := range []string{"testsecret", "+", `\\\\\\\\a`, "%%%%%a", "&&&&&a"} {
			NewRedactor(Credentials{AccessKeySecret: secret}).Redact(text)
		}
	}
}
