package history

import (
	"fmt"
	"maps"
	"slices"
)

// activities judges the ids that accepted calls gave: that they differ, and that the activities can be looked up
// and come to an end.
func (j *judgement) activities() {
	first := map[string]Operation{}
	unique := 0
	for _, o := range j.Operations {
		if o.Outcome != Accepted || o.Activity == "" {
			continue
		}
		if before, twice := first[o.Activity]; twice {
			if o.Kind == Detach || before.Kind == Detach {
				j.repeated(before, o)
			}
			continue
		}
		first[o.Activity] = o
		if o.Kind != Detach {
			continue
		}
		unique++
		j.seenBefore(o)
		j.observable(o)
	}
	if unique > 1 {
		j.satisfied("activity.unique")
	}
}

func (j *judgement) repeated(a, b Operation) {
	const want = "an activity of its own for each accepted call"
	j.found("activity.unique", want, printable(b.Activity)+" again", -1, a, b)
}

// seenBefore finds an id that a look showed before the call was sent.
func (j *judgement) seenBefore(o Operation) {
	for i, look := range j.Looks {
		if _, shown := look.Activities[o.Activity]; shown && look.Done < o.Sent {
			j.found("activity.unique", "a new activity", printable(o.Activity)+", which was there before the call", i,
				o)
			return
		}
	}
}

// observable judges that an activity can be looked up by its id, and does not run again once it has ended.
func (j *judgement) observable(o Operation) {
	const id = "activity.observable"
	ended, shown, last := -1, false, -1
	for i, look := range j.Looks {
		status, listed := look.Activities[o.Activity]
		shown = shown || listed && look.Done >= o.Sent
		asked := slices.Contains(look.Asked, o.Activity)
		fresh := look.Activities != nil && look.Sent >= o.Done+j.lag
		if fresh && (asked || look.Group == o.Group && len(look.Asked) == 0) {
			last = i
		}
		switch {
		case asked && !listed && fresh:
			j.found(id, "activity "+printable(o.Activity)+" to be found", "none with this id", i, o)
			return
		case hasEnded(status) && ended < 0:
			ended = i
		case status == inProgress && ended >= 0 && look.Sent-j.lag > j.Looks[ended].Done:
			before := printable(j.Looks[ended].Activities[o.Activity])
			j.found(id, "activity "+printable(o.Activity)+" to stay "+before, "it in progress again", i, o)
			return
		}
	}
	switch {
	case ended >= 0:
		j.satisfied(id)
	case !shown && last >= 0:
		j.found(id, "activity "+printable(o.Activity)+" to be found", "none with this id", last, o)
	case shown:
		j.cannot(id, "activity "+printable(o.Activity)+" was not seen to end; raise -activity-timeout")
	default:
		j.cannot(id, fmt.Sprintf("no look at the activities began %s after the call", j.lag))
	}
}

// statuses judges that a call stops and releases no instance.
func (j *judgement) statuses() {
	before, after := map[string]string{}, map[string]int{}
	begin, end := j.begin(), j.lastOf()
	for i, look := range j.Looks {
		for id, status := range look.Status {
			if look.Done <= begin {
				before[id] = status
			}
			if look.Sent >= end+j.lag {
				after[id] = i
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		if at, ok := after[id]; ok && before[id] == "Running" && j.handed[id] {
			j.status(id, at)
		}
	}
}

func (j *judgement) status(id string, at int) {
	detached := j.named(id, Accepted)
	refused := j.named(id, Refused)
	want := "instance " + printable(id) + " still Running"
	status := j.Looks[at].Status[id]
	switch {
	case status == "Running" && len(detached) > 0:
		j.satisfied("detach.keeps-running")
	case status == "Running":
	case len(detached) > 0:
		j.found("detach.keeps-running", want, "it "+statusName(status), at, detached...)
	case len(refused) > 0:
		j.found(noEffect, want, "it "+statusName(status), at, refused...)
	}
}

func statusName(status string) string {
	if status == "" {
		return "released"
	}
	return printable(status)
}

// named are the detaching calls of an outcome that named an instance.
func (j *judgement) named(id string, outcome Outcome) (out []Operation) {
	for _, o := range j.Operations {
		if o.Kind == Detach && o.Outcome == outcome && slices.Contains(o.IDs, id) {
			out = append(out, o)
		}
	}
	return out
}

// found adds a violation that a few calls and one look show; look is -1 for none.
func (j *judgement) found(requirement, want, got string, look int, calls ...Operation) {
	v := Verdict{Result: Violated, Requirement: requirement, Want: want, Got: got}
	for i, o := range calls {
		v.Steps = append(v.Steps, operationLine(o, look < 0 && i == len(calls)-1))
	}
	if look >= 0 {
		v.Steps = append(v.Steps, lookLine(j.Looks[look], nil, true))
	}
	sortLines(v.Steps)
	j.verdicts = append(j.verdicts, v)
}
