package summary

import (
	"fmt"
	"testing"

	"github.com/essconform/essconform/reports"
)

func TestShortHistory(t *testing.T) {
	// "c" is a call, "d" a look, "!" a look that nothing explains.
	for steps, want := range map[string][3]int{ // first, shown, left
		"cd!":                  {0, 3, 0},
		"cdddd!dd":             {0, 6, 2},
		"dddcddd!":             {2, 6, 2}, // the call is among the last six
		"ddddcddddddd!":        {4, 9, 4},
		"ddddcdddddddddddddd!": {14, 6, 14}, // too far away
		"ccdddddddd!":          {1, 10, 1},
		"dddddddddddd!":        {7, 6, 7},
	} {
		var lines []reports.HistoryLine
		for i, c := range steps {
			text := map[rune]string{'c': "DetachInstances asg-1: i-1 -> refused"}[c]
			if text == "" {
				text = "DescribeScalingInstances of asg-1"
			}
			lines = append(lines, reports.HistoryLine{AtMs: float64(i), Text: fmt.Sprint(text), Marked: c == '!'})
		}
		shown, first, left := ShortHistory(lines)
		if got := [3]int{first, len(shown), left}; got != want {
			t.Errorf("%s: wanted %v; got %v", steps, want, got)
		}
	}
}
