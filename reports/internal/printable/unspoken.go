package printable

import (
	"bytes"
	"regexp"
)

// command is what the log of a CI job takes for a command, if a file is printed there.
var command = regexp.MustCompile(`##[A-Za-z]*\[|^\s*::`)

// Broken is a file of text in which the last character of each command is written as escape has it. Of a file of
// megabytes, only the lines that may hold one are searched.
func Broken(text []byte, escape func(last byte) string) []byte {
	var out []byte
	done, begin := 0, 0
	for line := range bytes.Lines(text) {
		if bytes.Contains(line, []byte("##")) || bytes.Contains(line, []byte("::")) {
			for _, m := range command.FindAllIndex(line, -1) {
				last := begin + m[1] - 1
				out = append(append(out, text[done:last]...), escape(text[last])...)
				done = last + 1
			}
		}
		begin += len(line)
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}

// Unspoken is Broken with escapes of programming languages.
func Unspoken(text []byte) []byte {
	return Broken(text, func(last byte) string {
		if last == ':' {
			return `\x3a`
		}
		return `\x5b`
	})
}
