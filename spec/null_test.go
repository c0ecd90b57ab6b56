package spec_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/essconform/essconform/spec"
)

// Whatever part of a description is null, Load returns a contract or one line that names the file; it never panics.
func TestLoadSurvivesANullAnywhere(t *testing.T) {
	t.Parallel()
	// One of each kind of part is enough, and the rest would take a minute.
	small := edited(t, cut("        - {name: InstanceId.3,", "        - name: Format"),
		cut("        - name: AccessKeyId", "      responses:"),
		cut("    post:\n", "components:\n"), cut("    DetachInstancesForm:\n", "    # The two answers"),
		cut("    AccessKeyId: ", "    # The two answers"),
		swapAll("        \"403\":\n          $ref: \"#/components/responses/Forbidden\"\n", ""),
		cut("    Forbidden:\n", "    NotFound:\n"),
		cut("            ScalingActivityInProgress", "        text/xml:"),
		cut("            ScalingActivityInProgress", "    NotFound:\n"),
		cut("    ScalingActivityInProgress:\n", "    InvalidScalingGroupId.NotFound:\n"),
		cut("  - id: detach.many", "  - id: error.status.<Code>"),
		cut("  - id: error.no-effect", "  - id: wire.well-formed"))
	var doc any
	data, err := yaml.YAMLToJSON([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if err := loadSafely(data); err != nil {
		t.Fatal(err)
	}
	eachValue(doc, "", func(at string, set func(any), value any) {
		set(nil)
		defer set(value)
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if err := loadSafely(text); err != nil && (!strings.HasPrefix(err.Error(), file+":") ||
			strings.Contains(err.Error(), "\n")) {
			t.Errorf("null at %s: wanted one line that names the file; got %v", at, err)
		}
	})
}

// loadSafely is Load, with a panic as an error that the test does not accept.
func loadSafely(data []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panicked: %v", r)
		}
	}()
	_, err = spec.Load(file, data)
	return err
}

// eachValue calls visit for every value inside v, with a function that replaces it.
func eachValue(v any, at string, visit func(at string, set func(any), value any)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			eachValue(value, at+"/"+key, visit)
			visit(at+"/"+key, func(w any) { v[key] = w }, value)
		}
	case []any:
		for i, value := range v {
			eachValue(value, fmt.Sprintf("%s/%d", at, i), visit)
			visit(fmt.Sprintf("%s/%d", at, i), func(w any) { v[i] = w }, value)
		}
	}
}
