package printable

import "regexp"

// command is what the log of a CI job takes for a command, if a file is printed there.
var command = regexp.MustCompile(`(?m)##[A-Za-z]*\[|^[ \t]*::`)

// Unspoken writes the last character of each command in a file of text as an escape.
func Unspoken(text string) string {
	return command.ReplaceAllStringFunc(text, func(s string) string {
		if s[len(s)-1] == ':' {
			return s[:len(s)-1] + `\x3a`
		}
		return s[:len(s)-1] + `\x5b`
	})
}
