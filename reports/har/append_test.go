package har

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

// plainJSON is the entry as encoding/json writes it.
func plainJSON(t require, e *Entry) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		t.Fatalf("%v", err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

type require interface {
	Fatalf(format string, args ...any)
}

// full has a value in every field.
func full() *Entry {
	pairs := []Pair{{"a", "1"}, {"b", ""}}
	return &Entry{
		StartedDateTime: "2026-01-01T00:00:00.000Z", Time: 1.25,
		Request: Request{
			Method: "POST", URL: "http://h/?a=1&b", HTTPVersion: "HTTP/1.1", Cookies: []Pair{}, Headers: pairs,
			QueryString: pairs, PostData: &PostData{"text/plain", "b", nil, "base64"}, HeadersSize: -1, BodySize: 7,
		},
		Response: Response{
			Status: 200, StatusText: "OK", HTTPVersion: "HTTP/1.1", Cookies: []Pair{}, Headers: pairs,
			Content: Content{3, "text/xml", "<a/>", "base64"}, RedirectURL: "/x", HeadersSize: -1, BodySize: 3,
		},
		Timings: Timings{1, 2.5, 0.001}, Error: "cut",
		Facts: Facts{
			Case: "detach.one/xml/get", Attempt: 2, Step: "step 1 of 2", Lane: "A", SentMs: 1, DoneMs: 2, Attempts: 3,
			Throttled: 2, TimedOut: true, Unreachable: true, Surplus: "x", Cut: []string{"one", "two"},
		},
	}
}

func TestAppendIsWhatEncodingJSONWrites(t *testing.T) {
	g := NewWithT(t)
	e := full()
	g.Expect(string(e.appendJSON(nil))).To(Equal(plainJSON(t, e)))
	e = &Entry{
		Request:  Request{Cookies: []Pair{}, Headers: []Pair{}, QueryString: []Pair{}},
		Response: Response{Cookies: []Pair{}, Headers: []Pair{}},
	}
	g.Expect(string(e.appendJSON(nil))).To(Equal(plainJSON(t, e)))
}

func TestAppendTextMeansTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[#\[\\"\x00-\x1f]{0,9}`)).Draw(t, "text")
		if raw := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"); rapid.Bool().Draw(t, "raw") {
			text += string(raw)
		}
		written := appendText(nil, text)
		var read string
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatalf("%q: %v", written, err)
		}
		if want := strings.ToValidUTF8(text, "�"); utf8.ValidString(text) && read != want {
			t.Fatalf("wanted %q; got %q", want, read)
		}
		if bytes.Contains(written, []byte("##[")) || bytes.ContainsFunc(written, func(r rune) bool { return r < ' ' }) {
			t.Fatalf("a log takes this for a command: %q", written)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	e := full()
	e.Response.Content.Text = strings.Repeat(`{"InstanceId":"i-0123456789"},`, 50)
	var text []byte
	for b.Loop() {
		text = e.appendJSON(text[:0])
	}
	b.SetBytes(int64(len(text)))
}
