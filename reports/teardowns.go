package reports

import (
	"fmt"
	"strings"
)

// TeardownFailures is one line about the teardowns that failed, for every place where a report is summarised; "" when
// none did. They change no outcome, but resources may be left behind.
func TeardownFailures(cases []CaseResult) string {
	count, first := 0, ""
	for _, c := range cases {
		for _, step := range c.Trail {
			reason, failed := strings.CutPrefix(step.Result, "failed: ")
			if !failed || !strings.HasPrefix(step.What, "teardown ") {
				continue
			}
			if count++; count == 1 {
				first = reason
			}
		}
	}
	switch count {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("1 teardown failed, so that resources may be left behind: %.200q", first)
	}
	return fmt.Sprintf("%d teardowns failed, so that resources may be left behind; the first one: %.200q", count, first)
}
