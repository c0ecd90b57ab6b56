package variant

import (
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// The operations that look.
const (
	describeGroups     = "DescribeScalingGroups"
	describeMembers    = "DescribeScalingInstances"
	describeActivities = "DescribeScalingActivities"
	describeECS        = "DescribeInstances"
)

// kept is how long old pictures are of use: longer than any lag.
const kept = 5 * time.Second

// picture is a group as it was until then.
type picture struct {
	until time.Time
	group *mock.Group
}

// album holds the pictures of each group, oldest first. It is used while the world is held.
type album map[string][]picture

// keep records the group before something changes it.
func (a album) keep(g *mock.Group, until time.Time) {
	pictures := slices.DeleteFunc(a[g.ID], func(p picture) bool { return until.Sub(p.until) > kept })
	a[g.ID] = append(pictures, picture{until, clonedGroup(g)})
}

// at is the group as it was then; nil when it was not there yet.
func (a album) at(g *mock.Group, then time.Time) *mock.Group {
	if g.CreatedAt.After(then) {
		return nil
	}
	for _, p := range a[g.ID] {
		if then.Before(p.until) {
			return p.group
		}
	}
	return g
}

// clonedGroup copies a group with its members and activities.
func clonedGroup(g *mock.Group) *mock.Group {
	c := *g
	c.Members, c.Activities = nil, nil
	for _, i := range g.Members {
		member := *i
		member.Group = &c
		c.Members = append(c.Members, &member)
	}
	for _, a := range g.Activities {
		activity := *a
		activity.Group = &c
		c.Activities = append(c.Activities, &activity)
	}
	return &c
}

// record keeps a picture before each change of a group.
func (a album) record(r *mock.Rules) {
	for _, name := range []string{
		"DetachInstances", "AttachInstances", "RemoveInstances", "ModifyScalingGroup", "EnableScalingGroup",
		"DisableScalingGroup",
	} {
		o := r.Operation(name)
		effect, complete := o.Effect, o.Complete
		o.Effect = func(c *mock.Call) []mock.Field {
			a.keep(c.Group, c.World.Now())
			return effect(c)
		}
		if complete == nil {
			continue
		}
		o.Complete = func(w *mock.World, activity *mock.Activity) {
			activity.Done = false // as it was until its end
			a.keep(activity.Group, activity.End)
			activity.Done = true
			complete(w, activity)
		}
	}
}

// lag is how old the answer to a look is.
type lag = func(c *mock.Call) time.Duration

func always(d time.Duration) lag { return func(*mock.Call) time.Duration { return d } }

// lagging shows in some operations what was some time ago.
func lagging(by map[string]lag) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		a := album{}
		a.record(r)
		for name, age := range by {
			o := r.Operation(name)
			next := o.Effect
			if name == describeECS {
				o.Effect = func(c *mock.Call) []mock.Field { return born(c, next(c), c.World.Now().Add(-age(c))) }
				continue
			}
			o.Effect = func(c *mock.Call) []mock.Field {
				then := c.World.Now().Add(-age(c))
				c.World = c.World.Through(then, func(g *mock.Group) *mock.Group { return a.at(g, then) })
				return next(c)
			}
		}
	})
}

// born leaves out the instances that did not exist then, and does not count them. Nothing else of an instance changes.
func born(c *mock.Call, fields []mock.Field, then time.Time) []mock.Field {
	gone := 0
	for n := range fields {
		before := len(fields[n].Fields)
		fields[n].Fields = slices.DeleteFunc(fields[n].Fields, func(f mock.Field) bool {
			i := c.World.Instance(f.Fields[0].Text)
			return i != nil && i.CreatedAt.After(then)
		})
		gone += before - len(fields[n].Fields)
	}
	for n := range fields {
		if total, err := strconv.Atoi(fields[n].Text); err == nil && fields[n].Name == "TotalCount" {
			fields[n].Text = strconv.Itoa(total - gone)
		}
	}
	return fields
}

// all is the same lag for each operation that looks.
func all(age lag) map[string]lag {
	return map[string]lag{describeGroups: age, describeMembers: age, describeActivities: age, describeECS: age}
}

// connection is a header that the mock itself adds: from which connection a request came.
const connection = "X-Mock-Connection"

// perConnection lets half of the connections lag.
func perConnection(d time.Duration) func(*mock.Options) {
	return both(
		rules(func(r *mock.Rules) {
			next := r.Parse
			r.Parse = func(q *http.Request, body []byte) *mock.Request {
				parsed := next(q, body)
				parsed.Header = parsed.Header.Clone()
				parsed.Header.Set(connection, q.RemoteAddr)
				return parsed
			}
		}),
		lagging(all(func(c *mock.Call) time.Duration {
			h := fnv.New32a()
			_, _ = h.Write([]byte(c.Request.Header.Get(connection))) // a hash takes all
			return d * time.Duration(h.Sum32()%2)
		})),
	)
}

// lags are endpoints whose looks are behind: what was changed shows a little later.
func lags() []Variant {
	return []Variant{
		{
			Name: "lag-groups", Note: "DescribeScalingGroups is 300 ms behind",
			Options: lagging(map[string]lag{describeGroups: always(300 * time.Millisecond)}),
		},
		{
			Name: "lag-members", Note: "DescribeScalingInstances is 500 ms behind",
			Options: lagging(map[string]lag{describeMembers: always(500 * time.Millisecond)}),
		},
		{
			Name: "lag-activities", Note: "DescribeScalingActivities is 800 ms behind",
			Options: lagging(map[string]lag{describeActivities: always(800 * time.Millisecond)}),
		},
		{
			Name: "lag-ecs", Note: "DescribeInstances of ECS is 400 ms behind",
			Options: lagging(map[string]lag{describeECS: always(400 * time.Millisecond)}),
		},
		{Name: "lag-all", Note: "every look is 100 ms behind", Options: lagging(all(always(100 * time.Millisecond)))},
		{
			Name: "lag-all-long", Note: "every look is 800 ms behind",
			Options: lagging(all(always(800 * time.Millisecond))),
		},
		{
			Name: "lag-each", Note: "every operation that looks is behind by another time",
			Options: lagging(map[string]lag{
				describeGroups: always(100 * time.Millisecond), describeMembers: always(600 * time.Millisecond),
				describeActivities: always(250 * time.Millisecond), describeECS: always(800 * time.Millisecond),
			}),
		},
		{
			Name: "replicas-in-turn", Note: "every second look is 300 ms behind, so that an older picture follows a " +
				"newer one",
			Options: func(o *mock.Options) {
				turn := 0 // counted while the world is held
				lagging(all(func(*mock.Call) time.Duration {
					turn++
					return time.Duration(turn%2) * 300 * time.Millisecond
				}))(o)
			},
		},
		{
			Name: "replicas-at-random", Note: "a look is up to 500 ms behind",
			Options: lagging(all(func(*mock.Call) time.Duration { return rand.N(500 * time.Millisecond) })),
		},
		{
			Name: "replicas-per-connection", Note: "the looks of every second connection are 300 ms behind",
			Options: perConnection(300 * time.Millisecond),
		},
	}
}
