package timed

import "github.com/essconform/essconform/harness/mock"

// Cancelling lets a call through that violates two preconditions at once; one that violates either alone is refused.
func Cancelling(one, other string) func(*mock.Rules) {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		a, b := o.Precondition(one), o.Precondition(other)
		firstSays, secondSays := a.Violated, b.Violated
		alone := func(says, other violated) violated {
			return func(c *mock.Call) (string, bool) {
				subject, refused := says(c)
				_, both := other(c)
				return subject, refused && !both
			}
		}
		a.Violated, b.Violated = alone(firstSays, secondSays), alone(secondSays, firstSays)
	}
}

// pairs are two rules that are broken at once, which takes a change of the group's settings first.
func pairs() []Entry {
	return []Entry{
		{
			Name:         "sequence.denied-and-min-size",
			Requirements: on(permission, sizeKept),
			Note:         "who may not detach does from a group at its MinSize",
			Break:        Cancelling(authorized, minSize),
		},
		{
			Name:         "sequence.denied-and-inactive",
			Requirements: on(permission, enabled),
			Note:         "who may not detach does from an inactive group",
			Break:        Cancelling(authorized, active),
		},
		{
			Name:         "sequence.inactive-and-min-size",
			Requirements: on(enabled, sizeKept),
			Note:         "an inactive group at its MinSize is detached from",
			Break:        Cancelling(active, minSize),
		},
		{
			Name:         "sequence.activity-and-min-size",
			Requirements: on(idleGroup, sizeKept),
			Note:         "a group at its MinSize is detached from while its activity runs",
			Break:        Cancelling(idle, minSize),
		},
		{
			Name:         "sequence.places-and-min-size",
			Requirements: on(balanced, dbRuns, sizeKept),
			Note:         "a group at its MinSize is detached from with an inactive load balancer or DB instance",
			Break:        all(Cancelling(balancers, minSize), Cancelling(databases, minSize)),
		},
	}
}
