package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/essconform/essconform/spec"
)

// The requirements that a ledger puts its findings on.
const (
	leavesGroup  = "detach.leaves-group"
	keepsRunning = "detach.keeps-running"
	independent  = "detach.independent"
	noEffect     = "error.no-effect"
	settingsKept = "group.settings-kept"
	observable   = "activity.observable"
)

// Ledger is what the answers of a case promise of its groups and instances: accepted calls and only those have an
// effect, and all of it. It begins with what was there before the first call. Looks are held against it as often as
// one likes, also long after the calls.
type Ledger struct {
	contract *spec.Contract
	before   Snapshot
	where    map[string]string            // instance -> the group that it belongs to by now; "" for none
	came     map[string]bool              // instances that the case attached
	refused  map[string]bool              // instances that refused calls named
	left     map[string]bool              // instances that accepted calls named
	halts    map[string]int               // looks at ECS that showed such an instance stopping or stopped
	doubtful map[string]bool              // instances and groups of calls without an answer
	changed  map[string]map[string]string // group -> settings that the case changed
	accepted int
	ended    map[string]string   // activity of an accepted call -> its final status; "" while it is not known
	activity map[string]string   // activity -> group
	moved    map[string][]string // activity -> the instances that it moves
	foreign  map[string]bool     // groups in which the service acted on its own
	handed   map[string]bool     // instances that the case builds on
}

// NewLedger begins with what was observed before the first call.
func NewLedger(contract *spec.Contract, before Snapshot) *Ledger {
	l := &Ledger{
		contract: contract, before: before, where: map[string]string{}, came: map[string]bool{},
		refused: map[string]bool{},
		left:    map[string]bool{}, halts: map[string]int{},
		doubtful: map[string]bool{}, changed: map[string]map[string]string{}, ended: map[string]string{},
		activity: map[string]string{}, moved: map[string][]string{},
		foreign: map[string]bool{}, handed: map[string]bool{},
	}
	for _, g := range before.Groups {
		for _, id := range g.Instances {
			l.where[id] = g.ID
		}
	}
	return l
}

// Accepted notes a call of DetachInstances that was accepted, with its activity. A target that reads " i-1" or
// "i-1,i-2" as the ids within may take these along: no document says that it may not.
func (l *Ledger) Accepted(group string, ids []string, activity string) {
	l.accepted++
	for _, id := range ids {
		l.where[id] = ""
		l.left[id] = true
		delete(l.came, id)
		for part := range strings.SplitSeq(id, ",") {
			if read := strings.TrimSpace(part); read != id {
				l.doubtful[read] = true
			}
		}
	}
	l.Started(group, activity)
	l.moved[activity] = ids
}

// Started notes an activity that an answer named.
func (l *Ledger) Started(group, activity string) {
	if activity != "" {
		l.ended[activity], l.activity[activity] = "", group
	}
}

// Doubt notes that an activity did not succeed, or not yet: it promises nothing for its instances.
func (l *Ledger) Doubt(activity string) {
	l.doubtful[l.activity[activity]] = true
	for _, id := range l.moved[activity] {
		l.doubtful[id] = true
	}
}

// Ended notes the final status of an activity.
func (l *Ledger) Ended(activity, status string) { l.ended[activity] = status }

// Refused notes a call of DetachInstances that was refused.
func (l *Ledger) Refused(ids []string) {
	for _, id := range ids {
		l.refused[id] = true
	}
}

// Unanswered notes a call without an answer: it may or may not have had its effect.
func (l *Ledger) Unanswered(group string, ids []string) {
	l.doubtful[group] = true
	for _, id := range ids {
		l.doubtful[id] = true
	}
}

// Attached notes instances that the case attached to a group.
func (l *Ledger) Attached(group string, ids []string) {
	for _, id := range ids {
		l.where[id], l.came[id] = group, true
	}
}

// Set notes a setting that the case changed.
func (l *Ledger) Set(group, name, value string) {
	if l.changed[group] == nil {
		l.changed[group] = map[string]string{}
	}
	l.changed[group][name] = value
}

// Last is the value that the case set last, "" for none.
func (l *Ledger) Last(group, name string) string { return l.changed[group][name] }

// Setting is one of a group as it must be by now.
func (l *Ledger) Setting(was Group, name string) string {
	if own, ok := l.changed[was.ID][name]; ok {
		return own
	}
	return was.Settings[name]
}

// ActsByItself notes that the service was seen to act on a group on its own.
func (l *Ledger) ActsByItself(group string) { l.foreign[group] = true }

// Handed notes the instances that the case was given to build on, among the members of its groups.
func (l *Ledger) Handed(ids []string) {
	for _, id := range ids {
		l.handed[id] = true
	}
}

// stranger tells an instance that neither was there before nor came by a call of the case.
func (l *Ledger) stranger(id string) bool {
	_, known := l.where[id]
	return !known
}

// Bereft are the groups in which a look lacks a member that no call of the case detached.
func (l *Ledger) Bereft(s Snapshot) (groups []string) {
	for _, now := range s.Groups {
		for _, id := range l.Members(now.ID) {
			if now.Instances != nil && !slices.Contains(now.Instances, id) && !l.came[id] && !l.doubtful[id] &&
				!l.doubtful[now.ID] && !slices.Contains(groups, now.ID) {
				groups = append(groups, now.ID)
			}
		}
	}
	return groups
}

// Owns tells whether an activity is that of a call of the case, or was there before.
func (l *Ledger) Owns(group, activity string) bool {
	if _, own := l.ended[activity]; own {
		return true
	}
	was, _ := l.before.Group(group)
	return slices.ContainsFunc(was.Activities, func(a Activity) bool { return a.ID == activity })
}

// Members are the instances of a group as they must be by now.
func (l *Ledger) Members(group string) (ids []string) {
	for _, id := range slices.Sorted(maps.Keys(l.where)) {
		if l.where[id] == group {
			ids = append(ids, id)
		}
	}
	return ids
}

// Compare holds a look against the ledger. Of what the look does not show, nothing is said. Instances that the case
// does not know are the service's own business.
func (l *Ledger) Compare(after Snapshot) Comparison {
	c := newComparison(l.contract)
	for _, now := range after.Groups {
		was, ok := l.before.Group(now.ID)
		if !ok {
			c.giveUp("group %s was not observed before the first call", now.ID)
			continue
		}
		if now.Gone && !was.Gone && !l.doubtful[now.ID] {
			rule := noEffect
			if l.accepted > 0 {
				rule = leavesGroup
			}
			c.find(rule, "", "group "+now.ID+" still there, as before the call", "it no longer shown")
			continue
		}
		if now.Instances != nil && was.Instances != nil {
			l.members(c, now)
			l.shown(c, was, now)
			l.capacity(c, was, now)
		}
		l.settings(c, was, now)
		l.activities(c, was, now)
	}
	l.statuses(c, after)
	return c.result()
}

func (l *Ledger) members(c *comparison, now Group) {
	for _, id := range slices.Sorted(maps.Keys(l.where)) {
		in := slices.Contains(now.Instances, id)
		home := l.where[id]
		switch {
		case l.doubtful[id] || in == (home == now.ID):
		case !in && !l.doubtful[now.ID]:
			l.missing(c, id, now)
		case in && l.detachedFrom(id, now.ID):
			c.find(leavesGroup, "", "instance "+id+" out of group "+now.ID, "it still a member")
		case in:
			c.find(noEffect, "", "no effect of a refused call", "instance "+id+" new in group "+now.ID)
		}
	}
}

// missing finds an instance that must be in the group.
func (l *Ledger) missing(c *comparison, id string, now Group) {
	group := now.ID
	byItself := l.foreign[group] && (!l.refused[id] || slices.ContainsFunc(now.Instances, l.stranger))
	switch {
	case byItself && !l.handed[id] && !l.refused[id]: // it is not held against the calls
	case byItself:
		c.giveUp("instance %s left group %s, in which the service acted on its own", id, group)
	case l.came[id]:
		c.find(independent, "", "instance "+id+" in group "+group+", which it was attached to", "it not in it")
	case l.refused[id] || l.accepted == 0:
		c.find(noEffect, "", "no effect of a refused call", "instance "+id+" gone from group "+group)
	default:
		c.find(leavesGroup, "", "instance "+id+" still in group "+group+", because it was not to be detached",
			"it gone")
	}
}

// Strays judges where the detached instances are, by instance, "" for none: they must be in no group, or in the one
// that the case attached them to.
func (l *Ledger) Strays(groups map[string]string) Comparison {
	c := newComparison(l.contract)
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		home, known := l.where[id]
		if now := groups[id]; known && home == "" && now != "" && !l.doubtful[id] {
			c.find(leavesGroup, "", "instance "+id+" in no group, because it was detached", "it in group "+now)
		}
	}
	return c.result()
}

// Detached are the instances that are in no group by now.
func (l *Ledger) Detached() []string { return l.Members("") }

// detachedFrom tells whether an instance that is elsewhere by now was once in the group.
func (l *Ledger) detachedFrom(id, group string) bool {
	was, _ := l.before.Group(group)
	return slices.Contains(was.Instances, id) || l.where[id] == "" && l.accepted > 0
}

// capacity holds TotalCapacity against the members, where it was their number before.
func (l *Ledger) capacity(c *comparison, was, now Group) {
	if was.Total == nil || now.Total == nil || *was.Total != len(was.Instances) || l.doubtful[now.ID] {
		return
	}
	if *now.Total != len(now.Instances) {
		rule := leavesGroup
		if l.accepted == 0 {
			rule = noEffect
		}
		c.find(rule, "", fmt.Sprintf("TotalCapacity %d of group %s, as many as it has members", len(now.Instances),
			now.ID),
			fmt.Sprintf("%d", *now.Total))
	}
}

func (l *Ledger) settings(c *comparison, was, now Group) {
	if l.doubtful[now.ID] {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(was.Settings)) {
		want := l.Setting(was, name)
		got, seen := now.Settings[name]
		if !seen || got == want {
			continue
		}
		if l.accepted > 0 {
			c.find(settingsKept, "",
				fmt.Sprintf("group %s with %s %s, as before the call", now.ID, name, quoted(want)), quoted(got))
			continue
		}
		c.find(noEffect, "", "no effect of a refused call",
			fmt.Sprintf("group %s with %s %s, which was %s", now.ID, name, quoted(got), quoted(want)))
	}
}

// activities finds activities of the case's own calls that changed or vanished after their end.
func (l *Ledger) activities(c *comparison, _, now Group) {
	if now.Activities == nil {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(l.ended)) {
		status := l.ended[id]
		if l.activity[id] != now.ID || status == "" {
			continue
		}
		at := slices.IndexFunc(now.Activities, func(a Activity) bool { return a.ID == id })
		switch {
		case at < 0:
			c.find(observable, "", "activity "+id+" to be found, as before", "none with this id")
		case now.Activities[at].Status != status:
			c.find(observable, "", "activity "+id+" "+status+", as it ended", quoted(now.Activities[at].Status))
		}
	}
}

// Unexpected are activities in a look that neither a call of the case nor the time before it explains, and that
// were not refused.
func (l *Ledger) Unexpected(now Group) (out []Activity) {
	if l.accepted > 0 {
		return nil // the service may replace what was detached
	}
	for _, a := range now.Activities {
		if !l.Owns(now.ID, a.ID) && a.Status != "Rejected" && a.Status != "Failed" {
			out = append(out, a)
		}
	}
	return out
}

// NewActivity is the finding on an activity that a refused call started.
func (l *Ledger) NewActivity(group string, a Activity) Finding {
	c := newComparison(l.contract)
	c.find(noEffect, "", "no effect of a refused call",
		fmt.Sprintf("a new activity %s in group %s, %s", quoted(a.ID), group, quoted(a.Status)))
	return c.findings[0]
}

// Halted notes a look at ECS: an instance that ran, was detached, and is shown as stopping, was stopped, whatever it is
// later. No look is so old that it could show that of an instance that still runs.
func (l *Ledger) Halted(status map[string]string) {
	if l == nil {
		return
	}
	for id, now := range status {
		if l.left[id] && l.before.Status[id] == running && (now == "Stopping" || now == stopped) {
			l.halts[id]++
		}
	}
}

// someHalts are so many looks that none of them is by mistake.
const someHalts = 2

func (l *Ledger) statuses(c *comparison, after Snapshot) {
	if after.Status == nil {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(l.before.Status)) {
		was := l.before.Status[id]
		now, observed := after.Status[id]
		if now == was && l.halts[id] >= someHalts && !l.doubtful[id] {
			c.find(keepsRunning, "", "instance "+id+" "+was+" all the time",
				"it was stopping or stopped in between, and started again")
			continue
		}
		if was != running && was != stopped || !observed || now == was || l.doubtful[id] {
			continue
		}
		if l.accepted > 0 && !l.refusedOnly(id) {
			c.find(keepsRunning, "", "instance "+id+" still "+was, "it "+statusName(now))
			continue
		}
		c.find(noEffect, "", "no effect of a refused call", "instance "+id+" "+statusName(now)+", which was "+was)
	}
}

// refusedOnly tells an instance that only refused calls named.
func (l *Ledger) refusedOnly(id string) bool {
	return l.refused[id] && l.where[id] != "" && !l.came[id]
}

// HasEnded tells whether the end of an activity was noted.
func (l *Ledger) HasEnded(activity string) bool { return l.ended[activity] != "" }

// Running are the activities whose end was not noted yet.
func (l *Ledger) Running() (ids []string) {
	for _, id := range slices.Sorted(maps.Keys(l.ended)) {
		if l.ended[id] == "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Knows tells whether an instance was a member of one of the groups before the first call, or named by a call that was
// accepted.
func (l *Ledger) Knows(instance string) bool {
	_, known := l.where[instance]
	return known
}

// GroupOf is the group of an activity that an answer named.
func (l *Ledger) GroupOf(activity string) string { return l.activity[activity] }

// Accounted tells whether the end of any activity was noted, so that it can be looked up again.
func (l *Ledger) Accounted() bool { return len(l.Running()) < len(l.ended) }

// Freed tells whether all the instances were detached by the case, and are in no group by now.
func (l *Ledger) Freed(ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { home, known := l.where[id]; return !known || home != "" })
}
