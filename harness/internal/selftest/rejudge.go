package selftest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
)

// runTwice is Run, and says how the judgement of its recording differs from that of the run itself: a line for each
// case.
func (b *Bench) runTwice(ctx context.Context, set Set, change func(*mock.Options)) (
	report reports.Report, differences []string, err error,
) {
	dir, err := os.MkdirTemp("", "essconform-selftest-")
	if err != nil {
		return report, nil, fmt.Errorf("self-test: %w", err)
	}
	defer os.RemoveAll(dir)
	folder, err := har.NewFolder(dir)
	if err != nil {
		return report, nil, fmt.Errorf("self-test: %w", err)
	}
	if report, err = b.run(ctx, set, change, folder); err != nil || len(report.Cases) == 0 {
		return report, nil, err
	}
	recording, err := har.Gather(folder, nil)
	if err != nil {
		return report, nil, fmt.Errorf("self-test: %w", err)
	}
	defer recording.Close()
	var file bytes.Buffer
	if err := recording.Write(&file, har.Creator{Name: "essconform"}); err != nil {
		return report, nil, fmt.Errorf("self-test: %w", err)
	}
	plan := *b.plan
	set.settle(&plan.Settings)
	again, err := plan.Rejudge(ctx, &file, report)
	if err != nil {
		return report, nil, fmt.Errorf("self-test: judge the recording: %w", err)
	}
	// What shows only across cases, the report finds.
	now := plan.Report(engine.RunOutcome{
		StartedAt: report.Run.StartedAt, Procs: 1, Selected: len(again),
		Results: again,
	})
	for i, was := range report.Cases {
		if difference := differ(was, now.Cases[i]); difference != "" {
			differences = append(differences, was.ID+": "+difference)
		}
	}
	return report, differences, nil
}

// differ says how two judgements of one case differ; "" when they do not. Histories do not count: how far one is
// shortened depends on how much time there was for it, and its times are rounded in a recording.
func differ(was, now reports.CaseResult) string {
	if was.Outcome != now.Outcome || was.Reason != now.Reason {
		return fmt.Sprintf("was %s %q, judged again %s %q", was.Outcome, was.Reason, now.Outcome, now.Reason)
	}
	if !reflect.DeepEqual(bare(was.Findings), bare(now.Findings)) {
		return fmt.Sprintf("the findings were %+v, judged again %+v", bare(was.Findings), bare(now.Findings))
	}
	if !slices.Equal(was.Checked, now.Checked) {
		return fmt.Sprintf("checked was %q, judged again %q", was.Checked, now.Checked)
	}
	return ""
}

func bare(findings []reports.Finding) []reports.Finding {
	out := slices.Clone(findings)
	for i := range out {
		out[i].History = nil
	}
	return out
}
