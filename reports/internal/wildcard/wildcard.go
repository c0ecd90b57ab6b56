// Package wildcard reads patterns in which * stands for anything.
package wildcard

import (
	"regexp"
	"strings"
)

// Compile is a pattern in which * stands for anything.
func Compile(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)\A` + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`) + `\z`)
}
