package engine

import "testing"

// NotRaced is for whole runs that show nothing of goroutines which shorter tests do not: with the race detector they
// take minutes. `make test` runs them without it.
func NotRaced(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a whole run: make test runs it without the race detector")
	}
}
