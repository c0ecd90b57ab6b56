package support

import "testing"

// TestLifecycle: both pages' words for the status of a group are read, in any case; another word stays as it is.
func TestLifecycle(t *testing.T) {
	for shown, want := range map[string]string{
		"Active": Active, "Enable": Active, "ENABLED": Active, "Inactive": Inactive, "Disable": Inactive,
		"Deleting": "Deleting", "": "",
	} {
		if got := Lifecycle(shown); got != want {
			t.Errorf("%q: wanted %q; got %q", shown, want, got)
		}
	}
}
