package defect

import (
	"slices"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

const (
	leaves = "detach.leaves-group"
	runs   = "detach.keeps-running"
	lives  = "detach.independent"
)

// afterwards does something when a detaching activity has ended; of are its instances in the order of the call.
func afterwards(do func(w *mock.World, a *mock.Activity)) seam {
	return completion(func(next func(*mock.World, *mock.Activity)) func(*mock.World, *mock.Activity) {
		return func(w *mock.World, a *mock.Activity) {
			next(w, a)
			do(w, a)
		}
	})
}

// leaving lets only some of the instances go.
func leaving(some func(a *mock.Activity) []*mock.Instance) seam {
	return completion(func(func(*mock.World, *mock.Activity)) func(*mock.World, *mock.Activity) {
		return func(w *mock.World, a *mock.Activity) {
			for _, i := range some(a) {
				w.Leave(i)
			}
		}
	})
}

// nothingWhen accepts some calls without carrying them out, though their activity succeeds.
func nothingWhen(when func(*mock.Call) bool) seam {
	return func(r *mock.Rules) {
		idle := map[*mock.Group]bool{} // written and read while the world is held
		effect(func(next func(*mock.Call) []mock.Field) func(*mock.Call) []mock.Field {
			return func(c *mock.Call) []mock.Field {
				idle[c.Group] = when(c)
				return next(c)
			}
		})(r)
		completion(func(next func(*mock.World, *mock.Activity)) func(*mock.World, *mock.Activity) {
			return func(w *mock.World, a *mock.Activity) {
				if !idle[a.Group] {
					next(w, a)
				}
			}
		})(r)
	}
}

// effects of an accepted call are not the documented ones.
func effects() []single {
	return []single{
		{
			"effect.none", on(leaves), "the activity succeeds, and the instances stay",
			leaving(func(*mock.Activity) []*mock.Instance { return nil }),
		},
		{
			"effect.none-back-in-service", on(leaves),
			"the activity succeeds, and the instances are in service again",
			completion(func(func(*mock.World, *mock.Activity)) func(*mock.World, *mock.Activity) {
				return func(_ *mock.World, a *mock.Activity) {
					for _, i := range a.Instances {
						i.Lifecycle = mock.InService
					}
				}
			}),
		},
		{
			"effect.first-only", on(leaves), "only the first instance leaves",
			leaving(func(a *mock.Activity) []*mock.Instance { return a.Instances[:1] }),
		},
		{
			"effect.last-stays", on(leaves), "of several instances the last one stays",
			leaving(func(a *mock.Activity) []*mock.Instance {
				return a.Instances[:max(1, len(a.Instances)-1)]
			}),
		},
		{
			"effect.ten-at-most", on(leaves), "only ten instances leave",
			leaving(func(a *mock.Activity) []*mock.Instance { return a.Instances[:min(10, len(a.Instances))] }),
		},
		{
			"effect.twentieth-stays", on(leaves), "the twentieth instance stays",
			leaving(func(a *mock.Activity) []*mock.Instance { return a.Instances[:min(19, len(a.Instances))] }),
		},
		{
			"effect.single-stays", on(leaves), "an instance that is detached alone stays",
			leaving(func(a *mock.Activity) []*mock.Instance {
				if len(a.Instances) == 1 {
					return nil
				}
				return a.Instances
			}),
		},
		{"effect.one-more", on(leaves), "one more instance leaves", afterwards(func(w *mock.World, a *mock.Activity) {
			if len(a.Group.Members) > 0 {
				w.Leave(a.Group.Members[0])
			}
		})},
		{
			"effect.one-more-last", on(leaves), "the newest of the other instances leaves, too",
			afterwards(func(w *mock.World, a *mock.Activity) {
				if n := len(a.Group.Members); n > 0 {
					w.Leave(a.Group.Members[n-1])
				}
			}),
		},
		{
			"effect.other-one", on(leaves), "as many instances leave as were named, but the oldest ones",
			leaving(func(a *mock.Activity) []*mock.Instance {
				return slices.Clone(a.Group.Members[:len(a.Instances)])
			}),
		},
		{
			"effect.whole-group", on(leaves), "the whole group leaves",
			leaving(func(a *mock.Activity) []*mock.Instance { return slices.Clone(a.Group.Members) }),
		},
		{
			"effect.range", on(leaves), "what stands between the named instances leaves, too",
			leaving(func(a *mock.Activity) []*mock.Instance {
				first, last := len(a.Group.Members), -1
				for at, i := range a.Group.Members {
					if slices.Contains(a.Instances, i) {
						first, last = min(first, at), max(last, at)
					}
				}
				return slices.Clone(a.Group.Members[min(first, last+1) : last+1])
			}),
		},
		{"effect.none-later", on(leaves), "from the eleventh call on nothing happens", func(r *mock.Rules) {
			calls := 0 // counted while the world is held
			completion(func(next func(*mock.World, *mock.Activity)) func(*mock.World, *mock.Activity) {
				return func(w *mock.World, a *mock.Activity) {
					if calls++; calls < 11 {
						next(w, a)
					}
				}
			})(r)
		}},
		{
			"effect.none-xml-get", on(leaves), "by GET in XML nothing happens",
			nothingWhen(func(c *mock.Call) bool { return isGET(c.Request) && c.Format == mock.XML }),
		},
		{
			"effect.none-in-cooldown", on(leaves),
			"in the cooldown of the group the call is accepted, and nothing happens", nothingWhen(cooling),
		},
		{
			"effect.none-at-min-size", on(leaves),
			"where exactly MinSize instances would be left the call is accepted, and nothing happens",
			nothingWhen(func(c *mock.Call) bool {
				return len(c.Group.Members)-len(c.Instances) == c.Group.MinSize
			}),
		},
		{
			"effect.stops", on(runs), "the instances are stopped",
			afterwards(func(_ *mock.World, a *mock.Activity) { setStatus(a.Instances, "Stopped") }),
		},
		{
			"effect.stops-single", on(runs), "an instance that is detached alone is stopped",
			afterwards(func(_ *mock.World, a *mock.Activity) {
				if len(a.Instances) == 1 {
					setStatus(a.Instances, "Stopped")
				}
			}),
		},
		{
			"effect.stops-many", on(runs), "the instances of a list of more than ten are stopped",
			afterwards(func(_ *mock.World, a *mock.Activity) {
				if len(a.Instances) > 10 {
					setStatus(a.Instances, "Stopped")
				}
			}),
		},
		{
			"effect.stopping", on(runs), "the instances are being stopped when the activity ends",
			afterwards(func(_ *mock.World, a *mock.Activity) { setStatus(a.Instances, "Stopping") }),
		},
		{
			"effect.stops-last", on(runs), "the last of several instances is stopped",
			afterwards(func(_ *mock.World, a *mock.Activity) {
				if n := len(a.Instances); n > 1 {
					setStatus(a.Instances[n-1:], "Stopped")
				}
			}),
		},
		{
			"effect.stops-and-starts", on(runs), "the instances are stopped for some tenths of a second, and run again",
			afterwards(func(w *mock.World, a *mock.Activity) {
				setStatus(a.Instances, "Stopping")
				w.After(400*time.Millisecond, func(*mock.World) { setStatus(a.Instances, "Running") })
			}),
		},
		{
			"effect.restarts", on(runs), "the instances are started again",
			afterwards(func(_ *mock.World, a *mock.Activity) { setStatus(a.Instances, "Starting") }),
		},
		{
			"effect.releases", on(runs, lives), "the instances are released",
			afterwards(func(w *mock.World, a *mock.Activity) { release(w, a.Instances) }),
		},
		{
			"effect.releases-first", on(runs, lives), "the first instance is released",
			afterwards(func(w *mock.World, a *mock.Activity) { release(w, a.Instances[:1]) }),
		},
		{
			"effect.not-attachable", on(lives), "what was detached cannot be attached elsewhere",
			notAttachable(func(*mock.Instance) bool { return true }),
		},
		{
			"effect.second-not-attachable", on(lives), "the second of several instances cannot be attached elsewhere",
			func(r *mock.Rules) {
				second := map[*mock.Instance]bool{}
				afterwards(func(_ *mock.World, a *mock.Activity) {
					if len(a.Instances) > 1 {
						second[a.Instances[1]] = true
					}
				})(r)
				notAttachable(func(i *mock.Instance) bool { return second[i] })(r)
			},
		},
		{"effect.attached-nowhere", on(lives), "what was detached is attached in the answer only", func(r *mock.Rules) {
			o := r.Operation("AttachInstances")
			o.Complete = func(w *mock.World, a *mock.Activity) {
				for _, i := range a.Instances {
					w.Leave(i)
				}
			}
		}},
	}
}

func setStatus(instances []*mock.Instance, status string) {
	for _, i := range instances {
		i.Status = status
	}
}

func release(w *mock.World, instances []*mock.Instance) {
	for _, i := range instances {
		w.RemoveInstance(i)
	}
}

// notAttachable refuses to attach what was detached once.
func notAttachable(when func(*mock.Instance) bool) seam {
	return func(r *mock.Rules) {
		detached := map[*mock.Instance]bool{} // written and read while the world is held
		afterwards(func(_ *mock.World, a *mock.Activity) {
			for _, i := range a.Instances {
				detached[i] = true
			}
		})(r)
		p := r.Operation("AttachInstances").Precondition("instances are in no group")
		next := p.Violated
		p.Violated = func(c *mock.Call) (string, bool) {
			for _, i := range c.Instances {
				if detached[i] && when(i) {
					return i.ID, true
				}
			}
			return next(c)
		}
	}
}
