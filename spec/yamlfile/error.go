package yamlfile

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
)

// Error is one fault of a file, with its place.
type Error struct {
	File string
	Line int // 0 when it is not known
	Err  error
}

func (e *Error) Error() string {
	switch {
	case e.File == "" && e.Line == 0:
		return e.Err.Error()
	case e.File == "":
		return fmt.Sprintf("line %d: %s", e.Line, e.Err)
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Err)
}

// Unwrap gives the fault without its place.
func (e *Error) Unwrap() error { return e.Err }

// Locate puts file and line before an error. An error that knows its own line keeps it.
func Locate(file string, line int, err error) error {
	if err == nil {
		return nil
	}
	var located *Error
	if errors.As(err, &located) {
		if located.Line > 0 {
			line = located.Line
		}
		return &Error{file, line, located.Err}
	}
	at, message := fault(err)
	if at > 0 {
		line = at
	}
	return &Error{file, line, message}
}

// fault takes line and message out of the library's many-line error.
func fault(err error) (line int, message error) {
	var ye yaml.Error
	if !errors.As(err, &ye) {
		return 0, err
	}
	if t := ye.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	return line, errors.New(oneLine(ye.GetMessage()))
}

// oneLine makes a message of the library, which may quote the file, one printable line.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func at(line int, format string, args ...any) error {
	return &Error{Line: line, Err: fmt.Errorf(format, args...)}
}
