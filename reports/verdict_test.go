package reports_test

import (
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

func TestVerdict(t *testing.T) {
	must := samples.Finding(samples.ReqOne, "HTTP 200", "HTTP 500", "status")
	set := func(o reports.Outcome, fs ...reports.Finding) func(*reports.Input) {
		return func(in *reports.Input) { in.Cases[0].Outcome, in.Cases[0].Findings = o, fs }
	}
	for name, c := range map[string]struct {
		change func(*reports.Input)
		exit   int
		reason string
	}{
		"all passed": {func(*reports.Input) {}, 0, "conformant: 16 of 16 cases passed"},
		"one failed": {
			set(reports.Failed, must),
			1, "not conformant: 1 of 16 cases failed on 1 requirement",
		},
		"bare failure": {set(reports.Failed), 1, "not conformant: 1 of 16 cases failed"},
		"a passed case with a MUST finding": {
			set(reports.Passed, must),
			1, "not conformant: 1 of 16 cases failed on 1 requirement",
		},
		"an unsupported case with a MUST finding": {
			set(reports.Unsupported, must), 1,
			"not conformant: 1 of 16 cases failed on 1 requirement",
		},
		"a finding of an unknown level": {
			set(reports.Passed, reports.Finding{Requirement: samples.ReqOne, Level: "must"}), 1,
			"not conformant: 1 of 16 cases failed on 1 requirement",
		},
		"a warning": {
			set(reports.Passed, reports.Finding{Requirement: samples.ReqOne, Level: "SHOULD"}),
			0, "conformant: 16 of 16 cases passed",
		},
		"waived, but by no waiver": {
			set(reports.Waived, must), 1,
			"not conformant: 1 of 16 cases failed on 1 requirement",
		},
		"unexpected pass": {
			func(in *reports.Input) {
				in.Waivers = []reports.Waiver{{Case: in.Cases[0].ID, Reason: "known"}}
			}, 1,
			"waivers out of date: 1 waived case passed",
		},
		"unsupported": {
			set(reports.Unsupported), 0,
			"conformant in what the target supports: 15 of 16 cases passed, 1 unsupported",
		},
		"could not run": {set(reports.CouldNotRun), 2, "could not judge: 1 of 16 cases could not run"},
		"could not run, SHOULD": {func(in *reports.Input) {
			in.Cases[0].Outcome, in.Cases[0].Labels = reports.CouldNotRun, []string{"should"}
		}, 0, "conformant: 15 of 16 cases passed, 1 case of level SHOULD could not run"},
		"only SHOULD, and none could run": {func(in *reports.Input) {
			in.Cases, in.Selected = in.Cases[:1], 1
			in.Cases[0].Outcome, in.Cases[0].Labels = reports.CouldNotRun, []string{"should"}
		}, 2, "could not judge: no case passed (0 unsupported, 0 waived)"},
		"no outcome yet":        {set(""), 0, "conformant: 16 of 16 cases passed"},
		"no outcome, a finding": {set("", must), 1, "not conformant: 1 of 16 cases failed on 1 requirement"},
		"an unknown outcome":    {set("skipped"), 2, "could not judge: 1 of 16 cases could not run"},
		"passed, nothing checked": {
			func(in *reports.Input) { in.Cases[0].Checked = nil }, 2,
			"could not judge: 1 of 16 cases could not run",
		},
		"passed, body not checked": {
			func(in *reports.Input) { in.Cases[0].BodyChecked = false }, 2,
			"could not judge: 1 of 16 cases could not run",
		},
		"a result is missing": {
			func(in *reports.Input) { in.Cases = in.Cases[1:] }, 2,
			"could not judge: 1 of 16 cases left no result",
		},
		"a result twice": {
			func(in *reports.Input) { in.Cases[1] = in.Cases[0] }, 2,
			"could not judge: 1 of 16 cases left no result",
		},
		"more results than selected": {
			func(in *reports.Input) { in.Selected = 3 }, 2,
			"could not judge: 16 results came for 3 selected",
		},
		"nothing selected": {
			func(in *reports.Input) { in.Cases, in.Selected = nil, 0 }, 2,
			"could not judge: no case was selected",
		},
		"no results": {
			func(in *reports.Input) { in.Cases = nil }, 2,
			"could not judge: 16 of 16 cases left no result",
		},
		"all unsupported": {func(in *reports.Input) {
			for i := range in.Cases {
				in.Cases[i].Outcome = reports.Unsupported
			}
		}, 2, "could not judge: no case passed (16 unsupported, 0 waived)"},
		"partial": {
			func(in *reports.Input) { in.Run.Partial = "interrupted" },
			2, "could not judge: the run did not come to its end (partial: interrupted)",
		},
		"partial with nothing run": {func(in *reports.Input) {
			in.Cases, in.Selected, in.Run.Partial = nil, 0,
				"interrupted"
		}, 2, "could not judge: the run did not come to its end (partial: interrupted)"},
		"partial and failed": {
			func(in *reports.Input) { set(reports.Failed, must)(in); in.Run.Partial = "interrupted" }, 1,
			"not conformant: 1 of 16 cases failed on 1 requirement (partial: interrupted)",
		},
		"failed and could not run": {
			func(in *reports.Input) { set(reports.Failed, must)(in); in.Cases[1].Outcome = reports.CouldNotRun }, 1,
			"not conformant: 1 of 16 cases failed on 1 requirement, 1 of 16 cases could not run",
		},
		"waiver problems": {func(in *reports.Input) {
			in.Waivers = []reports.Waiver{
				{Case: "x", Reason: "known"},
				{Case: "y"},
			}
		}, 2, "could not judge: 2 problems with the waivers"},
		"a selection": {
			func(in *reports.Input) { in.Run.Selection, in.NotSelected = "label xml", 4 }, 0,
			"conformant in what was selected (label xml): 16 of 16 cases passed",
		},
		"a shard": {
			func(in *reports.Input) { in.Run.Shard, in.NotSelected = &reports.Shard{2, 5, 80}, 64 }, 0,
			"conformant in shard 2 of 5: 16 of 16 cases passed",
		},
		"a shard of a selection without a name": {
			func(in *reports.Input) { in.Run.Shard, in.NotSelected = &reports.Shard{2, 5, 80}, 70 }, 0,
			"conformant in shard 2 of 5 in what was selected (80 of 86 cases): 16 of 16 cases passed",
		},
		"a shard that failed": {
			func(in *reports.Input) {
				set(reports.Failed, must)(in)
				in.Run.Shard = &reports.Shard{2, 5, 80}
			}, 1,
			"not conformant: 1 of 16 cases failed on 1 requirement (shard 2 of 5)",
		},
		"a shard that was interrupted": {
			func(in *reports.Input) { in.Run.Shard, in.Run.Partial = &reports.Shard{2, 5, 80}, "interrupted" }, 2,
			"could not judge: the run did not come to its end (shard 2 of 5) (partial: interrupted)",
		},
		"a selection without a name": {
			func(in *reports.Input) { in.NotSelected = 4 }, 0,
			"conformant in what was selected (16 of 20 cases): 16 of 16 cases passed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := samples.Input()
			c.change(&in)
			got := reports.Build(in)
			if got.Verdict.ExitCode != c.exit || got.Verdict.Reason != c.reason ||
				got.Verdict.Conformant != (c.exit == 0) {
				t.Errorf("wanted exit %d, %q; got %+v", c.exit, c.reason, got.Verdict)
			}
			n := got.Counts
			if sum := n.Passed + n.Failed + n.Waived + n.UnexpectedPass + n.CouldNotRun +
				n.Unsupported; sum != n.Selected {
				t.Errorf("wanted counts that add up to %d; got %d: %+v", n.Selected, sum, n)
			}
		})
	}
}

func TestVerdictReasonIsOneLine(t *testing.T) {
	in := samples.Input()
	in.Run.Selection, in.Run.Partial = strings.Repeat(samples.Nasty, 10), samples.Nasty
	reason := reports.Build(in).Verdict.Reason
	if strings.ContainsAny(reason, "\n\x1b") || len(reason) > 400 {
		t.Errorf("wanted one short printable line; got %q", reason)
	}
}
