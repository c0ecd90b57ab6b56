package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/states"
)

// Bindings are the prepared resources that the settings name.
func (p *Plan) Bindings() (*states.Bindings, error) {
	return states.LoadBindings(p.Settings.Bindings, p.Set.States)
}

// Stock is how far prepared resources last.
type Stock struct {
	Cases  int
	Unable []Unable // the cases that could not run, in order
	States []Need   // by state, in the order of the protocol
}

// Unable is a case that could not run, and why.
type Unable struct{ Case, State, Why string }

// Need is what a state lacks. Groups holds the number of instances of each group that is missing, the largest first; Instances how many
// are missing in groups that are there.
type Need struct {
	State     string
	Cases     int // that need it
	Instances int
	Groups    []int

	granted map[string]int // group that is missing → its place in Groups
}

func (n *Need) grant(group string, isNew bool, instances int) {
	place, missing := n.granted[group]
	switch {
	case isNew:
		n.granted[group] = len(n.Groups)
		n.Groups = append(n.Groups, instances)
	case missing:
		n.Groups[place] += instances
	default:
		n.Instances += instances
	}
}

// Count runs the cases through the bindings without sending anything, as a target that conforms would use them up: once with what there
// is, and once with all that is missing added. b is left as it is.
func (p *Plan) Count(ctx context.Context, b *states.Bindings, cases []fixtures.Expanded) Stock {
	out := Stock{Cases: len(cases)}
	needs := map[string]*Need{}
	for _, k := range p.Set.States {
		needs[k.Name] = &Need{State: k.Name, granted: map[string]int{}}
	}
	real, enough := b.Clone(), b.Clone()
	for _, x := range cases {
		if p.unsupported(x) != "" {
			continue
		}
		state, err := p.useUp(ctx, real, x, nil)
		if err != nil {
			out.Unable = append(out.Unable, Unable{x.Name, state, err.Error()})
		}
		_, _ = p.useUp(ctx, enough, x, needs) // what it lacks is in needs
	}
	for _, k := range p.Set.States {
		n := needs[k.Name]
		slices.Sort(n.Groups)
		slices.Reverse(n.Groups)
		if n.Cases > 0 {
			out.States = append(out.States, *n)
		}
	}
	return out
}

// Missing is how many instances are missing by state.
func (s Stock) Missing() map[string]int {
	out := map[string]int{}
	for _, n := range s.States {
		out[n.State] = n.Instances
		for _, g := range n.Groups {
			out[n.State] += g
		}
	}
	return out
}

// useUp takes what one case takes. With needs, what is missing is granted and noted; without, the first state that cannot be is returned.
func (p *Plan) useUp(ctx context.Context, b *states.Bindings, x fixtures.Expanded, needs map[string]*Need) (state string, err error) {
	asked := []fixtures.State{x.State}
	if x.Other != nil {
		asked = append(asked, *x.Other)
	}
	use := states.Use{Case: x.Name}
	var got []states.Values
	for _, s := range asked {
		var values states.Values
		values, err = b.Setup(states.WithUse(ctx, use), s)
		if needs != nil {
			needs[s.Name].Cases++
			if short := lack(err, s); short != nil {
				needs[s.Name].grant(b.Grant(short))
				values, err = b.Setup(states.WithUse(ctx, use), s)
			}
		}
		if err != nil {
			state = s.Name
			break
		}
		got = append(got, values)
	}
	if err == nil {
		use.Spent = spentBy(x, got)
	}
	for i, values := range slices.Backward(got) {
		_ = b.Teardown(states.WithUse(ctx, use), asked[i], values) // without a target there is nothing to wait for that could fail
	}
	return state, err
}

// lack is what would have to be added after an error; nil when that would not help.
func lack(err error, s fixtures.State) *states.Shortage {
	var short *states.Shortage
	switch {
	case errors.As(err, &short):
		return short
	case errors.Is(err, states.ErrUnknown):
		return &states.Shortage{State: s.Name, Wanted: s.Instances}
	}
	return nil
}

// spentBy are the instances that the accepted calls of a case name.
func spentBy(x fixtures.Expanded, got []states.Values) (ids []string) {
	for _, call := range x.Calls {
		if !call.Expect.Accepted {
			continue
		}
		for _, s := range call.Request.Instances {
			from, first, last, ok := s.Range()
			values := states.Values{}
			switch {
			case from == "other" && len(got) > 1:
				values = got[1]
			case from != "other" && len(got) > 0:
				values = got[0]
			}
			all := values.Strings("instanceIds")
			if !ok { // relative to MinSize: that may be all of them
				first, last = 1, len(all)
			}
			if last <= len(all) {
				ids = append(ids, all[first-1:last]...)
			}
		}
	}
	return ids
}
