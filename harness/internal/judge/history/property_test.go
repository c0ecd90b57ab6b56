package history

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

// Whatever a correct service does, nothing is held against it: overlap, activities of any length, looks that lag
// and go back in time, activities and instances of its own, answers that are lost.
func TestCorrectServiceIsNeverAccused(t *testing.T) {
	for _, lag := range []time.Duration{0, 50 * ms} {
		rapid.Check(t, func(t *rapid.T) {
			h := drawSimulation(t, lag, "")
			for _, v := range Judge(h, Options{Lag: lag}) {
				if v.Result == Violated {
					t.Fatalf("%s: wanted %s; got %s\n%s\n%s", v.Requirement, v.Want, v.Got, text(v.Steps), dump(h))
				}
			}
		})
	}
}

// A service with a defect is found out by a good part of random programs, without knowing what to look for.
func TestDefectiveServiceIsFound(t *testing.T) {
	for _, defect := range []string{
		"Forbidden.Unauthorized", "InvalidScalingGroupId.NotFound", noID, inactive, busyCode, foreignI, minCode,
		"acts on refused calls", "busy for ever", "nothing leaves",
	} {
		t.Run(defect, func(t *testing.T) {
			programs := rapid.Custom(func(t *rapid.T) History { return drawSimulation(t, 0, defect) })
			found := 0
			for seed := range 200 {
				if violated(programs.Example(seed)) {
					found++
				}
			}
			t.Logf("%d of 200", found)
			NewWithT(t).Expect(found).To(BeNumerically(">=", 1))
		})
	}
}

func text(lines []Line) (out string) {
	for _, l := range lines {
		out += "  " + l.String() + "\n"
	}
	return out
}

func dump(h History) string {
	out := "all:\n"
	for _, o := range h.Operations {
		out += "  " + operationLine(o, false).String() + "\n"
	}
	for _, l := range h.Looks {
		out += "  " + lookLine(l, nil, false).String() + "\n"
	}
	return out
}
