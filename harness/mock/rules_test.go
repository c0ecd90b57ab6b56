package mock

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Each of these replaces one seam and nothing else: the shape in which a defect is written.

func with(t *testing.T, change func(*Rules)) testMock {
	t.Helper()
	r := DefaultRules()
	change(r)
	return unsigned(t, func(o *Options) { o.Rules = r })
}

func TestSeamPrecondition(t *testing.T) {
	e := with(t, func(r *Rules) { // only the first instance counts against MinSize
		r.Operation("DetachInstances").Precondition("MinSize is kept").Violated = func(c *Call) (string, bool) {
			return "", len(c.Group.Members)-1 < c.Group.MinSize
		}
	})
	v := e.setup(t, toMinSize, 1)
	ids := slices.Collect(func(yield func(string) bool) {
		for id := range e.members(t, v.group()) {
			if !yield(id) {
				return
			}
		}
	})
	e.ok(t, "DetachInstances", numbered(v.group(), ids...)...)
}

func TestSeamPreconditionWithAnEffect(t *testing.T) {
	e := with(t, func(r *Rules) { // the valid part of a refused list leaves
		p := r.Operation("DetachInstances").Precondition("instances exist")
		next := p.Violated
		p.Violated = func(c *Call) (string, bool) {
			subject, violated := next(c)
			for _, i := range c.Instances {
				if violated && i != nil {
					c.World.Leave(i)
				}
			}
			return subject, violated
		}
	})
	v := e.setup(t, detachable, 1)
	refused(
		t,
		e.ess(t, "DetachInstances", numbered(v.group(), v.ids()[0], "i-none")...),
		404,
		"InvalidInstanceId.NotFound",
	)
	if got := len(e.members(t, v.group())); got != bystanders {
		t.Errorf("wanted the valid one gone; got %d members", got)
	}
}

func TestSeamParse(t *testing.T) {
	e := with(t, func(r *Rules) { // the form body is not read
		next := r.Parse
		r.Parse = func(q *http.Request, body []byte) *Request {
			p := next(q, body)
			p.Params = p.Query
			return p
		}
	})
	v := e.setup(t, detachable, 1)
	p := params(append(numbered(v.group(), v.ids()...), "Action", "DetachInstances", "Version", essVersion)...)
	refused(t, send(t, e, post(p)), 400, "MissingAction")
	accepted(t, send(t, e, get(p)))
}

func TestSeamFailure(t *testing.T) {
	e := with(t, func(r *Rules) { // another root, and another status for one code in XML
		next := r.Failure
		r.Failure = func(c *Call, refusal *Refusal) *Answer {
			a := next(c, refusal)
			a.Root = "ErrorResponse"
			if a.Format == XML && refusal.Problem.Code == "InvalidInstanceId.NotFound" &&
				a.Call.Request.Param("Action") == "DetachInstances" {
				a.Status = 400
			}
			return a
		}
	})
	v := e.setup(t, detachable, 1)
	call := numbered(v.group(), "i-none")
	refused(t, e.ess(t, "DetachInstances", call...), 404, "InvalidInstanceId.NotFound")
	if r := refused(
		t,
		e.ess(t, "DetachInstances", append(call, "Format", "XML")...),
		400,
		"InvalidInstanceId.NotFound",
	); r.root != "ErrorResponse" {
		t.Errorf("wanted the other root; got %s", r.root)
	}
}

func TestSeamEnds(t *testing.T) {
	e := with(t, func(r *Rules) { // an activity is never final
		r.Ends = func(time.Time, time.Duration) time.Time { return time.Time{} }
	})
	v := e.setup(t, detachable, 1)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
	e.clock.Advance(24 * time.Hour)
	refused(t, e.ess(t, "DetachInstances", numbered(v.group(), v.ids()...)...), 400, "ScalingActivityInProgress")
}

func TestSeamComplete(t *testing.T) {
	e := with(t, func(r *Rules) { // detaching stops the instance
		o := r.Operation("DetachInstances")
		next := o.Complete
		o.Complete = func(w *World, a *Activity) {
			next(w, a)
			a.Instances[0].Status = "Stopped"
		}
	})
	v := e.setup(t, detachable, 1)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
	e.clock.Advance(time.Second)
	r := e.product(t, ecsVersion, "DescribeInstances", "RegionId", "r", "InstanceIds", `["`+v.ids()[0]+`"]`)
	if got := r.items("Instances", "Instance")[0]["Status"]; got != "Stopped" {
		t.Errorf("wanted Stopped; got %v", got)
	}
}

func TestSeamRequestID(t *testing.T) {
	e := with(t, func(r *Rules) {
		r.RequestID = func(*IDs) string { return "SAME" }
		next := r.Success
		r.Success = func(c *Call, fields []Field) *Answer { // the header tells another one
			a := next(c, fields)
			a.Header.Set("x-acs-request-id", "OTHER")
			return a
		}
	})
	r := e.ok(t, "DescribeScalingGroups", "RegionId", "r")
	if r.text("RequestId") != "SAME" || r.header.Get("x-acs-request-id") != "OTHER" {
		t.Errorf("wanted SAME and OTHER; got %s, %v", r.body, r.header)
	}
}

func TestSeamRender(t *testing.T) {
	e := with(t, func(r *Rules) {
		next := r.Render[JSON]
		r.Render[JSON] = func(b *bytes.Buffer, a *Answer) {
			next(b, a)
			b.WriteString("{}")
		}
	})
	w := httptest.NewRecorder()
	e.ServeHTTP(w, get(nil))
	if !strings.HasSuffix(w.Body.String(), "}{}") {
		t.Errorf("wanted another document behind; got %s", w.Body)
	}
}

func TestSeamSend(t *testing.T) {
	e := with(t, func(r *Rules) { // the body is cut
		r.Send = func(w http.ResponseWriter, a *Answer, body []byte) {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			w.WriteHeader(a.Status)
			_, _ = w.Write(body[:len(body)/2])
		}
	})
	s := httptest.NewServer(e)
	defer s.Close()
	resp, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("wanted the body to be cut")
	}
}

func TestRulesAreAFreshCopy(t *testing.T) {
	DefaultRules().Operation("DetachInstances").Precondition("group exists").Error.Status = 200
	if got := DefaultRules().Operation("DetachInstances").Precondition("group exists").Error.Status; got != 404 {
		t.Errorf("wanted 404; got %d", got)
	}
}

func TestPreconditionNamesAreUnique(t *testing.T) {
	for _, o := range DefaultRules().Operations {
		seen := map[string]bool{}
		for _, p := range o.Preconditions {
			if seen[p.Name] {
				t.Errorf("%s has two preconditions %q", o.Name, p.Name)
			}
			seen[p.Name] = true
		}
	}
}

// Without a rule, what it let through must not bring the server down: a defect may drop any one.
func TestAnyPreconditionCanBeDropped(t *testing.T) {
	for n, p := range detachInstances().Preconditions {
		if p.Name == "group exists" || p.Name == "instances exist" {
			continue // the effect has nothing to work on without these; such a defect brings its own
		}
		t.Run(p.Name, func(t *testing.T) {
			e := with(t, func(r *Rules) {
				o := r.Operation("DetachInstances")
				o.Preconditions = slices.Delete(o.Preconditions, n, n+1)
			})
			for _, name := range StateNames() {
				v := values(must(e.Setup(name, nil)))
				ids, _ := v["instanceIds"].([]string)
				e.ess(t, "DetachInstances", numbered(v.group(), ids...)...)
				e.ess(t, "DetachInstances")
				e.clock.Advance(time.Second)
				e.members(t, v.group())
			}
		})
	}
}

func TestSeamResourceID(t *testing.T) {
	e := with(t, func(r *Rules) { // ids without a prefix, as they were once
		next := r.ResourceID
		r.ResourceID = func(ids *IDs, _ string) string { return next(ids, "") }
	})
	v := e.setup(t, detachable, 1)
	if strings.Contains(v.group(), "-") || strings.Contains(v.ids()[0], "-") {
		t.Errorf("wanted no prefix; got %s, %s", v.group(), v.ids()[0])
	}
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
}
