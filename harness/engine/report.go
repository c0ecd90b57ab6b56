package engine

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/build"
	"github.com/essconform/essconform/harness/internal/runlock"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
)

// RunOutcome is what a runner of the plan, Ginkgo or the command, knows at its end.
type RunOutcome struct {
	StartedAt time.Time
	Seed      int64
	Procs     int
	Selection string
	Selected  int
	Command   string
	Results   []reports.CaseResult
	// Expected are the selected cases, where that is known; those without a result are reported as could-not-run.
	Expected []fixtures.Expanded
	// Partial is why there are fewer results than selected cases; "" when there are not.
	Partial string
	// Notes are warnings about the target that belong to no case, see Runner.Notes.
	Notes []string
	// Exchanges are those of the run; nil when they were not kept. The report draws them, so close them after it.
	Exchanges *har.Recording
	// Shard is set when the run was a part of the selection.
	Shard *reports.Shard
	// Named is set when the cases were named or drawn one by one: what does not apply to the target was not asked for.
	Named bool
}

// LockReports takes the lock of a directory of reports, before a run removes what is there. release is called when the
// reports are written.
func LockReports(dir string) (release func(), err error) {
	return runlock.Acquire(filepath.Join(dir, "run.lock"), "the report directory "+dir,
		"wait for its end, or choose another -report-dir")
}

// Report builds the report of a run of the plan.
func (p *Plan) Report(o RunOutcome) reports.Report {
	results := slices.Concat(o.Results, p.missing(o))
	s := p.Settings
	in := reports.Input{
		Suite: reports.Suite{Version: version(), Commit: commit(), CaseSet: p.Set.Hash()},
		Contract: reports.Contract{
			File: p.Contract.File, SHA256: p.Contract.SHA256, APIVersion: p.Contract.APIVersion,
			Operation: p.Contract.Operation,
		},
		Target: p.target(),
		Run: reports.Run{
			ID: uuid.NewString(), StartedAt: o.StartedAt, EndedAt: time.Now(), Seed: o.Seed, Procs: o.Procs,
			Config:    s.Effective(),
			Selection: o.Selection, Command: o.Command, Partial: o.Partial, Notes: o.Notes, Shard: o.Shard,
		},
		Catalogue: p.catalogue(), Cases: results, Selected: o.Selected,
		NotSelected: max(0, len(p.Cases)-o.Selected), // what does not apply to the target could not have been selected
		Waivers:     p.Waivers, Elsewhere: p.elsewhere(results), LeftOut: p.leftOut(),
	}
	if o.Named {
		in.LeftOut = nil
	}
	report := reports.Build(in)
	if report.Recording = o.Exchanges; o.Exchanges != nil {
		for i, c := range report.Cases {
			report.Cases[i].Exchanges = o.Exchanges.Cases[c.ID]
		}
	}
	return report
}

func (p *Plan) target() reports.Target {
	s := p.Settings
	t := reports.Target{
		Name: s.Name, Kind: "endpoint", Endpoint: s.Endpoint, Region: s.Region, Signature: s.Signature,
		Arrangement: "none",
	}
	switch {
	case s.Embedded():
		t.Kind, t.Endpoint, t.Arrangement = "embedded mock", "embedded", "embedded mock"
	case s.ProviderStates != "":
		t.Arrangement = "provider states"
	case s.Bindings != "":
		t.Arrangement = "bindings"
	case s.ByAPI():
		t.Arrangement = "API"
	}
	if t.Name == "" {
		t.Name = t.Endpoint
	}
	return t
}

// missing are results for the selected cases that have none.
func (p *Plan) missing(o RunOutcome) (out []reports.CaseResult) {
	have := map[string]bool{}
	for _, r := range o.Results {
		have[r.ID] = true
	}
	for _, x := range o.Expected {
		if !have[x.Name] {
			r := newRecord(x).result
			r.Outcome, r.Reason = reports.CouldNotRun, "not reached: "+o.Partial
			out = append(out, r)
		}
	}
	return out
}

// elsewhere are the cases that this run did not select, as far as waivers look at them: a waiver for one of them is not
// wrong.
func (p *Plan) elsewhere(results []reports.CaseResult) (out []reports.CaseResult) {
	here := map[string]bool{}
	for _, r := range results {
		here[r.ID] = true
	}
	for _, x := range slices.Concat(p.Cases, p.NotApplicable, p.leanOut) {
		if !here[x.Name] {
			out = append(out, reports.CaseResult{ID: x.Name, Requirements: x.Requirements})
		}
	}
	return out
}

// leftOut counts the cases that do not apply to the target, by the flag that brings them back.
func (p *Plan) leftOut() (out []reports.LeftOut) {
	signed, groups := 0, 0
	for _, x := range p.NotApplicable {
		if x.Copies > 0 {
			groups++
		} else {
			signed++
		}
	}
	if signed > 0 {
		out = append(out, reports.LeftOut{
			Cases: signed, Why: "they need a target that verifies signatures", Flag: "-verifies-signatures",
		})
	}
	if len(p.leanOut) > 0 {
		out = append(out, reports.LeftOut{
			Cases: len(p.leanOut), Why: "the lean cover verifies their requirements by others", Flag: "-cover full",
		})
	}
	if groups > 0 {
		out = append(out, reports.LeftOut{
			Cases: groups, Why: "they need many groups at once, which only a target that arranges states can give",
			Flag: "-provider-states",
		})
	}
	return out
}

func (p *Plan) catalogue() (out []reports.CatalogueEntry) {
	cases := map[string][]string{}
	for _, x := range slices.Concat(p.Cases, p.NotApplicable, p.leanOut) {
		for _, id := range x.Requirements {
			cases[id] = append(cases[id], x.Name)
		}
	}
	for _, r := range p.Contract.Requirements {
		out = append(out, reports.CatalogueEntry{
			ID: r.ID, Level: string(r.Level), Profile: string(r.Profile), Text: r.Text, Source: r.Source,
			Excluded: r.Excluded,
			SpecLine: p.Contract.At(r.Line), Cases: cases[r.ID],
		})
	}
	return out
}

// version is the version of the suite, as its build says.
func version() string { return build.Read().Version }

func commit() string { return build.Read().Commit }

// Exchanges are those that all processes of the run have kept, for RunOutcome; nil for none. It is called when all
// cases have ended, on a runner of the process that called Start. Close removes them.
func (r *Runner) Exchanges() (*har.Recording, error) { return r.recorder.Gather() }
