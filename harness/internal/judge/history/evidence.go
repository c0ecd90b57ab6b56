package history

import (
	"maps"
	"math"
	"slices"
	"time"
)

// never is later than all that happened, and -never earlier.
const never = time.Duration(math.MaxInt64 / 4)

// window is a stretch of time. It is empty when from is after to.
type window struct{ from, to time.Duration }

func (w window) meets(from, to time.Duration) bool { return w.from <= to && from <= w.to }

// holds leaves the ends out: what happens at one reading of the clock may have happened in any order.
func (w window) holds(from, to time.Duration) bool { return w.from < from && to < w.to }

// evidence is what the looks prove whatever explanation is tried. It comes from all of them: leaving a look out of
// a shortened history must not take an explanation away.
type evidence struct {
	History
	lag      time.Duration
	ends     []ending                  // of the activity of each operation, as all looks prove it
	exists   map[string]bool           // instances that the case began with, that a look showed, or that were attached
	handed   map[string]bool           // instances that the case began with
	foreign  map[string][]foreign      // by group: activities that no call of the case started
	strange  map[string]int            // by group: how many instances were shown that the case did not begin with
	settings map[string][]settingsLook // by group
}

// foreign is an activity of somebody else: when it may have been in progress, and when it certainly was.
type foreign struct {
	id                string
	possible, certain window
}

type settingsLook struct {
	at    int // index in Looks
	shown Settings
}

func gather(h History, lag time.Duration) *evidence {
	e := &evidence{
		History: h, lag: lag, exists: map[string]bool{}, handed: map[string]bool{}, foreign: map[string][]foreign{},
		strange: map[string]int{}, settings: map[string][]settingsLook{},
	}
	for _, g := range h.Start.Groups {
		for _, id := range g.Members {
			e.handed[id] = true
		}
	}
	for _, id := range h.Start.Free {
		e.handed[id] = true
	}
	maps.Copy(e.exists, e.handed)
	for _, o := range h.Operations {
		for _, id := range o.IDs {
			if o.Kind == Attach && o.Outcome == Accepted {
				e.exists[id] = true
			}
		}
	}
	for _, o := range h.Operations {
		e.ends = append(e.ends, e.ended(o, e.allLooks()))
	}
	e.members()
	for i, look := range h.Looks {
		if look.Settings != nil {
			e.settings[look.Group] = append(e.settings[look.Group], settingsLook{i, *look.Settings})
		}
	}
	for _, g := range h.Start.Groups {
		e.foreign[g.ID] = e.foreignOf(g)
	}
	return e
}

// members notes the instances that looks show.
func (e *evidence) members() {
	seen := map[string]map[string]bool{}
	for _, look := range e.Looks {
		for id := range look.Members {
			e.exists[id] = true
			if !e.handed[id] {
				if seen[look.Group] == nil {
					seen[look.Group] = map[string]bool{}
				}
				seen[look.Group][id] = true
			}
		}
		for id, status := range look.Status {
			if status != "" {
				e.exists[id] = true
			}
		}
	}
	for group, ids := range seen {
		e.strange[group] = len(ids)
	}
}

// ours reports whether a call of the case started the activity.
func (e *evidence) ours(activity string) bool {
	return slices.ContainsFunc(e.Operations, func(o Operation) bool {
		return o.Outcome == Accepted && o.Activity == activity
	})
}

// foreignOf are the activities of group g that no call started.
func (e *evidence) foreignOf(g GroupStart) []foreign {
	ids := map[string]bool{}
	for _, look := range e.Looks {
		for id := range look.Activities {
			if (look.Group == g.ID || look.Group == "") && id != g.BusyWith && !e.ours(id) {
				ids[id] = true
			}
		}
	}
	var all []foreign
	if g.BusyWith != "" {
		f := e.foreignActivity(g.ID, g.BusyWith)
		f.possible.from, f.certain.from = -never, -never
		if f.possible.to == never {
			f.certain.to = never // the state of the case keeps it
		}
		all = append(all, f)
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		all = append(all, e.foreignActivity(g.ID, id))
	}
	return all
}

// foreignActivity is when an activity was in progress. It began after the picture of the last look at the list of
// the group that does not show it yet, and ended before the first that shows it ended.
func (e *evidence) foreignActivity(group, id string) foreign {
	f := foreign{id, window{-never, never}, window{never, -never}}
	first := never
	for _, look := range e.Looks {
		status, shown := look.Activities[id]
		if !shown {
			continue
		}
		first = min(first, look.Sent)
		switch {
		case hasEnded(status):
			f.possible.to = min(f.possible.to, look.Done)
		case status == inProgress:
			f.certain.from, f.certain.to = min(f.certain.from, look.Done), max(f.certain.to, look.Sent-e.lag)
		}
	}
	for _, look := range e.Looks {
		_, shown := look.Activities[id]
		if look.Activities != nil && len(look.Asked) == 0 && look.Group == group && !shown && look.Sent < first {
			f.possible.from = max(f.possible.from, look.Sent-e.lag)
		}
	}
	return f
}

// The StatusCode of an activity (facts, section 6).
const (
	inProgress = "InProgress"
	successful = "Successful"
)

// hasEnded reports whether a StatusCode is a final one.
func hasEnded(status string) bool {
	return slices.Contains([]string{successful, "Warning", "Failed", "Rejected"}, status)
}

// busy is whether somebody else's activity was in progress while a call was under way.
func (e *evidence) busy(o Operation) certainty {
	c := kept
	for _, f := range e.foreign[o.Group] {
		c = max(c, broke(f.possible.meets(o.Sent, o.Done), f.certain.holds(o.Sent, o.Done)))
	}
	return c
}

// sizeUnsure reports whether somebody else's activity may have changed how many members the group had when the call
// came.
func (e *evidence) sizeUnsure(o Operation) bool {
	begin := e.begin()
	return slices.ContainsFunc(e.foreign[o.Group], func(f foreign) bool {
		return f.possible.to > begin && f.possible.from <= o.Done
	})
}

// ending is when the activity of an accepted call ended, as far as a selection of looks proves it.
type ending struct {
	window
	status string // the final status; "" when none was shown
}

// ended works out the end of the activity of o. It began with the call, so it cannot have ended before.
func (e *evidence) ended(o Operation, looks []int) ending {
	end := ending{window: window{o.Sent, never}}
	if o.Activity == "" || o.Outcome != Accepted {
		return end
	}
	for _, i := range looks {
		look := e.Looks[i]
		status, shown := look.Activities[o.Activity]
		switch {
		case !shown || look.Done < o.Sent:
		case status == inProgress:
			end.from = max(end.from, look.Sent-e.lag)
		case hasEnded(status):
			if end.to = min(end.to, look.Done); end.status == "" || end.to == look.Done {
				end.status = status
			}
		}
	}
	end.from = min(end.from, end.to) // an end that is taken back has a finding of its own
	return end
}

// allLooks are the indexes of all looks.
func (e *evidence) allLooks() []int {
	out := make([]int, len(e.Looks))
	for i := range out {
		out[i] = i
	}
	return out
}

// wasFreed reports whether every instance of an attaching call had been detached for certain, and was attached by
// no other call since.
func (e *evidence) wasFreed(attach Operation) bool {
	for _, id := range attach.IDs {
		if !e.freed(id, attach) {
			return false
		}
	}
	return len(attach.IDs) > 0
}

func (e *evidence) freed(id string, attach Operation) bool {
	since := -never
	for i, o := range e.Operations {
		if o.Kind == Detach && o.Outcome == Accepted && slices.Contains(o.IDs, id) {
			if end := e.ends[i]; end.status == successful && end.to <= attach.Sent {
				since = max(since, o.Sent)
			}
		}
	}
	taken := slices.ContainsFunc(e.Operations, func(o Operation) bool {
		attached := o.Kind == Attach && o.Outcome != Refused && slices.Contains(o.IDs, id)
		return attached && o.Done >= since && o.Sent <= attach.Done
	})
	return since > -never && !taken
}

// begin is when the first call was sent.
func (e *evidence) begin() time.Duration {
	begin := never
	for _, o := range e.Operations {
		begin = min(begin, o.Sent)
	}
	return begin
}
