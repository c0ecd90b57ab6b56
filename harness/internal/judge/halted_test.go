package judge

import (
	"testing"

	"github.com/essconform/essconform/spec"
)

// TestHalted: an instance that was detached, and then was shown as stopping in two looks, was stopped, also when it
// runs again.
func TestHalted(t *testing.T) {
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	runs := map[string]string{"i-1": "Running", "i-2": "Running"}
	for name, c := range map[string]struct {
		looks []map[string]string
		want  int
	}{
		"one look":             {[]map[string]string{{"i-1": "Stopping"}}, 0},
		"two looks":            {[]map[string]string{{"i-1": "Stopping"}, {"i-1": "Stopped"}}, 1},
		"of another instance":  {[]map[string]string{{"i-2": "Stopping"}, {"i-2": "Stopped"}}, 0},
		"it is started":        {[]map[string]string{{"i-1": "Starting"}, {"i-1": "Starting"}}, 0},
		"the others look well": {[]map[string]string{runs, {"i-1": "Stopping"}, runs, {"i-1": "Stopping"}}, 1},
	} {
		l := NewLedger(contract, Snapshot{
			Groups: []Group{{ID: "asg-1", Instances: []string{"i-1", "i-2"}}},
			Status: runs,
		})
		l.Halted(map[string]string{"i-1": "Stopping"}) // before the call
		l.Accepted("asg-1", []string{"i-1"}, "asa-1")
		for _, look := range c.looks {
			l.Halted(look)
		}
		found := l.Compare(Snapshot{Groups: []Group{{ID: "asg-1", Instances: []string{"i-2"}}}, Status: runs})
		n := 0
		for _, f := range found.Findings {
			if f.Requirement == keepsRunning {
				n++
			}
		}
		if n != c.want {
			t.Errorf("%s: wanted %d findings; got %+v", name, c.want, found.Findings)
		}
	}
}
