package merge

import (
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// TestAPartOfTheCasesIsNoConformantTarget: who was asked a part only is not counted with those who answered everything.
func TestAPartOfTheCasesIsNoConformantTarget(t *testing.T) {
	part := samples.Input()
	part.NotSelected, part.Run.Selection = 500, "case detach.one/*"
	m, err := NewMatrix([]reports.Report{reports.Build(samples.Input()), reports.Build(part)})
	if err != nil {
		t.Fatal(err)
	}
	if m.Verdict.Compatible || m.Verdict.ExitCode != reports.ExitCouldNotJudge ||
		!strings.HasPrefix(m.Verdict.Reason, "1 of 2 targets conformant; 1 judged by a part") {
		t.Errorf("wanted 1 of 2 targets conformant, and exit code 2; got %+v", m.Verdict)
	}
}
