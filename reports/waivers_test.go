package reports_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

func TestWaivers(t *testing.T) {
	fail := func(c *reports.CaseResult, requirements ...string) {
		c.Outcome = reports.Failed
		for _, r := range requirements {
			c.Findings = append(c.Findings, reports.Finding{Requirement: r, Level: "MUST"})
		}
	}
	var cases []reports.CaseResult
	for _, id := range []string{
		"bad/json/get", "bad/xml/get", "good/json/get", "unable/json/get",
		"unsupported/json/get", "warned/json/get", "mute/json/get",
	} {
		c := reports.CaseResult{
			ID:           id,
			Outcome:      reports.Passed,
			BodyChecked:  true,
			Requirements: []string{"r1", "r2", "r3"},
			Checked:      []string{"r1", "r2", "r3"},
		}
		switch {
		case strings.HasPrefix(id, "bad"):
			fail(&c, "r1", "r2")
		case strings.HasPrefix(id, "mute"):
			fail(&c)
		case strings.HasPrefix(id, "unable"):
			c.Outcome = reports.CouldNotRun
		case strings.HasPrefix(id, "unsupported"):
			c.Outcome = reports.Unsupported
		case strings.HasPrefix(id, "warned"):
			c.Findings = []reports.Finding{{Requirement: "r1", Level: "SHOULD"}}
		}
		cases = append(cases, c)
	}
	w := func(pattern, requirement string) reports.Waiver {
		return reports.Waiver{Case: pattern, Requirement: requirement, Reason: "known"}
	}
	expires := func(day string) reports.Waiver {
		return reports.Waiver{Case: "bad/json/get", Reason: "known", Expires: day}
	}

	for name, c := range map[string]struct {
		waivers  []reports.Waiver
		changed  map[string]reports.Outcome // the others stay as they are
		matched  []string                   // of the first waiver
		problems []string
	}{
		"none": {},
		"exact id": {
			[]reports.Waiver{w("bad/json/get", "")},
			map[string]reports.Outcome{"bad/json/get": reports.Waived},
			[]string{"bad/json/get"},
			nil,
		},
		"pattern": {
			[]reports.Waiver{w("bad/*", "")},
			map[string]reports.Outcome{"bad/json/get": reports.Waived, "bad/xml/get": reports.Waived},
			[]string{"bad/json/get", "bad/xml/get"},
			nil,
		},
		"star in the middle": {
			[]reports.Waiver{w("b*/x*t", "")},
			map[string]reports.Outcome{"bad/xml/get": reports.Waived},
			[]string{"bad/xml/get"},
			nil,
		},
		"dots are dots": {
			[]reports.Waiver{w("bad.json.get", "")},
			nil,
			[]string{},
			[]string{"matches no selected case"},
		},
		"part of an id":       {[]reports.Waiver{w("bad", "")}, nil, []string{}, []string{"matches no selected case"}},
		"one of two findings": {[]reports.Waiver{w("bad/*", "r1")}, nil, []string{"bad/json/get", "bad/xml/get"}, nil},
		"both findings": {
			[]reports.Waiver{w("bad/*", "r1"), w("bad/*", "r2")},
			map[string]reports.Outcome{"bad/json/get": reports.Waived, "bad/xml/get": reports.Waived},
			[]string{"bad/json/get", "bad/xml/get"},
			nil,
		},
		"a requirement that holds": {
			[]reports.Waiver{w("bad/json/get", "r3")},
			nil,
			[]string{"bad/json/get"},
			[]string{"is needed no longer in bad/json/get"},
		},
		"a requirement that is absent": {
			[]reports.Waiver{w("bad/*", "r9")},
			nil,
			[]string{},
			[]string{"matches no selected case"},
		},
		"passed": {
			[]reports.Waiver{w("good/*", "")},
			map[string]reports.Outcome{"good/json/get": reports.UnexpectedPass},
			[]string{"good/json/get"},
			nil,
		},
		"passed on the requirement": {
			[]reports.Waiver{w("good/*", "r1")},
			map[string]reports.Outcome{"good/json/get": reports.UnexpectedPass},
			[]string{"good/json/get"},
			nil,
		},
		"warned": {
			[]reports.Waiver{w("warned/*", "")},
			map[string]reports.Outcome{"warned/json/get": reports.UnexpectedPass},
			[]string{"warned/json/get"},
			nil,
		},
		"warned on the requirement": {[]reports.Waiver{w("warned/*", "r1")}, nil, []string{"warned/json/get"}, nil},
		"could not run": {
			[]reports.Waiver{w("un*", "")},
			nil,
			[]string{"unable/json/get", "unsupported/json/get"},
			nil,
		},
		"failed without a finding": {
			[]reports.Waiver{w("mute/*", "")},
			map[string]reports.Outcome{"mute/json/get": reports.Waived},
			[]string{"mute/json/get"},
			nil,
		},
		"failed without that finding": {
			[]reports.Waiver{w("mute/*", "r1")},
			nil,
			[]string{"mute/json/get"},
			[]string{"is needed no longer"},
		},
		"last day": {
			[]reports.Waiver{expires("2026-03-01")},
			map[string]reports.Outcome{"bad/json/get": reports.Waived},
			[]string{"bad/json/get"},
			nil,
		},
		"the day after": {
			[]reports.Waiver{expires("2026-02-28")},
			nil,
			[]string{},
			[]string{"expired on 2026-02-28"},
		},
		"no date": {[]reports.Waiver{expires("soon")}, nil, []string{}, []string{"is not a date"}},
		"no reason": {
			[]reports.Waiver{{Case: "bad/*", Reason: " "}},
			nil,
			[]string{},
			[]string{"has no reason"},
		},
		"no case": {
			[]reports.Waiver{{Reason: "known"}},
			nil,
			[]string{},
			[]string{"names no case"},
		},
		"twice": {
			[]reports.Waiver{w("mute/*", ""), w("mute/*", "")},
			map[string]reports.Outcome{"mute/json/get": reports.Waived},
			[]string{"mute/json/get"},
			[]string{"is there twice"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := asJSON(t, []any{cases, c.waivers})
			got := reports.Build(
				reports.Input{
					Cases:   cases,
					Waivers: c.waivers,
					Run:     reports.Run{EndedAt: samples.Started.Add(11 * time.Hour)},
				},
			)
			waivers, problems := got.Waivers, got.WaiverProblems
			if asJSON(t, []any{cases, c.waivers}) != before {
				t.Error("Build changed its input")
			}
			for _, r := range got.Cases {
				i := slices.IndexFunc(cases, func(o reports.CaseResult) bool { return o.ID == r.ID })
				want := cases[i].Outcome
				if o, ok := c.changed[r.ID]; ok {
					want = o
				}
				if r.Outcome != want {
					t.Errorf("%s: wanted %s; got %s", r.ID, want, r.Outcome)
				}
				if (r.Waiver != nil) != (want == reports.Waived) {
					t.Errorf("%s: wanted the waiver with a waived case only; got %+v", r.ID, r.Waiver)
				}
			}
			if len(waivers) > 0 && !reflect.DeepEqual(waivers[0].Matched, c.matched) {
				t.Errorf("wanted matched %v; got %v", c.matched, waivers[0].Matched)
			}
			if len(problems) != len(c.problems) {
				t.Fatalf("wanted problems %q; got %q", c.problems, problems)
			}
			for i, p := range problems {
				if !strings.Contains(p, c.problems[i]) {
					t.Errorf("wanted %q in %q", c.problems[i], p)
				}
			}
		})
	}
}

func TestWaiverReasonsAreJoined(t *testing.T) {
	c := reports.CaseResult{
		ID:           "a",
		Outcome:      reports.Failed,
		Findings:     []reports.Finding{{Requirement: "r1", Level: "MUST"}, {Requirement: "r2", Level: "MUST"}},
		Requirements: []string{"r1", "r2"},
	}
	got := reports.Decide(c, []reports.Waiver{
		{Case: "a", Requirement: "r1", Reason: "one", Expires: "2026-09-30"},
		{Case: "a", Requirement: "r2", Reason: "two", Issue: "X-2", Expires: "2026-06-30"},
	}, samples.Started)
	want := reports.WaiverReason{Reason: "one; two", Issue: "X-2", Expires: "2026-06-30"}
	if got.Waiver == nil || *got.Waiver != want {
		t.Errorf("wanted %+v; got %+v", want, got.Waiver)
	}
}

func TestParseWaivers(t *testing.T) {
	got, err := reports.ParseWaivers(
		"w.yaml",
		[]byte(
			"\ufeff# known\n- case: a/*\n  requirement: r1\n  reason: known\n  issue: 042\n  expires: "+
				"2026-12-31\n- {case: b, reason: too}\n",
		),
	)
	want := []reports.Waiver{
		{Case: "a/*", Requirement: "r1", Reason: "known", Issue: "042", Expires: "2026-12-31", Matched: []string{}},
		{Case: "b", Reason: "too", Matched: []string{}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("wanted %+v; got %+v, %v", want, got, err)
	}
	for _, empty := range []string{"", "# nothing known\n", "[]\n"} {
		if got, err := reports.ParseWaivers("w.yaml", []byte(empty)); err != nil || len(got) != 0 {
			t.Errorf("%q: wanted no waivers; got %v, %v", empty, got, err)
		}
	}
}

func TestParseWaiversErrors(t *testing.T) {
	for name, c := range map[string]struct{ yaml, want string }{
		"unknown key":   {"- case: a\n  reason: b\n  until: 2026-01-01\n", `w.yaml:3: unknown key "until"`},
		"repeated key":  {"- case: a\n  case: b\n", `w.yaml:2: mapping key "case" already defined`},
		"broken YAML":   {"- case: a\n\treason: b\n", "w.yaml:2: "},
		"no list":       {"case: a\n", "w.yaml:1: wanted a list of waivers"},
		"no mapping":    {"- a\n", "w.yaml:1: wanted a map; got text"},
		"no reason":     {"- case: a\n  reason: b\n- case: c\n", `w.yaml:3: waiver for "c" has no reason`},
		"no case":       {"- reason: b\n", `w.yaml:1: waiver for "" names no case`},
		"no date":       {"- case: a\n  reason: b\n  expires: 31.12.2026\n", `expires on "31.12.2026", which is not a date; write it as 2026-12-31`},
		"UTF-16":        {"\xff\xfe-\x00", "w.yaml: the file is UTF-16; save it as UTF-8"},
		"wrong type":    {"- case: [a]\n  reason: b\n", "w.yaml:1: case is a list; wanted text"},
		"an empty one":  {"- case: a\n  reason: b\n-\n", "w.yaml:3: the entry is empty"},
		"two documents": {"- case: a\n  reason: b\n---\n- case: c\n  reason: d\n", "w.yaml:4: wanted one document"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := reports.ParseWaivers("w.yaml", []byte(c.yaml))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("wanted one line with %q; got %v", c.want, err)
			}
		})
	}
}
