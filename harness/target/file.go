package target

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// readFile reads a target file over the settings. Its keys are the names of the flags, arrange and unsupported. Every error names the line.
func readFile(path string, s *Settings) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("target file: %w", err)
	}
	s.File = path
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return located(path, err)
	}
	for _, doc := range tree.Docs {
		body, ok := doc.Body.(ast.MapNode)
		if !ok {
			return fmt.Errorf("%s:1: a target file is a map of settings, such as \"endpoint: http://127.0.0.1:9090\"", path)
		}
		for entries := body.MapRange(); entries.Next(); {
			if err := readEntry(entries.KeyValue(), s); err != nil {
				line := entries.Key().GetToken().Position.Line
				var at *lineError
				if errors.As(err, &at) {
					line = at.line
				}
				return fmt.Errorf("%s:%d: %w", path, line, err)
			}
		}
	}
	return nil
}

func readEntry(entry *ast.MappingValueNode, s *Settings) error {
	key := entry.Key.GetToken().Value
	switch {
	case key == "unsupported":
		return readList(entry.Value, &s.Unsupported)
	case key == "arrange" && isMap(entry.Value):
		s.Arrange, s.API = ArrangeAPI, &API{}
		return readMap(entry.Value, s.API)
	case key == "live":
		return errors.New("live is said on the command line only (-live), so that no file can send a run to other machines")
	}
	i := slices.IndexFunc(options, func(o option) bool { return o.name == key })
	if i < 0 {
		return Unknown(key, "setting", Keys())
	}
	if _, ok := entry.Value.(ast.ScalarNode); !ok {
		return fmt.Errorf("%s: write a single value", key)
	}
	if err := options[i].value(s).Set(entry.Value.GetToken().Value); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// Keys are what a target file can hold.
func Keys() (names []string) {
	for _, o := range options {
		if o.name != "live" {
			names = append(names, o.name)
		}
	}
	return append(names, "unsupported")
}

func isMap(n ast.Node) bool { _, ok := n.(ast.MapNode); return ok }

// readMap reads a map into a struct, and says which of its keys is unknown.
func readMap[T any](n ast.Node, into *T) error {
	if err := checkKeys[T](n); err != nil {
		return err
	}
	return atLine(n, yaml.NodeToValue(n, into, yaml.Strict()))
}

func readList[T any](n ast.Node, into *[]T) error {
	if list, ok := n.(*ast.SequenceNode); ok {
		for _, item := range list.Values {
			if err := checkKeys[T](item); err != nil {
				return err
			}
		}
	}
	return atLine(n, yaml.NodeToValue(n, into, yaml.Strict()))
}

func checkKeys[T any](n ast.Node) error {
	m, ok := n.(ast.MapNode)
	if !ok {
		return nil // the decoder says it better
	}
	for entries := m.MapRange(); entries.Next(); {
		token := entries.Key().GetToken()
		if known := keys[T](); !slices.Contains(known, token.Value) {
			return &lineError{token.Position.Line, Unknown(token.Value, "key here", known)}
		}
	}
	return nil
}

// lineError is an error that knows its line better than the entry that it stands in.
type lineError struct {
	line int
	error
}

func (e *lineError) Unwrap() error { return e.error }

// atLine takes the line out of the library's many-line error.
func atLine(n ast.Node, err error) error {
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		return &lineError{ye.GetToken().Position.Line, errors.New(ye.GetMessage())}
	}
	if err != nil {
		return &lineError{n.GetToken().Position.Line, err}
	}
	return nil
}

// located turns the library's many-line error into one line, with the line of the file.
func located(path string, err error) error {
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", path, ye.GetToken().Position.Line, ye.GetMessage())
	}
	return err
}

var date = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// IsEdition tells a built-in description, named by its API version such as 2022-02-22, from a file.
func IsEdition(spec string) bool { return date.MatchString(spec) }

func within(base, path string) string {
	if path == "" || IsEdition(path) || base == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}
