package shard

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/render"
)

func TestParse(t *testing.T) {
	for s, want := range map[string]Part{"1/1": {1, 1}, "2/5": {2, 5}, "5/5": {5, 5}} {
		if got, err := parse(s); err != nil || got != want || got.String() != s {
			t.Errorf("%s: wanted %v; got %v, %v", s, want, got, err)
		}
	}
	for _, s := range []string{"", "2", "0/5", "6/5", "-1/5", "1/0", "a/b", "2/5/6", "1/10001", " 2/5", "2/-5"} {
		if _, err := parse(s); err == nil || !strings.Contains(err.Error(), "write it as 2/5") {
			t.Errorf("%q: wanted an error that says how to write it; got %v", s, err)
		}
	}
}

// Whatever the cases and their durations are, every case is in exactly one part.
func TestEveryCaseIsInExactlyOnePart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-f]{1,4}/xml`), 0, 40, rapid.ID).Draw(t, "ids")
		durations := rapid.MapOf(rapid.SampledFrom(append(ids, "gone/xml")), rapid.Float64Range(0, 1e6)).Draw(t,
			"durations")
		count := rapid.IntRange(1, 8).Draw(t, "count")
		seen := map[string]int{}
		for index := 1; index <= count; index++ {
			part := Part{index, count}
			got := part.Of(ids, durations)
			shuffled := rapid.Permutation(ids).Draw(t, "shuffled")
			if again := part.Of(shuffled, durations); !maps.Equal(got, again) {
				t.Fatalf("wanted the same part in any order; got %v and %v", got, again)
			}
			for id := range got {
				seen[id]++
			}
		}
		for _, id := range ids {
			if seen[id] != 1 {
				t.Fatalf("%s is in %d parts", id, seen[id])
			}
		}
		if len(seen) != len(ids) {
			t.Fatalf("wanted %d ids; got %d", len(ids), len(seen))
		}
	})
}

// These must never change: a case that moves to another shard breaks comparisons of shards over time.
func TestPartsAreStable(t *testing.T) {
	want := map[string]int{
		"detach.one/xml/get": 1, "detach.one/json/post": 2,
		"error.InvalidInstanceId.NotFound/xml/get": 2, "detach.max/json/post": 1,
	}
	ids := slices.Collect(maps.Keys(want))
	for index := 1; index <= 3; index++ {
		for id := range (Part{index, 3}).Of(ids, nil) {
			if want[id] != index {
				t.Errorf("%s: wanted part %d; got %d", id, want[id], index)
			}
		}
	}
	alone := Part{2, 3}.Of(ids[:1], nil)
	if alone[ids[0]] != (want[ids[0]] == 2) {
		t.Error("wanted a case to stay in its part whatever else is selected")
	}
}

func TestPartsAreBalanced(t *testing.T) {
	var ids []string
	durations := map[string]float64{}
	total := 0.0
	for i := range 200 {
		id := fmt.Sprintf("case.%d", i)
		ids = append(ids, id)
		if i%10 != 0 {
			durations[id] = float64(1 + i*i%997)
			total += durations[id]
		}
	}
	average := total / float64(len(durations))
	total += 20 * average
	for index := 1; index <= 4; index++ {
		sum := 0.0
		for id := range (Part{index, 4}).Of(ids, durations) {
			if d, known := durations[id]; known {
				sum += d
			} else {
				sum += average
			}
		}
		if math.Abs(sum-total/4) > total/400 {
			t.Errorf("part %d: wanted about %.0f ms; got %.0f", index, total/4, sum)
		}
	}
	zero := map[string]float64{}
	for _, id := range ids {
		zero[id] = 0
	}
	if n := len(Part{1, 4}.Of(ids, zero)); n != 50 {
		t.Errorf("wanted cases that take no time to be shared as well; got %d of 200 in a quarter", n)
	}
}

func TestChoose(t *testing.T) {
	var all []fixtures.Expanded
	for _, name := range []string{"a/xml", "b/xml", "c/xml", "d/xml"} {
		all = append(all, fixtures.Expanded{Name: name})
	}
	chosen, rest, s, err := Split{}.Choose(all)
	if len(chosen) != 4 || rest != nil || s != nil || err != nil {
		t.Errorf("wanted the whole; got %v %v %v %v", chosen, rest, s, err)
	}
	by := map[string]float64{"a/xml": 9, "b/xml": 5, "c/xml": 4, "d/xml": 2}
	chosen, rest, s, err = Split{Part{2, 2}, by}.Choose(all)
	if err != nil || len(chosen) != 2 || chosen[0].Name != "b/xml" || chosen[1].Name != "c/xml" || len(rest) != 2 ||
		*s != (reports.Shard{Index: 2, Count: 2, Of: 4}) {
		t.Errorf("wanted b and c; got %v %v %v %v", chosen, rest, s, err)
	}
	_, _, _, err = Split{Part{5, 5}, by}.Choose(all)
	if err == nil || !strings.Contains(err.Error(), "-shard 5/5 holds none of the 4 selected cases; use fewer shards") {
		t.Errorf("wanted an empty part to be an error; got %v", err)
	}
}

func TestFlags(t *testing.T) {
	dir := t.TempDir()
	report := reports.Build(reports.Input{Cases: []reports.CaseResult{{ID: "a/xml", DurationMs: 7}}, Selected: 1})
	if err := render.WriteAll(context.Background(), dir, report); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cut.json"), []byte(`{"kind":`), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	if err := render.WriteAll(context.Background(), out, report); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"linked": "out", "link.json": "out/report.json"} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		part Part
		ms   float64
		want string // of the error
	}{
		{nil, Part{}, 0, ""},
		{[]string{"-shard", "1/2"}, Part{1, 2}, 0, ""},
		{[]string{"-shard=2/2", "-shard-by", "report.json"}, Part{2, 2}, 7, ""},
		{[]string{"-shard=2/2", "-shard-by", filepath.Join(dir, "report.json")}, Part{2, 2}, 7, ""},
		{[]string{"-shard", "3/2"}, Part{}, 0, "write it as 2/5"},
		{[]string{"-shard-by", "report.json"}, Part{}, 0, "say which shard to run"},
		{[]string{"-shard=2/2", "-shard-by", "none.json"}, Part{}, 0, "-shard-by: open"},
		{[]string{"-shard=2/2", "-shard-by", "cut.json"}, Part{}, 0, "cut off"},
		{[]string{"-shard=2/2", "-shard-by", ""}, Part{}, 0, "name a report.json"},
		{[]string{"-shard=2/2", "-shard-by", "out/report.json"}, Part{}, 0, "keep a copy elsewhere"},
		{[]string{"-shard=2/2", "-shard-by", "out/../out/none.json"}, Part{}, 0, "keep a copy elsewhere"},
		{[]string{"-shard=2/2", "-shard-by", "linked/report.json"}, Part{}, 0, "keep a copy elsewhere"},
		{[]string{"-shard=2/2", "-shard-by", "link.json"}, Part{}, 0, "keep a copy elsewhere"},
		{
			[]string{"-shard=2/2", "-shard-by", filepath.Join(dir, "out", "report.json")},
			Part{},
			0,
			"keep a copy elsewhere",
		},
	} {
		fs := flag.NewFlagSet("run", flag.ContinueOnError)
		fs.SetOutput(io.Discard)
		f := Register(fs)
		err := fs.Parse(c.args)
		var split Split
		if err == nil {
			split, err = f.Resolve(dir, filepath.Join(dir, "out"))
		}
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v: wanted %q; got %v", c.args, c.want, err)
			}
			continue
		}
		if err != nil || split.Part != c.part || split.Durations["a/xml"] != c.ms {
			t.Errorf("%v: wanted %v and %v ms; got %v, %v", c.args, c.part, c.ms, split, err)
		}
	}
}
