package merge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/render/terminal"
)

// TestAPartOfTheCasesIsNoConformantTarget: who was asked a part only is not counted with those who answered everything.
func TestAPartOfTheCasesIsNoConformantTarget(t *testing.T) {
	g := NewWithT(t)
	part := samples.Input()
	part.NotSelected, part.Run.Selection = 500, "case detach.one/*"
	m, err := NewMatrix([]reports.Report{reports.Build(samples.Input()), reports.Build(part)})
	g.Expect(err).NotTo(HaveOccurred())
	if m.Verdict.Compatible || m.Verdict.ExitCode != reports.ExitCouldNotJudge ||
		!strings.HasPrefix(m.Verdict.Reason, "1 of 2 targets conformant; 1 judged by a part") {
		t.Errorf("wanted 1 of 2 targets conformant, and exit code 2; got %+v", m.Verdict)
	}
}

// TestACellThatIsVerifiedInPart shows at a glance that some of its cases say nothing.
func TestACellThatIsVerifiedInPart(t *testing.T) {
	g := NewWithT(t)
	part := samples.Input()
	for i, c := range part.Cases {
		if slices.Contains(c.Requirements, samples.ReqOne) {
			part.Cases[i].Outcome, part.Cases[i].Reason, part.Cases[i].Checked = reports.CouldNotRun,
				"no group was left", nil
			break
		}
	}
	m, err := NewMatrix([]reports.Report{reports.Build(samples.Input()), reports.Build(part)})
	g.Expect(err).NotTo(HaveOccurred())
	row := m.Requirements[slices.IndexFunc(m.Requirements, func(r MatrixRow) bool { return r.ID == samples.ReqOne })]
	whole, partly := row.Cells[0], row.Cells[1]
	g.Expect([]string{
		whole.Sign(), whole.Number(), whole.Class(),
		whole.Words(),
	}).To(Equal([]string{"✓", "", "good", "satisfied"}))
	g.Expect(partly.Status).To(Equal(reports.Satisfied))
	g.Expect([]string{partly.Sign(), partly.Number(), partly.Class()}).To(
		Equal([]string{"◐", fmt.Sprintf("%d/%d", partly.Cases-1, partly.Cases), "doubt"}))
	g.Expect(partly.Words()).To(Equal(fmt.Sprintf("satisfied, not verified in 1 of %d cases", partly.Cases)))
	var text strings.Builder
	g.Expect(WriteText(&text, m, terminal.Options{Width: 100})).To(Succeed())
	g.Expect(text.String()).To(ContainSubstring("what does not hold everywhere:\n  " + samples.ReqOne + "\n    ◐ "))
}
