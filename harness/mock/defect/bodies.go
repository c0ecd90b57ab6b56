package defect

import (
	"strings"
	"unicode/utf16"
)

// Edits of a rendered body.

func replaced(old, with string) func(string) string {
	return func(body string) string { return strings.Replace(body, old, with, 1) }
}

func before(head string) func(string) string {
	return func(body string) string { return head + body }
}

func after(tail string) func(string) string {
	return func(body string) string { return body + tail }
}

func instead(whole string) func(string) string {
	return func(string) string { return whole }
}

// cutBy drops the last bytes.
func cutBy(n int) func(string) string {
	return func(body string) string { return body[:max(0, len(body)-n)] }
}

// asUTF16 is the body as big-endian UTF-16 with a mark.
func asUTF16(body string) string {
	out := []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(body)) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	return string(out)
}

// afterValueOf puts text at the end of the value of a field, in either format.
func afterValueOf(name, extra string) func(string) string {
	return func(body string) string {
		if head, tail, ok := strings.Cut(body, "</"+name+">"); ok {
			return head + extra + "</" + name + ">" + tail
		}
		head, tail, ok := strings.Cut(body, `"`+name+`":"`)
		if !ok {
			return body
		}
		end := strings.IndexByte(tail, '"')
		return head + `"` + name + `":"` + tail[:end] + extra + tail[end:]
	}
}

const page = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>It did not work</h1></body></html>"
