package traffic

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/judge/history"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/spec"
)

const (
	// mostEvents bounds what is kept of the groups of one recording, and mostStatuses the looks at ECS.
	mostEvents   = 200_000
	mostStatuses = 10_000
	// resolution is how far the times of a recording may be off. Ours are exact.
	resolution = time.Millisecond
	// untold is how long an exchange is taken to last whose recording does not say it.
	untold = time.Second
)

// follower follows the groups of one recording: what the answers of Describe operations show of their members,
// settings and activities, and what accepted calls change.
type follower struct {
	contract   *spec.Contract
	began      time.Time
	tracks     map[string]*track // by host and group
	ecs        []history.Look
	losses     []time.Duration // when some group may have changed in a way that is not followed
	noStatuses bool            // somebody may have stopped or released instances
	events     int             // of all tracks
	held       int             // items of lists of which some pages came
	exist      map[string]bool // instances that a look showed in some group, by host and id
	stopped    string          // why nothing more is followed; "" while it is
}

// track is all that a recording says of one group.
type track struct {
	host, group string
	events      []event
	lists       map[string]*pages // of which some pages came, by operation
}

func newFollower(contract *spec.Contract) *follower {
	return &follower{contract: contract, tracks: map[string]*track{}, exist: map[string]bool{}}
}

// time is when an entry was sent and answered. It is false for one without a time, which cannot be put in order: then
// nothing more is followed.
func (f *follower) time(e har.Read) (event, bool) {
	if f.stopped != "" {
		return event{}, false
	}
	if e.DoneMs > 0 { // our own, on a monotonic clock
		ms := func(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }
		return event{sent: ms(e.SentMs), done: ms(max(e.SentMs, e.DoneMs))}, true
	}
	at, err := time.Parse(time.RFC3339Nano, e.StartedDateTime)
	if err != nil {
		f.stopped = "an entry has no time"
		return event{}, false
	}
	if f.began.IsZero() {
		f.began = at
	}
	sent, lasted := at.Sub(f.began), untold
	if e.Time > 0 && e.Time < float64(time.Hour/time.Millisecond) {
		lasted = time.Duration(e.Time*float64(time.Millisecond)) + resolution
	}
	return event{sent: sent, done: sent + lasted}, true
}

func (f *follower) add(host, group string, e event) {
	if f.stopped != "" {
		return
	}
	if f.events++; f.events > mostEvents {
		f.stopped = "the recording holds more than can be followed"
		return
	}
	t := f.track(host, group)
	t.events = append(t.events, e)
	if e.lost && (len(f.losses) == 0 || f.losses[len(f.losses)-1] != e.sent) {
		f.losses = append(f.losses, e.sent)
	}
	if e.look == nil {
		for action := range t.lists { // its pages may not agree
			f.take(t, action)
		}
	}
}

func (f *follower) track(host, group string) *track {
	key := host + " " + group
	if f.tracks[key] == nil {
		f.tracks[key] = &track{host: host, group: group, lists: map[string]*pages{}}
	}
	return f.tracks[key]
}

// shown notes the instances that a look at the members of a group shows.
func (f *follower) shown(host string, members map[string]string) {
	for id := range members {
		if len(f.exist) < mostEvents {
			f.exist[host+" "+id] = true
		}
	}
}

// existing tells whether a call names an instance that some group has: what such a call is refused with is documented
// nowhere where it is the group of another.
func (f *follower) existing(c Call) bool {
	named := instances(c, f.contract.Instances.Prefix)
	return slices.ContainsFunc(named, func(id string) bool { return f.exist[c.Host+" "+id] })
}

// loseAll notes that any group may have changed.
func (f *follower) loseAll(host string, at event) {
	at.lost = true
	for _, t := range f.tracks {
		if t.host == host {
			f.add(host, t.group, at)
		}
	}
}

// special are parameters with which a call does more or less than to detach what it names (facts, section 5), and the
// value that is the default.
var special = map[string]string{
	"IgnoreInvalidInstance": "false", "LifecycleHook": "false", "DetachOption": "both",
	"DecreaseDesiredCapacity": "true",
}

// detach notes a call of the operation under test. j is nil when its answer cannot be read.
func (f *follower) detach(e har.Read, c Call, j *judge.Judgement) {
	at, ok := f.time(e)
	group, ids := c.Params.Get(f.contract.Group.Name), instances(c, f.contract.Instances.Prefix)
	if !ok || group == "" || len(ids) == 0 || slices.Contains(ids, "") {
		return // what it must be answered is no matter of the state
	}
	op := history.Operation{
		Kind: history.Detach, Group: group, IDs: ids, Sent: at.sent, Done: at.done, Outcome: history.Unanswered,
	}
	if j != nil {
		switch j.Decision {
		case judge.Accepted:
			op.Outcome, op.Activity = history.Accepted, j.Fields["ScalingActivityId"]
		case judge.Refused:
			op.Outcome, op.Code = history.Refused, j.Fields["Code"]
		}
	}
	for name, usual := range special {
		if v := c.Params.Get(name); v != "" && !strings.EqualFold(v, usual) && op.Outcome != history.Refused {
			at.lost = true
			f.add(c.Host, group, at)
			return
		}
	}
	at.op = &op
	f.add(c.Host, group, at)
}

// sorted are the tracks in order, with their events in the order in which they were sent.
func (f *follower) sorted() (out []*track) {
	for _, key := range slices.Sorted(maps.Keys(f.tracks)) {
		t := f.tracks[key]
		slices.SortStableFunc(t.events, func(a, b event) int { return int(a.sent - b.sent) })
		out = append(out, t)
	}
	return out
}
