package target

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
)

// readFile reads a target file over the settings. Unknown keys are refused, with the line.
func readFile(path string, s *Settings) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("target file: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(data, s, yaml.Strict()); err != nil {
		var ye yaml.Error
		if errors.As(err, &ye) && ye.GetToken() != nil {
			return fmt.Errorf("%s:%d: %s", path, ye.GetToken().Position.Line, ye.GetMessage())
		}
		first, _, _ := strings.Cut(err.Error(), "\n")
		return fmt.Errorf("%s: %s", path, first)
	}
	s.File = path
	return nil
}

func within(base, path string) string {
	if path == "" || base == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}
