package timed

import (
	"slices"
	"strconv"

	"github.com/essconform/essconform/harness/mock"
)

// operation is the one that is broken.
const operation = "DetachInstances"

// The names of the operation's preconditions.
const (
	authorized  = "caller is authorized"
	groupThere  = "group exists"
	instThere   = "instances exist"
	active      = "group is active"
	idle        = "no activity is in progress"
	balancers   = "load balancers are active"
	databases   = "DB instances are running"
	instInGroup = "instances are in the group"
	minSize     = "MinSize is kept"
)

// seam is a Break.
type seam = func(*mock.Rules)

// violated is a precondition's predicate.
type violated = func(*mock.Call) (string, bool)

// fresh is a seam with a memory of its own for each server. What runs while the world is held needs no other lock
// for it.
func fresh[K comparable, V any](build func(memory map[K]V) seam) seam {
	return func(r *mock.Rules) { build(map[K]V{})(r) }
}

// all puts changes in, one after another, that make one defect.
func all(changes ...seam) seam {
	return func(r *mock.Rules) {
		for _, change := range changes {
			change(r)
		}
	}
}

// rule wraps a precondition of the operation.
func rule(name string, wrap func(next violated) violated) seam {
	return func(r *mock.Rules) {
		p := r.Operation(operation).Precondition(name)
		p.Violated = wrap(p.Violated)
	}
}

// dropping lets some calls through that the precondition refuses.
func dropping(name string, when func(*mock.Call) bool) seam {
	return rule(name, func(next violated) violated {
		return func(c *mock.Call) (string, bool) {
			subject, refused := next(c)
			return subject, refused && !when(c)
		}
	})
}

// refusing refuses some calls to a group that exists as if they violated the precondition.
func refusing(name string, when func(*mock.Call) bool) seam {
	return rule(name, func(next violated) violated {
		return func(c *mock.Call) (string, bool) {
			if c.Group != nil && when(c) {
				return c.InstanceIDs[0], true
			}
			return next(c)
		}
	})
}

// onRefusal does something when a precondition refuses a call to a group that exists.
func onRefusal(do func(c *mock.Call, code string)) seam {
	return func(r *mock.Rules) {
		list := r.Operation(operation).Preconditions
		for i := range list {
			next, code := list[i].Violated, list[i].Error.Code
			list[i].Violated = func(c *mock.Call) (string, bool) {
				subject, refused := next(c)
				if refused && c.Group != nil {
					do(c, code)
				}
				return subject, refused
			}
		}
	}
}

// refusedWith is onRefusal for one code.
func refusedWith(code string, do func(*mock.Call)) seam {
	return onRefusal(func(c *mock.Call, got string) {
		if got == code {
			do(c)
		}
	})
}

// after does something when an operation was carried out.
func after(name string, do func(*mock.Call)) seam {
	return instead(name, func(c *mock.Call, next func(*mock.Call) []mock.Field) []mock.Field {
		fields := next(c)
		do(c)
		return fields
	})
}

// instead wraps the effect of an operation.
func instead(name string, wrap func(c *mock.Call, next func(*mock.Call) []mock.Field) []mock.Field) seam {
	return func(r *mock.Rules) {
		o := r.Operation(name)
		next := o.Effect
		o.Effect = func(c *mock.Call) []mock.Field { return wrap(c, next) }
	}
}

// onAccept does something before an accepted call takes effect.
func onAccept(do func(*mock.Call)) seam {
	return instead(operation, func(c *mock.Call, next func(*mock.Call) []mock.Field) []mock.Field {
		do(c)
		return next(c)
	})
}

// onStart does something with the activity that an accepted call has started.
func onStart(do func(c *mock.Call, a *mock.Activity)) seam {
	return after(operation, func(c *mock.Call) { do(c, c.Group.Activities[len(c.Group.Activities)-1]) })
}

// completion wraps what happens when an activity of an operation ends.
func completion(name string, wrap func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity))) seam {
	return func(r *mock.Rules) {
		o := r.Operation(name)
		next := o.Complete
		o.Complete = func(w *mock.World, a *mock.Activity) { wrap(w, a, next) }
	}
}

// onEnd does something when a detaching activity has ended.
func onEnd(do func(w *mock.World, a *mock.Activity)) seam {
	return completion(operation, func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)) {
		next(w, a)
		do(w, a)
	})
}

// withoutEffect lets detaching activities succeed, and those for which when is true leave their instances in the group.
func withoutEffect(when func(*mock.Activity) bool) seam {
	return completion(operation, func(w *mock.World, a *mock.Activity, next func(*mock.World, *mock.Activity)) {
		if !when(a) {
			next(w, a)
			return
		}
		for _, i := range a.Instances {
			i.Lifecycle = mock.InService
		}
	})
}

// sized is another measure of the group for MinSize.
func sized(size func(c *mock.Call) int) seam {
	return rule(minSize, func(violated) violated {
		return func(c *mock.Call) (string, bool) {
			return "", c.Group != nil && size(c)-len(c.Instances) < c.Group.MinSize
		}
	})
}

// existing are the instances of a call that exist.
func existing(c *mock.Call) []*mock.Instance {
	return slices.DeleteFunc(slices.Clone(c.Instances), func(i *mock.Instance) bool { return i == nil })
}

// anyOf tells whether one of the existing instances of a call is such.
func anyOf(c *mock.Call, such func(*mock.Instance) bool) bool {
	return slices.ContainsFunc(existing(c), such)
}

// value is the text of a field.
func value(fields []mock.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// set replaces the text of a field.
func set(fields []mock.Field, name, text string) {
	for i := range fields {
		if fields[i].Name == name {
			fields[i].Text = text
		}
	}
}

const (
	activityID = "ScalingActivityId"
	requestID  = "RequestId"
)

// answered edits the answers to the operation. It runs outside the world, so what the edit remembers needs a lock.
func answered(edit func(*mock.Answer)) seam {
	return func(r *mock.Rules) {
		edited := func(a *mock.Answer) *mock.Answer {
			if a.Call.Request.Param("Action") == operation {
				edit(a)
			}
			return a
		}
		success, failure := r.Success, r.Failure
		r.Success = func(c *mock.Call, fields []mock.Field) *mock.Answer { return edited(success(c, fields)) }
		r.Failure = func(c *mock.Call, refusal *mock.Refusal) *mock.Answer { return edited(failure(c, refusal)) }
	}
}

// setRequestID replaces the RequestId in body and header.
func setRequestID(a *mock.Answer, id string) {
	set(a.Fields, requestID, id)
	a.Header.Set("X-Acs-Request-Id", id)
}

// listed edits the activities that DescribeScalingActivities shows, and drops those for which the edit is false.
func listed(edit func(w *mock.World, a []mock.Field) bool) seam {
	return instead("DescribeScalingActivities", func(c *mock.Call, next func(*mock.Call) []mock.Field) []mock.Field {
		fields := next(c)
		for i := range fields {
			if fields[i].Name != "ScalingActivities" {
				continue
			}
			before := len(fields[i].Fields)
			fields[i].Fields = slices.DeleteFunc(fields[i].Fields,
				func(a mock.Field) bool { return !edit(c.World, a.Fields) })
			if hidden := before - len(fields[i].Fields); hidden > 0 { // what is not listed is not counted either
				total, _ := strconv.Atoi(value(fields, "TotalCount")) // the mock wrote it
				set(fields, "TotalCount", strconv.Itoa(total-hidden))
			}
		}
		return fields
	})
}
