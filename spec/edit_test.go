package spec_test

import (
	"os"
	"strings"
	"testing"

	"github.com/essconform/essconform/spec"
)

// file is the name under which tests load descriptions.
const file = "edited.yaml"

// edit is a change of a description. It fails the test when there is nothing to change, so that no test passes on an
// unchanged description.
type edit func(t *testing.T, text string) string

// swap replaces the first occurrence of old.
func swap(old, replacement string) edit {
	return func(t *testing.T, text string) string {
		t.Helper()
		if !strings.Contains(text, old) {
			t.Fatalf("wanted %q in the description; got none", old)
		}
		return strings.Replace(text, old, replacement, 1)
	}
}

// swapLast replaces the last occurrence of old.
func swapLast(old, replacement string) edit {
	return func(t *testing.T, text string) string {
		t.Helper()
		i := strings.LastIndex(text, old)
		if i < 0 {
			t.Fatalf("wanted %q in the description; got none", old)
		}
		return text[:i] + replacement + text[i+len(old):]
	}
}

// swapAll replaces every occurrence of old.
func swapAll(old, replacement string) edit {
	return func(t *testing.T, text string) string {
		t.Helper()
		if !strings.Contains(text, old) {
			t.Fatalf("wanted %q in the description; got none", old)
		}
		return strings.ReplaceAll(text, old, replacement)
	}
}

// cut removes from the first occurrence of from up to the next occurrence of to, which stays.
func cut(from, to string) edit {
	return func(t *testing.T, text string) string {
		t.Helper()
		before, after, found := strings.Cut(text, from)
		i := strings.Index(after, to)
		if !found || i < 0 {
			t.Fatalf("wanted %q and then %q in the description; got none", from, to)
		}
		return before + after[i:]
	}
}

// builtin is the text of the built-in description.
func builtin(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("detachinstances.openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// edited is the built-in description with some edits.
func edited(t *testing.T, edits ...edit) string {
	t.Helper()
	text := builtin(t)
	for _, e := range edits {
		text = e(t, text)
	}
	return text
}

// loadEdited loads the built-in description with some edits.
func loadEdited(t *testing.T, edits ...edit) *spec.Contract {
	t.Helper()
	c, err := spec.Load(file, []byte(edited(t, edits...)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lineWith is the number of the line of text on which marker first stands. A marker that ends in a line break ends its
// line.
func lineWith(t *testing.T, text, marker string) int {
	t.Helper()
	before, _, found := strings.Cut(text, marker)
	if !found {
		t.Fatalf("wanted a line with %q; got none", marker)
	}
	return strings.Count(before, "\n") + 1
}
