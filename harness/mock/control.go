package mock

import (
	"fmt"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/control"
	"github.com/essconform/essconform/harness/mock/internal/fault"
	"github.com/essconform/essconform/harness/mock/internal/journal"
	"github.com/essconform/essconform/harness/mock/internal/stage"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// The paths of the control plane and of its page, which are reachable as StatesPath is.
const (
	ControlPath = control.Path
	UIPath      = control.UIPath
)

// What the control plane shows and takes.
type (
	// JournalEntry is one request and its answer.
	JournalEntry = journal.Entry
	// Fault says which calls go wrong, and how.
	Fault = fault.Fault
	// FaultDuration is the duration of a fault, which JSON writes as "1.5s".
	FaultDuration = fault.Duration
)

// The kinds of faults.
const (
	Throttle    = fault.Throttle    // Throttling, 400
	Unavailable = fault.Unavailable // ServiceUnavailable, 503
	FailWith    = fault.Error       // the status, code and message of the fault
	Drop        = fault.Drop        // the connection is closed, and nothing happens
	Lose        = fault.Lose        // the call takes effect, and the connection is closed without the answer
	Slow        = fault.Slow        // the answer comes after the delay of the fault
)

// What a setup or teardown can answer, apart from success.
var (
	ErrUnknownState = stage.ErrUnknownState
	ErrBadParams    = stage.ErrBadParams
	ErrFull         = stage.ErrFull
)

// StateNames are the provider states that Setup knows.
func StateNames() []string { return stage.Names() }

// Setup makes fresh resources in the state of that name and returns its values: texts, and instanceIds as a []string.
// The errors are ErrUnknownState, ErrBadParams and ErrFull, each with a text that says more.
func (s *Server) Setup(name string, params map[string]any) (map[string]any, error) {
	return s.stage.Setup(name, params)
}

// Teardown frees what the setup made whose scalingGroupId is in params. To free it again, or what never was, is no
// error.
func (s *Server) Teardown(name string, params map[string]any) error {
	return s.stage.Teardown(name, params)
}

// ParseFault reads a fault as the flag -fault writes it, as "DetachInstances throttle count=2".
func ParseFault(text string) (Fault, error) { return fault.Parse(text) }

// Inject lets calls go wrong from now on, and returns the fault with its id and what was filled in.
func (s *Server) Inject(f Fault) (Fault, error) {
	f, err := s.faults.Add(f)
	if err != nil {
		return f, fmt.Errorf("mock: fault: %w", err)
	}
	return f, nil
}

// Faults are the faults that wait for their calls.
func (s *Server) Faults() []Fault { return s.faults.All() }

// RemoveFault takes a fault away and tells whether it was there.
func (s *Server) RemoveFault(id string) bool { return s.faults.Remove(id) }

// ClearFaults takes all faults away.
func (s *Server) ClearFaults() { s.faults.Reset(s.options.Seed) }

// Latency is how long every answer takes.
func (s *Server) Latency() time.Duration { return time.Duration(s.latency.Load()) }

// SetLatency sets how long every answer takes, up to 10 minutes.
func (s *Server) SetLatency(d time.Duration) error {
	if d < 0 || d > fault.LongestDelay {
		return fmt.Errorf("latency is %s; wanted 0s to %s", d, fault.LongestDelay)
	}
	s.latency.Store(int64(d))
	return nil
}

// Journal are the requests that came after the one of that number, the oldest first, at most limit: the latest ones.
// total is how many
// came since the start or the last reset; the last 1,000 are kept.
func (s *Server) Journal(after int64, limit int) (entries []JournalEntry, total int64) {
	return s.journal.After(after, limit), s.journal.Total()
}

// ClearJournal forgets the requests.
func (s *Server) ClearJournal() { s.journal.Clear() }

// Reset forgets everything: groups, states and the callers that they made, journal, faults, latency, the clock's
// offset, nonces and
// client tokens. With Options.Seed the ids begin again with the first.
func (s *Server) Reset() {
	defer s.world.Hold()()
	s.world.Clear()
	s.stage.Clear()
	s.keys.Reset(s.options.Credentials)
	s.ids.Seed(s.options.Seed)
	s.nonces.Clear()
	s.tokens.Clear()
	s.journal.Clear()
	s.ClearFaults()
	s.latency.Store(int64(s.options.Latency))
	s.ahead.Store(0)
}

// steered is the Server as the control plane sees it.
type steered struct{ *Server }

func (s steered) StateNames() []string { return stage.Names() }

func (s steered) Health() control.Health {
	defer s.world.Hold()()
	n := s.world.Count()
	return control.Health{
		Status: "ok", StartedAt: s.startedAt, Groups: n.Groups, Instances: n.Instances, Requests: s.journal.Total(),
	}
}

func (s steered) Clock() control.Clock {
	defer s.world.Hold()()
	return control.Clock{Now: s.world.Now(), Ahead: fault.Duration(s.ahead.Load())}
}

func (s steered) DropGroup(id string) bool {
	release := s.world.Hold()
	g := s.world.Group(id)
	release()
	if g == nil {
		return false
	}
	s.drop(g)
	return true
}

func (s steered) DropGroups() int {
	release := s.world.Hold()
	groups := s.world.Groups()
	release()
	for _, g := range groups {
		s.drop(g)
	}
	return len(groups)
}

// drop forgets a group: with all that its state made, or with its members.
func (s steered) drop(g *Group) {
	if s.stage.Drop(g.ID) {
		return
	}
	defer s.world.Hold()()
	for _, i := range slices.Clone(g.Members) {
		s.world.RemoveInstance(i)
	}
	s.world.RemoveGroup(g)
}

func (s steered) Groups(limit int) (groups []control.Group, total int) {
	defer s.world.Hold()()
	all := s.world.Groups()
	slices.Reverse(all)
	groups = make([]control.Group, 0, min(limit, len(all)))
	for _, g := range all[:min(limit, len(all))] {
		groups = append(groups, s.view(g))
	}
	return groups, len(all)
}

// view is a group as the control plane shows it.
func (s steered) view(g *Group) control.Group {
	now := s.world.Now()
	v := control.Group{
		ID: g.ID, Name: g.Name, State: s.stage.State(g.ID), Lifecycle: g.Lifecycle,
		MinSize: g.MinSize, MaxSize: g.MaxSize, CreatedAt: g.CreatedAt,
		Instances: []control.Instance{}, Activities: []control.Activity{},
		Balancers: []control.Resource{}, Databases: []control.Resource{},
	}
	if desired := g.Desired; desired != world.NotDesired {
		v.Desired = &desired
	}
	if until := g.CooldownUntil; now.Before(until) {
		v.CooldownUntil = &until
	}
	for _, i := range g.Members {
		v.Instances = append(v.Instances, control.Instance{
			ID: i.ID, Status: i.Status, Lifecycle: i.Lifecycle, CreationType: i.CreationType,
		})
	}
	for _, a := range slices.Backward(g.Activities) {
		shown := control.Activity{
			ID: a.ID, Status: a.Status(), Progress: a.Progress(now), Description: a.Description, StartedAt: a.Start,
		}
		if end := a.End; !end.IsZero() {
			shown.EndsAt = &end
		}
		v.Activities = append(v.Activities, shown)
	}
	for _, b := range g.Balancers {
		status := "inactive"
		if b.Active {
			status = "active"
		}
		v.Balancers = append(v.Balancers, control.Resource{ID: b.ID, Status: status})
	}
	for _, d := range g.Databases {
		v.Databases = append(v.Databases, control.Resource{ID: d.ID, Status: d.Status(now)})
	}
	return v
}
