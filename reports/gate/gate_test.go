package gate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/render/terminal"
	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func decide(t *testing.T, policy string, r reports.Report, baseline *reports.Report) Decision {
	t.Helper()
	g := NewWithT(t)
	p, err := ParsePolicy("policy.yaml", []byte(policy))
	g.Expect(err).NotTo(HaveOccurred())
	d, err := Decide(p, r, baseline)
	g.Expect(err).NotTo(HaveOccurred())
	return d
}

// The table of policies: what they say of which report, and which rule does not hold.
func TestGate(t *testing.T) {
	with := func(change func(*reports.Input)) reports.Report {
		in := samples.Input()
		change(&in)
		return reports.Build(in)
	}
	outcome := func(o reports.Outcome, labels ...string) reports.Report {
		return with(func(in *reports.Input) {
			samples.On(*in, samples.ReqIdle, func(_ int, c *reports.CaseResult) {
				c.Outcome, c.Reason, c.Checked, c.BodyChecked, c.Labels = o, "because", nil, false, labels
			})
		})
	}
	fails := func(requirement string) reports.Report {
		return with(func(in *reports.Input) {
			samples.On(*in, requirement, func(_ int, c *reports.CaseResult) {
				f := samples.Finding(requirement, "this", "that", "")
				if reports.IsMust(f.Level) {
					c.Outcome = reports.Failed
				}
				c.Findings = []reports.Finding{f}
			})
		})
	}
	waived := with(func(in *reports.Input) {
		samples.On(*in, samples.ReqCase, func(_ int, c *reports.CaseResult) {
			c.Outcome, c.Findings = reports.Failed, []reports.Finding{
				samples.Finding(samples.ReqCase, "this", "that", ""),
			}
		})
		in.Waivers = []reports.Waiver{{Case: "case.format.case/*", Reason: "known"}}
	})
	good := reports.Build(samples.Input())
	for _, c := range []struct {
		name, policy string
		report       reports.Report
		baseline     *reports.Report
		exit         int
		rule         string // the one that does not hold
	}{
		{"a good report", "", good, nil, 0, ""},
		{"a comment only", "# nothing\n", good, nil, 0, ""},
		{"a failure", "", fails(samples.ReqOne), nil, 1, "profile document: 1 requirement violated: detach.one"},
		{"a failure in the other profile", "hold: {profiles: [conventions]}", fails(samples.ReqOne), nil, 0, ""},
		{
			"a failure in this profile", "hold: {profiles: [conventions]}", fails(samples.ReqCase), nil, 1,
			"profile conventions: 1 requirement violated: format.case",
		},
		{
			"a requirement by name", "hold: {profiles: [document], requirements: [format.case]}",
			fails(samples.ReqCase),
			nil, 1, "requirement format.case: violated",
		},
		{
			"a requirement by pattern", "hold: {profiles: [], requirements: ['format.*']}", fails(samples.ReqCase), nil,
			1,
			"requirement format.case: violated",
		},
		{
			"a requirement that holds", "hold: {profiles: [], requirements: [detach.one]}", fails(samples.ReqCase), nil,
			0,
			"",
		},
		{
			"an excluded requirement by name", "hold: {requirements: [activity.none]}", good, nil, 2,
			"requirement activity.none: excluded: no call makes",
		},
		{
			"a failure without a finding", "hold: {profiles: [conventions]}", outcome(reports.Failed), nil,
			1, "failures: 2 cases failed on no requirement of level MUST",
		},
		{"any warnings", "", fails(samples.ReqRange), nil, 0, ""},
		{
			"no warnings", "allow: {warnings: 0}", fails(samples.ReqRange), nil, 1,
			"allow warnings: 2 warnings; allowed: 0",
		},
		{
			"few warnings", "allow: {warnings: 1}", fails(samples.ReqRange), nil, 1,
			"allow warnings: 2 warnings; allowed: 1",
		},
		{"enough warnings", "allow: {warnings: 2}", fails(samples.ReqRange), nil, 0, ""},
		{
			"a requirement of level SHOULD by name", "hold: {requirements: [detach.range]}", fails(samples.ReqRange),
			nil,
			1, "requirement detach.range: violated",
		},
		{
			"could not run", "", outcome(reports.CouldNotRun), nil,
			2, "profile document: 1 requirement not verified: group.idle",
		},
		{"could not run, allowed", "allow: {couldNotRun: any}", outcome(reports.CouldNotRun), nil, 0, ""},
		{"could not run, allowed up to", "allow: {couldNotRun: 2}", outcome(reports.CouldNotRun), nil, 0, ""},
		{
			"could not run, more than allowed", "allow: {couldNotRun: 1}", outcome(reports.CouldNotRun), nil, 2,
			"allow couldNotRun: 2 cases of level MUST that could not run; allowed: 1",
		},
		{
			"could not run, named", "{hold: {requirements: [group.idle]}, allow: {couldNotRun: any}}",
			outcome(reports.CouldNotRun), nil, 2, "requirement group.idle: unverified",
		},
		{
			"could not run, in the other profile", "{hold: {profiles: [conventions]}, allow: {couldNotRun: any}}",
			outcome(reports.CouldNotRun), nil, 0, "",
		},
		{"unsupported", "", outcome(reports.Unsupported), nil, 0, ""},
		{
			"unsupported, not allowed", "allow: {unsupported: 0}", outcome(reports.Unsupported), nil, 1,
			"allow unsupported: 2 unsupported cases; allowed: 0",
		},
		{"waived", "", waived, nil, 0, ""},
		{"waived, not allowed", "allow: {waived: 0}", waived, nil, 1, "allow waived: 2 waived cases; allowed: 0"},
		{
			"waived, named", "hold: {requirements: [format.case]}", waived, nil, 2,
			"requirement format.case: waived: 2 findings waived",
		},
		{
			"a waiver too many", "", with(func(in *reports.Input) {
				in.Waivers = []reports.Waiver{{Case: "case.format.case/*", Reason: "known"}}
			}), nil, 1,
			"waivers: 2 waived cases passed",
		},
		{"a waiver that is wrong", "", with(func(in *reports.Input) { in.Waivers = []reports.Waiver{{Case: "case.gone/*", Reason: "known"}} }), nil, 2, `waivers: 1 problem: waiver for "case.gone/*" matches no selected case; remove it, or correct the pattern`},
		{
			"a selection", "", with(func(in *reports.Input) { in.NotSelected = 3 }), nil, 2,
			"allow notSelected: 3 cases not selected; allowed: 0",
		},
		{
			"a selection, allowed", "allow: {notSelected: any}", with(func(in *reports.Input) { in.NotSelected = 3 }),
			nil,
			0, "",
		},
		{
			"a partial run", "allow: {couldNotRun: any}",
			with(func(in *reports.Input) { in.Run.Partial = "interrupted" }),
			nil, 2, "run: the run did not come to its end: interrupted",
		},
		{
			"a shard", "allow: {notSelected: any}", with(func(in *reports.Input) {
				in.Run.Shard = &reports.Shard{Index: 1, Count: 2, Of: 32}
			}), nil, 2,
			"run: the report is of shard 1 of 2 only",
		},
		{
			"no results", "allow: {couldNotRun: any}", with(func(in *reports.Input) { in.Cases = in.Cases[1:] }), nil,
			2,
			"run: 1 of 16 cases left no result",
		},
		{
			"nothing passed", "{hold: {profiles: [conventions]}, allow: {couldNotRun: any}}",
			reports.Build(reports.Input{Catalogue: samples.Catalogue()}), nil, 2, "run: no case passed",
		},
		{"a baseline", "baseline: old.json", good, &good, 0, ""},
		{
			"a regression", "{hold: {profiles: [conventions]}, baseline: old.json}", fails(samples.ReqOne), &good, 1,
			"baseline: 2 cases regressed on 1 requirement",
		},
		{
			"a baseline without a regression", "{hold: {profiles: [conventions]}, baseline: old.json}",
			fails(samples.ReqOne), ptr(fails(samples.ReqOne)), 0, "",
		},
		{
			"lost coverage", "baseline: old.json", outcome(reports.Unsupported), &good, 1,
			"allow lostCoverage: 2 cases judged in the baseline and not now (case.group.idle/json/get, " +
				"case.group.idle/xml/post); allowed: 0",
		},
		{
			"lost coverage, allowed", "{allow: {lostCoverage: 2}, baseline: old.json}", outcome(reports.Unsupported),
			&good, 0, "",
		},
		{
			"a baseline of something else", "baseline: old.json", good,
			ptr(with(func(in *reports.Input) { in.Contract.Operation = "X" })), 2,
			"baseline: the reports are about different operations",
		},
		{"a baseline that was not read", "baseline: old.json", good, nil, 2, "baseline: the baseline was not read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decide(t, c.policy, c.report, c.baseline)
			found, all := c.rule == "", ""
			for _, rule := range d.Rules {
				line := rule.Name + ": " + rule.Detail
				all += fmt.Sprintf("%d %s\n", rule.ExitCode, line)
				found = found || rule.ExitCode == c.exit && strings.HasPrefix(line, c.rule)
			}
			if d.ExitCode != c.exit || !found {
				t.Errorf("wanted %d by %q; got %d by\n%s", c.exit, c.rule, d.ExitCode, all)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// By default the gate and the verdict agree.
func TestTheDefaultPolicyIsTheVerdict(t *testing.T) {
	for name, r := range samples.All() {
		if d := decide(t, "", r, nil); d.ExitCode != r.Verdict.ExitCode {
			t.Errorf("%s: wanted %d; got %d", name, r.Verdict.ExitCode, d.ExitCode)
		}
	}
}

func policySchemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	g := NewWithT(t)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema()))
	g.Expect(err).NotTo(HaveOccurred())
	c := jsonschema.NewCompiler()
	g.Expect(c.AddResource("policy.json", doc)).To(Succeed())
	s, err := c.Compile("policy.json")
	g.Expect(err).NotTo(HaveOccurred())
	return s
}

// What the schema can know, it says the same of as the reader does.
func TestPolicyIsReadStrictly(t *testing.T) {
	g := NewWithT(t)
	schema := policySchemaOf(t)
	for _, c := range []struct {
		policy, want string // "" for none
		beyond       bool   // the schema cannot know it
	}{
		{"", "", false},
		{"hold:\n  profiles: [document, conventions]\n  requirements: [detach.*]\nallow:\n  warnings: 3\n  waived: " +
			"0\n  unsupported: any\n  couldNotRun: 1\n  notSelected: any\nbaseline: a.json\n", "", false},
		{"hold:\nallow:\n", "", true},
		{"hold:\n  profile: [document]\n", `policy.yaml:2: unknown field "profile"; the keys of a policy are`, false},
		{"gates: 1\n", `policy.yaml:1: unknown field "gates"`, false},
		{"hold:\n  profiles:\n    - document\n    - docs\n", `policy.yaml:4: profile "docs" is unknown; write document or conventions`, false},
		{"hold:\n  profiles: []\n", "policy.yaml:1: the policy holds nothing", true},
		{"allow:\n  waived: 1\n  warnings: -1\n", `policy.yaml:3: wanted how many are let through, a whole number or any; got "-1"`, false},
		{"allow:\n  warnings: 1.5\n", `policy.yaml:2: wanted how many`, false},
		{"allow:\n  warnings: few\n", `policy.yaml:2: wanted how many`, false},
		{"allow:\n  warnings: true\n", `policy.yaml:2: wanted how many`, false},
		{"allow:\n  warnings: [1]\n", `policy.yaml:2: wanted how many`, false},
		{"allow:\n  warnings: 1\n  warnings: 2\n", "policy.yaml:3: mapping key \"warnings\" already defined", true},
		{"allow:\n  lostCoverage: 1\n", "policy.yaml:2: lostCoverage needs a baseline", true},
		{"- hold\n", "policy.yaml:1: ", false},
		{"hold: [", "policy.yaml:1: ", true},
		{"allow: {}\n---\nallow: {}\n", "policy.yaml:3: wanted one document", true},
		{"baseline: [a]\n", "policy.yaml:1: ", false},
	} {
		_, err := ParsePolicy("policy.yaml", []byte(c.policy))
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), "read policy: "+c.want) {
			t.Errorf("%q: wanted %q; got %v", c.policy, c.want, err)
		}
		if c.beyond {
			continue
		}
		data, err := yaml.YAMLToJSON([]byte(c.policy))
		g.Expect(err).NotTo(HaveOccurred())
		var v any
		if len(bytes.TrimSpace(data)) > 0 {
			g.Expect(json.Unmarshal(data, &v)).To(Succeed())
		}
		if err := schema.Validate(v); (err == nil) != (c.want == "") {
			t.Errorf("%q: wanted the schema to agree with %q; got %v", c.policy, c.want, err)
		}
	}
}

func TestAPatternThatMatchesNothingIsAFaultOfThePolicy(t *testing.T) {
	g := NewWithT(t)
	p, err := ParsePolicy("policy.yaml", []byte("hold:\n  requirements:\n    - detach.one\n    - detach.typo\n"))
	g.Expect(err).NotTo(HaveOccurred())
	_, err = Decide(p, reports.Build(samples.Input()), nil)
	if want := `read policy: policy.yaml:4: "detach.typo" matches no requirement of the report`; err == nil ||
		!strings.HasPrefix(err.Error(), want) {
		t.Errorf("wanted %q; got %v", want, err)
	}
}

func TestGateText(t *testing.T) {
	g := NewWithT(t)
	for name, policy := range map[string]string{
		"conformant": "", "broken": "allow: {warnings: 0}", "could-not-run": "",
		"hostile": "",
	} {
		var b bytes.Buffer
		g.Expect(WriteText(&b, decide(t, policy, samples.All()[name], nil), terminal.Options{Width: 100})).To(Succeed())
		samples.Golden(t, name+"/gate.txt", b.Bytes())
	}
}
