package defect

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/essconform/essconform/harness/mock"
)

// Edits of the fields of an answer.

const (
	requestID  = "RequestId"
	activityID = "ScalingActivityId"
)

func text(name, value string) mock.Field { return mock.Field{Name: name, Text: value} }

// field edits one field where it is there.
func field(name string, edit func(*mock.Field)) func(*mock.Answer) {
	return func(a *mock.Answer) {
		for i := range a.Fields {
			if a.Fields[i].Name == name {
				edit(&a.Fields[i])
			}
		}
	}
}

func without(name string) func(*mock.Answer) {
	return func(a *mock.Answer) {
		a.Fields = slices.DeleteFunc(a.Fields, func(f mock.Field) bool { return f.Name == name })
	}
}

func renamed(name, other string) func(*mock.Answer) {
	return field(name, func(f *mock.Field) { f.Name = other })
}

func set(name, value string) func(*mock.Answer) {
	return field(name, func(f *mock.Field) { f.Text = value })
}

// edited changes the text of a field.
func edited(name string, edit func(string) string) func(*mock.Answer) {
	return field(name, func(f *mock.Field) { f.Text = edit(f.Text) })
}

// bare writes digits, null and the like without quotes in JSON.
func bare(name, value string) func(*mock.Answer) {
	return field(name, func(f *mock.Field) { f.Kind, f.Text = mock.Number, value })
}

// inside puts a text into an object of its own.
func inside(name, member string) func(*mock.Answer) {
	return field(name, func(f *mock.Field) {
		f.Kind, f.Fields, f.Text = mock.Object, []mock.Field{text(member, f.Text)}, ""
	})
}

// wrapped puts all fields into one.
func wrapped(name string) func(*mock.Answer) {
	return func(a *mock.Answer) { a.Fields = []mock.Field{{Name: name, Kind: mock.Object, Fields: a.Fields}} }
}

func added(f mock.Field) func(*mock.Answer) {
	return func(a *mock.Answer) { a.Fields = append(a.Fields, f) }
}

// again repeats a field with another value.
func again(name string) func(*mock.Answer) { return added(text(name, "again")) }

func root(name string) func(*mock.Answer) { return func(a *mock.Answer) { a.Root = name } }

func status(code int) func(*mock.Answer) { return func(a *mock.Answer) { a.Status = code } }

// value is the text of a field; "" when it is not there.
func value(a *mock.Answer, name string) string {
	for _, f := range a.Fields {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

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
