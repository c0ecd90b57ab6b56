package target

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/essconform/essconform/spec/yamlfile"
)

const mapOfSettings = "a target file is a map of settings, such as \"endpoint: http://127.0.0.1:9090\""

// readFile reads a target file over the settings. Its keys are the names of the flags, arrange and unsupported. Every
// error names the line.
func readFile(path string, s *Settings) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("target file: %w", err)
	}
	s.File = path
	doc, err := yamlfile.Parse(path, data)
	if err != nil {
		return err
	}
	if len(doc.Nodes) == 0 { // it names no target: the embedded mock is not what was meant
		return yamlfile.Locate(path, 1, errors.New("the file is empty; "+mapOfSettings))
	}
	for _, top := range doc.Nodes {
		if !top.IsMap() {
			return top.Errorf(mapOfSettings)
		}
		entries, err := top.Entries()
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := readEntry(e, s); err != nil {
				return yamlfile.Locate(path, e.Line, err)
			}
		}
	}
	return nil
}

func readEntry(e yamlfile.Entry, s *Settings) error {
	switch {
	case e.Key == "unsupported":
		return e.Value.Decode(&s.Unsupported)
	case e.Key == "arrange" && e.Value.IsMap():
		s.Arrange, s.API = ArrangeAPI, &API{}
		return e.Value.Decode(s.API)
	case e.Key == "live":
		return errors.New("live is said on the command line only (-live), so that no file can send a run to other " +
			"machines")
	}
	i := slices.IndexFunc(options, func(o option) bool { return o.name == e.Key })
	if i < 0 {
		return Unknown(e.Key, "setting", Keys())
	}
	text, err := e.Value.Text()
	switch {
	case err != nil:
		return prefixed(e.Key, err)
	case e.Value.IsNull() && e.Key != "endpoint": // as if it were left out
		return nil
	case strings.TrimSpace(text) == "":
		return errEmpty(e.Key)
	}
	if err := options[i].value(s).Set(text); err != nil {
		return fmt.Errorf("%s: %w", e.Key, err)
	}
	return nil
}

// prefixed puts the key before an error that may know its line.
func prefixed(key string, err error) error {
	var located *yamlfile.Error
	if errors.As(err, &located) {
		return &yamlfile.Error{File: located.File, Line: located.Line, Err: fmt.Errorf("%s: %w", key, located.Err)}
	}
	return fmt.Errorf("%s: %w", key, err)
}

// errEmpty is the error of a setting that is given without a value. It is never the default: an unset variable in a
// script must not judge another target than was meant.
func errEmpty(name string) error {
	hint := ""
	if strings.HasSuffix(name, "endpoint") || strings.HasSuffix(name, "ENDPOINT") {
		hint = fmt.Sprintf("; the embedded mock is named %q", EmbeddedEndpoint)
	}
	return fmt.Errorf("%s is given but empty; give it a value, or leave it out%s", name, hint)
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

// APIKeys are what "arrange:" in a target file can hold.
func APIKeys() []string { return yamlfile.Keys(reflect.TypeFor[API]()) }

// Unknown is the error of a key that does not exist, with the one that was probably meant.
func Unknown(key, what string, known []string) error {
	if near := yamlfile.Nearest(key, known); near != "" {
		return fmt.Errorf("unknown %s %q; did you mean %s?", what, key, near)
	}
	return fmt.Errorf("unknown %s %q; write one of %s", what, key, strings.Join(known, ", "))
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
