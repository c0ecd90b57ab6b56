package repair

import (
	"cmp"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/summary"
)

// echoed finds the card that says of the answer itself what g only repeats on a rule; -1 when there is none. A rule
// that asks for a refusal with a Code is broken, too, when that Code is misspelled, and so is the rule that both
// formats carry the same fields when one of them lacks a field. Where several cards say it, it is that of the most
// frequent difference.
func echoed(cards []Card, g summary.Group) int {
	if g.Requirement == "" || rank(g.Requirement) < len(roots) {
		return -1
	}
	first := -1
	for i, d := range g.Differences {
		at := slices.IndexFunc(cards, func(c Card) bool {
			return slices.ContainsFunc(said(c), func(s summary.Difference) bool {
				return repeats(d.Finding, s.Finding)
			})
		})
		if at < 0 {
			return -1
		}
		if i == 0 {
			first = at
		}
	}
	return first
}

// said is what a card says of answers.
func said(c Card) (out []summary.Difference) {
	for _, g := range append([]summary.Group{c.Group}, c.Hides...) {
		if rank(g.Requirement) < len(roots) || g.Requirement == "activity.accepted" {
			out = append(out, g.Differences...)
		}
	}
	return out
}

// repeats tells whether a finding on a rule quotes one on the answer, or is about the same field.
func repeats(rule, answer reports.Finding) bool {
	if len(answer.Want) > len("HTTP 200") && len(answer.Got) > len("none") &&
		strings.Contains(rule.Want, answer.Want) && strings.Contains(rule.Got, answer.Got) {
		return true
	}
	field := answer.Pointer[strings.LastIndexByte(answer.Pointer, '/')+1:]
	return rule.Requirement == "format.same-answer" && field != "" && strings.EqualFold(rule.Pointer, field)
}

// ownFirst are the differences of a group with those last that come with another card: they are no reason for its own.
func ownFirst(g summary.Group, cards []Card) summary.Group {
	foreign := func(d summary.Difference) bool {
		part := summary.Group{Requirement: g.Requirement, Cases: d.Cases}
		return slices.ContainsFunc(cards, func(c Card) bool { return brings(c.Group, part) })
	}
	g.Differences = slices.Clone(g.Differences)
	slices.SortStableFunc(g.Differences, func(a, b summary.Difference) int {
		return cmp.Compare(number(foreign(a)), number(foreign(b)))
	})
	return g
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// cardOf is the card of a group. Each difference begins with its plainest example.
func cardOf(g summary.Group) Card {
	g.Differences = slices.Clone(g.Differences)
	for i := range g.Differences {
		g.Differences[i] = plainest(g.Differences[i])
	}
	return Card{Group: g, Advice: Advice(g.Differences[0].Finding)}
}

// plainest is a difference with the case first that has the fewest steps and the shortest exchange, as that one saw it.
func plainest(d summary.Difference) summary.Difference {
	if len(d.Cases) == 0 {
		return d
	}
	d.Got = summary.Got(d.Finding)
	c := slices.MinFunc(d.Cases, func(a, b *reports.CaseResult) int {
		return cmp.Or(len(a.Trail)-len(b.Trail), size(a)-size(b))
	})
	for _, f := range c.Findings {
		if f.Got = summary.Got(f); summary.SameKind(f, d.Finding) {
			rest := slices.DeleteFunc(slices.Clone(d.Cases), func(other *reports.CaseResult) bool { return other == c })
			return summary.Difference{Finding: f, Cases: append([]*reports.CaseResult{c}, rest...)}
		}
	}
	return d
}

// noExchange is longer than any exchange that a report keeps.
const noExchange = 1 << 30

// size is how much there is to read of what a case saw, in bytes.
func size(c *reports.CaseResult) int {
	if c.Exchange == nil {
		return noExchange
	}
	n := len(c.Exchange.Request.StartLine) + len(c.Exchange.Request.Body)
	if r := c.Exchange.Response; r != nil {
		n += len(r.Body)
	}
	return n
}
