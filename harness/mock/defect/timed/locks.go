package timed

import (
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// freeing give a group free while its activity runs.
func freeing() []Entry {
	return []Entry{
		{
			Name:         "late.lock-freed-by-denied",
			Requirements: on(idleGroup),
			Note:         "a denied caller gives a group free whose activity still runs",
			Break: freed(func(free func(*mock.Call)) seam {
				return refusedWith("Forbidden.Unauthorized", free)
			}),
		},
		{
			Name:         "late.lock-freed-by-not-found",
			Requirements: on(idleGroup),
			Note:         "an unknown instance gives a group free whose activity still runs",
			Break: freed(func(free func(*mock.Call)) seam {
				return refusedWith("InvalidInstanceId.NotFound", free)
			}),
		},
		{
			Name:         "late.lock-freed-by-enabling",
			Requirements: on(idleGroup),
			Note:         "enabling a group that is enabled gives it free while its activity still runs",
			Break: freed(func(free func(*mock.Call)) seam {
				return func(r *mock.Rules) {
					p := r.Operation("EnableScalingGroup").Precondition("group is inactive")
					next := p.Violated
					p.Violated = func(c *mock.Call) (string, bool) {
						if c.Group != nil {
							free(c)
						}
						return next(c)
					}
				}
			}),
		},
	}
}

// freed lets calls on a group through whose activity free was called for.
func freed(on func(free func(*mock.Call)) seam) seam {
	return fresh(func(ignored map[*mock.Activity]bool) seam {
		return all(
			on(func(c *mock.Call) {
				if a := c.Group.Current(); a != nil {
					ignored[a] = true
				}
			}),
			dropping(idle, func(c *mock.Call) bool { return ignored[c.Group.Current()] }),
		)
	})
}

// expiring are locks with a time limit, which some activities outlast.
func expiring() (out []Entry) {
	for _, e := range []struct{ verb, note string }{
		{"detach", "a group is busy for a quarter of the time that a detaching activity takes"},
		{"attach", "a group is busy for a quarter of the time that an attaching activity takes"},
	} {
		out = append(out, Entry{
			Name: "late." + e.verb + "-lock-expires", Requirements: on(idleGroup), Note: e.note,
			Break: dropping(idle, func(c *mock.Call) bool {
				a := c.Group.Current()
				return a.Verb == e.verb && c.World.Now().After(a.Start.Add(a.End.Sub(a.Start)/4))
			}),
		})
	}
	return out
}

// forgetting is how long a group is left alone before its rules are forgotten.
const forgetting = 2 * time.Second

// forgotten are rules that count only for groups on which calls have come lately.
func forgotten() (out []Entry) {
	for _, e := range []struct{ name, note, rule, requirement string }{
		{"min-size", "the MinSize of a group is forgotten when no call has come for a while", minSize, sizeKept},
		{"inactive", "that a group is inactive is forgotten when no call has come for a while", active, enabled},
		{"members", "who is in a group is forgotten when no call has come for a while", instInGroup, inGroup},
		{"denied", "who may not detach is forgotten when no call has come for a while", authorized, permission},
	} {
		out = append(out, Entry{
			Name: "late." + e.name + "-forgotten", Requirements: on(e.requirement), Note: e.note,
			Break: fresh(func(last map[*mock.Group]time.Time) seam {
				return rule(e.rule, func(next violated) violated {
					return func(c *mock.Call) (string, bool) {
						subject, refused := next(c)
						if c.Group == nil {
							return subject, refused
						}
						now, since := c.World.Now(), last[c.Group]
						if since.IsZero() {
							since = c.Group.CreatedAt
						}
						last[c.Group] = now
						return subject, refused && now.Before(since.Add(forgetting))
					}
				})
			}),
		})
	}
	return out
}
