package terminal

import (
	"os"

	"golang.org/x/term"
)

// widest is the width beyond which lines are hard to read.
const widest = 140

// Look says how a file wants to be written to: in color, and how wide. Width is 0 for what is no terminal.
func Look(f *os.File, getenv func(string) string) (color bool, width int) {
	fd := int(f.Fd())
	if !term.IsTerminal(fd) {
		return false, 0
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		width = 0
	}
	return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb", min(width, widest)
}
