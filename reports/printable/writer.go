package printable

import (
	"crypto/rand"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
)

// Log is where a command or a suite writes for people: a terminal, or the log of a CI job. It is the last guard, behind
// Text, for text that was wrapped or put together in an unforeseen way. Line ends, tabs and the colors that
// our own output has are left alone.
type Log struct {
	w    io.Writer
	rest []byte // of a character or a color that was not written to its end
	// What the line ends with: only white space since it began, and the colons, or the hashes with letters behind them,
	// that may begin a command.
	blank          bool
	colons, hashes int
}

// NewLog writes to w.
func NewLog(w io.Writer) *Log { return &Log{w: w, blank: true} }

// color is a sequence that sets colors, weights and the like. Any other escape does more than that.
var color = regexp.MustCompile(`^\x1b\[[0-9;]{0,32}m`)

// unfinished is the beginning of such a sequence.
var unfinished = regexp.MustCompile(`^\x1b(\[[0-9;]{0,32})?$`)

// Write writes out what is not printable, and breaks "::" at the beginning of a line, and "##[" and "##word["
// anywhere.
func (l *Log) Write(p []byte) (int, error) {
	text := append(l.rest, p...)
	l.rest = nil
	out := make([]byte, 0, len(text)+16)
	for len(text) > 0 {
		if text[0] == 0x1b {
			if unfinished.Match(text) {
				l.rest = text
				break
			}
			if c := color.Find(text); c != nil {
				out, text = append(out, c...), text[len(c):]
				continue
			}
		}
		if !utf8.FullRune(text) {
			l.rest = text
			break
		}
		r, size := utf8.DecodeRune(text)
		out = append(out, l.next(string(text[:size]), r, size)...)
		text = text[size:]
	}
	if _, err := l.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// next is the next character as it is written.
func (l *Log) next(s string, r rune, size int) string {
	switch {
	case r == '\n':
		l.blank, l.colons, l.hashes = true, 0, 0
		return s
	case r == '\t':
		l.colons, l.hashes = 0, 0
		return s
	case r == ':' && l.blank && l.colons == 1:
		s = `\x3a`
	case r == '[' && l.hashes >= 2:
		s = `\x5b`
	default:
		s = character(s, 0, r, size)
	}
	if s == ":" {
		l.colons++
	} else {
		l.colons = 0
	}
	switch {
	case s == "#":
		l.hashes++
	case l.hashes < 2 || !isLetter(r):
		l.hashes = 0
	}
	l.blank = l.blank && (s == " " || l.colons == 1)
	return s
}

// Guard keeps GitHub from taking commands out of what is written to w, until end is called. Elsewhere it does nothing.
// The token is random, so that no text can end the guard.
func Guard(w io.Writer, getenv func(string) string) (end func()) {
	if getenv("GITHUB_ACTIONS") != "true" {
		return func() {}
	}
	token := rand.Text()
	fmt.Fprintf(w, "::stop-commands::%s\n", token)
	return func() { fmt.Fprintf(w, "::%s::\n", token) }
}
