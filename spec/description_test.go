package spec_test

import (
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
		{"IncorrectScalingGroupStatus", 400, "The current status of the specified scaling group does not support this action."},
		{"ScalingActivityInProgress", 400, "You cannot delete a scaling group or launch a new scaling activity while there is a scaling activity in progress for the specified scaling group."},
		{"IncorrectLoadBalancerStatus", 400, "The current status of the specified load balancer does not support this action."},
		{"IncorrectDBInstanceStatus", 400, "The current status of DB instance “XXX” does not support this action."},
		{"IncorrectCapacity.MinSize", 400, "To remove the instances, the total capacity will be lesser than the MinSize."},
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
			if example := got.Examples[f]; example["Code"] != want.code || example["Message"] != want.message || example["RequestId"] == "" {
				t.Errorf("%s in %s: wanted an example with this code and message; got %v", want.code, f, example)
			}
		}
	}
}
