package mock

import (
	"net/http"
	"testing"
)

func TestRouting(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 1)
	base := func(pairs ...string) *http.Request {
		p := params(append(numbered(v.group(), v.ids()...), pairs...)...)
		return get(p)
	}
	changed := func(r *http.Request, f func(*http.Request)) *http.Request {
		f(r)
		return r
	}
	for _, c := range []struct {
		name   string
		r      *http.Request
		status int
		code   string
	}{
		{"no action", base("Version", essVersion), 400, "MissingAction"},
		{"no version", base("Action", "DetachInstances"), 400, "MissingVersion"},
		{"unknown action", base("Version", essVersion, "Action", "DetachInstance"), 404, "InvalidAction.NotFound"},
		{
			"action in lower case", base("Version", essVersion, "Action", "detachinstances"), 404,
			"InvalidAction.NotFound",
		},
		{
			"action of another product", base("Version", ecsVersion, "Action", "DetachInstances"), 404,
			"InvalidAction.NotFound",
		},
		{"wrong version", base("Version", "2014-08-29", "Action", "DetachInstances"), 400, "InvalidVersion"},
		{
			"bad format", base("Version", essVersion, "Action", "DetachInstances", "Format", "YAML"), 400,
			"InvalidParameter.Format",
		},
		{"wrong path", changed(base("Version", essVersion, "Action", "DetachInstances"),
			func(r *http.Request) { r.URL.Path = "/x" }), 404, "InvalidAction.NotFound"},
		{"broken query", changed(base(), func(r *http.Request) { r.URL.RawQuery = "a=%zz" }), 400, "InvalidParameter"},
		{"method", changed(base("Version", essVersion, "Action", "DetachInstances"),
			func(r *http.Request) { r.Method = "PUT" }), 405, "UnsupportedHTTPMethod"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, send(t, e, c.r), c.status, c.code) })
	}
}
