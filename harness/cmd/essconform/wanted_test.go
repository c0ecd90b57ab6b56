package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
)

// reportOf is a report.json of one run of one case, with another id and end.
func reportOf(t *testing.T, id string, ended time.Time) string {
	t.Helper()
	g := NewWithT(t)
	r := reports.Build(reports.Input{
		Contract: reports.Contract{Operation: "DetachInstances"},
		Run: reports.Run{
			ID: id, StartedAt: ended.Add(-time.Second), EndedAt: ended,
			Selection: reports.Everything,
		},
		Catalogue: []reports.CatalogueEntry{
			{ID: "detach.one", Level: reports.Must, Profile: "document", Cases: []string{"a/json/get"}},
			{ID: "method.get", Level: reports.Must, Profile: "conventions", Cases: []string{"a/json/get"}},
		},
		Cases: []reports.CaseResult{{
			ID: "a/json/get", Outcome: reports.Passed, Requirements: []string{"detach.one", "method.get"},
			Checked: []string{"detach.one", "method.get"}, BodyChecked: true,
		}},
		Selected: 1,
	})
	data, err := json.Marshal(r)
	g.Expect(err).NotTo(HaveOccurred())
	file := filepath.Join(t.TempDir(), "report.json")
	g.Expect(os.WriteFile(file, data, 0o600)).To(Succeed())
	return file
}

// TestReportsOfTheWantedRunOnly: a report that another run left behind is not taken for that of the run that is meant.
func TestReportsOfTheWantedRunOnly(t *testing.T) {
	now := time.Now()
	fresh, old, future := reportOf(t, "one", now), reportOf(t, "two", now.Add(-2*time.Hour)),
		reportOf(t, "three", now.Add(time.Hour))
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"the run", []string{"gate", "-run-id", "one", fresh}, 0, ""},
		{"one of several", []string{"gate", "-run-id", "two", "-run-id", "one", fresh}, 0, ""},
		{"another run", []string{"gate", "-run-id", "one", old}, 2, "is of run two; wanted one"},
		{"no id", []string{"gate", "-run-id", "", fresh}, 2, "the id is empty"},
		{"young enough", []string{"gate", "-max-age", "1h", fresh}, 0, ""},
		{"too old", []string{"gate", "-max-age", "1h", old}, 2, "is too old"},
		{"not ended yet", []string{"gate", "-max-age", "1h", future}, 2, "ends in the future"},
		{"no age", []string{"gate", "-max-age", "0", fresh}, 2, "write a duration above 0"},
		{"diff of an old one", []string{"diff", "-max-age", "1h", fresh, old}, 2, "is too old"},
		{"diff with an old baseline", []string{"diff", "-max-age", "1h", "-run-id", "one", old, fresh}, 0, ""},
		{"merge of an old one", []string{"merge", "-o", t.TempDir(), "-max-age", "1h", fresh, old}, 2, "is too old"},
		{
			"merge of another run",
			[]string{"merge", "-o", t.TempDir(), "-run-id", "one", fresh, old},
			2, "is of run two",
		},
		{"merge of both", []string{"merge", "-o", t.TempDir(), "-run-id", "one", "-run-id", "two", fresh, old}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, stderr := essconform(t, nil, c.args...)
			if code != c.code || !strings.Contains(stderr, c.says) {
				t.Errorf("wanted %d, %q; got %d\n%s%s", c.code, c.says, code, out, stderr)
			}
		})
	}
}

func TestReportByItsFile(t *testing.T) {
	file := reportOf(t, "one", time.Now())
	code, out, stderr := essconform(t, nil, "report", file)
	if code != 0 || !strings.Contains(out, "conformant: 1 of 1 case passed") {
		t.Errorf("wanted the report; got %d\n%s%s", code, out, stderr)
	}
}
