package defect

import (
	"bytes"
	"net/http"
	"sync/atomic"

	"github.com/essconform/essconform/harness/mock"
)

// operation is the one that is broken. The supporting operations stay in order: a suite observes through them.
const operation = "DetachInstances"

// seam is a Break.
type seam = func(*mock.Rules)

// filter tells which answers a defect is in.
type filter func(*mock.Answer) bool

func detaching(a *mock.Answer) bool { return a.Call.Request.Param("Action") == operation }
func accepted(a *mock.Answer) bool  { return a.Problem == nil }
func refused(a *mock.Answer) bool   { return a.Problem != nil }
func inXML(a *mock.Answer) bool     { return a.Format == mock.XML }
func inJSON(a *mock.Answer) bool    { return a.Format == mock.JSON }
func byGET(a *mock.Answer) bool     { return a.Call.Request.Method == http.MethodGet }
func byPOST(a *mock.Answer) bool    { return a.Call.Request.Method == http.MethodPost }

// coded keeps the refusals with a code.
func coded(code string) filter {
	return func(a *mock.Answer) bool { return a.Problem != nil && a.Problem.Code == code }
}

// requested makes a filter of the request alone.
func requested(of func(*mock.Request) bool) filter {
	return func(a *mock.Answer) bool { return of(a.Call.Request) }
}

// all tells whether an answer to DetachInstances passes every filter.
func all(a *mock.Answer, when []filter) bool {
	if !detaching(a) {
		return false
	}
	for _, passes := range when {
		if !passes(a) {
			return false
		}
	}
	return true
}

// answer edits answers before they are rendered.
func answer(edit func(*mock.Answer), when ...filter) seam {
	return func(r *mock.Rules) {
		edited := func(a *mock.Answer) *mock.Answer {
			if all(a, when) {
				edit(a)
			}
			return a
		}
		success, failure := r.Success, r.Failure
		r.Success = func(c *mock.Call, fields []mock.Field) *mock.Answer { return edited(success(c, fields)) }
		r.Failure = func(c *mock.Call, refusal *mock.Refusal) *mock.Answer { return edited(failure(c, refusal)) }
	}
}

// answerFrom is answer from the nth matching answer on.
func answerFrom(n int64, edit func(*mock.Answer), when ...filter) seam {
	return func(r *mock.Rules) {
		var count atomic.Int64
		answer(func(a *mock.Answer) {
			if count.Add(1) >= n {
				edit(a)
			}
		}, when...)(r)
	}
}

// body edits rendered bodies.
func body(edit func(string) string, when ...filter) seam {
	return func(r *mock.Rules) {
		for format, render := range r.Render {
			r.Render[format] = func(b *bytes.Buffer, a *mock.Answer) {
				if !all(a, when) {
					render(b, a)
					return
				}
				var whole bytes.Buffer
				render(&whole, a)
				b.WriteString(edit(whole.String()))
			}
		}
	}
}

// send puts answers on the wire in another way.
func send(how func(w http.ResponseWriter, a *mock.Answer, body []byte), when ...filter) seam {
	return func(r *mock.Rules) {
		next := r.Send
		r.Send = func(w http.ResponseWriter, a *mock.Answer, body []byte) {
			if all(a, when) {
				how(w, a, body)
				return
			}
			next(w, a, body)
		}
	}
}

// parse edits decoded requests of the operation.
func parse(edit func(q *mock.Request)) seam {
	return func(r *mock.Rules) {
		next := r.Parse
		r.Parse = func(q *http.Request, body []byte) *mock.Request {
			p := next(q, body)
			if p.Param("Action") == operation {
				edit(p)
			}
			return p
		}
	}
}

// rule edits a precondition of the operation.
func rule(name string, edit func(*mock.Precondition)) seam {
	return func(r *mock.Rules) { edit(r.Operation(operation).Precondition(name)) }
}

// never is a precondition that nothing violates.
func never(*mock.Call) (string, bool) { return "", false }

// dropped drops a precondition.
func dropped(name string) seam {
	return rule(name, func(p *mock.Precondition) { p.Violated = never })
}

// enforced keeps a precondition for some calls only.
func enforced(name string, when func(*mock.Call) bool) seam {
	return rule(name, func(p *mock.Precondition) {
		next := p.Violated
		p.Violated = func(c *mock.Call) (string, bool) {
			if !when(c) {
				return "", false
			}
			return next(c)
		}
	})
}

// effect wraps the effect of the operation.
func effect(wrap func(next func(*mock.Call) []mock.Field) func(*mock.Call) []mock.Field) seam {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		o.Effect = wrap(o.Effect)
	}
}

// completion wraps what happens when a detaching activity ends.
func completion(wrap func(next func(*mock.World, *mock.Activity)) func(*mock.World, *mock.Activity)) seam {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		o.Complete = wrap(o.Complete)
	}
}

// both puts two changes in that make one defect.
func both(first, second seam) seam {
	return func(r *mock.Rules) {
		first(r)
		second(r)
	}
}
