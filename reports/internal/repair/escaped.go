package repair

import (
	"regexp"
	"slices"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/summary"
	"github.com/essconform/essconform/reports/internal/wildcard"
)

// texts are the requirements that a text of the target can violate by how it is escaped.
var texts = []string{"error.message.*", "param.*", "format.same-answer"}

// escape is a character as XML, HTML or JSON escape it. A text that was read has one only where it was escaped twice.
var escape = regexp.MustCompile(
	`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|quot|apos|amp|lt|gt|[lr][sd]quo);|\\u[0-9a-fA-F]{4}`)

const escapeOnce = "Escape a text once, when the answer is written: a client that has read this one still finds " +
	"escapes in it."

// escapedTwice tells whether a finding is that a text holds escapes where none was wanted. Of two answers that are
// compared, it is one of them.
func escapedTwice(f reports.Finding) bool {
	text := slices.ContainsFunc(texts, func(t string) bool { return wildcard.Match(t, f.Requirement) })
	return text && escape.MatchString(f.Want) != escape.MatchString(f.Got) &&
		(escape.MatchString(f.Got) || f.Requirement == "format.same-answer")
}

// onlyEscapes tells whether that is all that a group is about.
func onlyEscapes(g summary.Group) bool {
	return len(g.Differences) > 0 && !slices.ContainsFunc(g.Differences, func(d summary.Difference) bool {
		return !escapedTwice(d.Finding)
	})
}
