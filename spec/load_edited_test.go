package spec_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/essconform/essconform/spec"
)

func TestLoadFollowsAnEditedMessage(t *testing.T) {
	c := loadEdited(t, swap("Instance “XXX” does not exist.", "No instance \"XXX\" here."))
	e, _ := c.Error("InvalidInstanceId.NotFound")
	if e.Message != `No instance "XXX" here.` {
		t.Errorf("wanted the edited message; got %q", e.Message)
	}
	r, _ := c.Requirement("error.message.InvalidInstanceId.NotFound")
	if !strings.Contains(r.Text, e.Message) {
		t.Errorf("wanted the edited message in the requirement; got %q", r.Text)
	}
}

func TestLoadFollowsAnAddedCode(t *testing.T) {
	inline := "            Throttling:\n              description: Too many calls.\n" +
		"              value: {RequestId: R, Code: Throttling, Message: Request was denied due to request " +
		"throttling.}\n"
	forbidden := "            Forbidden.Unauthorized:\n"
	c := loadEdited(t, swap(forbidden, inline+forbidden), swapLast(forbidden, inline+forbidden))
	e, ok := c.Error("Throttling")
	if !ok || e.Status != 403 || e.Meaning != "Too many calls." {
		t.Errorf("wanted the added code with status 403 and its meaning; got %+v", e)
	}
	if len(c.Errors) != len(load(t).Errors)+1 {
		t.Errorf("wanted one error more; got %d", len(c.Errors))
	}
	for _, id := range []string{"error.status.Throttling", "error.code.Throttling", "error.message.Throttling"} {
		if r, ok := c.Requirement(id); !ok || r.Line != e.Line {
			t.Errorf("wanted the requirement %s on line %d; got %+v", id, e.Line, r)
		}
	}
}

func TestLoadFollowsARemovedCode(t *testing.T) {
	ref := "            Forbidden.Unauthorized:\n              $ref: \"#/components/examples/Forbidden.Unauthorized\"\n"
	c := loadEdited(t, swapAll("          examples:\n"+ref, ""))
	if _, ok := c.Error("Forbidden.Unauthorized"); ok {
		t.Error("wanted no Forbidden.Unauthorized; got one")
	}
	if r, ok := c.Requirement("error.code.Forbidden.Unauthorized"); ok {
		t.Errorf("wanted no requirement for a code that is not there; got %+v", r)
	}
}

func TestLoadFollowsAnotherEdition(t *testing.T) {
	c := loadEdited(t, swapAll(`"2014-08-28"`, `"2022-02-22"`), swapAll("InstanceId.", "InstanceIds."), swapAll("InvalidInstanceIds.", "InvalidInstanceId."),
		swap(
			"        - {name: InstanceIds.20, in: query, schema: {$ref: \"#/components/schemas/FurtherInstanceId\"}}\n",
			""),
		swap("        InstanceIds.20: {$ref: \"#/components/schemas/FurtherInstanceId\"}\n", ""))
	if c.APIVersion != "2022-02-22" {
		t.Errorf("wanted version 2022-02-22; got %s", c.APIVersion)
	}
	if c.Instances.Prefix != "InstanceIds" || c.Instances.Max != 19 || !c.Instances.Required ||
		c.Instances.Name(3) != "InstanceIds.3" {
		t.Errorf("wanted InstanceIds.1 to InstanceIds.19; got %+v", c.Instances)
	}
}

func TestLoadFollowsAnotherShape(t *testing.T) {
	c := loadEdited(t, swap("        name: Error\n", "        name: ErrorResponse\n"),
		swap("x-recommended: [HostId]", "x-recommended: [HostId, Recommend]"))
	shape := c.ErrorAnswer.Shape[spec.XML]
	if shape.Root != "ErrorResponse" || !slices.Equal(shape.Recommended, []string{"HostId", "Recommend"}) {
		t.Errorf("wanted the edited root and fields; got %q %q", shape.Root, shape.Recommended)
	}
}

func TestLoadWithoutDefaultAnswerTakesTheFirstErrorShape(t *testing.T) {
	c := loadEdited(t, swapAll("        default:\n          $ref: \"#/components/responses/OtherError\"\n", ""))
	if c.ErrorAnswer.Status != 0 || c.ErrorAnswer.Shape[spec.XML].Root != "Error" {
		t.Errorf("wanted the shape of the error statuses for any status; got %+v", c.ErrorAnswer)
	}
}

func TestLoadWithOneMethod(t *testing.T) {
	for name, e := range map[string]edit{
		"get":  cut("    post:\n", "components:\n"),
		"post": cut("    get:\n", "    post:\n"),
	} {
		t.Run(name, func(t *testing.T) {
			c := loadEdited(t, e)
			if c.Operation != "DetachInstances" || c.Instances.Max != 20 || len(c.Errors) != 8 || c.Group.Line == 0 ||
				c.Instances.Line == 0 {
				t.Errorf("wanted the whole operation; got %+v", c)
			}
		})
	}
}

func TestLoadTakesOtherSpellings(t *testing.T) {
	first := "          examples:\n            InvalidScalingGroupId.NotFound:"
	for name, edits := range map[string][]edit{
		"application/xml": {swapAll("        text/xml:", "        application/xml:")},
		"anchor and alias": {
			swap(first, strings.Replace(first, "examples:", "examples: &notFound", 1)),
			cut(first, "    OtherError:"), swap("    OtherError:", "          examples: *notFound\n    OtherError:"),
		},
		"line ends of Windows": {swapAll("\n", "\r\n")},
		"excluded": {swap("    source: \"document: summary\"",
			"    source: \"document: summary\"\n    excluded: cannot be told")},
	} {
		t.Run(name, func(t *testing.T) {
			c := loadEdited(t, edits...)
			if len(c.Errors) != 8 {
				t.Errorf("wanted 8 errors; got %d", len(c.Errors))
			}
			if r := c.Requirements[0]; (name == "excluded") != (r.Excluded == "cannot be told") {
				t.Errorf("wanted the reason only where it is written; got %q", r.Excluded)
			}
		})
	}
}

func TestLoadReadsJSON(t *testing.T) {
	data, err := yaml.YAMLToJSON([]byte(builtin(t)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := spec.Load("edited.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Errors) != 8 || c.Group.Line == 0 || c.Requirements[0].Line == 0 {
		t.Errorf("wanted 8 errors and lines; got %d and %d, %d", len(c.Errors), c.Group.Line, c.Requirements[0].Line)
	}
}

func TestLoadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), file)
	text := builtin(t)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := spec.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	if c.File != path || c.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("wanted %s and its hash; got %s %s", path, c.File, c.SHA256)
	}
}
