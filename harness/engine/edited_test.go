package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/embedded"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// judge runs all cases of the settings on the embedded mock.
func judge(t *testing.T, s target.Settings) reports.Report {
	t.Helper()
	g := NewWithT(t)
	s.Cover = target.CoverLean
	s = s.WithDefaults()
	plan, err := engine.NewPlan(s)
	g.Expect(err).NotTo(HaveOccurred())
	address, stop, err := plan.Start(context.Background(), engine.StartOptions{Embedded: embedded.Mock})
	t.Cleanup(func() { g.Expect(stop()).To(Succeed()) })
	g.Expect(err).NotTo(HaveOccurred())
	runner, err := plan.Connect(address, nil)
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(runner.Close)
	out := engine.RunOutcome{Selected: len(plan.Cases), Expected: plan.Cases, Selection: reports.Everything}
	out.Results = runner.Results(context.Background(), plan.Cases)
	return plan.Report(out)
}

// edited writes an edited copy of the built-in description.
func edited(t *testing.T, edits ...string) string {
	t.Helper()
	data, err := os.ReadFile("../../spec/detachinstances.openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(text, edits[i]) {
			t.Fatalf("the description has no %q to edit", edits[i])
		}
		text = strings.ReplaceAll(text, edits[i], edits[i+1])
	}
	return write(t, "edited.yaml", text)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func violated(r reports.Report) (ids []string) {
	for _, q := range r.Requirements {
		if q.Status == reports.Violated {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

func TestBuiltInDescriptions(t *testing.T) {
	t.Parallel() // most of it is waiting
	engine.NotRaced(t)
	for _, version := range []string{"2014-08-28", "2022-02-22"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			r := judge(t, target.Settings{Spec: version})
			g.Expect(r.Verdict.Conformant).To(BeTrue(), r.Verdict.Reason)
			g.Expect(r.Contract.APIVersion).To(Equal(version))
			for _, q := range r.Requirements { // the lean cover verifies them all
				g.Expect(q.Status).NotTo(Equal(reports.Unverified), q.ID+": "+q.Reason)
			}
		})
	}
}

func TestChangedMessage(t *testing.T) {
	t.Parallel() // most of it is waiting
	engine.NotRaced(t)
	g := NewWithT(t)
	r := judge(t, target.Settings{Spec: edited(t, "The specified scaling group does not exist.",
		"No such scaling group.")})
	g.Expect(violated(r)).To(Equal([]string{"error.message.InvalidScalingGroupId.NotFound"}))
	g.Expect(r.Verdict.ExitCode).To(Equal(reports.ExitNotConformant))
}

func TestAnotherVersion(t *testing.T) {
	t.Parallel() // most of it is waiting
	g := NewWithT(t)
	r := judge(t, target.Settings{Spec: edited(t, `"2014-08-28"`, `"2015-08-28"`)})
	g.Expect(violated(r)).To(ContainElements("detach.one", "error.code.Forbidden.Unauthorized"))
	g.Expect(r.Contract.APIVersion).To(Equal("2015-08-28"))
}

// TestRenamedCode: the code's cases refer to a code that is gone, and the new code has no case.
func TestRenamedCode(t *testing.T) {
	g := NewWithT(t)
	file := edited(t, "IncorrectDBInstanceStatus", "IncorrectDatabaseStatus")
	_, err := engine.NewPlan(target.Settings{Spec: file}.WithDefaults())
	g.Expect(err).To(MatchError(ContainSubstring(`error code "IncorrectDBInstanceStatus" is not in`)))
	g.Expect(err).To(MatchError(ContainSubstring("excluded: with the reason")))
}

// TestCodeAddedAndTakenOut: one code makes room for another, with a case of its own; the rule that it enforced is
// excluded with a reason.
func TestCodeAddedAndTakenOut(t *testing.T) {
	t.Parallel() // most of it is waiting
	engine.NotRaced(t)
	g := NewWithT(t)
	file := edited(t,
		"IncorrectDBInstanceStatus", "GroupIsLocked",
		"  - id: group.db-instance\n",
		"  - id: group.db-instance\n    excluded: there are no DB instances in this cloud\n")
	cases := t.TempDir()
	g.Expect(os.WriteFile(filepath.Join(cases, "locked.yaml"), []byte(`- id: error.GroupIsLocked
  title: a locked group is refused
  requirements: [group.enabled]
  state: {name: an inactive scaling group, instances: 2}
  request: {instances: [given.1]}
  expect: {error: GroupIsLocked, names: scalingGroupId}
`), 0o600)).To(Succeed())
	r := judge(t, target.Settings{Spec: file, Cases: cases})
	g.Expect(r.Verdict.ExitCode).To(Equal(reports.ExitNotConformant))
	g.Expect(violated(r)).To(ContainElement("error.code.GroupIsLocked"), "the mock knows no such code")
	for _, c := range r.Cases {
		g.Expect(c.ID).NotTo(ContainSubstring("IncorrectDBInstanceStatus"))
	}
	for _, q := range r.Requirements {
		if q.ID == "group.db-instance" {
			g.Expect(q.Status).To(Equal(reports.Excluded))
			g.Expect(q.Reason).To(Equal("there are no DB instances in this cloud"))
		}
	}
}
