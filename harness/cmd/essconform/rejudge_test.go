package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
)

// rejudge judges the recording in a directory again, and returns the new report.
func rejudge(t *testing.T, dir string, args ...string) (code int, out string, now reports.Report) {
	t.Helper()
	g := NewWithT(t)
	into := filepath.Join(t.TempDir(), "again")
	code, out, stderr := essconform(t, nil, append([]string{"rejudge", "-report-dir", into}, append(args, dir)...)...)
	g.Expect(stderr).To(BeEmpty())
	now, err := readReport(filepath.Join(into, "report.json"))
	g.Expect(err).NotTo(HaveOccurred())
	return code, unwrapped(out), now
}

func outcomes(r reports.Report) map[string]reports.Outcome {
	of := map[string]reports.Outcome{}
	for _, c := range r.Cases {
		of[c.ID] = c.Outcome
	}
	return of
}

func TestRejudgeComesToTheSameVerdict(t *testing.T) {
	g := NewWithT(t)
	dir, _ := recorded(t, "-case", "sequence.second-call/*", "-case", "overlap.same-instance/*", "-case",
		"late.refused/*", "-case", "auth.*", "-verifies-signatures")
	old, err := readReport(filepath.Join(dir, "report.json"))
	g.Expect(err).NotTo(HaveOccurred())
	code, out, now := rejudge(t, dir)
	g.Expect(code).To(Equal(exitConformant), out)
	g.Expect(out).To(ContainSubstring("no regression"))
	g.Expect(outcomes(now)).To(Equal(outcomes(old)))
	g.Expect(now.Run.Notes).To(ContainElement(ContainSubstring(old.Run.ID)))
	g.Expect(now.Target).To(Equal(old.Target))
	text, err := json.Marshal(now)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(text)).NotTo(Or(ContainSubstring(testKey), ContainSubstring(testSecret)))
}

func TestRejudgeOfAFailure(t *testing.T) {
	g := NewWithT(t)
	endpoint, dir := server(t, wrongStatus), t.TempDir()
	code, _, stderr := essconform(t, nil, "run", "-endpoint", endpoint, "-provider-states", endpoint+"/_states",
		"-signature", "none",
		"-report-dir", dir, "-late", "0", "-case", "error.InvalidInstanceId.NotFound/*", "-case",
		"sequence.not-found-then-found/*", "-case", "detach.one/*")
	g.Expect(code).To(Equal(exitNotConformant), stderr)
	old, err := readReport(filepath.Join(dir, "report.json"))
	g.Expect(err).NotTo(HaveOccurred())
	code, out, now := rejudge(t, dir)
	g.Expect(code).To(Equal(exitNotConformant), out)
	for i, c := range old.Cases {
		g.Expect(now.Cases[i].Findings).To(HaveLen(len(c.Findings)), c.ID)
		for j, f := range c.Findings {
			f.History, now.Cases[i].Findings[j].History = nil, nil
			g.Expect(now.Cases[i].Findings[j]).To(Equal(f), c.ID)
		}
	}
}

// With resources of the user's own, nothing but the run's notes says what a setup returned.
func TestRejudgeOfARunByAPI(t *testing.T) {
	g, d := NewWithT(t), newDesk(t)
	code, out, stderr := d.essconform("run", "-target", d.file("target.yaml"), "-late", "0", "-case",
		"detach.one/json/get",
		"-case", "error.IncorrectScalingGroupStatus/xml/post", "-case", "error.Forbidden.Unauthorized/xml/post")
	g.Expect(code).To(Equal(exitConformant), out+stderr)
	code, out, now := rejudge(t, d.file("out"))
	g.Expect(code).To(Equal(exitConformant), out)
	g.Expect(outcomes(now)).To(HaveLen(3))
}

func TestRejudgeByAnotherDescription(t *testing.T) {
	g := NewWithT(t)
	dir, _ := recorded(t)
	text, err := os.ReadFile("../../../spec/detachinstances.openapi.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	const documented = "A required authorization for the specified action is not supplied."
	g.Expect(string(text)).To(ContainSubstring(documented))
	other := filepath.Join(t.TempDir(), "other.yaml")
	g.Expect(os.WriteFile(other, []byte(strings.ReplaceAll(string(text), documented, "You may not do this.")),
		0o600)).To(Succeed())
	code, out, now := rejudge(t, dir, "-spec", other)
	g.Expect(code).To(Equal(exitNotConformant))
	g.Expect(out).To(And(ContainSubstring("4 cases regressed"),
		ContainSubstring("error.message.Forbidden.Unauthorized"),
		ContainSubstring("You may not do this.")))
	g.Expect(outcomes(now)).To(And(
		HaveKeyWithValue("error.Forbidden.Unauthorized/xml/get", reports.Failed),
		HaveKeyWithValue("detach.max/xml/get", reports.Passed)))
}

// edit changes the entries of a recording.
func edit(t *testing.T, dir string, change func(entry map[string]any) (keep bool)) {
	t.Helper()
	g := NewWithT(t)
	name := filepath.Join(dir, recordingFile)
	data, err := os.ReadFile(name)
	g.Expect(err).NotTo(HaveOccurred())
	var file map[string]map[string]any
	g.Expect(json.Unmarshal(data, &file)).To(Succeed())
	var kept []any
	for _, e := range file["log"]["entries"].([]any) {
		if change(e.(map[string]any)) {
			kept = append(kept, e)
		}
	}
	file["log"]["entries"] = kept
	// What a run has learned of its cases stands before them.
	notes, err := json.Marshal(file["log"]["_notes"])
	g.Expect(err).NotTo(HaveOccurred())
	entries, err := json.Marshal(kept)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(name, []byte(`{"log":{"_notes":`+string(notes)+`,"entries":`+string(entries)+`}}`), 0o600)).To(Succeed())
}

// What a recording cannot tell is neither a pass nor a failure.
func TestRejudgeWhatIsNotRecorded(t *testing.T) {
	const about = "error.Forbidden.Unauthorized/xml/get"
	for name, c := range map[string]struct {
		change func(entry map[string]any) bool
		reason string
	}{
		"a body that was cut": {func(e map[string]any) bool {
			e["_cut"] = []string{"body of the response: the first 16384 of 20000 bytes"}
			return true
		}, "does not hold the whole exchange"},
		"a call that is missing": {func(e map[string]any) bool {
			return e["_lane"] != nil || !strings.HasPrefix(e["_step"].(string), "step")
		}, "no further exchange of DetachInstances"},
		"a look that is missing": {
			func(e map[string]any) bool { return e["_step"] != "first look" },
			"no further exchange of DescribeScalingInstances",
		},
		"another operation": {func(e map[string]any) bool {
			if e["_step"] == "step 1 of 1" {
				r := e["request"].(map[string]any)
				r["url"] = strings.ReplaceAll(r["url"].(string), "Action=DetachInstances", "Action=RemoveInstances")
			}
			return true
		}, "has RemoveInstances (step 1 of 1) where the program of today would call DetachInstances"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			dir, _ := recorded(t)
			edit(t, dir, func(e map[string]any) bool { return e["_case"] != about || c.change(e) })
			code, _, now := rejudge(t, dir)
			g.Expect(code).To(Equal(exitCouldNotJudge))
			for _, one := range now.Cases {
				if one.ID != about {
					g.Expect(one.Outcome).To(Equal(reports.Passed), one.ID)
					continue
				}
				g.Expect(one.Outcome).To(Equal(reports.CouldNotRun))
				g.Expect(one.Reason).To(ContainSubstring(c.reason))
				g.Expect(one.Findings).To(BeEmpty())
			}
		})
	}
}

func TestRejudgeBadInput(t *testing.T) {
	g := NewWithT(t)
	dir, _ := recorded(t)
	refused := func(want string, args ...string) {
		t.Helper()
		code, _, stderr := essconform(t, nil, append([]string{"rejudge"}, args...)...)
		g.Expect(code).To(Equal(exitCouldNotJudge))
		g.Expect(unwrapped(stderr)).To(ContainSubstring(want))
	}
	refused("choose another -report-dir", "-report-dir", dir, dir)
	refused("no such file", filepath.Join(dir, "nowhere"))
	har := filepath.Join(dir, recordingFile)
	g.Expect(os.WriteFile(har, []byte(`{"log":{"entries":[{"request":{"method":"GET","url":"http://x/"}}]}}`), 0o600)).To(Succeed())
	refused("holds no notes of a run", dir)
	g.Expect(os.WriteFile(har, []byte(`{"log":{"entries":[{"requ`), 0o600)).To(Succeed())
	refused("cut off", dir)
	g.Expect(os.WriteFile(har, []byte(`[]`), 0o600)).To(Succeed())
	refused("not a HAR file", dir)
	g.Expect(os.Remove(har)).To(Succeed())
	refused("kept no exchanges (-no-har)", dir)
}
