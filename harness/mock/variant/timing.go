package variant

import (
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

const (
	detach = "DetachInstances"
	// moment is how long a call takes where calls get in each other's way.
	moment = 5 * time.Millisecond
	// patience is how long a call waits for an activity.
	patience = 100 * time.Millisecond
	// often is how long a service that often acts waits before it does again.
	often = 50 * time.Millisecond
	// silence is how long a connection is kept after an answer before it is closed.
	silence = 10 * time.Millisecond
)

// ordered changes the order of the lists that Describe operations show.
func ordered(change func([]mock.Field)) func(*mock.Options) {
	return shown(func(f *mock.Field) {
		if f.Kind == mock.List {
			change(f.Fields)
		}
	})
}

// beforeIdle inserts a precondition of DetachInstances before the one that asks for an activity.
func beforeIdle(r *mock.Rules, refused func(c *mock.Call) bool) {
	o := r.Operation(detach)
	at := slices.IndexFunc(o.Preconditions, func(p mock.Precondition) bool { return p.Name == idle })
	o.Preconditions = slices.Insert(o.Preconditions, at, mock.Precondition{
		Name: "before", Error: o.Preconditions[at].Error,
		Violated: func(c *mock.Call) (string, bool) { return "", c.Group != nil && refused(c) },
	})
}

const idle = "no activity is in progress"

// throttling is how a call is refused that may be sent again.
var throttling = mock.Problem{
	Status: http.StatusBadRequest, Code: "Throttling", Message: "Request was denied due to request throttling.",
}

// throttled refuses the calls of DetachInstances for which when is true.
func throttled(r *mock.Rules, when func(*mock.Call) bool) {
	violated := func(c *mock.Call) (string, bool) { return "", c.Request.Param("Action") == detach && when(c) }
	r.Gateway = append(r.Gateway, mock.Precondition{Name: "throttling", Error: throttling, Violated: violated})
	failure := r.Failure
	r.Failure = func(c *mock.Call, refusal *mock.Refusal) *mock.Answer {
		a := failure(c, refusal)
		if refusal.Problem.Code == throttling.Code {
			a.Header.Set("X-Acs-Retry-After", "10")
		}
		return a
	}
}

// completed does something when a detaching activity has ended; every nth only.
func completed(
	n int, do func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)),
) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		o := r.Operation(detach)
		next, count := o.Complete, 0 // counted while the world is held
		o.Complete = func(w *mock.World, a *mock.Activity) {
			if count++; count%n == 0 {
				do(w, a, next)
				return
			}
			next(w, a)
		}
	})
}

// endsAs lets every fifth detaching activity end in another status, without its effect.
func endsAs(status string) func(*mock.Options) {
	return func(o *mock.Options) {
		ended := map[string]bool{} // used while the world is held
		completed(5, func(_ *mock.World, a *mock.Activity, _ func(*mock.World, *mock.Activity)) {
			ended[a.ID] = true
			for _, i := range a.Instances {
				i.Lifecycle = mock.InService
			}
		})(o)
		looks := o.Rules.Operation(describeActivities)
		next := looks.Effect
		looks.Effect = func(c *mock.Call) []mock.Field {
			fields := next(c)
			for _, list := range fields {
				for _, a := range list.Fields {
					if ended[a.Fields[0].Text] {
						deep(a.Fields, func(f *mock.Field) {
							if f.Name == "StatusCode" && f.Text == mock.Successful {
								f.Text = status
							}
						})
					}
				}
			}
			return fields
		}
	}
}

// launched puts a new instance into a group.
func launched(w *mock.World, g *mock.Group, lifecycle string) *mock.Instance {
	i := w.NewInstance()
	w.Join(g, i, lifecycle, "AutoCreated")
	return i
}

// arranged changes the groups of provider states that have members.
func arranged(change func(w *mock.World, g *mock.Group)) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		r.Arranged = func(w *mock.World, g *mock.Group) {
			if len(g.Members) > 0 {
				change(w, g)
			}
		}
	})
}

// timing is another pace, and another way to deal with calls at the same time.
func timing() []Variant {
	return slices.Concat(lags(), paces(), crowds(), ownWill(), fresh())
}

// paces are other orders and delays.
func paces() []Variant {
	return []Variant{
		{
			Name:    "lists-reversed",
			Note:    "lists come in another order",
			Options: ordered(slices.Reverse[[]mock.Field]),
		},
		{
			Name: "lists-shuffled",
			Note: "lists come in an order that changes",
			Options: ordered(func(fields []mock.Field) {
				rand.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
			}),
		},
		{
			Name: "answers-after-activity",
			Note: "the answer to an accepted call comes when its activity has ended",
			Options: rules(func(r *mock.Rules) {
				next := r.Success
				r.Success = func(c *mock.Call, fields []mock.Field) *mock.Answer {
					if c.Operation.Name == detach {
						time.Sleep(slow)
					}
					return next(c, fields)
				}
			}),
		},
		{
			Name: "answers-at-random",
			Note: "an answer takes up to 20 ms",
			Options: sent(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				time.Sleep(rand.N(20 * time.Millisecond))
				mock.Send(w, a, body)
			}),
		},
		{Name: "activities-at-random", Note: "an activity takes up to 100 ms", Options: rules(func(r *mock.Rules) {
			r.Ends = func(start time.Time, _ time.Duration) time.Time { return start.Add(rand.N(slowActivity)) }
		})},
		{
			Name: "connection-closed-in-silence",
			Note: "a connection that was kept is closed a moment after the answer",
			Options: sent(
				raw(line("HTTP/1.1", "OK"), true, func(net.Conn) { time.Sleep(silence) }),
			),
		},
	}
}

// crowds deal with calls at the same time.
func crowds() []Variant {
	return []Variant{
		{
			Name: "serialised",
			Note: "the server answers one call after another",
			Options: handler(func(next http.Handler) http.Handler {
				var mu sync.Mutex
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					next.ServeHTTP(w, r)
				})
			}),
		},
		{
			Name: "waits-for-activity", Partial: true,
			Note: "a call waits a little for the group's activity to end, and is decided then",
			Options: rules(func(r *mock.Rules) {
				beforeIdle(r, func(c *mock.Call) bool {
					for until := time.Now().Add(patience); time.Now().Before(until); {
						if g := c.World.Group(c.Group.ID); g == nil || g.Current() == nil {
							break
						}
						c.World.Apart(func() { time.Sleep(time.Millisecond) })
					}
					return false
				})
			}),
		},
		{
			Name: "throttled-overlap",
			Note: "a call that comes while another one for the same group is answered is throttled",
			Options: rules(func(r *mock.Rules) {
				var busy sync.Map // by ScalingGroupId
				throttled(r, func(c *mock.Call) bool {
					if _, taken := busy.LoadOrStore(c.Request.Param("ScalingGroupId"), true); taken {
						return true
					}
					time.Sleep(moment)
					return false
				})
				next := r.Send
				r.Send = func(w http.ResponseWriter, a *mock.Answer, body []byte) {
					q := a.Call.Request
					if q.Param("Action") == detach && (a.Problem == nil || a.Problem.Code != throttling.Code) {
						busy.Delete(q.Param("ScalingGroupId"))
					}
					next(w, a, body)
				}
			}),
		},
		{
			Name: "throttled-now-and-then",
			Note: "every fifteenth call is throttled",
			Options: rules(func(r *mock.Rules) {
				var count atomic.Int64
				throttled(r, func(*mock.Call) bool { return count.Add(1)%15 == 0 })
			}),
		},
		{
			Name: "locked-briefly",
			Note: "a group is locked while a call is decided; another call is refused as during an activity",
			Options: rules(func(r *mock.Rules) {
				locked := map[*mock.Group]bool{} // used while the world is held
				beforeIdle(r, func(c *mock.Call) bool {
					if locked[c.Group] {
						return true
					}
					locked[c.Group] = true
					c.World.Apart(func() { time.Sleep(moment) })
					delete(locked, c.Group)
					return false
				})
			}),
		},
	}
}

// ownWill is what the service does by itself.
func ownWill() []Variant {
	return []Variant{
		{
			Name:    "own-activity-after",
			Partial: true,
			Note:    "now and then an activity of the service itself follows a detaching one",
			Options: completed(3,
				func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)) {
					next(w, a)
					w.Begin(a.Group, nil, "rebalance", 0, nil)
				},
			),
		},
		{
			Name:    "own-activity-before",
			Partial: true,
			Note:    "now and then a call finds an activity of the service itself",
			Options: rules(func(r *mock.Rules) {
				count := 0 // counted while the world is held
				beforeIdle(r, func(c *mock.Call) bool {
					if count++; count%11 == 0 && c.Group.Current() == nil {
						c.World.Begin(c.Group, nil, "check the health of", 0, nil)
					}
					return false
				})
			}),
		},
		{
			Name:    "own-activity-often",
			Partial: true,
			Note:    "whenever activities are looked at, one of the service itself has begun not long ago",
			Options: rules(func(r *mock.Rules) {
				began := map[string]time.Time{} // by group; the world is held
				o := r.Operation("DescribeScalingActivities")
				o.Preconditions = append(o.Preconditions, mock.Precondition{
					Name: "the service acts", Violated: func(c *mock.Call) (string, bool) {
						g := c.World.Group(c.Request.Param("ScalingGroupId"))
						if g != nil && g.Current() == nil && c.World.Now().Sub(began[g.ID]) > often {
							began[g.ID] = c.World.Now()
							c.World.Begin(g, nil, "check the health of", 0, nil)
						}
						return "", false
					},
				})
			}),
		},
		{
			Name:    "replaced-at-once",
			Partial: true,
			Note:    "a new instance is in the group as soon as one was detached",
			Options: completed(1,
				func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)) {
					next(w, a)
					for range a.Instances {
						launched(w, a.Group, mock.InService)
					}
				},
			),
		},
		{
			Name:    "replaced-by-activity",
			Partial: true,
			Note:    "an activity puts a new instance in the place of every third that was detached",
			Options: completed(3,
				func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)) {
					next(w, a)
					i := launched(w, a.Group, mock.Pending)
					inService := func(*mock.World, *mock.Activity) { i.Lifecycle = mock.InService }
					w.Begin(a.Group, []*mock.Instance{i}, "launch", 1, inService)
				},
			),
		},
		{
			Name:    "activities-end-in-warning",
			Partial: true,
			Note:    "every fifth detaching activity ends as Warning, without effect",
			Options: endsAs("Warning"),
		},
		{
			Name:    "activities-fail",
			Partial: true,
			Note:    "every fifth detaching activity ends as Failed, without effect",
			Options: endsAs("Failed"),
		},
	}
}

// fresh are groups of provider states with other settings, which the states leave open.
func fresh() []Variant {
	return []Variant{
		{
			Name: "fresh-min-size-zero",
			Note: "the groups of states that say nothing of MinSize have MinSize 0",
			Options: arranged(func(_ *mock.World, g *mock.Group) {
				if g.MinSize == 1 && len(g.Members) > 2 {
					g.MinSize = 0
				}
			}),
		},
		{
			Name: "fresh-more-members",
			Note: "the groups of states have three more members, and a MinSize as much higher",
			Options: arranged(func(w *mock.World, g *mock.Group) {
				for range 3 {
					launched(w, g, mock.InService)
				}
				g.MinSize += 3
				g.MaxSize += 3
			}),
		},
		{
			Name: "fresh-tight-max-size",
			Note: "the groups of states have room for no more than two instances",
			Options: arranged(func(_ *mock.World, g *mock.Group) {
				g.MaxSize = len(g.Members) + 2
			}),
		},
	}
}

// Slow are variants whose activities take longer than a self-test waits for one; a suite must be told to be patient.
func Slow() []Variant {
	return []Variant{
		{
			Name:    "activities-five-seconds",
			Note:    "an activity takes five seconds",
			Options: func(o *mock.Options) { o.ActivityDuration = 5 * time.Second },
		},
		{
			Name: "activities-five-seconds-lag",
			Note: "an activity takes five seconds, and every look is 800 ms behind",
			Options: both(
				func(o *mock.Options) { o.ActivityDuration = 5 * time.Second },
				lagging(all(always(800*time.Millisecond))),
			),
		},
	}
}
