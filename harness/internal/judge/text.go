package judge

import (
	"strings"

	show "github.com/essconform/essconform/reports/printable"
)

// maxText bounds, in runes, every text of a finding: what a target sends may be long, and a finding is one line.
const maxText = 200

// maxExcerpt bounds what a sentence quotes of a body, so that the sentence round it still fits.
const maxExcerpt = 80

// printable is s on one line of at most limit runes.
func printable(s string, limit int) string { return show.Text(s, limit) }

// quoted is an excerpt of s between double quotes.
func quoted(s string) string { return show.Quoted(s, maxExcerpt) }

// isBlank reports whether s holds nothing that a reader could use.
func isBlank(s string) bool { return strings.TrimSpace(s) == "" }
