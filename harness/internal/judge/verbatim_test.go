package judge

import (
	"testing"

	"github.com/essconform/essconform/spec"
)

// TestIdsWithin: what an accepted call with an id like " i-1" did to i-1 is not documented; what it did to others is.
func TestIdsWithin(t *testing.T) {
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	for sent, want := range map[string]int{" i-1": 0, "i-1 ": 0, "i-1,i-1": 0, "i-3": 1, " i-2": 1} {
		l := NewLedger(contract, Snapshot{Groups: []Group{{ID: "asg-1", Instances: []string{"i-1", "i-2"}}}})
		l.Accepted("asg-1", []string{sent}, "asa-1")
		found := l.Compare(Snapshot{Groups: []Group{{ID: "asg-1", Instances: []string{"i-2"}}}})
		if len(found.Findings) != want {
			t.Errorf("%q: wanted %d findings; got %+v", sent, want, found.Findings)
		}
	}
}
