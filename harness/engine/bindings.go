package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/states"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/spec"
)

func loadBindings(s target.Settings, contract *spec.Contract) (*states.Bindings, error) {
	set, err := fixtures.Load(contract, s.Cases)
	if err != nil {
		return nil, err
	}
	return states.LoadBindings(s.Bindings, set.States)
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
}

// Count runs the cases through the bindings without sending anything, as a target that conforms would use them up.
func (p *Plan) Count(ctx context.Context, b *states.Bindings, cases []fixtures.Expanded) Stock {
	out := Stock{Cases: len(cases)}
	needs := map[string]*Need{}
	for _, k := range p.Set.States {
		needs[k.Name] = &Need{State: k.Name}
	}
	for _, x := range cases {
		if p.unsupported(x) != "" {
			continue
		}
		p.countCase(ctx, b, x, needs, &out)
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

func (p *Plan) countCase(ctx context.Context, b *states.Bindings, x fixtures.Expanded, needs map[string]*Need, out *Stock) {
	asked := []fixtures.State{x.State}
	if x.Other != nil {
		asked = append(asked, *x.Other)
	}
	use := states.Use{Case: x.Name}
	var got []states.Values
	for _, s := range asked {
		needs[s.Name].Cases++
		values, err := b.Setup(states.WithUse(ctx, use), s)
		if err != nil && (len(out.Unable) == 0 || out.Unable[len(out.Unable)-1].Case != x.Name) {
			out.Unable = append(out.Unable, Unable{x.Name, s.Name, err.Error()})
		}
		var short *states.Shortage
		switch {
		case errors.As(err, &short):
		case errors.Is(err, states.ErrUnknown):
			short = &states.Shortage{State: s.Name, Wanted: s.Instances}
		}
		if short != nil {
			if n, group := b.Grant(short); group {
				needs[s.Name].Groups = append(needs[s.Name].Groups, n)
			} else {
				needs[s.Name].Instances += n
			}
			values, err = b.Setup(states.WithUse(ctx, use), s)
		}
		if err != nil {
			break
		}
		got = append(got, values)
	}
	use.Spent = spentBy(x, got)
	for i, values := range slices.Backward(got) {
		_ = b.Teardown(states.WithUse(ctx, use), asked[i], values) // without a target there is nothing to wait for that could fail
	}
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
