package judge

import (
	"testing"

	"github.com/essconform/essconform/spec"
)

// TestMemberShown: a member that a refused call named looks as before, unless something else may have changed it.
func TestMemberShown(t *testing.T) {
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	inService := Member{"InService", "Attached"}
	look := func(m Member, activities ...Activity) Snapshot {
		return Snapshot{Groups: []Group{{
			ID: "asg-1", Instances: []string{"i-1", "i-2"}, Shown: map[string]Member{"i-1": m, "i-2": inService},
			Activities: append([]Activity{}, activities...),
		}}}
	}
	unwatched := look(Member{"Removing", "Attached"})
	unwatched.Groups[0].Activities = nil
	refused := func(l *Ledger) { l.Refused([]string{"i-1"}) }
	for name, c := range map[string]struct {
		before, after Snapshot
		call          func(*Ledger)
		want          int
	}{
		"as before":     {look(inService), look(inService), refused, 0},
		"Removing":      {look(inService), look(Member{"Removing", "Attached"}), refused, 1},
		"Standby":       {look(inService), look(Member{"Standby", "Attached"}), refused, 1},
		"from Standby":  {look(Member{"Standby", "Attached"}), look(inService), refused, 1},
		"created":       {look(inService), look(Member{"InService", "AutoCreated"}), refused, 1},
		"was Pending":   {look(Member{"Pending", "Attached"}), look(inService), refused, 0},
		"not shown":     {look(inService), look(Member{}), refused, 0},
		"never shown":   {look(Member{}), look(inService), refused, 0},
		"not looked at": {look(inService), unwatched, refused, 0},
		"an activity of its own": {
			look(inService), look(Member{"Removing", "Attached"}, Activity{"asa-9", "asg-1", "InProgress"}), refused, 0,
		},
		"an activity from before": {
			look(inService, Activity{"asa-0", "asg-1", "InProgress"}), look(Member{"Removing", "Attached"}), refused, 0,
		},
		"of another instance": {
			look(inService), look(Member{"Removing", "Attached"}), func(l *Ledger) { l.Refused([]string{"i-2"}) }, 0,
		},
		"accepted, too": {look(inService), look(Member{"Removing", "Attached"}), func(l *Ledger) {
			l.Accepted("asg-1", []string{"i-1"}, "asa-1")
			l.Doubt("asa-1")
			l.Refused([]string{"i-1"})
		}, 0},
	} {
		l := NewLedger(contract, c.before)
		c.call(l)
		found := l.Compare(c.after)
		if len(found.Findings) != c.want || found.Passing != (c.want > 0) {
			t.Errorf("%s: wanted %d findings; got %+v", name, c.want, found)
		}
	}
}
