package traffic

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/judge/history"
	"github.com/essconform/essconform/harness/internal/support"
)

// What is claimed of an episode. Of a refusal because of a caller, a load balancer or a DB instance, and of the
// settings of a group, a recording never shows enough.
var (
	always = []string{
		"detach.one", "detach.many", "detach.max", "group.enabled", "group.idle", "group.cooldown",
		"activity.unique", "activity.observable", "instance.in-group",
	}
	withMembers = []string{
		"instance.exists", "group.min-size", "group.min-size-boundary",
		"detach.leaves-group", "detach.keeps-running", "error.no-effect",
	}
	// byOthers are what somebody else may have done, so that it takes a whole list of the activities to claim it.
	byOthers = []string{"detach.leaves-group", "error.no-effect"}
)

// budget bounds one search for an explanation.
const budget = 200 * time.Millisecond

// judge asks whether the documented rules explain an episode, and leaves out what the recording does not show. ecs are
// the looks at ECS that belong to it.
func (e *episode) judge(ecs []history.Look, lag time.Duration) (out []history.Verdict) {
	if e.tooLong {
		return nil
	}
	if e.members && !e.sure && e.tookOthers() {
		e.members, e.start.Members, e.start.MinSize = false, nil, -1
	}
	h := e.history(ecs, lag)
	for _, v := range history.Judge(h, history.Options{Lag: lag, Budget: budget}) {
		switch {
		case v.Result == history.CouldNotLook:
		case !slices.Contains(always, v.Requirement) && !(e.members && slices.Contains(withMembers, v.Requirement)):
		case v.Result == history.Satisfied && !e.sure && v.Requirement == "instance.in-group":
		case v.Result == history.Violated && slices.Contains(byOthers, v.Requirement) && !e.listed(e.lastDone()):
		default:
			out = append(out, v)
		}
	}
	return out
}

// tookOthers tells whether a call that may have had an effect names an instance that was not seen to be there.
func (e *episode) tookOthers() bool {
	return slices.ContainsFunc(e.ops, func(o history.Operation) bool {
		return o.Kind == history.Detach && o.Outcome != history.Refused &&
			slices.ContainsFunc(o.IDs, func(id string) bool {
				return !slices.Contains(e.start.Members, id) && !e.attached(id, o.Sent)
			})
	})
}

// attached tells whether an instance was attached for certain before that time.
func (e *episode) attached(id string, until time.Duration) bool {
	return slices.ContainsFunc(e.ops, func(o history.Operation) bool {
		return o.Kind == history.Attach && o.Outcome == history.Accepted && o.Done <= until &&
			slices.Contains(o.IDs, id)
	})
}

// history is the episode as it can be judged. A refusal whose reason the recording cannot show is one that anything
// explains.
func (e *episode) history(ecs []history.Look, lag time.Duration) history.History {
	h := history.History{Start: history.Start{Groups: []history.GroupStart{e.start}}}
	for i, o := range e.ops {
		if o.Kind == history.Detach && o.Outcome == history.Refused && !e.shown(i, lag) {
			o.Unseen, o.Code = true, ""
		}
		h.Operations = append(h.Operations, o)
		if o.Kind != history.Detach {
			continue
		}
		for _, id := range o.IDs {
			switch {
			case slices.Contains(e.start.Members, id) || e.attached(id, o.Sent):
			case !e.members: // it is believed to be a member
				h.Start.Groups[0].Members = append(h.Start.Groups[0].Members, id)
			default:
				h.Start.Free = append(h.Start.Free, id)
			}
		}
	}
	members := h.Start.Groups[0].Members
	h.Start.Groups[0].Members = slices.Compact(slices.Sorted(slices.Values(members)))
	for _, look := range e.looks {
		if e.members || look.Members == nil {
			h.Looks = append(h.Looks, look)
		}
	}
	if e.members {
		h.Looks = append(h.Looks, ecs...)
	}
	slices.SortStableFunc(h.Looks, func(a, b history.Look) int { return int(a.Sent - b.Sent) })
	return h
}

// shown tells whether the recording shows enough to say whether a refusal was right: the state that explains it, or all
// of the state, so that nothing else does.
func (e *episode) shown(at int, lag time.Duration) bool {
	o := e.ops[at]
	minSize, lifecycle := e.start.MinSize, e.start.Lifecycle
	for _, b := range e.ops[:at] {
		switch {
		case b.Outcome != history.Accepted:
		case b.Kind == history.Modify && b.MinSize != nil:
			minSize = *b.MinSize
		case b.Kind == history.Enable:
			lifecycle = support.Active
		case b.Kind == history.Disable:
			lifecycle = support.Inactive
		}
	}
	all := e.members && minSize >= 0 && lifecycle != ""
	switch o.Code {
	case "IncorrectScalingGroupStatus":
		return all || lifecycle != "" && lifecycle != support.Active
	case "IncorrectCapacity.MinSize":
		return all
	case "InvalidInstanceId.NotFound":
		return all && !slices.ContainsFunc(o.IDs, func(id string) bool { return !slices.Contains(e.start.Members, id) })
	case "ScalingActivityInProgress":
		return all && e.listed(o.Done+lag) || slices.ContainsFunc(e.ops, func(b history.Operation) bool {
			ended, when := e.ended(b)
			return b.Activity != "" && b.Sent <= o.Done && (!ended || when >= o.Sent)
		})
	}
	return false
}

// listed tells whether all activities of the group were listed after that time: then none is hidden.
func (e *episode) listed(after time.Duration) bool {
	return slices.ContainsFunc(e.looks, func(l history.Look) bool {
		return l.Activities != nil && len(l.Asked) == 0 && l.Sent >= after
	})
}

func (e *episode) firstSent() time.Duration {
	at := time.Duration(math.MaxInt64)
	for _, o := range e.ops {
		at = min(at, o.Sent)
	}
	return at
}

func (e *episode) lastDone() (at time.Duration) {
	for _, o := range e.ops {
		at = max(at, o.Done)
	}
	return at
}

// within are the looks at ECS from the last call before the episode up to the next one that changes the group, or
// another group in a way that is not followed.
func (e *episode) within(ecs []history.Look, losses []time.Duration) (out []history.Look) {
	if !e.members { // they are of no use
		return nil
	}
	until := time.Duration(math.MaxInt64)
	if e.next > 0 {
		until = e.next
	}
	if i, _ := slices.BinarySearch(losses, e.firstSent()); i < len(losses) {
		until = min(until, losses[i])
	}
	for _, l := range ecs {
		if l.Sent >= e.since && l.Done <= until {
			out = append(out, l)
		}
	}
	return out
}

// title says what an episode is.
func (e *episode) title() string {
	names := make([]string, 0, len(e.ops))
	for _, o := range e.ops {
		names = append(names, string(o.Kind))
	}
	return strings.Join(names, ", ")
}
