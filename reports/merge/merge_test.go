package merge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/render/terminal"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// shards cuts what a run found into count shards, the way several machines would report it.
func shards(in reports.Input, waivers []reports.Waiver, count int) []reports.Report {
	all := in.Cases
	var out []reports.Report
	for i := range count {
		part := in
		part.Cases = nil
		var rest []reports.CaseResult
		for j, c := range all {
			if j%count == i {
				part.Cases = append(part.Cases, c)
			} else {
				rest = append(rest, reports.CaseResult{ID: c.ID, Requirements: c.Requirements})
			}
		}
		part.Waivers, part.Elsewhere = waivers, rest
		part.Run.Shard = &reports.Shard{Index: i + 1, Count: count, Of: len(all)}
		part.Selected, part.NotSelected = len(part.Cases), len(all)-len(part.Cases)
		out = append(out, reports.Build(part))
	}
	return out
}

// troubled is a run with a finding of each kind, before waivers and repeats were looked at.
func troubled() (reports.Input, []reports.Waiver) {
	in := samples.Input()
	samples.On(in, samples.ReqStatus, func(_ int, c *reports.CaseResult) {
		c.Outcome, c.Findings = reports.Failed, []reports.Finding{
			samples.Finding(samples.ReqStatus, "HTTP 404", "400", "status"),
		}
	})
	samples.On(in, samples.ReqCase, func(_ int, c *reports.CaseResult) {
		c.Outcome, c.Findings = reports.Failed, []reports.Finding{
			samples.Finding(samples.ReqCase, "the same answer", "HTTP 400", ""),
		}
	})
	samples.On(
		in,
		samples.ReqOne,
		func(_ int, c *reports.CaseResult) { c.RequestIDs = []string{"one and the same"} },
	) // in two shards
	return in, []reports.Waiver{
		{Case: "case.format.case/*", Reason: "known"},
		{Case: "case.detach.range/json/get", Reason: "known"},
	}
}

func TestJoinedShardsAreTheWholeRun(t *testing.T) {
	g := NewWithT(t)
	in, waivers := troubled()
	whole := in
	whole.Waivers = waivers
	want := reports.Build(whole)
	for count := 1; count <= 5; count++ {
		parts := shards(in, waivers, count)
		slices.Reverse(parts)
		got, err := JoinShards(parts)
		g.Expect(err).NotTo(HaveOccurred())
		if got.Verdict != want.Verdict || got.Counts != want.Counts || got.Run.Partial != "" || got.Run.Shard != nil {
			t.Errorf("%d shards: wanted %+v %+v; got %+v %+v", count, want.Verdict, want.Counts, got.Verdict,
				got.Counts)
		}
		if !reflect.DeepEqual(got.Requirements, want.Requirements) ||
			!reflect.DeepEqual(got.WaiverProblems, want.WaiverProblems) {
			t.Errorf("%d shards: wanted the requirements and problems of the whole run; got %+v, %v", count,
				got.Requirements, got.WaiverProblems)
		}
		for i, c := range got.Cases {
			w := want.Cases[i]
			if c.ID != w.ID || c.Outcome != w.Outcome || !reflect.DeepEqual(c.Findings, w.Findings) {
				t.Errorf("%d shards: %s: wanted %s %v; got %s %v", count, w.ID, w.Outcome, w.Findings, c.Outcome,
					c.Findings)
			}
		}
		var file bytes.Buffer
		g.Expect(reports.WriteJSON(&file, got)).To(Succeed())
		if _, err := reports.ReadJSON("joined", &file); err != nil {
			t.Errorf("%d shards: %v", count, err)
		}
	}
}

func TestAWaiverMayMatchInAnotherShard(t *testing.T) {
	parts := shards(
		samples.Input(),
		[]reports.Waiver{{Case: "case.detach.range/*", Reason: "known"}, {Case: "typo/*", Reason: "known"}},
		8,
	)
	for _, r := range parts {
		if len(r.WaiverProblems) != 1 || !strings.Contains(r.WaiverProblems[0], "typo/*") {
			t.Errorf("%s: wanted the typo told and nothing else; got %v", r.Run.Shard.String(), r.WaiverProblems)
		}
	}
}

func TestMissingShardsMakeAPartialRun(t *testing.T) {
	parts := shards(samples.Input(), nil, 4)
	interrupted := shards(samples.Input(), nil, 2)
	interrupted[1].Run.Partial = "interrupted"
	for name, c := range map[string]struct {
		parts []reports.Report
		want  string
	}{
		"one": {
			parts[1:],
			"could not judge: 4 of 16 cases left no result (partial: shard 1 of 4 is missing)",
		},
		"two": {
			parts[1:3],
			"could not judge: 8 of 16 cases left no result (partial: shards 1, 4 of 4 are missing)",
		},
		"a partial one": {
			interrupted,
			"could not judge: the run did not come to its end (partial: shard 2 of 2: interrupted)",
		},
	} {
		got, err := JoinShards(c.parts)
		if err != nil || got.Verdict.ExitCode != 2 || got.Verdict.Reason != c.want {
			t.Errorf("%s: wanted %q; got %+v, %v", name, c.want, got.Verdict, err)
		}
	}
}

func TestJoinShardsRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func([]reports.Report) []reports.Report
		want   string
	}{
		"nothing": {func([]reports.Report) []reports.Report { return nil }, "no report was given"},
		"a whole run": {
			func(r []reports.Report) []reports.Report { r[1].Run.Shard = nil; return r },
			"only shards of one run",
		},
		"a shard twice": {
			func(r []reports.Report) []reports.Report { return []reports.Report{r[0], r[1], r[1]} },
			"shard 2 of 2 is there twice",
		},
		"a case twice": {
			func(r []reports.Report) []reports.Report {
				r[1].Cases = append(r[1].Cases, r[0].Cases[0])
				return r
			},
			"is in shard 1 of 2 and in shard 2 of 2; run all shards with the same -shard-by",
		},
		"another target": {
			func(r []reports.Report) []reports.Report { r[1].Target.Region = "x"; return r },
			"the target differs",
		},
		"another contract": {
			func(r []reports.Report) []reports.Report { r[1].Contract.SHA256 = "x"; return r },
			"the contract differs",
		},
		"another case set": {
			func(r []reports.Report) []reports.Report { r[1].Suite.CaseSet = "x"; return r },
			"the case set differs",
		},
		"another selection": {
			func(r []reports.Report) []reports.Report { r[1].Run.Selection = "label x"; return r },
			"the selection differs",
		},
		"another number": {
			func(r []reports.Report) []reports.Report { r[1].Run.Shard.Count = 7; return r },
			"the number of shards differs",
		},
		"other waivers": {func(r []reports.Report) []reports.Report {
			r[1].Waivers = []reports.Waiver{{Case: "x"}}
			return r
		}, "the waivers differs"},
	} {
		if _, err := JoinShards(c.change(shards(samples.Input(), nil, 2))); err == nil ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: wanted %q; got %v", name, c.want, err)
		}
	}
}

func TestGroupShards(t *testing.T) {
	elsewhere := samples.Input()
	elsewhere.Target.Region = "cn-beijing"
	a, b, whole := shards(samples.Input(), nil, 2), shards(elsewhere, nil, 3), reports.Build(samples.Input())
	var sizes []int
	for _, g := range GroupShards([]reports.Report{a[0], whole, b[0], a[1], b[1], b[2], whole}) {
		sizes = append(sizes, len(g))
	}
	if want := []int{2, 1, 3, 1}; !slices.Equal(sizes, want) {
		t.Errorf("wanted groups of %v; got %v", want, sizes)
	}
}

// regions are the reports of three targets.
func regions() []reports.Report {
	a, b, c := samples.Input(), samples.Broken(), samples.CouldNotRun()
	b.Target.Name, b.Target.Region = "acme-cloud", "cn-beijing"
	c.Target.Name = "other-cloud | <b>"
	c.Contract.SHA256 = "another"
	c.Catalogue = append(
		c.Catalogue,
		reports.CatalogueEntry{
			ID:      "ours.only",
			Level:   "SHOULD",
			Profile: "conventions",
			Text:    "only their contract has it",
		},
	)
	return []reports.Report{reports.Build(a), reports.Build(b), reports.Build(c)}
}

func TestMatrix(t *testing.T) {
	g := NewWithT(t)
	m, err := NewMatrix(regions())
	g.Expect(err).NotTo(HaveOccurred())
	if m.Verdict != (MatrixVerdict{false, "1 of 3 targets conformant", 1}) || len(m.Notes) != 1 ||
		!strings.Contains(m.Notes[0], "the same contract") {
		t.Errorf("got %+v, %v", m.Verdict, m.Notes)
	}
	cells := map[string]string{}
	for _, row := range m.Requirements {
		var words []string
		for _, c := range row.Cells {
			words = append(words, c.Words())
		}
		cells[row.ID] = strings.Join(words, ", ")
	}
	for id, want := range map[string]string{
		samples.ReqOne:    "satisfied, satisfied, satisfied",
		samples.ReqStatus: "satisfied, violated in 2 of 2 cases, satisfied",
		samples.ReqRange:  "satisfied, SHOULD not met in 2 of 2 cases, satisfied",
		samples.ReqIdle:   "satisfied, satisfied, unverified",
		samples.ReqCase:   "satisfied, waived, unverified",
		"activity.none":   "excluded, excluded, excluded",
		"ours.only":       "absent, absent, unverified",
	} {
		g.Expect(cells[id]).To(Equal(want), id)
	}
	for i, want := range []string{"acme-cloud cn-hangzhou", "acme-cloud cn-beijing", "other-cloud | <b>"} {
		if m.Targets[i].Name != want {
			t.Errorf("wanted a target named %q; got %q", want, m.Targets[i].Name)
		}
	}
	for file, write := range map[string]func(io.Writer, Matrix) error{
		"matrix.json": writeJSON, "matrix.md": WriteMarkdown, "matrix.html": writeHTML,
		"matrix.txt": func(w io.Writer, m Matrix) error {
			return WriteText(w, m, terminal.Options{Width: 100, ReportDir: "out"})
		},
	} {
		var b bytes.Buffer
		g.Expect(write(&b, m)).To(Succeed())
		samples.Golden(t, "matrix/"+file, b.Bytes())
	}
}

// What changed when: the later run is compared with the one before.
func TestTrend(t *testing.T) {
	g := NewWithT(t)
	run := func(in reports.Input, day int) reports.Report {
		in.Run.StartedAt = samples.Started.AddDate(0, 0, day)
		in.Run.EndedAt = in.Run.StartedAt
		return reports.Build(in)
	}
	m, err := NewTrend([]reports.Report{
		run(samples.Input(), 0), run(samples.Broken(), 1),
		run(samples.CouldNotRun(), 2), run(samples.CouldNotRun(), 3),
	})
	g.Expect(err).NotTo(HaveOccurred())
	m = m.WithLinks([]string{"", "../1/report.html", "", ""})
	var got []string
	for _, s := range m.Changes {
		var words []string
		for _, c := range s.Changes {
			words = append(words, c.ID+" "+c.Word())
		}
		got = append(got, s.Name+": "+strings.Join(words, ", "))
	}
	want := []string{
		"2026-03-02 12:00:00: error.status.InvalidInstanceId.NotFound broken, response.error.xml broken, " +
			"response.request-id-unique broken, " +
			"format.case no longer verified, detach.range SHOULD not met",
		"2026-03-03 12:00:00: group.idle no longer verified, detach.range fixed, " +
			"error.status.InvalidInstanceId.NotFound fixed, " +
			"response.error.xml fixed, format.case now unverified, response.request-id-unique fixed",
		"2026-03-04 12:00:00: ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("wanted\n%s\ngot\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
	if m.Verdict.ExitCode != 1 || m.Verdict.Reason != "1 of 4 runs conformant" {
		t.Errorf("wanted the verdict of merge; got %+v", m.Verdict)
	}
	for file, write := range map[string]func(io.Writer, Matrix) error{
		"trend.json": writeJSON, "trend.md": WriteMarkdown, "trend.html": writeHTML,
		"trend.txt": func(w io.Writer, m Matrix) error {
			return WriteText(w, m, terminal.Options{Width: 100, ReportDir: "out"})
		},
	} {
		var b bytes.Buffer
		g.Expect(write(&b, m)).To(Succeed())
		samples.Golden(t, "trend/"+file, b.Bytes())
	}
	other := samples.Input()
	other.Target.Name = "another"
	for _, all := range [][]reports.Report{
		{reports.Build(other)},
		{reports.Build(samples.Input()), reports.Build(other)},
	} {
		if _, err := NewTrend(all); err == nil {
			t.Error("wanted reports of one target; got no error")
		}
	}
}

// Thirty targets are printed ten to a sheet.
func TestManyTargets(t *testing.T) {
	g := NewWithT(t)
	var all []reports.Report
	for i := range 30 {
		in := samples.Input()
		if i%7 == 3 {
			in = samples.Broken()
		}
		in.Target.Name = fmt.Sprint("target ", i)
		all = append(all, reports.Build(in))
	}
	m, err := NewMatrix(all)
	g.Expect(err).NotTo(HaveOccurred())
	p := newPage(m)
	if len(p.Chunks) != 3 || len(p.Chunks[2].Names) != 10 || len(p.Chunks[1].Rows) != len(m.Requirements)-p.Equal ||
		!p.Many {
		t.Errorf("wanted three sheets of ten; got %d, %v", len(p.Chunks), p.Many)
	}
}

func TestMatrixVerdict(t *testing.T) {
	good, bad, unknown := reports.Build(
		samples.Input(),
	), reports.Build(samples.Broken()), reports.Build(samples.CouldNotRun())
	for _, c := range []struct {
		all  []reports.Report
		want int
	}{
		{[]reports.Report{good, good}, 0},
		{[]reports.Report{good, bad}, 1},
		{[]reports.Report{good, unknown}, 2},
		{[]reports.Report{unknown, bad}, 1},
		{[]reports.Report{bad, unknown}, 1},
	} {
		if m, err := NewMatrix(c.all); err != nil || m.Verdict.ExitCode != c.want ||
			m.Verdict.Compatible != (c.want == 0) {
			t.Errorf("wanted %d; got %+v, %v", c.want, m.Verdict, err)
		}
	}
	other := samples.Input()
	other.Contract.Operation = "AttachInstances"
	for _, all := range [][]reports.Report{nil, {good}, {good, reports.Build(other)}} {
		if _, err := NewMatrix(all); err == nil {
			t.Errorf("%d reports: wanted an error; got none", len(all))
		}
	}
}

func TestColumnNamesAreUnique(t *testing.T) {
	g := NewWithT(t)
	r := reports.Build(samples.Input())
	later := r
	later.Run.StartedAt = samples.Started.AddDate(0, 0, 1)
	for _, c := range []struct {
		all  []reports.Report
		want string
	}{
		{[]reports.Report{r, later}, "acme-cloud 2026-03-01 12:00:00, acme-cloud 2026-03-02 12:00:00"},
		{[]reports.Report{r, r}, "acme-cloud #1, acme-cloud #2"},
		{
			[]reports.Report{r, r, later},
			"acme-cloud 2026-03-01 12:00:00 #1, acme-cloud 2026-03-01 12:00:00 #2, acme-cloud 2026-03-02 12:00:00",
		},
	} {
		g.Expect(strings.Join(columnNames(c.all), ", ")).To(Equal(c.want))
	}
}

func TestMatrixMatchesItsSchema(t *testing.T) {
	g := NewWithT(t)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for id, text := range map[string]string{
		"urn:essconform:report:1": reports.Schema(),
		"urn:essconform:matrix:1": Schema(),
	} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(c.AddResource(id, doc)).To(Succeed())
	}
	schema, err := c.Compile("urn:essconform:matrix:1")
	g.Expect(err).NotTo(HaveOccurred())
	m, err := NewMatrix(append(regions(), samples.All()["hostile"]))
	g.Expect(err).NotTo(HaveOccurred())
	document := func() map[string]any {
		var b bytes.Buffer
		g.Expect(writeJSON(&b, m)).To(Succeed())
		var v map[string]any
		g.Expect(json.Unmarshal(b.Bytes(), &v)).To(Succeed())
		return v
	}
	g.Expect(schema.Validate(document())).To(Succeed())
	for name, change := range map[string]func(map[string]any){
		"cut off":          func(v map[string]any) { delete(v, "complete") },
		"an unknown field": func(v map[string]any) { v["more"] = 1 },
		"an odd target": func(v map[string]any) {
			v["targets"].([]any)[0].(map[string]any)["target"] = map[string]any{}
		},
		"an odd status": func(v map[string]any) {
			v["requirements"].([]any)[0].(map[string]any)["cells"].([]any)[0].(map[string]any)["status"] = "fine"
		},
	} {
		v := document()
		change(v)
		if schema.Validate(v) == nil {
			t.Errorf("%s: wanted an error; got none", name)
		}
	}
}

func TestWarningsOfShardsAreJoined(t *testing.T) {
	parts := shards(samples.Input(), nil, 3)
	parts[0].Run.Notes, parts[2].Run.Notes = []string{"b", "a"}, []string{"b"}
	got, err := JoinShards(parts)
	if err != nil || !slices.Equal(got.Run.Notes, []string{"a", "b"}) {
		t.Errorf("wanted each warning once; got %q, %v", got.Run.Notes, err)
	}
}
