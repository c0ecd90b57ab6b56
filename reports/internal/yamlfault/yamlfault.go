// Package yamlfault reads where and what an error of the YAML library is.
package yamlfault

import (
	"errors"

	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/goccy/go-yaml"
)

// Locate is the line and the message of an error of the YAML library; line where it gives none. ok is false for other
// errors.
func Locate(line int, err error) (at int, message string, ok bool) {
	var located yaml.Error
	if !errors.As(err, &located) {
		return line, "", false
	}
	if t := located.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	return line, printable.Visible(located.GetMessage()), true
}
