package target

import (
	"fmt"
	"reflect"
	"strings"
)

// Unknown is the error of a key that does not exist, with the one that was probably meant.
func Unknown(key, what string, known []string) error {
	if near := nearest(key, known); near != "" {
		return fmt.Errorf("%q is no %s; did you mean %s?", key, what, near)
	}
	return fmt.Errorf("%q is no %s; write one of %s", key, what, strings.Join(known, ", "))
}

// nearest is the known word with the fewest typing errors between it and word; "" when all are far away.
func nearest(word string, known []string) string {
	best, least := "", max(2, len(word)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the characters that must be put in, taken out or changed to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// keys are the YAML keys of a struct, in its order.
func keys[T any]() (out []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		out = append(out, f.Tag.Get("yaml"))
	}
	return out
}

// APIKeys are what "arrange:" in a target file can hold.
func APIKeys() []string { return keys[API]() }
