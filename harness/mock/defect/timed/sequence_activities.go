package timed

import (
	"strings"
	"sync"

	"github.com/essconform/essconform/harness/mock"
)

// activities are wrong about the activities before.
func activities() []Entry {
	return []Entry{
		{
			Name:         "sequence.own-activity-ignored",
			Requirements: on(idleGroup),
			Note:         "a second call is accepted while the activity of the first one runs",
			Break: dropping(idle, func(c *mock.Call) bool {
				return strings.HasPrefix(c.Group.Current().Description, "detach")
			}),
		},
		{
			Name:         "sequence.attach-call-ignored",
			Requirements: on(idleGroup),
			Note:         "a call is accepted while an activity that a call of AttachInstances began runs",
			Break: fresh(func(attaching map[*mock.Activity]bool) seam {
				return all(
					after("AttachInstances", func(c *mock.Call) { attaching[c.Group.Current()] = true }),
					dropping(idle, func(c *mock.Call) bool { return attaching[c.Group.Current()] }),
				)
			}),
		},
		{
			Name:         "sequence.third-accepted",
			Requirements: on(idleGroup),
			Note:         "while an activity runs the second call is refused, and the third accepted",
			Break: fresh(func(refusals map[*mock.Activity]int) seam {
				return dropping(idle, func(c *mock.Call) bool {
					a := c.Group.Current()
					refusals[a]++
					return refusals[a] > 1
				})
			}),
		},
		{
			Name:         "sequence.refused-executed-after-activity",
			Requirements: on(noEffect, leaves),
			Note:         "a call that is refused for an activity takes effect when that activity ends",
			Break: waiting(func(w *mock.World, g *mock.Group, instances []*mock.Instance) {
				for _, i := range instances {
					if i.Group == g {
						w.Leave(i)
					}
				}
			}),
		},
		{
			Name:         "sequence.refused-queued",
			Requirements: on(noEffect, leaves, idleGroup),
			Note:         "a call that is refused for an activity begins an activity of its own when that one ends",
			Break: func(r *mock.Rules) {
				waiting(func(w *mock.World, g *mock.Group, instances []*mock.Instance) {
					for _, i := range instances {
						if i.Group != g {
							return
						}
						i.Lifecycle = mock.Removing
					}
					w.Begin(g, instances, "detach", -len(instances), r.Operation(operation).Complete)
				})(r)
			},
		},
		{
			Name:         "sequence.refused-cancels",
			Requirements: on(noEffect, leaves),
			Note:         "a call that is refused for an activity keeps that activity from taking effect",
			Break: fresh(func(disturbed map[*mock.Activity]bool) seam {
				return all(
					refusedWith("ScalingActivityInProgress",
						func(c *mock.Call) { disturbed[c.Group.Current()] = true }),
					withoutEffect(func(a *mock.Activity) bool { return disturbed[a] }),
				)
			}),
		},
		{
			Name:         "sequence.refused-ends-activity",
			Requirements: on(noEffect, leaves, idleGroup),
			Note:         "a call that is refused for an activity ends it, and its instances never leave",
			Break: refusedWith("ScalingActivityInProgress",
				func(c *mock.Call) { c.Group.Current().Done = true }),
		},
		{
			Name:         "sequence.refused-forgets-activity",
			Requirements: on(noEffect, observable),
			Note:         "a call that is refused for an activity makes that activity unknown",
			Break: fresh(func(forgotten map[string]bool) seam {
				return all(
					refusedWith("ScalingActivityInProgress",
						func(c *mock.Call) { forgotten[c.Group.Current().ID] = true }),
					listed(func(_ *mock.World, a []mock.Field) bool { return !forgotten[value(a, activityID)] }),
				)
			}),
		},
		{
			Name:         "sequence.activity-id-third",
			Requirements: on(uniqueAct),
			Note:         "the third call to a group is answered with the ScalingActivityId of the first",
			Break: fresh(func(ids map[*mock.Group][]string) seam {
				return instead(operation, func(c *mock.Call, next func(*mock.Call) []mock.Field) []mock.Field {
					fields := next(c)
					ids[c.Group] = append(ids[c.Group], value(fields, activityID))
					if len(ids[c.Group]) == 3 {
						set(fields, activityID, ids[c.Group][0])
					}
					return fields
				})
			}),
		},
		{
			Name:         "sequence.activity-forgotten",
			Requirements: on(observable),
			Note:         "an activity is forgotten when the group's next one starts",
			Source:       "localstack/localstack#324",
			Break: fresh(func(latest map[*mock.Group]string) seam {
				return all(
					onStart(func(c *mock.Call, a *mock.Activity) { latest[c.Group] = a.ID }),
					listed(func(w *mock.World, a []mock.Field) bool {
						g := w.Group(value(a, "ScalingGroupId"))
						return g == nil || latest[g] == "" || latest[g] == value(a, activityID)
					}),
				)
			}),
		},
		{
			Name:         "sequence.activity-first-only",
			Requirements: on(observable),
			Note:         "only the first activity of a group can be looked up",
			Break: fresh(func(ids map[string]bool) seam {
				return all(
					onStart(func(c *mock.Call, a *mock.Activity) { ids[a.ID] = len(c.Group.Activities) > 1 }),
					listed(func(_ *mock.World, a []mock.Field) bool { return !ids[value(a, activityID)] }),
				)
			}),
		},
		{
			Name:         "sequence.cooldown-after-second",
			Requirements: on(cooldown, oneWorks, idleGroup),
			Note:         "from the second call on a group must be out of its cooldown",
			Break: fresh(func(calls map[*mock.Group]int) seam {
				return all(
					onAccept(func(c *mock.Call) { calls[c.Group]++ }),
					refusing(idle, func(c *mock.Call) bool {
						return calls[c.Group] >= 2 && c.World.Now().Before(c.Group.CooldownUntil)
					}),
				)
			}),
		},
		{
			Name:         "sequence.request-id-third",
			Requirements: on(uniqueID),
			Note:         "every third answer for a group has the RequestId of the first",
			Source:       "embercsi/ember-csi#101",
			Break: func(r *mock.Rules) {
				var mu sync.Mutex
				ids := map[string][]string{}
				answered(func(a *mock.Answer) {
					mu.Lock()
					defer mu.Unlock()
					group := a.Call.Request.Param("ScalingGroupId")
					ids[group] = append(ids[group], a.Call.RequestID)
					if n := len(ids[group]); n%3 == 0 {
						setRequestID(a, ids[group][0])
					}
				})(r)
			},
		},
	}
}

// waiting keeps the calls that are refused for an activity, and does something with their instances when that
// activity ends.
func waiting(do func(w *mock.World, g *mock.Group, instances []*mock.Instance)) seam {
	return fresh(func(queue map[*mock.Activity][]*mock.Instance) seam {
		ended := func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)) {
			next(w, a)
			if instances := queue[a]; len(instances) > 0 {
				delete(queue, a)
				do(w, a.Group, instances)
			}
		}
		return all(
			refusedWith("ScalingActivityInProgress", func(c *mock.Call) {
				a := c.Group.Current()
				for _, i := range existing(c) {
					if i.Group == c.Group && i.Lifecycle == mock.InService {
						queue[a] = append(queue[a], i)
					}
				}
			}),
			completion(operation, ended), completion("AttachInstances", ended),
		)
	})
}
