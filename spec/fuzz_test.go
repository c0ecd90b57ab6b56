package spec_test

import (
	"strings"
	"testing"

	"github.com/essconform/essconform/spec"
)

// Whatever is in a file, Load returns a contract or one line that names the file.
func FuzzLoad(f *testing.F) {
	minimal := "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths:\n  /:\n    get:\n      responses: {\"200\": " +
		"{description: c}}\n"
	for _, seed := range []string{
		"", "a: [", "- a", "a: &b [*b]", "<<: {a: b}", "{\"openapi\": \"3.0.3\", \"paths\": {}}",
		"openapi: 3.0.3\npaths: {/: {get: }}",
		minimal, minimal + "x-requirements: [{id: 1}]\n",
		minimal + "components: {schemas: {A: {allOf: [{$ref: \"#/components/schemas/A\"}]}}}\n",
		strings.Replace(minimal, "{description: c}",
			"{$ref: \"#/components/responses/A\"}\ncomponents: {responses: {A: }}", 1),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := spec.Load(file, data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), file+":") || strings.Contains(err.Error(), "\n") {
				t.Errorf("wanted one line that names the file; got %q", err)
			}
			return
		}
		if c.Operation == "" || c.APIVersion == "" || len(c.Errors) == 0 || len(c.Requirements) == 0 ||
			c.Instances.Max < 1 {
			t.Errorf("wanted a whole contract; got %+v", c)
		}
	})
}
