package spec_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/essconform/essconform/spec"
)

var update = flag.Bool("update", false, "write the descriptions of later editions again")

const laterFile = "detachinstances-2022-02-22.openapi.yaml"

// later turns the built-in description into that of the edition 2022-02-22: the same operation with InstanceIds.N and
// five optional parameters (facts, section 5).
func later(t *testing.T, text string) string {
	t.Helper()
	text = swap("# What must be true of DetachInstances:",
		"# The edition 2022-02-22, made from detachinstances.openapi.yaml: edit that one, then run go test ./spec "+
			"-update.\n#\n# What must be true of DetachInstances:")(t, text)
	text = swapAll("2014-08-28", "2022-02-22")(t, text)
	text = swap(`example: "2022-02-22T12:00:00Z"`, `example: "2023-02-22T12:00:00Z"`)(t, text)
	text = regexp.MustCompile(`\bInstanceId\.(\d+|N)\b`).ReplaceAllString(text, "InstanceIds.$1")
	query, form := "", ""
	for _, p := range []struct{ name, schema, about string }{
		{
			"DecreaseDesiredCapacity", "{type: boolean, default: true}",
			"Whether the expected number of instances falls with the call.",
		},
		{
			"DetachOption", "{type: string, enum: [both]}",
			"Whether the instances also leave the load balancers and databases.",
		},
		{"LifecycleHook", "{type: boolean, default: false}", "Whether a lifecycle hook is triggered."},
		{
			"IgnoreInvalidInstance", "{type: boolean, default: false}",
			"Whether ids that are not valid are left out instead of refused.",
		},
		{"ClientToken", `{type: string, maxLength: 64, example: ""}`, "Makes the call idempotent."},
	} {
		query += "        - name: " + p.name + "\n          in: query\n          description: " + p.about +
			"\n          schema: " + p.schema + "\n"
		form += "        " + p.name + ": " + p.schema + "\n"
	}
	text = swap("        - name: Format\n", query+"        - name: Format\n")(t, text)
	return swap("        Format:\n", form+"        Format:\n")(t, text)
}

func TestLaterEdition(t *testing.T) {
	text, err := os.ReadFile("detachinstances.openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := later(t, string(text))
	if *update {
		if err := os.WriteFile(laterFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(laterFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what detachinstances.openapi.yaml makes it; run go test ./spec -update", laterFile)
	}
}

func TestEditions(t *testing.T) {
	first, err := spec.Edition("2014-08-28")
	if err != nil {
		t.Fatal(err)
	}
	second, err := spec.Edition("2022-02-22")
	if err != nil {
		t.Fatal(err)
	}
	if first.APIVersion != "2014-08-28" || first.Instances.Prefix != "InstanceId" {
		t.Errorf("wanted 2014-08-28 with InstanceId; got %s with %s", first.APIVersion, first.Instances.Prefix)
	}
	if second.APIVersion != "2022-02-22" || second.Instances.Prefix != "InstanceIds" || second.Instances.Max != 20 {
		t.Errorf("wanted 2022-02-22 with 20 InstanceIds; got %s with %d %s", second.APIVersion, second.Instances.Max,
			second.Instances.Prefix)
	}
	if len(second.Requirements) != len(first.Requirements) || len(second.Errors) != len(first.Errors) {
		t.Errorf("wanted the same requirements and codes in both editions")
	}
	if second.File != "spec/"+laterFile || second.SHA256 == first.SHA256 {
		t.Errorf("wanted a file and a hash of its own; got %s", second.File)
	}
	_, err = spec.Edition("2030-01-01")
	if err == nil || !strings.Contains(err.Error(), "2014-08-28, 2022-02-22") {
		t.Errorf("wanted an error that lists the editions; got %v", err)
	}
}
