package explore

import (
	"context"
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

func set(t *testing.T) *fixtures.Set {
	t.Helper()
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	set, err := fixtures.Load(contract, "")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestDrawn: whatever is drawn can be run, and what is left out of it, too.
func TestDrawn(t *testing.T) {
	g, set := NewWithT(t), set(t)
	kinds := map[string]int{}
	for _, d := range draw(set, 1, 0, 300) {
		g.Expect(d.fault).NotTo(HaveOccurred())
		kinds[d.x.Kinds[0]]++
		for _, p := range d.program.shorter() {
			if c := p.Case("x.1", "x"); len(c.Requirements) > 0 {
				_, err := admit(set, c)
				g.Expect(err).NotTo(HaveOccurred(), c.Stanza())
				g.Expect(p.size()).To(BeNumerically("<=", d.program.size()), "no longer than before")
			}
		}
	}
	for _, kind := range []string{"sequence", "overlap"} {
		g.Expect(kinds[kind]).To(BeNumerically(">", 60), kind)
	}
}

// TestSameSeed: a seed and a number name a program.
func TestSameSeed(t *testing.T) {
	g, set := NewWithT(t), set(t)
	first, second := draw(set, 5, 0, 20), draw(set, 5, 10, 10)
	for i, d := range second {
		g.Expect(d.x).To(Equal(first[10+i].x))
	}
	g.Expect(draw(set, 6, 10, 1)[0].program).NotTo(Equal(second[0].program))
}

// fake is a target that fails where wrong says so.
type fake struct {
	wrong func(fixtures.Expanded) bool
}

func (f fake) Run(_ context.Context, x fixtures.Expanded) reports.CaseResult {
	r := reports.CaseResult{ID: x.Name, Outcome: reports.Passed}
	if f.wrong(x) {
		r.Outcome, r.Findings = reports.Failed, []reports.Finding{{Requirement: "group.min-size"}}
	}
	return r
}

func (f fake) Results(ctx context.Context, cases []fixtures.Expanded) (out []reports.CaseResult) {
	for _, x := range cases {
		out = append(out, f.Run(ctx, x))
	}
	return out
}

// TestShortened: of a program that fails nothing is left that it does not need.
func TestShortened(t *testing.T) {
	g := NewWithT(t)
	disabled := func(x fixtures.Expanded) bool { // fails when a call comes any time after a group was disabled
		for i, s := range x.Steps {
			if s.Disable != "" {
				for _, later := range x.Steps[i:] {
					if later.Detach != nil {
						return true
					}
				}
			}
		}
		return false
	}
	found := Explore(context.Background(), set(t), fake{disabled}, Options{For: time.Minute, Seed: 3, Jobs: 4})
	g.Expect(found.Failures).NotTo(BeEmpty())
	for _, f := range found.Failures {
		g.Expect(f.Again).To(BeTrue())
		g.Expect(f.Case.Calls).To(BeEmpty(), "it is written, not loaded")
		words := ""
		for _, s := range f.Case.Steps {
			words += fmt.Sprint(s.Disable != "", s.Detach != nil, " ")
		}
		g.Expect(words).To(Equal("true false false true "), f.Case.Stanza())
		g.Expect(f.Case.Other).To(BeNil())
	}
}

// TestNothingJudged: programs that could not be judged count apart.
func TestNothingJudged(t *testing.T) {
	g := NewWithT(t)
	found := Explore(context.Background(), set(t), unable{}, Options{For: 20 * time.Millisecond, Seed: 3, Jobs: 2})
	g.Expect(found.Results).To(BeEmpty())
	g.Expect(found.Unjudged).To(HaveKeyWithValue("gone", BeNumerically(">", 0)))
}

type unable struct{}

func (unable) Run(_ context.Context, x fixtures.Expanded) reports.CaseResult {
	return reports.CaseResult{ID: x.Name, Outcome: reports.CouldNotRun, Reason: "gone"}
}

func (u unable) Results(ctx context.Context, cases []fixtures.Expanded) (out []reports.CaseResult) {
	for _, x := range cases {
		out = append(out, u.Run(ctx, x))
	}
	return out
}
