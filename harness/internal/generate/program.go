package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/internal/judge/history"
)

// Set is the fixed set: the stanzas of the programs, and what they cover.
type Set struct {
	Programs           []string
	Transitions, Pairs int
}

// New makes the set.
func New() Set {
	g := explore()
	s := Set{Transitions: len(g.transitions), Pairs: len(g.pairs())}
	for i, p := range g.cover() {
		s.Programs = append(s.Programs, g.write(i, p))
	}
	return s
}

// Figures says what is covered, in one line.
func (s Set) Figures() string {
	return fmt.Sprintf("%d transitions, %d pairs, all covered by %d programs", s.Transitions, s.Pairs, len(s.Programs))
}

// File is the text of the file of cases.
func (s Set) File() string {
	return fmt.Sprintf(`# Made by `+"`go generate ./fixtures`"+`; do not edit. Programs of up to %d steps from the model of one group (harness/internal/generate),
# so that whatever can be done to it comes before and after whatever else can be:
# %s.
# Leave them out with -label-filter='!generated'.
`, longest, s.Figures()) + strings.Join(s.Programs, "")
}

// variants are the formats and methods, each program in one of them.
var variants = [][2]string{{"xml", "get"}, {"json", "post"}, {"xml", "post"}, {"json", "get"}}

// stanza collects a case.
type stanza struct {
	state state
	words []string
	rules []string
	steps []string
}

// write makes the stanza of a program.
func (g *graph) write(n int, p path) string {
	s := stanza{state: g.nodes[p.start].state}
	for i, e := range p.edges {
		next := ""
		if i+1 < len(p.edges) {
			next = p.edges[i+1].move.name
		}
		s.take(e.move, next)
	}
	var b strings.Builder
	v := variants[n%len(variants)]
	fmt.Fprintf(&b, "\n- id: generated.%03d\n", n+1)
	fmt.Fprintf(&b, "  title: %s\n", strings.Join(s.words, ", "))
	fmt.Fprintf(&b, "  requirements: [%s]\n  labels: [generated]\n", strings.Join(s.rules, ", "))
	fmt.Fprintf(&b, "  formats: [%s]\n  methods: [%s]\n", v[0], v[1])
	fmt.Fprintf(&b, "  state: {name: %s, instances: %d}\n", s.state.start.given, members)
	switch s.state.start.other {
	case empty:
		fmt.Fprintf(&b, "  other: {name: %s}\n", empty)
	case detachable:
		fmt.Fprintf(&b, "  other: {name: %s, instances: %d}\n", detachable, others)
	}
	fmt.Fprintf(&b, "  steps:\n")
	for _, step := range s.steps {
		fmt.Fprintf(&b, "    - %s\n", step)
	}
	fmt.Fprintf(&b, "  observe: [as-answered]\n")
	return b.String()
}

// take adds a step.
func (s *stanza) take(m *move, next string) {
	op, before, _ := m.taken(s.state) // it was possible when the graph was made
	if settle := s.settle(before); settle != "" {
		s.steps = append(s.steps, settle)
	}
	allowed, _ := history.Next(before.State, op)
	words := m.words
	if op.Kind == history.Detach && allowed[0].Outcome == history.Refused {
		words += " (refused)"
	}
	s.words = append(s.words, words)
	s.state = before.after(op)
	switch op.Kind {
	case history.Detach:
		s.call(m, op, allowed[0])
	case history.Attach:
		started := ""
		if next == meanwhile {
			started = ", started: true"
		}
		s.steps = append(s.steps, fmt.Sprintf("attach: {group: %s, instances: %s%s}", op.Group, list(op.IDs), started))
	case history.Modify:
		g, _ := before.group(op.Group)
		s.steps = append(s.steps, fmt.Sprintf("modify: {group: %s, min-size: %s}", op.Group, minSize(*op.MinSize, len(g.Members))))
	case history.Enable, history.Disable:
		s.steps = append(s.steps, fmt.Sprintf("%s: %s", op.Kind, op.Group))
	}
}

// call adds a call of the operation under test, with the answer that the model demands.
func (s *stanza) call(m *move, op history.Operation, answer history.Answer) {
	var request []string
	if op.Group != given {
		request = append(request, "group: "+op.Group)
	}
	request = append(request, "instances: "+list(op.IDs))
	if op.Denied {
		request = append(request, "caller: state")
	}
	rule, expect := m.rule, "accepted"
	switch {
	case len(answer.Codes) == 1:
		expect = "{error: " + answer.Codes[0] + "}"
		if slices.Contains(op.IDs, "unknown") {
			expect = "{error: " + answer.Codes[0] + ", names: unknown}"
		}
		rule = ruleOf(answer.Codes[0])
	case answer.Outcome == history.Refused:
		expect = "refused" // several rules are broken, or no document has the code; the judge of histories checks it
	}
	during := ""
	if m.name == meanwhile {
		during = ", during-activity: true"
	}
	s.steps = append(s.steps, fmt.Sprintf("detach: {request: {%s}, expect: %s, rule: %s%s}", strings.Join(request, ", "), expect, rule, during))
	if !slices.Contains(s.rules, rule) {
		s.rules = append(s.rules, rule)
	}
}

// settle is the step that ends the activities which have ended in the next state; "" for none.
func (s *stanza) settle(next state) string {
	var ended []string
	for _, g := range s.state.Groups {
		if g.Busy && !next.busy(g.ID) {
			ended = append(ended, g.ID)
		}
	}
	switch len(ended) {
	case 0:
		return ""
	case 1:
		return "settle: " + ended[0]
	}
	return "settle: all"
}

// ruleOf is the requirement of a documented code.
func ruleOf(code string) string {
	return map[string]string{
		"Forbidden.Unauthorized":         "auth.unauthorized",
		"InvalidScalingGroupId.NotFound": "group.exists",
		"InvalidInstanceId.NotFound":     "instance.exists",
		"IncorrectScalingGroupStatus":    "group.enabled",
		"ScalingActivityInProgress":      "group.idle",
		"IncorrectCapacity.MinSize":      "group.min-size",
	}[code]
}

// minSize is written relative to the number of members, because a target may arrange more than a program asks for.
func minSize(size, members int) string {
	switch size {
	case 0:
		return "0"
	case members:
		return "members"
	}
	return fmt.Sprintf("members-%d", members-size)
}

// list writes instances; those that follow each other as a range.
func list(ids []string) string {
	return "[" + strings.Join(ids, ", ") + "]"
}
