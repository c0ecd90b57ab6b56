package target_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/essconform/essconform/harness/target"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	g := NewWithT(t)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(target.Schema()))
	g.Expect(err).NotTo(HaveOccurred())
	c := jsonschema.NewCompiler()
	g.Expect(c.AddResource("target.schema.json", doc)).To(Succeed())
	s, err := c.Compile("target.schema.json")
	g.Expect(err).NotTo(HaveOccurred())
	return s
}

func TestSchemaKeepsStep(t *testing.T) {
	g := NewWithT(t)
	var s struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	g.Expect(json.Unmarshal([]byte(target.Schema()), &s)).To(Succeed())
	g.Expect(slices.Collect(maps.Keys(s.Properties))).To(ConsistOf(target.Keys()))
	g.Expect(slices.Collect(maps.Keys(s.Defs["api"].Properties))).To(ConsistOf(target.APIKeys()))
}

// TestSchemaAgrees: what the reader takes the schema takes, and what the reader refuses the schema refuses.
func TestSchemaAgrees(t *testing.T) {
	const api = "endpoint: http://127.0.0.1:1\narrange:\n  scalingGroupId: asg-1\n  instanceIds: [i-1, i-2]\n"
	for name, c := range map[string]struct {
		text  string
		valid bool
	}{
		"settings": {
			"endpoint: http://127.0.0.1:1\nsignature: v3\ntimeout: 1m30s\nrate: 2.5\nverifies-signatures: true\n",
			true,
		},
		"unsupported": {"unsupported:\n  - state: an inactive scaling group\n    reason: x\n", true},
		"resources": {
			api +
				"  loadBalancerId: lb-1\n  deniedAccessKeyIdEnv: DENIED_ID\n  deniedAccessKeySecretEnv: " +
				"DENIED_SECRET\n",
			true,
		},
		"create": {
			"endpoint: http://127.0.0.1:1\narrange:\n  create: true\n  createParams: {VSwitchId: vsw-1}\n  " +
				"instanceIds: [i-1]\n", true,
		},
		"lanes": {api +
			"  groups:\n  - {scalingGroupId: asg-2, instanceIds: [i-3]}\n  - {scalingGroupId: asg-3, " +
			"otherScalingGroupId: asg-4, instanceIds: [i-4]}\n", true},
		"a lane's caller": {api +
			"  groups:\n  - {scalingGroupId: asg-2, instanceIds: [i-3], deniedAccessKeyIdEnv: A, " +
			"deniedAccessKeySecretEnv: B}\n", false},
		"an empty lane": {api + "  groups:\n  - {scalingGroupId: asg-2}\n", false},
		"turned off":    {"arrange: none\n", true},
		"unknown":       {"endpont: x\n", false},
		"unknown below": {api + "  scalingGroup: x\n", false},
		"live":          {"live: true\n", false},
		"no reason":     {"unsupported:\n  - state: an inactive scaling group\n", false},
		"both": {
			"unsupported:\n  - state: an inactive scaling group\n    operation: AttachInstances\n    reason: x\n",
			false,
		},
		"bad duration": {"timeout: 10\n", false},
		"bad scheme":   {"signature: v2\n", false},
		"no instances": {"endpoint: http://127.0.0.1:1\narrange:\n  scalingGroupId: asg-1\n", false},
		"an id twice": {
			"endpoint: http://127.0.0.1:1\narrange:\n  scalingGroupId: asg-1\n  instanceIds: [i-1, i-1]\n", false,
		},
		"two ways": {api + "  create: true\n", false},
		"a key in there": {
			api + "  deniedAccessKeyIdEnv: LTAI5tExample\n  deniedAccessKeySecretEnv: DENIED_SECRET\n",
			false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := resolve(t, nil, "-target", write(t, c.text))
			var doc any
			data, yamlErr := yaml.YAMLToJSON([]byte(c.text))
			g.Expect(yamlErr).NotTo(HaveOccurred())
			g.Expect(json.Unmarshal(data, &doc)).To(Succeed())
			if invalid := schema(t).Validate(doc); c.valid {
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(invalid).NotTo(HaveOccurred())
			} else {
				g.Expect(err).To(HaveOccurred())
				g.Expect(invalid).To(HaveOccurred())
			}
		})
	}
}
