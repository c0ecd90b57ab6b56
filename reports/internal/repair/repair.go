// Package repair puts what failed into the order in which somebody would mend it: what fails everywhere comes first,
// and failures with one root are one card.
package repair

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
	"github.com/essconform/essconform/reports/internal/wildcard"
	show "github.com/essconform/essconform/reports/printable"
)

// Card is one thing to change.
type Card struct {
	summary.Group
	// Everywhere is set when all answers are the same, whatever was asked: then no requirement is more to blame than
	// another.
	Everywhere bool
	Advice     string
	// Hides are the failures that come from the same root, the one with the most cases first.
	Hides []summary.Group
}

// Name is what the card is about, on one line.
func (c Card) Name() string {
	switch {
	case c.Everywhere:
		return "every answer is the same"
	case c.Requirement == "":
		return "failed without a finding"
	}
	return printable.ShortID(c.Requirement)
}

// Order makes cards of what failed, in the order in which to mend it.
func Order(cases []reports.CaseResult) []Card {
	groups := summary.Failures(cases)
	for i := range groups {
		for j := range groups[i].Differences {
			f := &groups[i].Differences[j].Finding
			f.Got = summary.Got(*f)
		}
	}
	if c, ok := everywhere(cases, groups); ok {
		return []Card{c}
	}
	// A root is looked for among those that are nearer to the wire, or as near and in more cases.
	slices.SortStableFunc(groups, func(a, b summary.Group) int {
		return cmp.Or(rank(a.Requirement)-rank(b.Requirement), len(b.Cases)-len(a.Cases))
	})
	var cards []Card
	for _, g := range groups {
		i := slices.IndexFunc(cards, func(c Card) bool { return explains(c.Group, g) })
		if i < 0 {
			i = echoed(cards, g)
		}
		if i >= 0 {
			cards[i].Hides = append(cards[i].Hides, g)
			continue
		}
		cards = append(cards, cardOf(ownFirst(g, cards)))
	}
	for i := range cards {
		slices.SortStableFunc(cards[i].Hides, func(a, b summary.Group) int { return len(b.Cases) - len(a.Cases) })
	}
	slices.SortStableFunc(cards, func(a, b Card) int {
		return cmp.Or(len(b.Cases)-len(a.Cases), rank(a.Requirement)-rank(b.Requirement),
			cmp.Compare(a.Requirement, b.Requirement))
	})
	return cards
}

// Of makes a card of each group, in their order.
func Of(groups []summary.Group) []Card {
	cards := make([]Card, len(groups))
	for i, g := range groups {
		cards[i] = cardOf(g)
	}
	return cards
}

// roots says which violations bring others with them, in the same cases: an answer that is no XML has no code either.
// They stand in the order in which an answer is read.
var roots = []struct {
	requirement string
	brings      []string
}{
	{"wire.*", []string{"*"}},
	{"format.xml", []string{"*"}},
	{"format.json", []string{"*"}},
	{"format.default", []string{"*"}},
	{"response.success.*", []string{"response.request-id", "activity.*", "format.same-answer"}},
	{
		"response.error.*",
		[]string{"response.request-id", "error.code.*", "error.message.*", "format.same-answer", "format.case"},
	},
	{"error.code.*", []string{"error.status.*", "error.message.*", "group.*", "instance.*", "auth.*"}},
}

// rank orders requirements from the wire up.
func rank(requirement string) int {
	for i, r := range roots {
		if wildcard.Match(r.requirement, requirement) {
			return i
		}
	}
	return len(roots)
}

// explains tells whether g comes with root: in the same cases, as roots say, by the same difference on another
// requirement, or by escapes in their texts.
func explains(root, g summary.Group) bool {
	if root.Requirement == "" || g.Requirement == "" {
		return false
	}
	if brings(root, g) || onlyEscapes(root) && onlyEscapes(g) {
		return true
	}
	if rank(root.Requirement) < len(roots) || rank(g.Requirement) < len(roots) {
		return false // the same difference in both formats is two places to mend
	}
	return slices.ContainsFunc(root.Differences, func(a summary.Difference) bool {
		return !slices.ContainsFunc(
			g.Differences,
			func(b summary.Difference) bool { return !alike(a.Finding, b.Finding) },
		)
	})
}

// brings tells whether roots say that g comes with root, and it is in the same cases.
func brings(root, g summary.Group) bool {
	for _, r := range roots {
		if wildcard.Match(r.requirement, root.Requirement) && rank(g.Requirement) > rank(root.Requirement) &&
			slices.ContainsFunc(
				r.brings,
				func(p string) bool { return wildcard.Match(p, g.Requirement) },
			) && subset(g, root) {
			return true
		}
	}
	return false
}

// alike tells whether two findings are the same difference. Short texts, such as a status, are alike by chance.
func alike(a, b reports.Finding) bool {
	return a.Want == b.Want && a.Got == b.Got && a.Pointer == b.Pointer && len(a.Want) > len("HTTP 200")
}

func subset(g, of summary.Group) bool {
	in := make(map[string]bool, len(of.Cases))
	for _, c := range of.Cases {
		in[c.ID] = true
	}
	return !slices.ContainsFunc(g.Cases, func(c *reports.CaseResult) bool { return !in[c.ID] })
}

// What makes answers the same everywhere: so many failed cases, on so many requirements, of which all got the same.
const (
	everywhereCases        = 8
	everywhereRequirements = 3
)

// everywhere is the one card of a target that answers the same to every call. ok is false for any other target.
func everywhere(cases []reports.CaseResult, groups []summary.Group) (c Card, ok bool) {
	var failed []*reports.CaseResult
	answers, statuses := map[string]bool{}, map[string]bool{}
	for i := range cases {
		if c := &cases[i]; c.Outcome == reports.Failed {
			failed = append(failed, c)
			answer, status := answerOf(c)
			answers[answer], statuses[status] = true, true
		} else if c.Outcome == reports.Passed {
			return Card{}, false // something is answered as it should be
		}
	}
	if len(failed) < everywhereCases || len(groups) < everywhereRequirements {
		return Card{}, false
	}
	answer, status := answerOf(failed[0])
	switch {
	case status == "":
		return Card{}, false
	case len(statuses) == 1 && strings.HasPrefix(status, "HTTP 5"):
		c.Advice = "Look into the log of the server: it fails at every call."
		if len(answers) > 1 {
			answer = status
		}
	case len(answers) == 1:
		c.Advice = "Read what a call asks for: every call gets the same answer."
	default:
		return Card{}, false
	}
	c.Everywhere = true
	c.Cases = failed
	c.Text = fmt.Sprintf("%s all got the same answer, so %s cannot be told apart.",
		printable.Plural(len(failed), "failed case"), printable.Plural(len(groups), "requirement"))
	c.Differences = []summary.Difference{{
		Finding: reports.Finding{
			Level: reports.Must,
			Want:  "answers that depend on the call",
			Got:   answer + ", to every call",
		}, Cases: failed,
	}}
	c.Hides = groups
	return c, true
}

// answerOf is the answer that a case got, without ids, and its status; "" when it got none.
func answerOf(c *reports.CaseResult) (answer, status string) {
	if c.Exchange == nil {
		return "", ""
	}
	r := c.Exchange.Response
	if r == nil {
		failure := "no answer"
		if c.Exchange.Failure != "" {
			failure = printable.Bounded(c.Exchange.Failure, answerText)
		}
		return failure, failure
	}
	_, rest, _ := strings.Cut(r.StartLine, " ")
	number, _, _ := strings.Cut(rest, " ")
	status = "HTTP " + printable.Bounded(number, 8)
	body := show.WithoutIDs(printable.Bounded(strings.TrimSpace(r.Body), answerText))
	if body == "" {
		return status + " and nothing", status
	}
	return status + " and " + body, status
}

// answerText is how much of an answer is compared, in runes.
const answerText = 200
