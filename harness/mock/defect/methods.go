package defect

import (
	"net/http"

	"github.com/essconform/essconform/harness/mock"
)

// gateway adds a refusal before anything else is looked at.
func gateway(p mock.Problem, violated func(q *mock.Request) bool) seam {
	return func(r *mock.Rules) {
		r.Gateway = append([]mock.Precondition{{
			Name: "undocumented", Error: p,
			Violated: func(c *mock.Call) (string, bool) {
				return "", c.Request.Param("Action") == operation && violated(c.Request)
			},
		}}, r.Gateway...)
	}
}

var notAllowed = mock.Problem{
	Status: http.StatusMethodNotAllowed, Code: "UnsupportedHTTPMethod",
	Message: "This method is not supported.",
}

// methods treats GET and POST differently.
func methods() []single {
	return []single{
		{"method.post-refused", on("method.post"), "POST is refused", gateway(notAllowed, isPOST)},
		{"method.get-refused", on("method.get"), "GET is refused", gateway(notAllowed, isGET)},
		{"method.form-ignored", on("method.post"), "a form body is not read", parse(func(q *mock.Request) {
			// Action stays, so that the call is known to be one of this operation.
			q.Params = copied(q.Query)
		})},
		{
			"method.form-half-read", on("method.post"), "of a form body InstanceId.N is not read",
			list(func(q *mock.Request, _ int) bool { return isGET(q) }),
		},
		{
			"method.query-half-read", on("method.get"), "of a query InstanceId.N is not read",
			list(func(q *mock.Request, _ int) bool { return isPOST(q) }),
		},
		{
			"method.post-only-accepts", on(leaves), "by POST the call is accepted, and nothing is carried out",
			nothingWhen(func(c *mock.Call) bool { return isPOST(c.Request) }),
		},
	}
}

// routes answers to another Action or Version as if it were the operation.
func routes() []single {
	return []single{
		{
			"route.any-action", on("action.unknown"), "an unknown Action is taken for this one",
			routed("action exists", func(c *mock.Call, o *mock.Operation) bool {
				return c.Request.Param("Version") == o.Version
			}),
		},
		{"route.any-version", on("version.unknown"), "an unknown Version is taken for this one", func(r *mock.Rules) {
			routed("version exists", func(*mock.Call, *mock.Operation) bool { return true })(r)
			routed("action exists",
				func(c *mock.Call, o *mock.Operation) bool { return c.Request.Param("Action") == o.Name })(r)
		}},
		{
			"route.unknown-action-200", on("action.unknown"), "an unknown Action is refused with status 200",
			routing("action exists", func(p *mock.Problem) { p.Status = http.StatusOK }),
		},
		{
			"route.unknown-action-500", on("action.unknown"), "an unknown Action is a server error",
			routing("action exists", func(p *mock.Problem) { p.Status = http.StatusInternalServerError }),
		},
		{
			"route.unknown-action-code", on("action.unknown"), "an unknown Action has the code UnknownAction",
			routing("action exists", func(p *mock.Problem) { p.Code = "UnknownAction" }),
		},
		{
			"route.unknown-version-500", on("version.unknown"), "an unknown Version is a server error",
			routing("version exists", func(p *mock.Problem) { p.Status = http.StatusInternalServerError }),
		},
		{
			"route.unknown-version-code", on("version.unknown"), "an unknown Version has the code InvalidParameter",
			routing("version exists", func(p *mock.Problem) { p.Code = "InvalidParameter" }),
		},
	}
}

// routed lets the routing take a call for the operation where it would have refused it.
func routed(name string, takes func(*mock.Call, *mock.Operation) bool) seam {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		for i := range r.Routing {
			if p := &r.Routing[i]; p.Name == name {
				next := p.Violated
				p.Violated = func(c *mock.Call) (string, bool) {
					subject, violated := next(c)
					if violated && takes(c, o) {
						c.Operation = o
						return "", false
					}
					return subject, violated
				}
			}
		}
	}
}

// routing edits what the routing refuses with.
func routing(name string, edit func(*mock.Problem)) seam {
	return func(r *mock.Rules) {
		for i := range r.Routing {
			if r.Routing[i].Name == name {
				edit(&r.Routing[i].Error)
			}
		}
	}
}
