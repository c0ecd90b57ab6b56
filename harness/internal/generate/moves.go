package generate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/internal/judge/history"
)

// move is one kind of step. Its make chooses the instances and the group by the state; no instances where it takes
// some, and it is not possible there.
type move struct {
	name  string
	words string   // for the title of a program
	in    []string // the abstract states in which it is taken
	rule  string   // the requirement that a wrong decision violates, unless the state breaks another rule, too
	make  func(s state) history.Operation
	// beside: it is about the second group, or names its instances, so that activities there must have ended.
	beside bool
	needs  func(s start) bool
}

func moves() []move {
	return slices.Concat(detaching(), refusals(), whileBusy(), supporting())
}

func detach(ids func(s state) []string) func(s state) history.Operation {
	return func(s state) history.Operation {
		return history.Operation{Kind: history.Detach, Group: given, IDs: ids(s)}
	}
}

// several takes n members, those that were attached again first.
func (s state) several(n int) []string {
	g := s.group(given)
	ids := slices.DeleteFunc(slices.Clone(s.returned), func(id string) bool { return !slices.Contains(g.Members, id) })
	for i := range len(g.Members) {
		ids = append(ids, s.pick(-1-i)...)
	}
	if len(ids) < n || n < 1 {
		return nil
	}
	return ids[:n]
}

// gone are at most so many of those that the group began with and that are in none now.
func (s state) gone(most int) []string {
	all := slices.DeleteFunc(slices.Clone(s.Free), func(id string) bool { return !strings.HasPrefix(id, given+".") })
	return all[:max(0, min(most, len(all)))]
}

// room is how many may leave.
func (s state) room() int {
	g := s.group(given)
	return len(g.Members) - g.MinSize
}

// detaching are calls that are accepted where the group has room.
func detaching() []move {
	return []move{
		{
			name: "one", words: "detach one", in: []string{"idle", "room", "full", "inactive"}, rule: "detach.one",
			make: detach(func(s state) []string { return s.pick(0) }),
		},
		{
			name: "several", words: "detach several", in: []string{"idle"}, rule: "detach.many",
			make: detach(func(s state) []string { return s.several(2) }),
		},
		{
			name: "again", words: "detach again what was attached", in: []string{"idle"}, rule: "detach.one",
			make: detach(func(s state) []string { return s.returned[:min(1, len(s.returned))] }),
		},
		{
			name: "edge", words: "detach down to MinSize", in: []string{"room"}, rule: "group.min-size-boundary",
			make: detach(func(s state) []string { return s.several(s.room()) }),
		},
		{
			name: "other's", words: "detach one of the other group", rule: "detach.one", beside: true,
			needs: start.hasOther,
			in:    []string{"idle"},
			make: func(s state) history.Operation {
				var ids []string
				if all := s.strangers(); len(all) > 0 {
					ids = all[len(all)-1:]
				}
				return history.Operation{Kind: history.Detach, Group: other, IDs: ids}
			},
		},
	}
}

func (s start) hasOther() bool { return s.other != "" }

func (s start) hasEmpty() bool { return s.other == empty }

func (s start) canDeny() bool { return s.given == deniable }

// refusals are calls that are refused wherever they come.
func refusals() []move {
	return []move{
		{
			name: "below", words: "detach below MinSize", in: []string{"room"}, rule: "group.min-size",
			make: detach(func(s state) []string { return s.several(s.room() + 1) }),
		},
		{
			name: "gone", words: "detach what is gone", in: []string{"idle"}, rule: "instance.in-group",
			make: detach(func(s state) []string { return s.gone(1) }),
		},
		{
			name: "foreign", words: "detach a foreign one", in: []string{"idle"}, rule: "instance.in-group",
			beside: true, needs: start.hasOther,
			make: detach(func(s state) []string {
				all := s.strangers()
				if len(all) == 0 {
					return nil
				}
				return slices.Concat(s.pick(0), all[:1])
			}),
		},
		{
			name: "unknown", words: "detach an unknown one", in: []string{"idle"}, rule: "instance.exists",
			make: detach(func(s state) []string { return append(s.pick(0), "unknown") }),
		},
		{
			name: "no group", words: "detach from an unknown group", in: []string{"idle"}, rule: "group.exists",
			make: func(s state) history.Operation {
				return history.Operation{Kind: history.Detach, Group: "unknown", IDs: s.pick(0)}
			},
		},
		{
			name: "denied", words: "detach without permission", in: []string{"idle"}, rule: "auth.unauthorized",
			needs: start.canDeny,
			make: func(s state) history.Operation {
				return history.Operation{Kind: history.Detach, Group: given, IDs: s.pick(0), Denied: true}
			},
		},
	}
}

// meanwhile is the move that an activity is not waited for.
const meanwhile = "meanwhile"

// whileBusy are calls that meet the activity of the step before.
func whileBusy() []move {
	return []move{
		{
			name: meanwhile, words: "detach another meanwhile", in: []string{"busy"}, rule: "group.idle",
			make: detach(func(s state) []string { return s.pick(-1) }),
		},
	}
}

// supporting are the other operations.
func supporting() []move {
	all := []move{
		{
			name: "back", words: "attach what is gone", in: []string{"idle", "room", "full"},
			make: func(s state) history.Operation {
				return history.Operation{Kind: history.Attach, Group: given, IDs: s.gone(2)}
			},
		},
		{
			name: "move", words: "attach what is gone to the other group", in: []string{"idle"},
			beside: true, needs: start.hasEmpty,
			make: func(s state) history.Operation {
				o := s.group(other)
				room := 2 - len(o.Members) // the state promises a MaxSize of 2
				return history.Operation{Kind: history.Attach, Group: other, IDs: s.gone(room)}
			},
		},
		{name: "disable", words: "disable", in: []string{"idle", "room", "full"}, make: lifecycle(history.Disable)},
		{name: "enable", words: "enable", in: []string{"inactive"}, make: lifecycle(history.Enable)},
	}
	for _, less := range []int{0, 2, members} {
		size := "members-" + strconv.Itoa(less)
		m := move{name: size, words: "set MinSize to " + size, in: []string{"idle"}}
		switch less {
		case 0:
			m.name, m.words, m.in = "members", "set MinSize to members", []string{"idle"}
		case members:
			m.name, m.words, m.in = "zero", "set MinSize to 0", []string{"room", "full"}
		}
		m.make = func(s state) history.Operation {
			g := s.group(given)
			size := max(0, len(g.Members)-less)
			return history.Operation{Kind: history.Modify, Group: given, MinSize: &size}
		}
		all = append(all, m)
	}
	return all
}

func lifecycle(kind history.Kind) func(state) history.Operation {
	return func(state) history.Operation { return history.Operation{Kind: kind, Group: given} }
}

// taken makes the move in a state: what is sent, and the state before it once the activities have ended that must
// have. ok is false where the move is not possible.
func (m move) taken(s state) (op history.Operation, before state, ok bool) {
	if m.needs != nil && !m.needs(s.start) {
		return op, s, false
	}
	before = s
	if !slices.Contains(m.in, s.class()) && s.busy(given) || m.beside && s.busy(other) {
		before = s.settled()
	}
	if !slices.Contains(m.in, before.class()) {
		return op, s, false
	}
	op = m.make(before)
	takes := op.Kind == history.Detach || op.Kind == history.Attach
	if takes && len(op.IDs) == 0 || strings.HasPrefix(m.name, "members-") && *op.MinSize == 0 {
		return op, s, false
	}
	return op, before, m.changes(before, op)
}

// changes leaves out a MinSize that is set already.
func (m move) changes(s state, op history.Operation) bool {
	g := s.group(given)
	return op.Kind != history.Modify || *op.MinSize != g.MinSize
}
