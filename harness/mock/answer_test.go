package mock

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestAnswersOnTheWire(t *testing.T) {
	uuid := regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`)
	e := unsigned(t)
	seen := map[string]bool{}
	for _, c := range []struct{ format, contentType, root string }{
		{"", "application/json;charset=utf-8", ""},
		{"JSON", "application/json;charset=utf-8", ""},
		{"json", "application/json;charset=utf-8", ""},
		{"XML", "text/xml;charset=utf-8", "DetachInstancesResponse"},
		{"xml", "text/xml;charset=utf-8", "DetachInstancesResponse"},
		{"Xml", "text/xml;charset=utf-8", "DetachInstancesResponse"},
	} {
		v := e.setup(t, detachable, 1)
		for _, request := range []func(url.Values) *http.Request{get, post} {
			p := params(append(numbered(v.group(), v.ids()...), "Action", "DetachInstances", "Version", essVersion)...)
			if c.format != "" {
				p.Set("Format", c.format)
			}
			r := send(t, e, request(p))
			id := r.text("RequestId")
			if !uuid.MatchString(id) || seen[id] || r.header.Get("x-acs-request-id") != id {
				t.Errorf("wanted a fresh request id in body and header; got %q, %q", id,
					r.header.Get("x-acs-request-id"))
			}
			seen[id] = true
			if got := r.header.Get("Content-Type"); got != c.contentType {
				t.Errorf("Format=%s: wanted %s; got %s", c.format, c.contentType, got)
			}
			want := c.root
			if r.status != 200 && want != "" {
				want = "Error" // the second call meets the activity of the first
			}
			if r.root != want {
				t.Errorf("wanted root %q; got %q", want, r.root)
			}
		}
	}
}

func TestFirstOfTwoValuesCounts(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 1)
	p := params(append(numbered(v.group(), v.ids()...), "Action", "DetachInstances", "Version", essVersion)...)
	r := post(p)
	r.URL.RawQuery = "ScalingGroupId=asg-first"
	refused(t, send(t, e, r), 404, "InvalidScalingGroupId.NotFound")
	p.Add("ScalingGroupId", "asg-second")
	accepted(t, send(t, e, post(p)))
}

func TestFormIsKnownByItsContentType(t *testing.T) {
	e := unsigned(t)
	for contentType, form := range map[string]bool{
		"application/x-www-form-urlencoded":                true,
		"application/x-www-form-urlencoded; charset=utf-8": true,
		"":                 true,
		"application/json": false,
		";":                false,
	} {
		v := e.setup(t, detachable, 1)
		r := post(params(append(numbered(v.group(), v.ids()...), "Action", "DetachInstances", "Version",
			essVersion)...))
		r.Header.Set("Content-Type", contentType)
		if a := send(t, e, r); (a.status == http.StatusOK) != form {
			t.Errorf("%q: wanted a form %t; got %d %s", contentType, form, a.status, a.body)
		}
	}
	r := post(nil)
	r.Body = io.NopCloser(strings.NewReader("a=%zz"))
	refused(t, send(t, e, r), 400, "InvalidParameter")
}

func TestSpacesAreDecodedEitherWay(t *testing.T) {
	e := unsigned(t)
	for _, spelling := range []string{"i-a+b", "i-a%20b"} {
		r := get(nil)
		v := e.setup(t, detachable, 1)
		r.URL.RawQuery = "Action=DetachInstances&Version=" + essVersion + "&ScalingGroupId=" + v.group() +
			"&InstanceId.1=" + spelling
		if got := refused(
			t,
			send(t, e, r),
			404,
			"InvalidInstanceId.NotFound",
		).text("Message"); got != `Instance "i-a b" does not exist.` {
			t.Errorf("%s: got %s", spelling, got)
		}
	}
}
