package traffic

import (
	"math"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/internal/judge/history"
)

// trusted are the events of a track, without the looks that may show the group as it was before it was arranged for the
// recording: those that begin less than the lag after the first event, unless a later one bears them out. A look at the
// members is certain from the time that is returned on.
func (t *track) trusted(lag time.Duration) (events []event, certain time.Duration) {
	if len(t.events) == 0 {
		return nil, 0
	}
	if t.events[0].created != nil { // nothing else can have changed it
		return t.events, math.MinInt64
	}
	certain = t.events[0].sent + lag
	var later later
	for _, e := range slices.Backward(t.events) {
		if e.look == nil || e.look.Sent >= certain {
			later.note(e)
		} else if look, ok := later.bears(*e.look); ok {
			e.look = &look
		} else {
			continue
		}
		events = append(events, e)
	}
	slices.Reverse(events)
	return events, certain
}

// later is what is known of the time after an event.
type later struct {
	members  map[string]string // as the first certain look shows them; nil for none
	attached map[string]bool   // what was to be attached before that look
	settings *history.Settings // as the first certain look shows them
	resized  bool              // MinSize was changed before that look
	switched bool              // the group was enabled or disabled before that look
}

func (l *later) note(e event) {
	switch {
	case e.lost || e.created != nil:
		*l = later{}
	case e.look != nil && e.look.Members != nil:
		l.members, l.attached = e.look.Members, map[string]bool{}
	case e.look != nil && e.look.Settings != nil:
		l.settings, l.resized, l.switched = e.look.Settings, false, false
	case e.op == nil:
	case e.op.Kind == history.Attach && l.attached != nil:
		for _, id := range e.op.IDs {
			l.attached[id] = true
		}
	case e.op.Kind == history.Modify:
		l.resized = true
	case e.op.Kind == history.Enable || e.op.Kind == history.Disable:
		l.switched = true
	}
}

// bears tells whether a look is borne out, and what of it.
func (l *later) bears(look history.Look) (history.Look, bool) {
	switch {
	case look.Members != nil:
		for id := range l.members {
			if _, shown := look.Members[id]; !shown && !l.attached[id] {
				return look, false // it had joined the group before, and did not show yet
			}
		}
		return look, l.members != nil
	case look.Settings != nil:
		s := *look.Settings
		if l.settings == nil || !l.resized && s.MinSize != l.settings.MinSize || !l.switched &&
			s.Lifecycle != l.settings.Lifecycle {
			return look, false
		}
		if l.resized {
			s.MinSize = -1
		}
		if l.switched {
			s.Lifecycle = ""
		}
		look.Settings = &s
		return look, !l.resized || !l.switched
	}
	return look, true
}
