package variant

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// every edits all answers before they are rendered.
func every(edit func(*mock.Answer)) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		success, failure := r.Success, r.Failure
		edited := func(a *mock.Answer) *mock.Answer {
			edit(a)
			return a
		}
		r.Success = func(c *mock.Call, fields []mock.Field) *mock.Answer { return edited(success(c, fields)) }
		r.Failure = func(c *mock.Call, refusal *mock.Refusal) *mock.Answer { return edited(failure(c, refusal)) }
	})
}

// errors edits the answers that refuse a call.
func errors(edit func(*mock.Answer)) func(*mock.Options) {
	return every(func(a *mock.Answer) {
		if a.Problem != nil {
			edit(a)
		}
	})
}

// rendered edits bodies of a format.
func rendered(f mock.Format, edit func(string) string) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		next := r.Render[f]
		r.Render[f] = func(b *bytes.Buffer, a *mock.Answer) {
			var whole bytes.Buffer
			next(&whole, a)
			b.WriteString(edit(whole.String()))
		}
	})
}

// both joins two changes.
func both(first, second func(*mock.Options)) func(*mock.Options) {
	return func(o *mock.Options) {
		first(o)
		second(o)
	}
}

// sent puts every answer on the wire in another way.
func sent(how func(w http.ResponseWriter, a *mock.Answer, body []byte)) func(*mock.Options) {
	return rules(func(r *mock.Rules) { r.Send = how })
}

// refusedWith edits the errors with a code, wherever they come from.
func refusedWith(code string, edit func(a *mock.Answer)) func(*mock.Options) {
	return errors(func(a *mock.Answer) {
		if a.Problem.Code == code {
			edit(a)
		}
	})
}

// set replaces the text of a field.
func set(a *mock.Answer, name, value string) {
	for i := range a.Fields {
		if a.Fields[i].Name == name {
			a.Fields[i].Text = value
		}
	}
}

func without(name string) func(*mock.Answer) {
	return func(a *mock.Answer) {
		var kept []mock.Field
		for _, f := range a.Fields {
			if f.Name != name {
				kept = append(kept, f)
			}
		}
		a.Fields = kept
	}
}

// quotes writes other quotes round the id of a message.
func quotes(opening, closing string) func(*mock.Options) {
	return errors(func(a *mock.Answer) {
		for i := range a.Fields {
			if f := &a.Fields[i]; f.Name == "Message" {
				before, rest, quoted := strings.Cut(f.Text, `"`)
				if last := strings.LastIndex(rest, `"`); quoted && last >= 0 { // an id may hold quotes of its own
					f.Text = before + opening + rest[:last] + closing + rest[last+1:]
				}
			}
		}
	})
}
