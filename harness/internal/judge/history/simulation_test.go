package history

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"
)

const ms = time.Millisecond

// server is a correct service that a simulation drives: what the documents leave open is drawn.
type server struct {
	t *rapid.T
	// What the service is free in.
	leavesAtOnce, countsRemoving, throttles, replaces, ownAccord bool

	defect string // what it gets wrong; "" for nothing

	groups map[string]*simulated
	free   map[string]bool
	known  map[string]bool
	serial int
}

type simulated struct {
	id               string
	members, leaving map[string]bool
	min              int
	active           bool
	running          string // activity in progress
	activities       map[string]string
}

// picture is the state at one moment.
type picture struct {
	at         time.Duration
	members    map[string]map[string]string
	activities map[string]map[string]string
	settings   map[string]Settings
}

// moment is something that happens in the simulation.
type moment struct {
	at time.Duration
	do func()
}

type simulation struct {
	server
	queue    []moment
	now      time.Duration
	pictures []picture
	out      History
}

func (s *simulation) at(when time.Duration, do func()) {
	s.queue = append(s.queue, moment{when, do})
}

func (s *simulation) run() {
	s.capture()
	for len(s.queue) > 0 {
		slices.SortStableFunc(s.queue, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
		next := s.queue[0]
		s.queue = s.queue[1:]
		s.now = next.at
		next.do()
		s.capture()
	}
}

func (s *simulation) capture() {
	p := picture{s.now, map[string]map[string]string{}, map[string]map[string]string{}, map[string]Settings{}}
	for id, g := range s.groups {
		members := map[string]string{}
		for m := range g.members {
			members[m] = "InService"
		}
		for m := range g.leaving {
			members[m] = "Removing"
		}
		life := "Inactive"
		if g.active {
			life = active
		}
		p.members[id], p.activities[id] = members, maps.Clone(g.activities)
		p.settings[id] = Settings{
			MinSize: g.min, MaxSize: 20, Cooldown: 300, TotalCapacity: len(members),
			Lifecycle: life,
		}
	}
	s.pictures = append(s.pictures, p)
}

// shown is the picture of a moment.
func (s *simulation) shown(at time.Duration) picture {
	best := s.pictures[0]
	for _, p := range s.pictures {
		if p.at <= at {
			best = p
		}
	}
	return best
}

func (s *server) name(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s-%d", prefix, s.serial)
}

// broken are the codes of the rules that a call breaks.
func (s *simulation) broken(o Operation) []string {
	var codes []string
	add := func(yes bool, code string) {
		if yes && code != s.defect {
			codes = append(codes, code)
		}
	}
	g := s.groups[o.Group]
	add(o.Denied, "Forbidden.Unauthorized")
	add(g == nil, "InvalidScalingGroupId.NotFound")
	add(slices.ContainsFunc(o.IDs, func(id string) bool { return !s.known[id] }), "InvalidInstanceId.NotFound")
	if g == nil {
		return codes
	}
	add(!g.active, "IncorrectScalingGroupStatus")
	add(g.running != "", "ScalingActivityInProgress")
	member := func(id string) bool { return g.members[id] || g.leaving[id] }
	if o.Kind == Attach {
		add(slices.ContainsFunc(o.IDs, func(id string) bool { return s.known[id] && !s.free[id] }),
			"InvalidInstanceId.InUse")
		return codes
	}
	add(slices.ContainsFunc(o.IDs, func(id string) bool { return s.known[id] && !member(id) }),
		"IncorrectInstanceStatus")
	count := len(g.members)
	if s.countsRemoving {
		count += len(g.leaving)
	}
	add(count-len(distinct(o.IDs)) < g.min, "IncorrectCapacity.MinSize")
	return codes
}

// carryOut answers one call at its moment.
func (s *simulation) carryOut(o *Operation, takes time.Duration) {
	o.Outcome = Accepted
	g := s.groups[o.Group]
	switch o.Kind {
	case Enable, Disable:
		if g == nil {
			o.Outcome, o.Code = Refused, "InvalidScalingGroupId.NotFound"
			return
		}
		g.active = o.Kind == Enable
		return
	case Modify:
		g.min = *o.MinSize
		return
	case Attach, Detach:
	}
	if codes := s.broken(*o); len(codes) > 0 {
		if s.defect == "acts on refused calls" && g != nil && o.Kind == Detach {
			maps.DeleteFunc(g.members, func(id string, _ bool) bool { return slices.Contains(o.IDs, id) })
		}
		o.Outcome, o.Code = Refused, rapid.SampledFrom(codes).Draw(s.t, "code")
		return
	}
	o.Activity = s.name("asa")
	if g == nil {
		return
	}
	g.running, g.activities[o.Activity] = o.Activity, inProgress
	ids := distinct(o.IDs)
	for _, id := range ids {
		if o.Kind == Attach {
			delete(s.free, id)
			g.members[id] = true
			continue
		}
		delete(g.members, id)
		if s.leavesAtOnce {
			s.free[id] = true
		} else {
			g.leaving[id] = true
		}
	}
	kind, activity := o.Kind, o.Activity
	s.at(s.now+takes, func() { s.end(g, kind, activity, ids) })
}

func (s *simulation) end(g *simulated, kind Kind, activity string, ids []string) {
	g.running, g.activities[activity] = "", successful
	if kind == Attach {
		return
	}
	if s.defect == "busy for ever" {
		g.running = activity
	}
	for _, id := range ids {
		if g.leaving[id] && s.defect != "nothing leaves" {
			delete(g.leaving, id)
			s.free[id] = true
		}
	}
	if s.replaces { // another instance in its place, and sooner or later out again
		s.foreign(g, 5*ms, func() { g.members[s.name("new")] = true })
	}
}

// foreign is an activity that the service starts by itself when the group is idle.
func (s *simulation) foreign(g *simulated, takes time.Duration, effect func()) {
	if g.running != "" {
		return
	}
	id := s.name("own")
	g.running, g.activities[id] = id, inProgress
	s.at(s.now+takes, func() { g.running, g.activities[id] = "", successful; effect() })
}

// drawSimulation draws a service, a program and what it showed.
func drawSimulation(t *rapid.T, lag time.Duration, defect string) History {
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	s := &simulation{server: server{
		t: t, leavesAtOnce: flag("leavesAtOnce"), countsRemoving: flag("countsRemoving"), throttles: flag("throttles"),
		replaces: one(t, "replaces"), ownAccord: one(t, "ownAccord"),
		defect: defect, groups: map[string]*simulated{}, free: map[string]bool{}, known: map[string]bool{},
	}}
	instances := s.begin()
	operations := s.operations(instances)
	begin := 10 * ms
	s.look("g1", 1*ms, 2*ms, 0)
	s.look("g2", 1*ms, 2*ms, 0)
	end := begin
	for _, o := range operations {
		end = max(end, o.Done)
		if s.groups[o.Group] != nil && flag("look after it") {
			s.look(o.Group, o.Done, o.Done+ms, lag)
		}
	}
	if s.ownAccord {
		when := begin + time.Duration(rapid.IntRange(0, 60).Draw(t, "accord"))*ms
		s.at(when, func() { s.foreign(s.groups["g1"], 20*ms, func() {}) })
	}
	for range rapid.IntRange(0, 6).Draw(t, "looks") {
		sent := time.Duration(rapid.IntRange(3, int(end/ms)+60).Draw(t, "sent")) * ms
		done := sent + time.Duration(rapid.IntRange(0, 3).Draw(t, "takes"))*ms
		s.look(rapid.SampledFrom([]string{"g1", "g2"}).Draw(t, "of"), sent, done, lag)
	}
	for _, g := range []string{"g1", "g2"} {
		s.look(g, end+500*ms, end+501*ms, lag)
		s.look(g, end+501*ms+2*lag, end+502*ms+2*lag, lag)
	}
	s.run()
	for _, o := range operations {
		s.out.Operations = append(s.out.Operations, *o)
	}
	s.takePictures()
	return s.out
}

// one is true one time in eight. An integer would be small far too often.
func one(t *rapid.T, label string) bool {
	return rapid.SampledFrom([]bool{false, false, false, false, false, false, false, true}).Draw(t, label)
}

// begin makes two groups.
func (s *simulation) begin() []string {
	var instances []string
	for _, id := range []string{"g1", "g2"} {
		g := &simulated{id: id, members: map[string]bool{}, leaving: map[string]bool{}, activities: map[string]string{}}
		g.min = rapid.IntRange(0, 2).Draw(s.t, "min")
		g.active = !one(s.t, "inactive")
		start := GroupStart{ID: id, MinSize: g.min, Lifecycle: "Inactive"}
		if g.active {
			start.Lifecycle = active
		}
		for range rapid.IntRange(2, 6).Draw(s.t, "members") {
			i := s.name("i")
			g.members[i], s.known[i] = true, true
			start.Members = append(start.Members, i)
			instances = append(instances, i)
		}
		s.groups[id] = g
		s.out.Start.Groups = append(s.out.Start.Groups, start)
	}
	spare := s.name("i")
	s.free[spare], s.known[spare] = true, true
	s.out.Start.Free = []string{spare}
	return append(instances, spare, "i-unknown")
}

// operations draws calls; each is carried out at one moment between its two times.
func (s *simulation) operations(instances []string) []*Operation {
	var all []*Operation
	sent := 10 * ms
	for i := range rapid.IntRange(3, 8).Draw(s.t, "calls") {
		o := &Operation{
			Kind: rapid.SampledFrom([]Kind{Detach, Detach, Detach, Detach, Attach, Enable, Disable, Modify}).Draw(s.t,
				"kind"),
			Lane:  string(rune('A' + i%3)),
			Group: rapid.SampledFrom([]string{"g1", "g1", "g1", "g2", "g2", "g-unknown"}).Draw(s.t, "group"),
		}
		switch o.Kind {
		case Modify:
			n := rapid.IntRange(0, 4).Draw(s.t, "minSize")
			o.MinSize, o.Group = &n, "g1"
		case Attach, Detach:
			from := instances
			if g := s.groups[o.Group]; g != nil && !one(s.t, "any ids") {
				from = slices.Sorted(maps.Keys(g.members))
			}
			o.IDs = rapid.SliceOfN(rapid.SampledFrom(from), 1, 2).Draw(s.t, "ids")
			o.Denied = o.Kind == Detach && one(s.t, "denied")
		case Enable, Disable:
		}
		o.Sent = sent
		takes := time.Duration(rapid.IntRange(0, 10).Draw(s.t, "answering")) * ms
		o.Done = sent + takes + ms
		point := sent + time.Duration(rapid.IntRange(0, int(takes/ms)).Draw(s.t, "moment"))*ms
		duration := time.Duration(rapid.SampledFrom([]int{0, 5, 30, 60}).Draw(s.t, "duration")) * ms
		lost := one(s.t, "lost")
		busyNow := s.throttles && one(s.t, "conflict")
		s.at(point, func() { s.one(o, duration, lost, busyNow) })
		all = append(all, o)
		if rapid.Bool().Draw(s.t, "apart") {
			sent = o.Done + time.Duration(rapid.IntRange(1, 40).Draw(s.t, "gap"))*ms
		}
	}
	return all
}

func (s *simulation) one(o *Operation, duration time.Duration, lost, conflict bool) {
	if conflict {
		o.Outcome, o.Code = Refused, "Throttling.User"
		return
	}
	if lost && rapid.Bool().Draw(s.t, "dropped") {
		o.Outcome = Unanswered
		return
	}
	s.carryOut(o, duration)
	if lost {
		o.Outcome, o.Code, o.Activity = Unanswered, "", ""
	}
}

// look plans a look; what it shows is filled in at the end.
func (s *simulation) look(group string, sent, done, lag time.Duration) {
	at := done
	if span := int((done - sent + lag) / ms); span > 0 {
		at = sent - lag + time.Duration(rapid.IntRange(0, span).Draw(s.t, "moment"))*ms
	}
	s.out.Looks = append(s.out.Looks, Look{Operation: fmt.Sprint(int64(at)), Sent: sent, Done: done, Group: group})
}

func (s *simulation) takePictures() {
	for i := range s.out.Looks {
		l := &s.out.Looks[i]
		var at int64
		fmt.Sscan(l.Operation, &at)
		p := s.shown(time.Duration(at))
		l.Operation = "Describe"
		l.Members, l.Activities = p.members[l.Group], p.activities[l.Group]
		settings := p.settings[l.Group]
		l.Settings = &settings
	}
}
