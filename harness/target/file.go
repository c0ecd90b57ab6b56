package target

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// readFile reads a target file over the settings. Its keys are the names of the flags, and unsupported. Every error names the line.
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
				return fmt.Errorf("%s:%d: %w", path, entries.Key().GetToken().Position.Line, err)
			}
		}
	}
	return nil
}

func readEntry(entry *ast.MappingValueNode, s *Settings) error {
	key := entry.Key.GetToken().Value
	if key == "unsupported" {
		return located("", yaml.NodeToValue(entry.Value, &s.Unsupported, yaml.Strict()))
	}
	i := slices.IndexFunc(options, func(o option) bool { return o.name == key })
	if i < 0 {
		return fmt.Errorf("%q is no setting; write one of %s, unsupported", key, strings.Join(optionNames(), ", "))
	}
	if _, ok := entry.Value.(ast.ScalarNode); !ok {
		return fmt.Errorf("%s: write a single value", key)
	}
	if err := options[i].value(s).Set(entry.Value.GetToken().Value); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

func optionNames() (names []string) {
	for _, o := range options {
		names = append(names, o.name)
	}
	return names
}

// located turns the library's many-line error into one line, with the line of the file when path is given.
func located(path string, err error) error {
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		if path == "" {
			return errors.New(ye.GetMessage())
		}
		return fmt.Errorf("%s:%d: %s", path, ye.GetToken().Position.Line, ye.GetMessage())
	}
	return err
}

func within(base, path string) string {
	if path == "" || base == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}
