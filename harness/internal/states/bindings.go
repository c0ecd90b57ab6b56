package states

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/essconform/essconform/fixtures"
)

// Names of states that bindings and the API driver treat in a way of their own.
const (
	detachable  = "a scaling group with detachable instances"
	downToMin   = "a scaling group that detaching brings down to its minimum size"
	atMin       = "a scaling group at its minimum size"
	inactive    = "an inactive scaling group"
	inProgress  = "a scaling group with a scaling activity in progress"
	deadLB      = "a scaling group with an inactive load balancer"
	deadDB      = "a scaling group with a DB instance that is not running"
	cooldown    = "a scaling group in its cooldown period"
	denied      = "a caller without permission to detach instances"
	noInstances = "an active scaling group without instances"
)

// Bindings arrange states with resources that the user prepared and listed in a file. An instance that a case used up is not handed out
// again; neither is a whole group when its state does not outlive an accepted call.
type Bindings struct {
	// Getenv finds the denied caller's credentials; the file holds only the names of the variables.
	Getenv func(string) string
	// Settle waits until no scaling activity of a group is in progress; an error means that this cannot be told, and the group is not
	// used again. nil: nothing is waited for.
	Settle func(ctx context.Context, group string) error

	// Missing is how many instances all cases together lack, by state; for messages.
	Missing map[string]int

	file  string
	turn  *turn
	mu    sync.Mutex
	bound map[string][]*prepared // by state
}

// prepared is one group of the file, and what is left of it.
type prepared struct {
	Binding
	free []string // instances that were not used up
	busy bool     // with the case that has the turn
	gone bool     // no longer in its state
}

// Shortage says that nothing is left that a state could be arranged with.
type Shortage struct {
	File   string
	State  string
	Wanted int
	Left   int // the most unused instances that one group has
	Groups int // groups that are still in the state
	// InAll is how many instances all cases together lack in this state; 0 when nobody counted.
	InAll int
}

func (s *Shortage) Error() string {
	text := fmt.Sprintf("%s: wanted a group with %d unused instances; got %d", s.File, s.Wanted, s.Left)
	switch {
	case s.State == noInstances:
		text = s.File + ": wanted an unused group; got none"
	case s.State == downToMin:
		text = fmt.Sprintf("%s: wanted an unused group with exactly %d instanceIds; got none", s.File, s.Wanted)
	}
	if s.InAll > 0 {
		text += fmt.Sprintf("; %d instances are missing for all cases of this state together (`essconform bindings check` tells where)", s.InAll)
	}
	return text
}

// Setup hands out instances of one group that is in the state.
func (b *Bindings) Setup(ctx context.Context, state fixtures.State) (Values, error) {
	who := useOf(ctx).Case
	if err := b.turn.take(ctx, who); err != nil {
		return nil, err
	}
	values, err := b.hand(state)
	if err != nil {
		b.turn.give(who)
	}
	return values, err
}

func (b *Bindings) hand(state fixtures.State) (Values, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	groups, bound := b.bound[state.Name]
	if !bound {
		return nil, fmt.Errorf("%w: %s names no group for it", ErrUnknown, b.file)
	}
	p := fitting(groups, state)
	if p == nil {
		return nil, b.shortage(groups, state)
	}
	values := Values{"scalingGroupId": p.ScalingGroupID}
	if state.Name != noInstances {
		values["instanceIds"] = slices.Clone(p.free[:state.Instances])
	}
	for name, value := range map[string]string{"loadBalancerId": p.LoadBalancerID, "dbInstanceId": p.DBInstanceID} {
		if value != "" {
			values[name] = value
		}
	}
	if p.AccessKeyIDEnv != "" {
		id, secret := b.Getenv(p.AccessKeyIDEnv), b.Getenv(p.AccessKeySecretEnv)
		if id == "" || secret == "" {
			return nil, fmt.Errorf("%s: %s or %s is not set; export the credentials of the denied caller", b.file, p.AccessKeyIDEnv, p.AccessKeySecretEnv)
		}
		values["accessKeyId"], values["accessKeySecret"] = id, secret
	}
	p.busy = true
	return values, nil
}

// fitting is the group with the fewest unused instances that are enough, so that large pools last for the cases that need them.
func fitting(groups []*prepared, state fixtures.State) (best *prepared) {
	for _, p := range groups {
		left := len(p.free)
		if p.busy || p.gone || left < state.Instances || state.Name == downToMin && left != state.Instances {
			continue
		}
		if best == nil || left < len(best.free) {
			best = p
		}
	}
	return best
}

func (b *Bindings) shortage(groups []*prepared, state fixtures.State) *Shortage {
	s := &Shortage{File: b.file, State: state.Name, Wanted: state.Instances, InAll: b.Missing[state.Name]}
	for _, p := range groups {
		if !p.busy && !p.gone {
			s.Groups++
			s.Left = max(s.Left, len(p.free))
		}
	}
	return s
}

// Teardown takes back what the case did not use up.
func (b *Bindings) Teardown(ctx context.Context, state fixtures.State, values Values) error {
	use := useOf(ctx)
	defer b.turn.give(use.Case)
	id := values.String("scalingGroupId")
	b.mu.Lock()
	i := slices.IndexFunc(b.bound[state.Name], func(p *prepared) bool { return p.busy && p.ScalingGroupID == id })
	b.mu.Unlock()
	if i < 0 {
		return nil // given back before
	}
	p := b.bound[state.Name][i]
	handed := values.Strings("instanceIds")
	spent := slices.ContainsFunc(handed, func(id string) bool { return slices.Contains(use.Spent, id) }) ||
		state.Name == noInstances && len(use.Spent) > 0
	var err error
	if spent && outlives(state.Name) && b.Settle != nil {
		err = b.Settle(ctx, id)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	p.busy = false
	p.gone = p.gone || err != nil || spent && !outlives(state.Name)
	p.free = slices.DeleteFunc(p.free, func(id string) bool { return slices.Contains(handed, id) && slices.Contains(use.Spent, id) })
	if err != nil {
		return fmt.Errorf("the group %s is not used again: %w", id, err)
	}
	return nil
}

// outlives tells whether a group is still in its state after an accepted call.
func outlives(state string) bool { return state == detachable || state == cooldown }

// Granted is what a shortage lacked: instances for a group, which is a new one where none could be made larger.
type Granted struct {
	State, Group string
	New          bool
	Instances    int
}

// Grant adds what a shortage lacks, made up, so that a whole run can be counted through.
func (b *Bindings) Grant(s *Shortage) Granted {
	g := Granted{State: s.State, Group: madeUp(1)[0], New: true, Instances: s.Wanted}
	if s.Groups > 0 && s.State != downToMin && s.State != noInstances {
		for _, p := range b.bound[s.State] {
			if !p.busy && !p.gone && len(p.free) == s.Left {
				g.Group, g.New, g.Instances = p.ScalingGroupID, false, s.Wanted-s.Left
				break
			}
		}
	}
	b.Enlarge(g)
	return g
}

// Enlarge adds what was granted, here or to a clone.
func (b *Bindings) Enlarge(g Granted) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ids := madeUp(g.Instances)
	if g.New {
		binding := Binding{ScalingGroupID: g.Group, InstanceIDs: ids}
		b.bound[g.State] = append(b.bound[g.State], &prepared{Binding: binding, free: slices.Clone(ids)})
		return
	}
	for _, p := range b.bound[g.State] {
		if p.ScalingGroupID == g.Group {
			p.free = append(p.free, ids...)
			p.InstanceIDs = append(slices.Clone(p.InstanceIDs), ids...)
			return
		}
	}
}

// Clone is a copy of the bindings, nothing of it used, that shares nothing with b.
func (b *Bindings) Clone() *Bindings {
	c := NewBindings(b.file)
	c.Getenv = b.Getenv
	for state, groups := range b.Groups() {
		for _, g := range groups {
			c.bound[state] = append(c.bound[state], &prepared{Binding: g, free: slices.Clone(g.InstanceIDs)})
		}
	}
	return c
}

// Groups are all groups of the file, by state.
func (b *Bindings) Groups() map[string][]Binding {
	out := map[string][]Binding{}
	for state, groups := range b.bound {
		for _, p := range groups {
			out[state] = append(out[state], p.Binding)
		}
	}
	return out
}
