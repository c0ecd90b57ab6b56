package compare

import (
	"bytes"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/render/terminal"
)

// afterwards is a later run of the sample: changed in every way that a comparison knows.
func afterwards() (old, new reports.Report) {
	a, b := samples.Broken(), samples.Input()
	a.Waivers = a.Waivers[:1]
	samples.On(a, samples.ReqIdle, func(i int, c *reports.CaseResult) {
		if i == 0 {
			c.Outcome, c.Reason, c.Checked = reports.CouldNotRun, "the state could not be arranged", nil
		}
	})
	next := samples.Started.AddDate(0, 0, 1)
	b.Run.ID, b.Run.StartedAt, b.Run.EndedAt = "0198c7b7", next, next
	b.Suite.CaseSet = "another"
	samples.On(b, samples.ReqStatus, func(i int, c *reports.CaseResult) { // still failing in one format
		if i == 0 {
			c.Outcome, c.Findings = reports.Failed, []reports.Finding{
				samples.Finding(samples.ReqStatus, "HTTP 404", "400", "status"),
			}
		}
	})
	samples.On(b, samples.ReqOne, func(_ int, c *reports.CaseResult) { // regressed
		c.Outcome, c.Findings = reports.Failed, []reports.Finding{
			samples.Finding(samples.ReqOne, "HTTP 200", "HTTP 500", "status"),
		}
	})
	samples.On(b, samples.ReqCase, func(i int, c *reports.CaseResult) { // the waiver is gone; one of the two is fixed
		if i == 0 {
			c.Outcome, c.Findings = reports.Failed, []reports.Finding{
				samples.Finding(samples.ReqCase, "the same answer", "HTTP 400", ""),
			}
		}
	})
	samples.On(b, reports.ActivityUnique, func(_ int, c *reports.CaseResult) {
		c.Outcome, c.Reason, c.Checked, c.BodyChecked = reports.Unsupported, "the target has no activities", nil, false
	})
	samples.On(
		b,
		samples.ReqRange,
		func(i int, c *reports.CaseResult) { c.ID = strings.Replace(c.ID, "range", "limit", 1) },
	) // renamed
	for i := range b.Catalogue {
		if b.Catalogue[i].ID == samples.ReqRange {
			b.Catalogue[i].Cases = samples.Variants("case.detach.limit")
		}
	}
	return reports.Build(a), reports.Build(b)
}

func comparison(t *testing.T, old, new reports.Report) Comparison {
	t.Helper()
	c, err := Reports(old, new)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompareFindsWhatChanged(t *testing.T) {
	c := comparison(t, reports.Build(samples.Input()), reports.Build(samples.Input()))
	if c.Verdict != (ComparisonVerdict{Reason: "no regression in 16 cases that were judged in both"}) ||
		len(c.Cases)+len(c.Requirements)+len(c.Notes) > 0 {
		t.Errorf("wanted nothing changed; got %+v", c)
	}

	old, new := afterwards()
	c = comparison(t, old, new)
	got := map[string]string{}
	for _, x := range c.Cases {
		got[x.ID] = string(x.Change) + " " + fromTo(string(x.Old), string(x.New))
	}
	want := map[string]string{
		"case.detach.one/json/get":                "regressed passed → failed",
		"case.detach.one/xml/post":                "regressed failed", // it repeated a RequestId before
		"case." + samples.ReqStatus + "/json/get": "still-failing failed",
		"case." + samples.ReqStatus + "/xml/post": "fixed failed → passed",
		"case.response.error.xml/xml/post":        "fixed failed → passed",
		"case.format.case/json/get":               "waiver-changed waived → failed",
		"case.format.case/xml/post":               "fixed waived → passed",
		"case.activity.unique/json/get":           "coverage-lost passed → unsupported",
		"case.activity.unique/xml/post":           "coverage-lost passed → unsupported",
		"case.group.idle/json/get":                "newly-judged could-not-run → passed",
		"case.detach.range/json/get":              "removed passed → absent",
		"case.detach.range/xml/post":              "removed passed → absent",
		"case.detach.limit/json/get":              "new absent → passed",
		"case.detach.limit/xml/post":              "new absent → passed",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("wanted %v\ngot    %v", want, got)
	}
	status := map[string]Change{}
	for _, q := range c.Requirements {
		status[q.ID] = q.Change
	}
	wantStatus := map[string]Change{
		samples.ReqOne: Regressed, samples.ReqStatus: StillFailing, samples.ReqShape: Fixed,
		samples.ReqCase: NewlyJudged, reports.RequestIDUnique: Fixed, reports.ActivityUnique: CoverageLost,
		samples.ReqRange: Fixed,
	}
	if !reflect.DeepEqual(status, wantStatus) {
		t.Errorf("wanted %v\ngot    %v", wantStatus, status)
	}
	if c.Verdict.ExitCode != 1 || !c.Verdict.Regressed ||
		!strings.HasPrefix(c.Verdict.Reason, "2 cases regressed on 1 requirement; 2 lost coverage, 1 still failing") {
		t.Errorf("wanted a regression; got %+v", c.Verdict)
	}
	if !slices.ContainsFunc(c.Notes, func(n string) bool { return strings.HasPrefix(n, "the case set differs: ") }) {
		t.Errorf("wanted the other case set said; got %v", c.Notes)
	}
}

// One case, before and after: what it is called.
func TestCompareCase(t *testing.T) {
	must := samples.Finding(samples.ReqOne, "HTTP 200", "HTTP 500", "status")
	other := samples.Finding(samples.ReqShape, "element Code", "nothing", "/Error")
	repeat := samples.Finding(reports.RequestIDUnique, "a RequestId of its own", "x", "")
	is := func(o reports.Outcome, fs ...reports.Finding) reports.CaseResult {
		c := reports.CaseResult{ID: "a", Outcome: o, Findings: fs, Checked: []string{samples.ReqOne}}
		if o == reports.Waived {
			c.Waiver = &reports.WaiverReason{Reason: "known"}
		}
		return c
	}
	renewed := is(reports.Waived, must)
	renewed.Waiver = &reports.WaiverReason{Reason: "known", Issue: "A-1", Expires: "2026-12-31"}
	early := is(reports.Failed, must)
	early.Checked = nil
	none := reports.CaseResult{}
	for name, c := range map[string]struct {
		before, now reports.CaseResult
		want        Change
	}{
		"passed, fails":                   {is(reports.Passed), is(reports.Failed, must), Regressed},
		"passed, fails without a finding": {is(reports.Passed), is(reports.Failed), Regressed},
		"passed though waived, fails":     {is(reports.UnexpectedPass), is(reports.Failed, must), Regressed},
		"fails on something that held": {
			is(reports.Failed, other), is(reports.Failed, other, must),
			Regressed,
		},
		"fails on something not checked before": {
			is(reports.Failed, must), is(reports.Failed, must, other),
			StillFailing,
		},
		"waived, fails on something that held": {
			is(reports.Waived, other), is(reports.Failed, other, must),
			Regressed,
		},
		"fails as before":                         {is(reports.Failed, must), is(reports.Failed, must), StillFailing},
		"fails later than before":                 {early, is(reports.Failed, must), StillFailing},
		"a repeat came in another case before":    {is(reports.Passed), is(reports.Failed, repeat), StillFailing},
		"a repeat came in another case, and more": {is(reports.Passed), is(reports.Failed, repeat, must), Regressed},
		"failed, passes":                          {is(reports.Failed, must), is(reports.Passed), Fixed},
		"failed, passes though waived":            {is(reports.Failed, must), is(reports.UnexpectedPass), Fixed},
		"waived, passes":                          {is(reports.Waived, must), is(reports.UnexpectedPass), Fixed},
		"failed, waived":                          {is(reports.Failed, must), is(reports.Waived, must), WaiverChanged},
		"passed, waived":                          {is(reports.Passed), is(reports.Waived, must), WaiverChanged},
		"waived, fails":                           {is(reports.Waived, must), is(reports.Failed, must), WaiverChanged},
		"waived, waived":                          {is(reports.Waived, must), is(reports.Waived, must), ""},
		"waived for another reason":               {is(reports.Waived, must), renewed, WaiverChanged},
		"waived for more": {
			is(reports.Waived, other), is(reports.Waived, other, must),
			WaiverChanged,
		},
		"passed, passed though waived": {is(reports.Passed), is(reports.UnexpectedPass), WaiverChanged},
		"passed, passes":               {is(reports.Passed), is(reports.Passed), ""},
		"passed, could not run":        {is(reports.Passed), is(reports.CouldNotRun), CoverageLost},
		"failed, could not run":        {is(reports.Failed, must), is(reports.CouldNotRun), CoverageLost},
		"passed, unsupported":          {is(reports.Passed), is(reports.Unsupported), CoverageLost},
		"passed, not run":              {is(reports.Passed), none, CoverageLost},
		"could not run, unsupported":   {is(reports.CouldNotRun), is(reports.Unsupported), ""},
		"could not run, fails":         {is(reports.CouldNotRun), is(reports.Failed, must), NewlyJudged},
		"not run, passes":              {none, is(reports.Passed), NewlyJudged},
	} {
		t.Run(name, func(t *testing.T) {
			sideOf := func(c reports.CaseResult) runSide {
				s := runSide{
					results:  map[string]reports.CaseResult{},
					set:      map[string]bool{"a": true},
					repeated: map[string]bool{},
				}
				if c.ID != "" {
					s.results["a"] = c
				}
				return s
			}
			a, b := sideOf(c.before), sideOf(c.now)
			if strings.HasPrefix(name, "a repeat") {
				a.repeated[reports.RequestIDUnique], b.repeated[reports.RequestIDUnique] = true, true
			}
			if got, differs := compareCase("a", a, b); got.Change != c.want || differs != (c.want != "") {
				t.Errorf("wanted %q; got %q, %t", c.want, got.Change, differs)
			}
		})
	}
}

// A RequestId that comes twice is found in the later case by id; that it is another one today is no change.
func TestCompareIgnoresWhereARepeatWasFound(t *testing.T) {
	repeated := func(i, j int) reports.Report {
		in := samples.Input()
		in.Cases[j].RequestIDs = in.Cases[i].RequestIDs
		return reports.Build(in)
	}
	c := comparison(t, repeated(0, 1), repeated(2, 3))
	if c.Verdict.Regressed || c.Counts[StillFailing] != 1 || len(c.Cases) != 1 {
		t.Errorf("wanted one case that still fails; got %+v %+v", c.Verdict, c.Counts)
	}
	if c := comparison(t, reports.Build(samples.Input()), repeated(2, 3)); c.Counts[Regressed] != 1 {
		t.Errorf("wanted one regression; got %+v", c.Counts)
	}
}

func TestANewCaseThatFailsIsNoRegression(t *testing.T) {
	old, new := samples.Input(), samples.Input()
	old.Cases, old.Selected = old.Cases[1:], 15
	old.Catalogue[0].Cases = old.Catalogue[0].Cases[1:]
	new.Cases[0].Outcome, new.Cases[0].Findings = reports.Failed, []reports.Finding{
		samples.Finding(samples.ReqOne, "HTTP 200", "HTTP 500", "status"),
	}
	c := comparison(t, reports.Build(old), reports.Build(new))
	if c.Verdict.ExitCode != 0 || c.Counts[New] != 1 || len(c.Requirements) != 1 ||
		c.Requirements[0].Change != NewlyJudged {
		t.Errorf("wanted a new case, and a requirement that is judged by it; got %+v %+v", c.Counts, c.Requirements)
	}
}

func TestCompareRefuses(t *testing.T) {
	other := samples.Input()
	other.Contract.Operation = "AttachInstances"
	disjoint := samples.Input()
	for i := range disjoint.Cases {
		disjoint.Cases[i].ID = "x" + disjoint.Cases[i].ID
	}
	unjudged := samples.Input()
	for i := range unjudged.Cases {
		unjudged.Cases[i].Outcome = reports.CouldNotRun
	}
	for name, c := range map[string]struct {
		new  reports.Input
		want string
	}{
		"another operation": {other, "different operations, DetachInstances and AttachInstances"},
		"other cases":       {disjoint, "no case was judged in both"},
		"nothing judged":    {unjudged, "no case was judged in both"},
	} {
		if _, err := Reports(reports.Build(samples.Input()), reports.Build(c.new)); err == nil ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: wanted %q; got %v", name, c.want, err)
		}
	}
}

// comparisonFiles are the formats of a comparison.
func comparisonFiles() map[string]func(io.Writer, Comparison) error {
	return map[string]func(io.Writer, Comparison) error{
		"diff.txt":  func(w io.Writer, c Comparison) error { return writeText(w, c, terminal.Options{Width: 100}) },
		"diff.md":   writeMarkdown,
		"diff.json": writeJSON,
		"diff.html": writeHTML,
	}
}

func TestComparisonGolden(t *testing.T) {
	old, new := afterwards()
	for name, c := range map[string]Comparison{
		"diff":         comparison(t, old, new),
		"diff-same":    comparison(t, reports.Build(samples.Input()), reports.Build(samples.Input())),
		"diff-hostile": comparison(t, reports.Build(samples.Input()), reports.Build(samples.Hostile())),
	} {
		for file, write := range comparisonFiles() {
			var b bytes.Buffer
			if err := write(&b, c); err != nil {
				t.Fatal(err)
			}
			samples.Golden(t, name+"/"+file, b.Bytes())
		}
	}
}

func BenchmarkReadAndCompare5000(b *testing.B) {
	var file bytes.Buffer
	if err := reports.WriteJSON(&file, samples.Big()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := reports.ReadJSON("r.json", bytes.NewReader(file.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Reports(r, r); err != nil {
			b.Fatal(err)
		}
	}
}
