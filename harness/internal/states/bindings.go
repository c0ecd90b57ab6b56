package states

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/essconform/essconform/fixtures"
)

// Bindings arrange states with resources that the user prepared and listed in a file. An instance that a case used up
// is not handed out again; neither is a whole group when its state does not outlive an accepted call.
type Bindings struct {
	// Getenv finds the denied caller's credentials; the file holds only the names of the variables.
	Getenv func(string) string
	// Settle waits until no scaling activity of a group is in progress; an error means that this cannot be told, and
	// the group is not used again. nil: nothing is waited for.
	Settle func(ctx context.Context, group string) error

	// Missing is how many instances all cases together lack, by state; for messages.
	Missing map[string]int

	file  string
	kinds []fixtures.StateKind
	lock  *lock
	mu    sync.Mutex
	bound map[string][]*prepared // by state
}

// prepared is one group of the file, and what is left of it.
type prepared struct {
	Binding
	free []string // instances that were not used up
	busy bool     // with the case that has the lock
	gone bool     // no longer in its state
}

// Shortage says that nothing is left that a state could be arranged with.
type Shortage struct {
	File   string
	Kind   fixtures.StateKind
	Wanted int
	Left   int // the most unused instances that one group has
	Groups int // groups that are still in the state
	// InAll is how many instances all cases together lack in this state; 0 when that was not counted.
	InAll int
}

func (s *Shortage) Error() string {
	text := fmt.Sprintf("%s: wanted a group with %d unused instances; got %d", s.File, s.Wanted, s.Left)
	switch {
	case !s.Kind.Instances():
		text = s.File + ": wanted an unused group; got none"
	case s.Kind.Exact:
		text = fmt.Sprintf("%s: wanted an unused group with exactly %d instanceIds; got none", s.File, s.Wanted)
	}
	if s.InAll > 0 {
		text += fmt.Sprintf(
			"; %d instances are missing for all cases of this state together (`essconform bindings check` says where)",
			s.InAll)
	}
	return text
}

// Setup hands out instances of one group that is in the state.
func (b *Bindings) Setup(ctx context.Context, r Request) (Values, error) {
	if err := b.lock.acquire(ctx, r.Case); err != nil {
		return nil, err
	}
	values, err := b.hand(r.State)
	if err != nil {
		b.lock.release(r.Case)
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
	kind := b.kind(state.Name)
	p := fitting(groups, state, kind)
	if p == nil {
		return nil, b.shortage(groups, state, kind)
	}
	values := Values{groupValue: p.ScalingGroupID}
	if kind.Instances() {
		values[instancesValue] = slices.Clone(p.free[:state.Instances])
	}
	for name, value := range map[string]string{"loadBalancerId": p.LoadBalancerID, "dbInstanceId": p.DBInstanceID} {
		if value != "" {
			values[name] = value
		}
	}
	if p.AccessKeyIDEnv != "" {
		id, secret := b.Getenv(p.AccessKeyIDEnv), b.Getenv(p.AccessKeySecretEnv)
		if id == "" || secret == "" {
			return nil, fmt.Errorf("%s: %s or %s is not set; export the credentials of the denied caller", b.file,
				p.AccessKeyIDEnv, p.AccessKeySecretEnv)
		}
		values["accessKeyId"], values["accessKeySecret"] = id, secret
	}
	p.busy = true
	return values, nil
}

// fitting is the group with the fewest unused instances that are enough, so that large pools last for the cases that
// need them.
func fitting(groups []*prepared, state fixtures.State, kind fixtures.StateKind) (best *prepared) {
	for _, p := range groups {
		left := len(p.free)
		if p.busy || p.gone || left < state.Instances || kind.Exact && left != state.Instances {
			continue
		}
		if best == nil || left < len(best.free) {
			best = p
		}
	}
	return best
}

func (b *Bindings) shortage(groups []*prepared, state fixtures.State, kind fixtures.StateKind) *Shortage {
	s := &Shortage{File: b.file, Kind: kind, Wanted: state.Instances, InAll: b.Missing[state.Name]}
	for _, p := range groups {
		if !p.busy && !p.gone {
			s.Groups++
			s.Left = max(s.Left, len(p.free))
		}
	}
	return s
}

// kind is the row of the table; one that is not there promises nothing.
func (b *Bindings) kind(state string) fixtures.StateKind {
	for _, k := range b.kinds {
		if k.Name == state {
			return k
		}
	}
	return fixtures.StateKind{Name: state}
}

// Teardown takes back what the case did not use up.
func (b *Bindings) Teardown(ctx context.Context, r Release) error {
	defer b.lock.release(r.Case)
	kind, id := b.kind(r.State.Name), r.Values.String(groupValue)
	b.mu.Lock()
	i := slices.IndexFunc(b.bound[kind.Name], func(p *prepared) bool { return p.busy && p.ScalingGroupID == id })
	b.mu.Unlock()
	if i < 0 {
		return nil // given back before
	}
	p := b.bound[kind.Name][i]
	handed := r.Values.Strings(instancesValue)
	used := slices.ContainsFunc(handed, func(id string) bool { return slices.Contains(r.Used, id) }) ||
		!kind.Instances() && len(r.Used) > 0
	var err error
	if used && kind.Lasts && b.Settle != nil {
		err = b.Settle(ctx, id)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	p.busy = false
	p.gone = p.gone || err != nil || used && !kind.Lasts
	p.free = slices.DeleteFunc(p.free,
		func(id string) bool { return slices.Contains(handed, id) && slices.Contains(r.Used, id) })
	if err != nil {
		return fmt.Errorf("the group %s is not used again: %w", id, err)
	}
	return nil
}

// Granted is what a shortage lacked: instances for a group, which is a new one where none could be made larger.
type Granted struct {
	State, Group string
	New          bool
	Instances    int
}

// Grant adds what a shortage lacks, made up, so that a whole run can be counted through.
func (b *Bindings) Grant(s *Shortage) Granted {
	g := Granted{State: s.Kind.Name, Group: madeUp(1)[0], New: true, Instances: s.Wanted}
	if s.Groups > 0 && !s.Kind.Exact && s.Kind.Instances() {
		for _, p := range b.bound[s.Kind.Name] {
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
	c := NewBindings(b.file, b.kinds)
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
