package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
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

func (n *Need) add(g states.Granted) {
	place, missing := n.granted[g.Group]
	switch {
	case g.New:
		n.granted[g.Group] = len(n.Groups)
		n.Groups = append(n.Groups, g.Instances)
	case missing:
		n.Groups[place] += g.Instances
	default:
		n.Instances += g.Instances
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
	var running []fixtures.Expanded
	for _, x := range cases {
		if p.unsupported(x) == "" {
			running = append(running, x)
			for _, s := range asked(x) {
				needs[s.Name].Cases++
			}
		}
	}
	real, _ := p.useUpAll(ctx, b.Clone(), running, false)
	out.Unable = real
	// Larger groups are used up in another order, so that what was missing before is not always enough. It only ever grows.
	for enough := b.Clone(); ; {
		_, granted := p.useUpAll(ctx, enough.Clone(), running, true)
		if len(granted) == 0 {
			break
		}
		for _, g := range granted {
			needs[g.State].add(g)
			enough.Enlarge(g)
		}
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

// asked are the states of a case.
func asked(x fixtures.Expanded) []fixtures.State {
	if x.Other == nil {
		return []fixtures.State{x.State}
	}
	return []fixtures.State{x.State, *x.Other}
}

// useUpAll takes what the cases take, one after the other. With grant, what is missing is added and noted.
func (p *Plan) useUpAll(ctx context.Context, b *states.Bindings, cases []fixtures.Expanded, grant bool) (unable []Unable, granted []states.Granted) {
	for _, x := range cases {
		use := states.Use{Case: x.Name}
		var got []states.Values
		for _, s := range asked(x) {
			values, err := b.Setup(states.WithUse(ctx, use), s)
			if short := lack(err, s); grant && short != nil {
				granted = append(granted, b.Grant(short))
				values, err = b.Setup(states.WithUse(ctx, use), s)
			}
			if err != nil {
				unable = append(unable, Unable{x.Name, s.Name, err.Error()})
				break
			}
			got = append(got, values)
		}
		if len(got) == len(asked(x)) {
			use.Spent = spentBy(x, got)
		}
		for i, values := range slices.Backward(got) {
			_ = b.Teardown(states.WithUse(ctx, use), asked(x)[i], values) // without a target there is nothing to wait for that could fail
		}
	}
	return unable, granted
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
