package states

import (
	"context"
	"errors"
	"slices"

	"github.com/essconform/essconform/fixtures"
)

// Stock is how far prepared resources last.
type Stock struct {
	Cases  int
	Unable []Unable // the cases that could not run, in order
	States []Need   // by state, in the order of the table
}

// Unable is a case that could not run, and why.
type Unable struct{ Case, State, Reason string }

// Need is what a state lacks. Groups holds the number of instances of each group that is missing, the largest first;
// Instances how many are missing in groups that are there.
type Need struct {
	State     string
	Cases     int // that need it
	Instances int
	Groups    []int

	granted map[string]int // group that is missing → its place in Groups
}

func (n *Need) add(g Granted) {
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

// Count runs the cases through the bindings without sending anything, as a target that conforms would use them up: once
// with what there is, and once with all that is missing added. b is left as it is.
func (b *Bindings) Count(cases []fixtures.Expanded) Stock {
	out := Stock{Cases: len(cases)}
	needs := map[string]*Need{}
	for _, k := range b.kinds {
		needs[k.Name] = &Need{State: k.Name, granted: map[string]int{}}
	}
	for _, x := range cases {
		for _, s := range x.States() {
			needs[s.Name].Cases++
		}
	}
	out.Unable, _ = b.Clone().useUp(cases, false)
	// Larger groups are used up in another order, so that what was missing before is not always enough. It only ever
	// grows.
	for enough := b.Clone(); ; {
		_, granted := enough.Clone().useUp(cases, true)
		if len(granted) == 0 {
			break
		}
		for _, g := range granted {
			needs[g.State].add(g)
			enough.Enlarge(g)
		}
	}
	for _, k := range b.kinds {
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

// useUp takes what the cases take, one after the other. With grant, what is missing is added and noted.
func (b *Bindings) useUp(cases []fixtures.Expanded, grant bool) (unable []Unable, granted []Granted) {
	ctx := context.Background() // nothing is waited for
	for _, x := range cases {
		asked := x.States()
		var got []Values
		for _, s := range asked {
			request := Request{Case: x.Name, State: s}
			values, err := b.Setup(ctx, request)
			if short := b.lack(err, s); grant && short != nil {
				granted = append(granted, b.Grant(short))
				values, err = b.Setup(ctx, request)
			}
			if err != nil {
				unable = append(unable, Unable{x.Name, s.Name, err.Error()})
				break
			}
			got = append(got, values)
		}
		var used []string
		if len(got) == len(asked) {
			used = usedBy(x, got)
		}
		for i, values := range slices.Backward(got) {
			// fails only by waiting for a target
			_ = b.Teardown(ctx, Release{Case: x.Name, State: asked[i], Values: values, Used: used})
		}
	}
	return unable, granted
}

// lack is what would have to be added after an error; nil when that would not help.
func (b *Bindings) lack(err error, s fixtures.State) *Shortage {
	var short *Shortage
	switch {
	case errors.As(err, &short):
		return short
	case errors.Is(err, ErrUnknown):
		return &Shortage{Kind: b.kind(s.Name), Wanted: s.Instances}
	}
	return nil
}

// usedBy are the instances that the accepted calls of a case name.
func usedBy(x fixtures.Expanded, got []Values) (ids []string) {
	for _, call := range x.Calls {
		if !call.Expect.Accepted {
			continue
		}
		for _, s := range call.Request.Instances {
			from, first, last, ok := s.Range()
			values := got[0]
			if from == "other" {
				values = got[len(got)-1]
			}
			all := values.Strings(instancesValue)
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
