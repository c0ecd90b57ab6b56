package spec_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/essconform/essconform/spec"
)

// load is the built-in description.
func load(t *testing.T) *spec.Contract {
	t.Helper()
	c, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The table of the operation's page, written out a second time on purpose.
func TestTheDescriptionHasTheDocumentedErrors(t *testing.T) {
	documented := []struct {
		code    string
		status  int
		message string
	}{
		{
			"IncorrectScalingGroupStatus", 400,
			"The current status of the specified scaling group does not support this action.",
		},
		{
			"ScalingActivityInProgress", 400,
			"You cannot delete a scaling group or launch a new scaling activity while there is a scaling activity " +
				"in progress for the specified scaling group.",
		},
		{
			"IncorrectLoadBalancerStatus", 400,
			"The current status of the specified load balancer does not support this action.",
		},
		{"IncorrectDBInstanceStatus", 400, "The current status of DB instance “XXX” does not support this action."},
		{
			"IncorrectCapacity.MinSize", 400,
			"To remove the instances, the total capacity will be lesser than the MinSize.",
		},
		{"Forbidden.Unauthorized", 403, "A required authorization for the specified action is not supplied."},
		{"InvalidScalingGroupId.NotFound", 404, "The specified scaling group does not exist."},
		{"InvalidInstanceId.NotFound", 404, "Instance “XXX” does not exist."},
	}
	c := load(t)
	if len(c.Errors) != len(documented) {
		t.Errorf("wanted %d errors; got %d", len(documented), len(c.Errors))
	}
	for i, want := range documented {
		got, ok := c.Error(want.code)
		if !ok {
			t.Errorf("wanted the error %s; got none", want.code)
			continue
		}
		if got.Status != want.status || got.Message != want.message {
			t.Errorf("%s: wanted %d %q; got %d %q", want.code, want.status, want.message, got.Status, got.Message)
		}
		if c.Errors[i].Code != want.code {
			t.Errorf("error %d: wanted %s, as in the document; got %s", i+1, want.code, c.Errors[i].Code)
		}
		if got.Meaning == "" {
			t.Errorf("%s: wanted a meaning; got none", want.code)
		}
		for _, f := range spec.Formats() {
			if example := got.Examples[f]; example["Code"] != want.code || example["Message"] != want.message ||
				example["RequestId"] == "" {
				t.Errorf("%s in %s: wanted an example with this code and message; got %v", want.code, f, example)
			}
		}
	}
}

func TestTheDescriptionHasTheDocumentedRequest(t *testing.T) {
	c := load(t)
	if c.File != "spec/detachinstances.openapi.yaml" || c.Operation != "DetachInstances" ||
		c.APIVersion != "2014-08-28" {
		t.Errorf("wanted DetachInstances of 2014-08-28; got %s of %s in %s", c.Operation, c.APIVersion, c.File)
	}
	if c.Group.Name != "ScalingGroupId" || !c.Group.Required {
		t.Errorf("wanted ScalingGroupId, required; got %+v", c.Group)
	}
	if c.Instances.Prefix != "InstanceId" || c.Instances.Max != 20 || !c.Instances.Required {
		t.Errorf("wanted InstanceId.1 to InstanceId.20, required; got %+v", c.Instances)
	}
}

func TestTheDescriptionHasTheDocumentedAnswers(t *testing.T) {
	c := load(t)
	for _, want := range []struct {
		answer      spec.Answer
		status      int
		root        string
		required    []string
		recommended []string
	}{
		{c.Success, 200, "DetachInstancesResponse", []string{"RequestId", "ScalingActivityId"}, nil},
		{c.ErrorAnswer, 0, "Error", []string{"RequestId", "Code", "Message"}, []string{"HostId"}},
	} {
		inJSON, inXML := want.answer.Shape[spec.JSON], want.answer.Shape[spec.XML]
		if want.answer.Status != want.status || inXML.Root != want.root || inJSON.Root != "" {
			t.Errorf("wanted status %d and root %s in XML only; got %d, %q, %q", want.status, want.root,
				want.answer.Status, inXML.Root, inJSON.Root)
		}
		if inJSON.Schema != inXML.Schema {
			t.Errorf("%s: wanted one schema for both formats; got two", want.root)
		}
		if !slices.Equal(inJSON.Schema.Required, want.required) || !slices.Equal(inJSON.Recommended, want.recommended) {
			t.Errorf("%s: wanted %q required and %q recommended; got %q and %q", want.root, want.required,
				want.recommended,
				inJSON.Schema.Required, inJSON.Recommended)
		}
		for _, name := range want.required {
			if p := inJSON.Schema.Properties[name]; p == nil || !p.Value.Type.Is("string") || p.Value.MinLength != 1 ||
				p.Value.Pattern != "" {
				t.Errorf("%s: wanted %s to be any string that is not empty; got %+v", want.root, name, p)
			}
		}
	}
	for _, f := range spec.Formats() {
		if c.Success.Examples[f]["ScalingActivityId"] == nil {
			t.Errorf("wanted a success example in %s; got none", f)
		}
	}
}

// Every part names the line on which it stands.
func TestLinesOfTheDescription(t *testing.T) {
	c := load(t)
	lines := strings.Split(builtin(t), "\n")
	check := func(what string, line int, marker string) {
		t.Helper()
		if line < 1 || line > len(lines) || strings.TrimSpace(lines[line-1]) != marker {
			t.Errorf("%s: wanted the line of %q; got line %d", what, marker, line)
		}
	}
	check("group", c.Group.Line, "- name: ScalingGroupId")
	check("instances", c.Instances.Line, "- name: InstanceId.1")
	for _, f := range spec.Formats() {
		check("success", c.Success.Shape[f].Line, "DetachInstancesResult:")
		check("error", c.ErrorAnswer.Shape[f].Line, "Error:")
	}
	for _, e := range c.Errors {
		check(e.Code, e.Line, e.Code+":")
	}
	for _, r := range c.Requirements {
		if code, ok := codeOf(c, r.ID); ok {
			check(r.ID, r.Line, code+":")
		} else {
			check(r.ID, r.Line, "- id: "+r.ID)
		}
	}
}

// codeOf is the error code that a requirement was expanded for.
func codeOf(c *spec.Contract, id string) (string, bool) {
	for _, e := range c.Errors {
		if strings.HasSuffix(id, "."+e.Code) {
			return e.Code, true
		}
	}
	return "", false
}
