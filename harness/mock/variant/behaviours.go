package variant

import (
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// slowActivity is a tenth of what the self-test waits for an activity.
const slowActivity = 100 * time.Millisecond

// operation edits one operation.
func operation(name string, edit func(*mock.Operation)) func(*mock.Options) {
	return rules(func(r *mock.Rules) { edit(r.Operation(name)) })
}

// shown edits the fields of a Describe answer, at every depth.
func shown(edit func(*mock.Field)) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		for _, o := range r.Operations {
			if strings.HasPrefix(o.Name, "Describe") {
				next := o.Effect
				o.Effect = func(c *mock.Call) []mock.Field {
					fields := next(c)
					deep(fields, edit)
					return fields
				}
			}
		}
	})
}

func deep(fields []mock.Field, edit func(*mock.Field)) {
	for i := range fields {
		edit(&fields[i])
		deep(fields[i].Fields, edit)
	}
}

// behaviours are other decisions where the documents leave one.
func behaviours() []Variant {
	return []Variant{
		{
			Name: "activities-at-once", Note: "an activity is final when the answer comes",
			Options: func(o *mock.Options) { o.ActivityDuration = -1 }, Partial: true,
		},
		{
			Name: "activities-slow", Note: "an activity takes its time",
			Options: func(o *mock.Options) { o.ActivityDuration = slowActivity },
		},
		{
			Name: "leaves-before-end", Note: "instances leave the group before the activity is final",
			Options: operation("DetachInstances", func(o *mock.Operation) {
				next := o.Effect
				o.Effect = func(c *mock.Call) []mock.Field {
					fields := next(c)
					for _, i := range c.Instances {
						c.World.Leave(i)
					}
					return fields
				}
			}),
		},
		{
			Name: "members-late", Note: "the list of members is behind by a few looks",
			Options: operation("DescribeScalingInstances", func(o *mock.Operation) {
				next, stale := o.Effect, map[string][]mock.Field{}
				o.Effect = func(c *mock.Call) []mock.Field { // called while the world is held
					now, group := next(c), c.Request.Param("ScalingGroupId")
					before, seen := stale[group]
					stale[group] = now
					if seen {
						return before
					}
					return now
				}
			}),
		},
		{
			Name: "default-format-xml", Note: "without Format XML comes, as the gateway's page says",
			Options: rules(func(r *mock.Rules) {
				next := r.Format
				r.Format = func(q *mock.Request) (mock.Format, bool) {
					f, ok := next(q)
					if q.Param("Format") == "" {
						return mock.XML, ok
					}
					return f, ok
				}
			}),
		},
		{
			Name: "ids-trimmed", Note: "white space round an InstanceId is not part of it",
			Options: operation("DetachInstances", func(o *mock.Operation) {
				read := o.Read
				o.Read = func(c *mock.Call) {
					read(c)
					for n, i := range c.Instances {
						if i == nil {
							c.Instances[n] = c.World.Instance(strings.TrimSpace(c.InstanceIDs[n]))
						}
					}
				}
			}), Warned: []string{"instance.verbatim"},
		},
		{
			Name: "twenty-one-accepted", Note: "more than 20 instances are accepted, as some editions do",
			Options: operation("DetachInstances", func(o *mock.Operation) {
				o.Precondition("InstanceId.N is in range").Violated = func(*mock.Call) (string, bool) {
					return "",
						false
				}
			}), Warned: []string{"detach.range"},
		},
		{
			Name: "other-precedence", Note: "of two broken rules the other one answers",
			Options: operation("DetachInstances", func(o *mock.Operation) {
				first := slices.IndexFunc(o.Preconditions,
					func(p mock.Precondition) bool { return p.Name == "group is active" })
				slices.Reverse(o.Preconditions[first:])
			}),
		},
		{
			Name: "authorized-first", Note: "permission is looked at before the parameters",
			Options: operation("DetachInstances", func(o *mock.Operation) {
				at := slices.IndexFunc(o.Preconditions,
					func(p mock.Precondition) bool { return p.Name == "caller is authorized" })
				permission := o.Preconditions[at]
				o.Preconditions = slices.Insert(slices.Delete(o.Preconditions, at, at+1), 0, permission)
			}),
		},
		{
			Name: "rejected-activities", Note: "a refused call leaves a rejected activity behind",
			Options: func(o *mock.Options) {
				rejected := map[string]bool{} // written and read while the world is held
				p := o.Rules.Operation("DetachInstances").Precondition("DB instances are running")
				next := p.Violated
				p.Violated = func(c *mock.Call) (string, bool) {
					subject, violated := next(c)
					if violated {
						a := c.World.Begin(c.Group, nil, "detach", 0, nil)
						a.Done, rejected[a.ID] = true, true
					}
					return subject, violated
				}
				activities := o.Rules.Operation("DescribeScalingActivities")
				effect := activities.Effect
				activities.Effect = func(c *mock.Call) []mock.Field {
					fields := effect(c)
					for _, list := range fields {
						for _, a := range list.Fields {
							if list.Name == "ScalingActivities" && rejected[a.Fields[0].Text] {
								deep(a.Fields, func(f *mock.Field) {
									if f.Name == "StatusCode" {
										f.Text = "Rejected"
									}
								})
							}
						}
					}
					return fields
				}
			},
		},
		{
			Name: "numbers-as-strings", Note: "numbers of Describe answers as strings",
			Options: shown(func(f *mock.Field) {
				if f.Kind == mock.Number {
					f.Kind = mock.Text
				}
			}),
		},
		{
			Name: "lists-without-wrapper", Note: "lists of Describe answers without the inner name",
			Options: rendered(mock.JSON, func(s string) string {
				for _, name := range []string{"ScalingInstance", "ScalingActivity", "ScalingGroup", "Instance"} {
					if head, tail, ok := strings.Cut(s, `:{"`+name+`":[`); ok {
						end := strings.LastIndex(tail, "]}")
						s = head + ":[" + tail[:end] + "]" + tail[end+2:]
					}
				}
				return s
			}),
		},
		{
			Name: "pages-of-ten", Note: "lists come in pages of ten, whatever was asked for",
			Options: rules(func(r *mock.Rules) {
				next := r.Parse
				r.Parse = parseWith(next, func(q *mock.Request) {
					if q.Params.Has("PageSize") {
						q.Params = cloned(q.Params)
						q.Params.Set("PageSize", "10")
					}
				})
			}),
		},
		{
			Name: "names-in-any-case", Note: "names of parameters are understood in any case",
			Options: rules(func(r *mock.Rules) {
				r.Parse = parseWith(r.Parse, func(q *mock.Request) {
					q.Params = cloned(q.Params)
					for name, values := range q.Params {
						if strings.EqualFold(name, "ScalingGroupId") {
							q.Params["ScalingGroupId"] = values
						}
					}
				})
			}),
		},
	}
}
