package generate

import (
	"slices"

	"github.com/essconform/essconform/harness/internal/judge/history"
)

// longest is how many steps a program has, settles not counted.
const longest = 5

// graph has the states that programs reach, and the moves between them.
type graph struct {
	nodes  []node
	starts []int
	// transitions are the names of what covers must hold: abstract state and move.
	transitions []string
}

type node struct {
	state state
	edges []edge
	depth int // of the shortest program that leads here
}

// edge is a move in a state.
type edge struct {
	move       *move
	judged     bool // the answer to the step is judged, as opposed to that of a supporting operation
	transition int
	to         int
}

// explore finds all states within the length of a program.
func explore() *graph {
	g := &graph{}
	all := moves()
	known, named := map[string]int{}, map[string]int{}
	add := func(s state, depth int) int {
		at, ok := known[s.key()]
		if !ok {
			at = len(g.nodes)
			known[s.key()] = at
			g.nodes = append(g.nodes, node{state: s, depth: depth})
		}
		return at
	}
	for _, s := range starts() {
		g.starts = append(g.starts, add(s.state(), 0))
	}
	for at := 0; at < len(g.nodes); at++ { // in the order of their depth
		if g.nodes[at].depth == longest {
			continue
		}
		for i := range all {
			op, before, ok := all[i].taken(g.nodes[at].state)
			if !ok {
				continue
			}
			name := before.class() + ": " + all[i].name
			t, ok := named[name]
			if !ok {
				t = len(g.transitions)
				named[name] = t
				g.transitions = append(g.transitions, name)
			}
			to := add(before.after(op), g.nodes[at].depth+1)
			g.nodes[at].edges = append(g.nodes[at].edges, edge{&all[i], op.Kind == history.Detach, t, to})
		}
	}
	return g
}

// pair is a transition and one that follows it.
type pair struct{ first, second int }

// pairs are all that programs can contain. After a supporting operation there must be room for a call that shows what
// it did.
func (g *graph) pairs() map[pair]bool {
	out := map[pair]bool{}
	for _, n := range g.nodes {
		if n.depth > longest-2 {
			continue
		}
		for _, first := range n.edges {
			for _, second := range g.nodes[first.to].edges {
				if !second.judged && n.depth > longest-3 {
					continue // no call could follow
				}
				out[pair{first.transition, second.transition}] = true
			}
		}
	}
	return out
}

// path is a program: a start, and the edges from there.
type path struct {
	start int
	edges []edge
}

// trimmed leaves out the supporting operations after the last call: nothing would show what they did.
func (p path) trimmed() path {
	edges := p.edges
	for len(edges) > 0 && !edges[len(edges)-1].judged {
		edges = edges[:len(edges)-1]
	}
	return path{p.start, slices.Clone(edges)}
}

func (p path) pairs() (out []pair) {
	for i := 1; i < len(p.edges); i++ {
		out = append(out, pair{p.edges[i-1].transition, p.edges[i].transition})
	}
	return out
}

// cover chooses programs until every pair is in one, each time the one with the most pairs that are still missing.
func (g *graph) cover() (programs []path) {
	missing := g.pairs()
	for len(missing) > 0 {
		s := search{graph: g, missing: missing, bounds: map[position]int{}}
		for _, start := range g.starts {
			s.program(path{start: start}, start)
		}
		if s.gain == 0 {
			break // the test of the set says which are missing
		}
		for _, pair := range s.found.pairs() {
			delete(missing, pair)
		}
		programs = append(programs, s.found)
	}
	return g.thinned(programs)
}

// thinned leaves out programs whose pairs are all in others.
func (g *graph) thinned(programs []path) []path {
	count := map[pair]int{}
	for _, p := range programs {
		for _, pair := range p.pairs() {
			count[pair]++
		}
	}
	return slices.DeleteFunc(programs, func(p path) bool {
		own := map[pair]int{}
		for _, pair := range p.pairs() {
			own[pair]++
		}
		for pair, n := range own {
			if count[pair] == n {
				return false
			}
		}
		for pair, n := range own {
			count[pair] -= n
		}
		return true
	})
}

// search finds the program with the most missing pairs.
type search struct {
	*graph
	missing map[pair]bool
	bounds  map[position]int
	found   path
	gain    int
}

// position is a node with the transition before it, and how many steps are left.
type position struct{ node, last, left int }

// bound is how many missing pairs the steps that are left can have at most. A pair that comes twice counts twice.
func (s *search) bound(at position) (most int) {
	if at.left == 0 {
		return 0
	}
	if known, ok := s.bounds[at]; ok {
		return known
	}
	for _, e := range s.nodes[at.node].edges {
		gain := s.bound(position{e.to, e.transition, at.left - 1})
		if s.missing[pair{at.last, e.transition}] {
			gain++
		}
		most = max(most, gain)
	}
	s.bounds[at] = most
	return most
}

// program goes on from a node, as long as more can be found than before.
func (s *search) program(p path, node int) {
	whole := p.trimmed()
	if gain := s.gains(whole); gain > s.gain {
		s.found, s.gain = whole, gain
	}
	for _, e := range s.nodes[node].edges {
		next := path{p.start, append(slices.Clone(p.edges), e)}
		left := longest - len(next.edges)
		if left >= 0 && s.gains(next)+s.bound(position{e.to, e.transition, left}) > s.gain {
			s.program(next, e.to)
		}
	}
}

// gains counts the missing pairs of a program.
func (s *search) gains(p path) int {
	own := map[pair]bool{}
	for _, pair := range p.pairs() {
		if s.missing[pair] {
			own[pair] = true
		}
	}
	return len(own)
}
