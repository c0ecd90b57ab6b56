package render

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// contributed is the worked example of CONTRIBUTING.md, which quotes its entry and its function.
func contributed() []Format[reports.Report] {
	return []Format[reports.Report]{
		{"tap", "", Plain(writeTAP)},
	}
}

// writeTAP writes the Test Anything Protocol: one line for each case. Only a pass is "ok".
func writeTAP(w io.Writer, r reports.Report) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "TAP version 14\n1..%d\n", len(r.Cases))
	for i, c := range r.Cases {
		status := "not ok"
		if c.Outcome == reports.Passed {
			status = "ok"
		}
		fmt.Fprintf(out, "%s %d - %q\n", status, i+1, c.ID)
	}
	return out.Flush()
}

func TestContributedFormat(t *testing.T) {
	for name, r := range samples.All() {
		var got bytes.Buffer
		if err := contributed()[0].Write(t.Context(), &got, r, Options{}); err != nil {
			t.Fatal(err)
		}
		passed := strings.Count("\n"+got.String(), "\nok ")
		if lines := strings.Count(got.String(), "\n"); lines != len(r.Cases)+2 || passed != r.Counts.Passed {
			t.Errorf("%s: wanted %d cases, %d passed; got %d lines, %d ok", name, len(r.Cases), r.Counts.Passed, lines,
				passed)
		}
	}
}
