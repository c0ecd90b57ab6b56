package defect

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// reread reads the parameters of the operation in another way; raw is what came in the query and in a form body.
func reread(read func(q *mock.Request, raw string) url.Values) seam {
	return func(r *mock.Rules) {
		next := r.Parse
		r.Parse = func(q *http.Request, body []byte) *mock.Request {
			p := next(q, body)
			if p.Param("Action") == operation {
				p.Params = read(p, rawParams(q, p, body))
			}
			return p
		}
	}
}

func rawParams(q *http.Request, p *mock.Request, body []byte) string {
	if len(p.Form) == 0 {
		return q.URL.RawQuery
	}
	return strings.Trim(q.URL.RawQuery+"&"+string(body), "&")
}

// signedOver verifies signatures over parameters that are decoded in another way. The operation still reads the
// right ones.
func signedOver(edit func(raw string) string) seam {
	return func(r *mock.Rules) {
		next := r.Parse
		r.Parse = func(q *http.Request, body []byte) *mock.Request {
			p := next(q, body)
			if p.Param("Action") == operation && p.Proof.Scheme == mock.SchemeV1 {
				p.Query, p.Form = decoded(edit(rawParams(q, p, body))), nil
			}
			return p
		}
	}
}

func choose(first bool, a, b url.Values) url.Values {
	if first {
		return a
	}
	return b
}

// decoded are the parameters that can be read; one that cannot is left out.
func decoded(raw string) url.Values {
	values, _ := url.ParseQuery(raw)
	return values
}

// namesEncoded keeps what stands before each equals sign from being decoded.
func namesEncoded(pairs []string) []string {
	out := make([]string, 0, len(pairs))
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		out = append(out, strings.ReplaceAll(name, "%", "%25")+"="+value)
	}
	return out
}

// quotesBare leaves the quotes in an instance's id as they are in JSON; those of the message itself are escaped.
func quotesBare(r *mock.Rules) {
	next := r.Render[mock.JSON]
	r.Render[mock.JSON] = func(b *bytes.Buffer, a *mock.Answer) {
		var whole bytes.Buffer
		next(&whole, a)
		body := whole.String()
		for _, id := range a.Call.InstanceIDs {
			if strings.Contains(id, `"`) {
				body = strings.ReplaceAll(body, strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(id), id)
			}
		}
		b.WriteString(body)
	}
}

// latin1 writes a letter in one byte where Latin-1 has it.
func latin1(body string) string {
	var b strings.Builder
	for _, r := range body {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x100:
			b.WriteByte(byte(r))
		default:
			b.WriteByte(0x80)
		}
	}
	return b.String()
}

// fails is a server error for some calls.
func fails(when func(*mock.Call) bool) seam {
	return func(r *mock.Rules) {
		p := mock.Precondition{Name: "undocumented", Violated: func(c *mock.Call) (string, bool) { return "", when(c) }}
		serverError(&p)
		o := r.Operation(operation)
		o.Preconditions = slices.Insert(o.Preconditions, 0, p)
	}
}

// anyID tells whether one of the ids that a call sends is such.
func anyID(c *mock.Call, such func(id string) bool) bool {
	return such(c.Request.Param("ScalingGroupId")) || slices.ContainsFunc(c.InstanceIDs, such)
}

// nonASCII tells whether an id of the call has a letter outside ASCII.
func nonASCII(c *mock.Call) bool {
	return anyID(c, func(id string) bool { return strings.ContainsFunc(id, func(r rune) bool { return r > 126 }) })
}

func foreignID(a *mock.Answer) bool { return refused(a) && nonASCII(a.Call) }

// lookedUp finds what does not exist by a looser comparison of ids; nil keeps to the exact one. Instances are looked
// for in the group.
func lookedUp(group, instance func(sent, id string) bool) seam {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		read := o.Read
		o.Read = func(c *mock.Call) {
			read(c)
			if sent := c.Request.Param("ScalingGroupId"); c.Group == nil && group != nil && sent != "" {
				all := c.World.Groups()
				if i := slices.IndexFunc(all, func(g *mock.Group) bool { return group(sent, g.ID) }); i >= 0 {
					c.Group = all[i]
				}
			}
			for n, i := range c.Instances {
				if i != nil || c.Group == nil || instance == nil {
					continue
				}
				for _, m := range c.Group.Members {
					if instance(c.InstanceIDs[n], m.ID) {
						c.Instances[n] = m
					}
				}
			}
		}
	}
}

// capacityStale keeps TotalCapacity at what it was before instances left.
func capacityStale(r *mock.Rules) {
	gone := map[string]int{} // by the id of the group; written and read while the world is held
	afterwards(func(_ *mock.World, a *mock.Activity) { gone[a.Group.ID] += len(a.Instances) })(r)
	o := r.Operation("DescribeScalingGroups")
	next := o.Effect
	o.Effect = func(c *mock.Call) []mock.Field {
		fields := next(c)
		for _, list := range fields {
			for _, g := range list.Fields {
				for i := range g.Fields {
					if f := &g.Fields[i]; f.Name == "TotalCapacity" {
						n, _ := strconv.Atoi(f.Text) // the mock wrote it itself
						f.Text = strconv.Itoa(n + gone[named(g.Fields, "ScalingGroupId")])
					}
				}
			}
		}
		return fields
	}
}

// authenticatedWhen asks for a proof only from some callers.
func authenticatedWhen(asked func(mock.Proof) bool) seam {
	return func(r *mock.Rules) {
		for i := range r.Authentication {
			p := &r.Authentication[i]
			next := p.Violated
			p.Violated = func(c *mock.Call) (string, bool) {
				if !asked(c.Request.Proof) {
					return "", false
				}
				return next(c)
			}
		}
	}
}

// clockFrom lets timestamps through by their age; a negative one is in the future.
func clockFrom(lenient func(age time.Duration) bool) seam {
	return unproven("timestamp is recent", func(c *mock.Call) bool {
		t, err := time.Parse(time.RFC3339, c.Request.Proof.Timestamp)
		return err == nil && lenient(c.Now.Sub(t))
	})
}

// formatAccepted answers an unknown Format in this one.
func formatAccepted(f mock.Format) seam {
	return func(r *mock.Rules) {
		next := r.Format
		r.Format = func(q *mock.Request) (mock.Format, bool) {
			if asked, ok := next(q); ok {
				return asked, true
			}
			return f, true
		}
	}
}

// versionOptional takes a call without Version for one of today's.
func versionOptional(r *mock.Rules) {
	reread(func(q *mock.Request, _ string) url.Values {
		if q.Param("Version") != "" {
			return q.Params
		}
		params := copied(q.Params)
		params.Set("Version", "2014-08-28")
		return params
	})(r)
}

// onceAccepted does something when an accepted call was carried out.
func onceAccepted(do func(*mock.Call)) seam {
	return effect(func(next func(*mock.Call) []mock.Field) func(*mock.Call) []mock.Field {
		return func(c *mock.Call) []mock.Field {
			fields := next(c)
			do(c)
			return fields
		}
	})
}
