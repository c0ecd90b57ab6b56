package ci

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// settings are the variables that the script reads.
func settings(t *testing.T) []string {
	t.Helper()
	short := regexp.MustCompile(`(?m)^#   ESSCONFORM_TARGET, (.*)$`).FindStringSubmatch(contents(t, "conform"))
	if short == nil {
		t.Fatal("wanted the script to list its settings")
	}
	names := []string{"ESSCONFORM_TARGET"}
	for _, s := range strings.Split(short[1], ", ") {
		names = append(names, "ESSCONFORM"+s)
	}
	for _, m := range regexp.MustCompile(`(?m)^#   (ESSCONFORM_[A-Z_]+) `).FindAllStringSubmatch(contents(t, "conform"), -1) {
		names = append(names, m[1])
	}
	return append(names, "ESSCONFORM_SHARD_BY")
}

type action struct {
	Name, Description string
	Inputs            map[string]struct{ Description, Default string }
	Outputs           map[string]struct{ Description, Value string }
	Runs              struct {
		Using string
		Steps []struct {
			ID, If, Uses, Shell, Run string
			Env, With                map[string]any
		}
	}
}

func TestTheActionRunsTheScript(t *testing.T) {
	const path = "../.github/actions/essconform/action.yml"
	text := contents(t, path)
	var a action
	if err := yaml.UnmarshalStrict([]byte(text), &a, yaml.DisallowUnknownFields); err != nil {
		t.Fatal(err)
	}
	if a.Runs.Using != "composite" {
		t.Errorf("wanted a composite action; got %q", a.Runs.Using)
	}
	known := settings(t)
	passed := map[string]bool{}
	uploads, scripts := 0, 0
	for _, step := range a.Runs.Steps {
		if strings.HasPrefix(step.Uses, "actions/upload-artifact@") {
			uploads++
			if !strings.Contains(step.If, "!cancelled()") {
				t.Error("wanted the reports of a failed run uploaded as well")
			}
		}
		if step.Run == "" {
			continue
		}
		scripts++
		if step.Shell == "" || strings.Contains(step.Run, "${{") {
			t.Errorf("wanted a shell, and no expression in its text, where an input could be run; got %q", step.Run)
		}
		if script, _ := step.Env["CONFORM"].(string); !strings.HasSuffix(script, "/../../../.ci/conform") {
			t.Errorf("wanted the script; got %q", script)
		}
		for name := range step.Env {
			passed[name] = true
			if name != "CONFORM" && !slices.Contains(known, name) {
				t.Errorf("the script knows no setting %s", name)
			}
		}
	}
	if uploads != 1 || scripts != 1 {
		t.Errorf("wanted one script and one upload; got %d and %d", scripts, uploads)
	}
	for _, name := range known {
		if !passed[name] {
			t.Errorf("wanted an input for %s; got none", name)
		}
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`inputs\.([a-z-]+)`).FindAllStringSubmatch(text, -1) {
		used[m[1]] = true
		if _, declared := a.Inputs[m[1]]; !declared {
			t.Errorf("input %s is used and not declared", m[1])
		}
	}
	for name, input := range a.Inputs {
		if !used[name] || input.Description == "" {
			t.Errorf("input %s: wanted a description and a use", name)
		}
	}
}

func TestTheTemplateRunsTheScript(t *testing.T) {
	type job struct {
		Image, Extends, When string
		Variables            map[string]string
		BeforeScript         []string `json:"before_script"`
		Script               []string
		Parallel             int
		AllowFailure         bool `json:"allow_failure"`
		Artifacts            struct {
			When     string
			ExposeAs string `json:"expose_as"`
			ExpireIn string `json:"expire_in"`
			Paths    []string
			Reports  map[string]string
		}
	}
	jobs := map[string]job{}
	data, err := os.ReadFile("../.gitlab/essconform.yml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(data, &jobs, yaml.DisallowUnknownFields); err != nil {
		t.Fatal(err)
	}
	known := append(settings(t), "ESSCONFORM_SOURCE", "ESSCONFORM_VERSION", "ESSCONFORM_SUITE") // the template's own
	for name, j := range jobs {
		if !strings.HasPrefix(name, ".") {
			t.Errorf("%s: wanted hidden jobs only, so that including the file runs nothing", name)
		}
		if j.Extends == "" && !slices.Equal(j.Script, []string{`"$ESSCONFORM_SUITE/.ci/conform"`}) {
			t.Errorf("%s: wanted the script; got %q", name, j.Script)
		}
		if _, there := jobs[j.Extends]; j.Extends != "" && !there {
			t.Errorf("%s extends %s, which is not there", name, j.Extends)
		}
		for v := range j.Variables {
			if !slices.Contains(known, v) {
				t.Errorf("%s: the script knows no setting %s", name, v)
			}
		}
		for _, path := range j.Artifacts.Paths {
			if dir := j.Variables["ESSCONFORM_REPORT_DIR"]; !strings.HasPrefix(dir+"/", path) {
				t.Errorf("%s: wanted the reports kept, which are in %s; got %s", name, dir, path)
			}
		}
	}
	if j := jobs[".essconform"].Artifacts; j.When != "always" || j.Reports["junit"] != "essconform-report/junit.xml" {
		t.Errorf("wanted reports of every run, and its junit.xml shown; got %+v", j)
	}
	shard := jobs[".essconform-shard"]
	if shard.Parallel < 2 || !shard.AllowFailure ||
		shard.Variables["ESSCONFORM_SHARD"] != "$CI_NODE_INDEX/$CI_NODE_TOTAL" {
		t.Errorf("wanted shards that let the merge judge; got %+v", shard)
	}
	if merge := jobs[".essconform-merge"]; merge.When != "always" ||
		!strings.HasPrefix(shard.Variables["ESSCONFORM_REPORT_DIR"], merge.Variables["ESSCONFORM_MERGE"]+"/") {
		t.Errorf("wanted the merge to find what the shards wrote; got %+v", merge)
	}
}
