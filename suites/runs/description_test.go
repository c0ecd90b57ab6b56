//go:build unix

package runs_test

import (
	"path/filepath"
	"strings"
	"testing"
)

const description = "../../spec/detachinstances.openapi.yaml"

// edited passes a copy of the built-in description in which one text is replaced.
func edited(old, replacement string) func(*testing.T, string) []string {
	return func(t *testing.T, dir string) []string {
		t.Helper()
		text := read(t, description)
		if !strings.Contains(text, old) {
			t.Fatalf("wanted %q in the description; got none", old)
		}
		return []string{"-spec", write(t, filepath.Join(dir, "s.yaml"), strings.Replace(text, old, replacement, 1))}
	}
}

// withoutCode passes a copy in which no answer has the example of a code any more. Lines are kept, as comments.
func withoutCode(code string) func(*testing.T, string) []string {
	return func(t *testing.T, dir string) []string {
		t.Helper()
		lines := strings.Split(read(t, description), "\n")
		removed := 0
		for i := 0; i+1 < len(lines); i++ {
			if strings.TrimSpace(lines[i]) == code+":" && strings.Contains(lines[i+1], "#/components/examples/"+code) {
				lines[i], lines[i+1] = "#", "#"
				removed++
			}
		}
		if removed == 0 {
			t.Fatalf("wanted examples of %s in the description; got none", code)
		}
		return []string{"-spec", write(t, filepath.Join(dir, "s.yaml"), strings.Join(lines, "\n"))}
	}
}
