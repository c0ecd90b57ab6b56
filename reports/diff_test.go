package reports

import (
	"bytes"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// afterwards is a later run of the sample: changed in every way that a comparison knows.
func afterwards() (old, new Report) {
	a, b := broken(), sampleInput()
	a.WaiverProblems = nil
	on(a, reqIdle, func(i int, c *CaseResult) {
		if i == 0 {
			c.Outcome, c.Reason, c.Checked = CouldNotRun, "the state could not be arranged", nil
		}
	})
	b.Run.ID, b.Run.StartedAt, b.Run.EndedAt = "0198c7b7", started.AddDate(0, 0, 1), started.AddDate(0, 0, 1)
	b.Suite.CaseSet = "another"
	on(b, reqStatus, func(i int, c *CaseResult) { // still failing in one format
		if i == 0 {
			c.Outcome, c.Findings = Failed, []Finding{finding(reqStatus, "HTTP 404", "400", "status")}
		}
	})
	on(b, reqOne, func(_ int, c *CaseResult) { // regressed
		c.Outcome, c.Findings = Failed, []Finding{finding(reqOne, "HTTP 200", "HTTP 500", "status")}
	})
	on(b, reqCase, func(i int, c *CaseResult) { // the waiver is gone; one of the two is fixed
		if i == 0 {
			c.Outcome, c.Findings = Failed, []Finding{finding(reqCase, "the same answer", "HTTP 400", "")}
		}
	})
	on(b, activityUnique, func(_ int, c *CaseResult) {
		c.Outcome, c.Reason, c.Checked, c.BodyChecked = Unsupported, "the target has no activities", nil, false
	})
	on(b, reqRange, func(i int, c *CaseResult) { c.ID = strings.Replace(c.ID, "range", "limit", 1) }) // renamed
	for i := range b.Catalogue {
		if b.Catalogue[i].ID == reqRange {
			b.Catalogue[i].Cases = variants("case.detach.limit")
		}
	}
	return Build(a), Build(b)
}

func comparison(t *testing.T, old, new Report) Comparison {
	t.Helper()
	c, err := Compare(old, new)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompareFindsWhatChanged(t *testing.T) {
	c := comparison(t, Build(sampleInput()), Build(sampleInput()))
	if c.Verdict != (ComparisonVerdict{Reason: "no regression in 16 cases that were judged in both"}) || len(c.Cases)+len(c.Requirements)+len(c.Notes) > 0 {
		t.Errorf("wanted nothing changed; got %+v", c)
	}

	old, new := afterwards()
	c = comparison(t, old, new)
	got := map[string]string{}
	for _, x := range c.Cases {
		got[x.ID] = string(x.Change) + " " + fromTo(string(x.Old), string(x.New))
	}
	want := map[string]string{
		"case.detach.one/json/get":         "regressed passed → failed",
		"case.detach.one/xml/post":         "regressed failed", // it repeated a RequestId before
		"case." + reqStatus + "/json/get":  "still-failing failed",
		"case." + reqStatus + "/xml/post":  "fixed failed → passed",
		"case.response.error.xml/xml/post": "fixed failed → passed",
		"case.format.case/json/get":        "waiver-changed waived → failed",
		"case.format.case/xml/post":        "fixed waived → passed",
		"case.activity.unique/json/get":    "coverage-lost passed → unsupported",
		"case.activity.unique/xml/post":    "coverage-lost passed → unsupported",
		"case.group.idle/json/get":         "newly-judged could-not-run → passed",
		"case.detach.range/json/get":       "removed passed → absent",
		"case.detach.range/xml/post":       "removed passed → absent",
		"case.detach.limit/json/get":       "new absent → passed",
		"case.detach.limit/xml/post":       "new absent → passed",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("wanted %v\ngot    %v", want, got)
	}
	status := map[string]Change{}
	for _, q := range c.Requirements {
		status[q.ID] = q.Change
	}
	wantStatus := map[string]Change{
		reqOne: Regressed, reqStatus: StillFailing, reqShape: Fixed, reqCase: NewlyJudged, requestIDUnique: Fixed, activityUnique: CoverageLost, reqRange: Fixed,
	}
	if !reflect.DeepEqual(status, wantStatus) {
		t.Errorf("wanted %v\ngot    %v", wantStatus, status)
	}
	if c.Verdict.ExitCode != 1 || !c.Verdict.Regressed || !strings.HasPrefix(c.Verdict.Reason, "2 cases regressed on 1 requirement; 2 lost coverage, 1 still failing") {
		t.Errorf("wanted a regression; got %+v", c.Verdict)
	}
	if !slices.ContainsFunc(c.Notes, func(n string) bool { return strings.HasPrefix(n, "the case set differs: ") }) {
		t.Errorf("wanted the other case set said; got %v", c.Notes)
	}
}

// One case, before and after: what it is called.
func TestCompareCase(t *testing.T) {
	must := finding(reqOne, "HTTP 200", "HTTP 500", "status")
	other := finding(reqShape, "element Code", "nothing", "/Error")
	repeat := finding(requestIDUnique, "a RequestId of its own", "x", "")
	is := func(o Outcome, fs ...Finding) CaseResult {
		c := CaseResult{ID: "a", Outcome: o, Findings: fs, Checked: []string{reqOne}}
		if o == Waived {
			c.Waiver = &WaiverReason{Reason: "known"}
		}
		return c
	}
	renewed := is(Waived, must)
	renewed.Waiver = &WaiverReason{Reason: "known", Issue: "A-1", Expires: "2026-12-31"}
	early := is(Failed, must)
	early.Checked = nil
	none := CaseResult{}
	for name, c := range map[string]struct {
		before, now CaseResult
		want        Change
	}{
		"passed, fails":                           {is(Passed), is(Failed, must), Regressed},
		"passed, fails without a finding":         {is(Passed), is(Failed), Regressed},
		"passed though waived, fails":             {is(UnexpectedPass), is(Failed, must), Regressed},
		"fails on something that held":            {is(Failed, other), is(Failed, other, must), Regressed},
		"fails on something not checked before":   {is(Failed, must), is(Failed, must, other), StillFailing},
		"waived, fails on something that held":    {is(Waived, other), is(Failed, other, must), Regressed},
		"fails as before":                         {is(Failed, must), is(Failed, must), StillFailing},
		"fails later than before":                 {early, is(Failed, must), StillFailing},
		"a repeat came in another case before":    {is(Passed), is(Failed, repeat), StillFailing},
		"a repeat came in another case, and more": {is(Passed), is(Failed, repeat, must), Regressed},
		"failed, passes":                          {is(Failed, must), is(Passed), Fixed},
		"failed, passes though waived":            {is(Failed, must), is(UnexpectedPass), Fixed},
		"waived, passes":                          {is(Waived, must), is(UnexpectedPass), Fixed},
		"failed, waived":                          {is(Failed, must), is(Waived, must), WaiverChanged},
		"passed, waived":                          {is(Passed), is(Waived, must), WaiverChanged},
		"waived, fails":                           {is(Waived, must), is(Failed, must), WaiverChanged},
		"waived, waived":                          {is(Waived, must), is(Waived, must), ""},
		"waived for another reason":               {is(Waived, must), renewed, WaiverChanged},
		"waived for more":                         {is(Waived, other), is(Waived, other, must), WaiverChanged},
		"passed, passed though waived":            {is(Passed), is(UnexpectedPass), WaiverChanged},
		"passed, passes":                          {is(Passed), is(Passed), ""},
		"passed, could not run":                   {is(Passed), is(CouldNotRun), CoverageLost},
		"failed, could not run":                   {is(Failed, must), is(CouldNotRun), CoverageLost},
		"passed, unsupported":                     {is(Passed), is(Unsupported), CoverageLost},
		"passed, not run":                         {is(Passed), none, CoverageLost},
		"could not run, unsupported":              {is(CouldNotRun), is(Unsupported), ""},
		"could not run, fails":                    {is(CouldNotRun), is(Failed, must), NewlyJudged},
		"not run, passes":                         {none, is(Passed), NewlyJudged},
	} {
		t.Run(name, func(t *testing.T) {
			sideOf := func(c CaseResult) runSide {
				s := runSide{results: map[string]CaseResult{}, set: map[string]bool{"a": true}, repeated: map[string]bool{}}
				if c.ID != "" {
					s.results["a"] = c
				}
				return s
			}
			a, b := sideOf(c.before), sideOf(c.now)
			if strings.HasPrefix(name, "a repeat") {
				a.repeated[requestIDUnique], b.repeated[requestIDUnique] = true, true
			}
			if got, differs := compareCase("a", a, b); got.Change != c.want || differs != (c.want != "") {
				t.Errorf("wanted %q; got %q, %t", c.want, got.Change, differs)
			}
		})
	}
}

// A RequestId that comes twice is found in the later case by id; that it is another one today is no change.
func TestCompareIgnoresWhereARepeatWasFound(t *testing.T) {
	repeated := func(i, j int) Report {
		in := sampleInput()
		in.Cases[j].RequestIDs = in.Cases[i].RequestIDs
		return Build(in)
	}
	c := comparison(t, repeated(0, 1), repeated(2, 3))
	if c.Verdict.Regressed || c.Counts[StillFailing] != 1 || len(c.Cases) != 1 {
		t.Errorf("wanted one case that still fails; got %+v %+v", c.Verdict, c.Counts)
	}
	if c := comparison(t, Build(sampleInput()), repeated(2, 3)); c.Counts[Regressed] != 1 {
		t.Errorf("wanted one regression; got %+v", c.Counts)
	}
}

func TestANewCaseThatFailsIsNoRegression(t *testing.T) {
	old, new := sampleInput(), sampleInput()
	old.Cases, old.Selected = old.Cases[1:], 15
	old.Catalogue[0].Cases = old.Catalogue[0].Cases[1:]
	new.Cases[0].Outcome, new.Cases[0].Findings = Failed, []Finding{finding(reqOne, "HTTP 200", "HTTP 500", "status")}
	c := comparison(t, Build(old), Build(new))
	if c.Verdict.ExitCode != 0 || c.Counts[New] != 1 || len(c.Requirements) != 1 || c.Requirements[0].Change != NewlyJudged {
		t.Errorf("wanted a new case, and a requirement that is judged by it; got %+v %+v", c.Counts, c.Requirements)
	}
}

func TestCompareRefuses(t *testing.T) {
	other := sampleInput()
	other.Contract.Operation = "AttachInstances"
	disjoint := sampleInput()
	for i := range disjoint.Cases {
		disjoint.Cases[i].ID = "x" + disjoint.Cases[i].ID
	}
	unjudged := sampleInput()
	for i := range unjudged.Cases {
		unjudged.Cases[i].Outcome = CouldNotRun
	}
	for name, c := range map[string]struct {
		new  Input
		want string
	}{
		"another operation": {other, "different operations, DetachInstances and AttachInstances"},
		"other cases":       {disjoint, "no case was judged in both"},
		"nothing judged":    {unjudged, "no case was judged in both"},
	} {
		if _, err := Compare(Build(sampleInput()), Build(c.new)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: wanted %q; got %v", name, c.want, err)
		}
	}
}

// comparisonFiles are the formats of a comparison.
func comparisonFiles() map[string]func(io.Writer, Comparison) error {
	return map[string]func(io.Writer, Comparison) error{
		"diff.txt":  func(w io.Writer, c Comparison) error { return ComparisonText(w, c, TerminalOptions{Width: 100}) },
		"diff.md":   WriteComparisonMarkdown,
		"diff.json": WriteComparisonJSON,
		"diff.html": WriteComparisonHTML,
	}
}

func TestComparisonGolden(t *testing.T) {
	old, new := afterwards()
	for name, c := range map[string]Comparison{
		"diff":         comparison(t, old, new),
		"diff-same":    comparison(t, Build(sampleInput()), Build(sampleInput())),
		"diff-hostile": comparison(t, Build(sampleInput()), Build(hostile())),
	} {
		for file, write := range comparisonFiles() {
			var b bytes.Buffer
			if err := write(&b, c); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"/"+file, b.Bytes())
		}
	}
}
