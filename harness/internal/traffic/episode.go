package traffic

import (
	"maps"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/internal/judge/history"
	"github.com/essconform/essconform/harness/internal/support"
)

// mostOperations bounds an episode: the search for an explanation of a long one takes too long.
const mostOperations = 30

// episode is a stretch of a track of which the beginning is known, and all that happened as far as the recording
// shows it.
type episode struct {
	start   history.GroupStart
	members bool         // the members at the beginning are known
	sure    bool         // all of them: there are no others
	began   history.Look // that shows them
	ops     []history.Operation
	looks   []history.Look
	since   time.Duration // when what came before was answered
	next    time.Duration // when something else began; 0 for never
	tooLong bool
}

// known is what is known of a group beside its members.
type known struct {
	minSize   int // below 0: not known
	lifecycle string
	set       time.Duration // when an answer changed one of them
}

// episodes divides a track. A new one begins wherever a look shows the members while nothing is under way, so that what
// nobody recorded is taken in again and again, and no search is long.
func (t *track) episodes(lag time.Duration) (out []*episode) {
	now := known{minSize: -1, set: -time.Hour}
	var list *history.Look  // the last look at the activities of the group
	var since time.Duration // when the last call was answered
	begin := func(members []string, seen bool) *episode {
		e := &episode{members: seen, since: since, start: history.GroupStart{
			ID: t.group, Members: members, MinSize: now.minSize, Lifecycle: now.lifecycle,
		}}
		if !seen {
			e.start.MinSize = -1 // of a number of members that is not known, MinSize says nothing
		}
		if list != nil {
			e.looks = append(e.looks, *list)
		}
		return e
	}
	current := begin(nil, false)
	var last *episode // the one before, while nothing has happened since
	end := func(next *episode) {
		if len(current.ops) > 0 {
			out, last = append(out, current), current
		}
		current = next
	}
	saw := func(look history.Look) {
		current.looks = append(current.looks, look)
		if last != nil && len(current.ops) == 0 {
			last.looks = append(last.looks, look)
		}
	}
	events, certain := t.trusted(lag)
	for _, e := range events {
		if e.look == nil {
			since = max(since, e.done)
			if last != nil && last.next == 0 {
				last.next = e.sent
			}
		}
		switch {
		case e.lost:
			current.next = e.sent
			now = known{minSize: -1, set: e.done}
			end(begin(nil, false))
			last = nil
		case e.created != nil:
			current.next = e.sent
			now = known{minSize: e.created.MinSize, lifecycle: e.created.Lifecycle, set: e.done}
			end(begin(nil, true))
			current.sure, last = true, nil
		case e.op != nil:
			current.do(*e.op)
			now.change(*e.op)
		case e.look.Settings != nil:
			if e.look.Sent >= now.set+lag && !now.agrees(*e.look.Settings) { // somebody else has changed them
				now = known{minSize: e.look.Settings.MinSize, lifecycle: e.look.Settings.Lifecycle, set: now.set}
				if current.idle(e.look.Sent, lag) {
					end(current.again(now))
				} else {
					current.next = e.look.Sent
					end(begin(nil, false))
				}
			}
		case e.look.Members != nil:
			saw(*e.look)
			if current.settled(*e.look, lag) {
				end(begin(slices.Sorted(maps.Keys(e.look.Members)), true))
				current.began = *e.look
				if current.sure = e.look.Sent >= certain; current.sure {
					current.looks = append(current.looks, *e.look)
				}
			} else if current.strange(*e.look) {
				current.next, current.members = e.look.Sent, false
				end(begin(nil, false))
				last = nil
			}
		default:
			if len(e.look.Asked) == 0 {
				list = e.look
			}
			saw(*e.look)
		}
	}
	end(nil)
	return out
}

func (k *known) change(o history.Operation) {
	switch {
	case o.Outcome != history.Accepted:
		return
	case o.Kind == history.Enable:
		k.lifecycle = support.Active
	case o.Kind == history.Disable:
		k.lifecycle = support.Inactive
	case o.Kind == history.Modify && o.MinSize != nil:
		k.minSize = *o.MinSize
	default:
		return
	}
	k.set = o.Done
}

// agrees tells whether a look shows what is known.
func (k known) agrees(s history.Settings) bool {
	return k.minSize == s.MinSize && k.lifecycle == s.Lifecycle
}

func (e *episode) do(o history.Operation) {
	if len(e.ops) == mostOperations {
		e.tooLong = true
		return
	}
	e.ops = append(e.ops, o)
}

// again is an episode in which nothing has happened yet, with other settings.
func (e *episode) again(now known) *episode {
	next := *e
	next.start.Lifecycle, next.ops = now.lifecycle, nil
	if e.members {
		next.start.MinSize = now.minSize
	}
	return &next
}

// idle tells whether nothing is under way.
func (e *episode) idle(at, lag time.Duration) bool {
	return !slices.ContainsFunc(e.ops, func(o history.Operation) bool {
		return o.Kind == history.Detach || o.Kind == history.Attach || o.Done+lag > at
	})
}

// settled tells whether a look at the members shows the group after all that happened. It does when it begins as late
// as a look may be old, or when it shows the effect of each change: then it is no picture from before it.
func (e *episode) settled(look history.Look, lag time.Duration) bool {
	for _, o := range e.ops {
		if o.Outcome == history.Refused || o.Kind != history.Detach && o.Kind != history.Attach {
			continue
		}
		ended, at := e.ended(o)
		old := !ended || max(at, o.Done)+lag > look.Sent
		if o.Done > look.Sent || old && !shows(look, o) {
			return false
		}
	}
	return true
}

// shows tells whether a look at the members shows the effect of a call.
func shows(look history.Look, o history.Operation) bool {
	return !slices.ContainsFunc(o.IDs, func(id string) bool {
		_, member := look.Members[id]
		return member != (o.Kind == history.Attach)
	})
}

// ended tells whether the activity of a call was seen to succeed, and when.
func (e *episode) ended(o history.Operation) (ended bool, at time.Duration) {
	for _, look := range e.looks {
		if o.Activity != "" && look.Activities[o.Activity] == "Successful" && look.Done >= o.Sent {
			return true, look.Done
		}
	}
	return false, 0
}

// strange tells whether a look shows a member that no call explains: the service, or somebody else, put it there.
func (e *episode) strange(look history.Look) bool {
	if !e.members {
		return false
	}
	for id := range look.Members {
		if !slices.Contains(e.start.Members, id) && !slices.ContainsFunc(e.ops, func(o history.Operation) bool {
			return o.Kind == history.Attach && slices.Contains(o.IDs, id)
		}) {
			return true
		}
	}
	return false
}
