package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/essconform/essconform/spec"
)

const (
	firstPath        = "paths:\n  /:\n    get:"
	firstRequirement = "x-requirements:\n  - id: detach.one"
	xmlNotFound      = "            InvalidInstanceId.NotFound:\n              $ref: " +
		"\"#/components/examples/InvalidInstanceId.NotFound\"\n"
	errorSchema  = "$ref: \"#/components/schemas/Error\""
	otherError   = "{type: object, xml: {name: Error}, properties: {Code: {type: string}}}"
	otherSuccess = "{description: a, content: {application/json: {schema: &s {type: object, xml: {name: A}}}, " +
		"text/xml: {schema: *s}}}"
	inlineNotFound = "            InvalidInstanceId.NotFound:\n              value: {RequestId: R, Code: %s, " +
		"Message: %q}\n"
)

// Each edit breaks one thing; the error names the line that at stands on, and says what.
func TestLoadNamesTheLineOfAFault(t *testing.T) {
	cases := []struct {
		name  string
		edits []edit
		at    string // marker of the line
		says  string
	}{
		{"syntax", []edit{swap("  title: Auto", "  title: [Auto")}, "  version:", "invalid YAML"},
		{"tab", []edit{swap("  version: \"2014", "\tversion: \"2014")}, "\tversion:", "invalid YAML"},
		{"duplicate key", []edit{swap("  contact:", "  title: again\n  contact:")}, "title: again", "already defined"},
		{
			"two documents",
			[]edit{swap("components:\n", "---\ncomponents:\n")},
			"components:\n  securitySchemes:",
			"second YAML document",
		},
		{
			"wrong type",
			[]edit{cut("tags:\n", "# One of"), swap("# One of", "tags: 5\n# One of")},
			"tags: 5",
			"tags cannot be of type number",
		},
		{"invalid openapi", []edit{swap("          in: query\n          required: true",
			"          in: nowhere\n          required: true")}, "name: ScalingGroupId", "invalid OpenAPI"},
		{"unknown field", []edit{swap("      operationId: DetachInstances\n",
			"      operationId: DetachInstances\n      colour: red\n")}, "    get:", "colour"},
		{
			"bad example",
			[]edit{swap("ScalingActivityId: asa-****", "ScalingActivityId: \"\"")},
			"      value:\n        RequestId: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E\n        ScalingActivityId",
			"example DetachInstances does not match its schema",
		},
		{
			"reference out",
			[]edit{swap("#/components/responses/Detached", "https://example.com/a.yaml#/Detached")},
			"https://example.com", "leads out of the file",
		},
		{
			"reference to a file",
			[]edit{swap("#/components/responses/Detached", "/etc/passwd")},
			"/etc/passwd",
			"leads out of the file",
		},
		{
			"dangling reference",
			[]edit{swap("#/components/responses/Detached", "#/components/responses/Attached")},
			"responses/Attached", "leads nowhere",
		},
		{"no path", []edit{swap(firstPath, "paths:\n  /detach:\n    get:")}, "paths:", "no path /"},
		{"no method", []edit{
			cut("    get:\n", "components:\n"),
			swap("components:\n", "    summary: nothing\ncomponents:\n"),
		}, "  /:", "neither get nor post"},
		{
			"no Action",
			[]edit{cut("        - name: Action", "        - name: Version")},
			"    get:",
			"no parameter Action",
		},
		{
			"two Actions",
			[]edit{swap("enum: [DetachInstances]", "enum: [DetachInstances, AttachInstances]")},
			"name: Action", "has 2 values",
		},
		{"numeric Version", []edit{swap(`enum: ["2014-08-28"]`, "type: integer\n      enum: [2014]"), cut("      type: string\n      type: integer", "\n      enum: [2014]"), swap("    Version:\n\n", "    Version:\n      type: integer\n")}, "name: Version", "exactly one string"},
		{"other Version", []edit{swap(`enum: ["2014-08-28"]`, `enum: ["2022-02-22"]`)}, "name: Version", "info.version is \"2014-08-28\""},
		{"no group", []edit{swap("name: ScalingGroupId", "name: Group")}, "    get:", "no parameter ScalingGroupId"},
		{
			"no list",
			[]edit{cut("        - name: InstanceId.1\n", "        - name: Format")},
			"    get:",
			"no numbered parameters",
		},
		{
			"gap",
			[]edit{cut("        - {name: InstanceId.7,", "        - {name: InstanceId.8")},
			"name: InstanceId.8,",
			"InstanceId.7 is missing",
		},
		{
			"list from 0",
			[]edit{cut("        - name: InstanceId.1\n", "        - {name: InstanceId.2")},
			"name: InstanceId.2,", "InstanceId.1 is missing",
		},
		{"second list", []edit{swap("name: InstanceId.7,", "name: HostId.7,")}, "name: HostId.7", "two names"},
		{"required element", []edit{swap("name: InstanceId.7, in: query,",
			"name: InstanceId.7, in: query, required: true,")}, "name: InstanceId.7,", "only the first"},
		{"methods disagree", []edit{swap("      required: [ScalingGroupId, InstanceId.1]",
			"      required: [ScalingGroupId]")}, "    post:", "InstanceId.N of post are not those of get"},
		{"methods with other actions", []edit{swap("        Action:\n          $ref: \"#/components/schemas/Action\"",
			"        Action: {type: string, enum: [Detach]}")}, "    post:", "Action and Version of post"},
		{"methods with other groups", []edit{swap("      required: [ScalingGroupId, InstanceId.1]",
			"      required: [InstanceId.1]")}, "    post:", "ScalingGroupId of post"},
		{
			"methods with other errors",
			[]edit{swapLast("        \"404\":\n          $ref: \"#/components/responses/NotFound\"\n", "")},
			"    post:", "the named errors of post",
		},
		{
			"methods with other successes",
			[]edit{swapLast("$ref: \"#/components/responses/Detached\"", otherSuccess)},
			"    post:", "success answer of post",
		},
		{"post without a body", []edit{cut("      requestBody:\n        required",
			"      responses:\n        \"200\":\n")}, "    post:", "no parameter Action"},
		{
			"no success",
			[]edit{swap("        \"200\":\n          $ref: \"#/components/responses/Detached\"\n", "")},
			"    get:", "no answer 200",
		},
		{"no XML", []edit{cut("        text/xml:\n", "    BadRequest:")}, "    Detached:", "no text/xml"},
		{
			"no schema",
			[]edit{
				swap(
					"          schema:\n            $ref: \"#/components/schemas/DetachInstancesResult\"\n         "+
						" examples", "          examples"),
			},
			"        application/json:\n", "no schema",
		},
		{"no root", []edit{swap("      xml:\n        name: Error\n", "")}, "    Error:", "no root element"},
		{
			"no object",
			[]edit{swapLast("    Error:\n      type: object\n", "    Error:\n")},
			"    Error:",
			"not of type object",
		},
		{
			"unknown recommendation",
			[]edit{swap("x-recommended: [HostId]", "x-recommended: [Host]")},
			"x-recommended:",
			"Host, which is not a property",
		},
		{
			"no list of recommendations",
			[]edit{swap("x-recommended: [HostId]", "x-recommended: HostId")},
			"x-recommended:", "not a list",
		},
		{
			"example without fields",
			[]edit{
				swap(
					"      xml:\n        name: DetachInstancesResponse\n      required: [RequestId, ScalingActivityId]",
					"      xml:\n        name: DetachInstancesResponse"), cut("      value:\n        RequestId",
					"    IncorrectScalingGroupStatus:\n      description"),
				swap("    IncorrectScalingGroupStatus:\n      description",
					"      externalValue: a.json\n    IncorrectScalingGroupStatus:\n      "+
						"description"),
			},
			"    DetachInstances:\n      description",
			"example DetachInstances",
		},
		{
			"no message",
			[]edit{
				swap("      required: [RequestId, Code, Message]\n", ""),
				swap("        Message: Instance “XXX” does not exist.\n", ""),
			},
			"    InvalidInstanceId.NotFound:\n      description", "has no Message",
		},
		{
			"example in one format",
			[]edit{swapLast(xmlNotFound, "")},
			"        text/xml: # not found",
			"no example InvalidInstanceId.NotFound in text/xml",
		},
		{
			"name is not the code",
			[]edit{swap("        Code: InvalidInstanceId.NotFound",
				"        Code: InvalidInstanceId.Missing")},
			"    InvalidInstanceId.NotFound:\n      description",
			"has the Code \"InvalidInstanceId.Missing\"",
		},
		{
			"another code in XML",
			[]edit{swapLast(xmlNotFound, fmt.Sprintf(inlineNotFound, "Other",
				"Instance “XXX” does not exist."))},
			"            InvalidInstanceId.NotFound:\n              value",
			"has the Code \"Other\"",
		},
		{
			"another message in XML",
			[]edit{swapLast(xmlNotFound, fmt.Sprintf(inlineNotFound,
				"InvalidInstanceId.NotFound", "gone"))},
			"            InvalidInstanceId.NotFound:\n              value",
			"another Message in text/xml",
		},
		{
			"code under two statuses",
			[]edit{swapAll("examples/Forbidden.Unauthorized",
				"examples/InvalidInstanceId.NotFound"), swapAll("            Forbidden.Unauthorized:",
				"            InvalidInstanceId.NotFound:")},
			"    InvalidInstanceId.NotFound:\n      description",
			"under 403 and under 404",
		},
		{
			"code under default",
			[]edit{swapAll("        \"404\":\n          $ref: \"#/components/responses/NotFound\"\n",
				""), swapAll("#/components/responses/OtherError", "#/components/responses/NotFound")},
			"    InvalidScalingGroupId.NotFound:\n      description", "stands under default",
		},
		{"no code", []edit{cut("        \"400\":", "        default:")}, "    get:", "no error code"},
		{
			"another 2xx",
			[]edit{swap("        \"400\":", "        \"202\":")},
			"    BadRequest:",
			"neither 200 nor an error",
		},
		{
			"formats with other fields",
			[]edit{swapLast(errorSchema,
				"$ref: \"#/components/schemas/DetachInstancesResult\"")},
			"    DetachInstancesResult:\n",
			"give both formats the same schema",
		},
		{
			"another error shape",
			[]edit{swapLast(errorSchema, otherError), swapLast(errorSchema, otherError)},
			"    Error:", "error answers 400 and default have different schemas",
		},
		{
			"no catalogue",
			[]edit{swap(firstRequirement, "x-other:\n  - id: detach.one")},
			"# What must be true",
			"no requirements",
		},
		{
			"empty catalogue",
			[]edit{swap(firstRequirement, "x-requirements: []\nx-other:\n  - id: detach.one")},
			"x-requirements:", "no requirements",
		},
		{
			"duplicate id",
			[]edit{swap("- id: detach.many", "- id: detach.one # again")},
			"# again",
			"requirement detach.one stands on line",
		},
		{
			"duplicate by template",
			[]edit{swap("- id: detach.many", "- id: error.code.Forbidden.Unauthorized")},
			"- id: error.code.<Code>", "stands on line",
		},
		{"unknown level", []edit{swap("level: SHOULD", "level: MAY")}, "level: MAY", "write MUST or SHOULD"},
		{
			"unknown profile",
			[]edit{swap("profile: conventions", "profile: custom")},
			"profile: custom",
			"write document or conventions",
		},
		{
			"unknown key",
			[]edit{swap("    source: \"document: summary\"", "    because: \"document: summary\"")},
			"because:", "unknown key \"because\"",
		},
		{
			"no text",
			[]edit{swap("    text: One instance can be detached in one call.\n", "")},
			"- id: detach.one",
			"without text",
		},
		{
			"text is not text",
			[]edit{swap("text: One instance can be detached in one call.", "text: 1")},
			"text: 1",
			"is not a text",
		},
		{"excluded without reason", []edit{swap("    source: \"document: summary\"",
			"    source: \"document: summary\"\n    excluded: \"\"")}, "excluded:", "is not a text"},
		{
			"unknown template",
			[]edit{swap("error.status.<Code>", "error.status.<Status>")},
			"error.status.<Status>",
			"not well-formed",
		},
		{
			"not an object",
			[]edit{swap("  - id: detach.many", "  - detach.zero\n  - id: detach.many")},
			"- detach.zero",
			"not an object",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := edited(t, append(marks(), c.edits...)...)
			_, err := spec.Load(file, []byte(text))
			if err == nil {
				t.Fatal("wanted an error; got none")
			}
			want := fmt.Sprintf("%s:%d: ", file, lineWith(t, text, c.at))
			if got := err.Error(); !strings.HasPrefix(got, want) || !strings.Contains(got, c.says) ||
				!strings.Contains(got, "; ") || strings.Contains(got, "\n") {
				t.Errorf("wanted one line %q … %q; got %q", want, c.says, got)
			}
		})
	}
}

// marks makes lines that stand several times in the description unique.
func marks() []edit {
	return []edit{
		swapLast(
			"        text/xml:\n          schema:\n            $ref: \"#/components/schemas/Error\"\n          "+
				"examples:",
			"        text/xml: # not found\n          schema:\n            $ref: "+
				"\"#/components/schemas/Error\"\n          examples:"),
	}
}

func TestLoadRefusesWhatIsNoDescription(t *testing.T) {
	for name, data := range map[string]string{
		"empty": "", "comment": "# nothing\n", "text": "hello", "list": "- a\n- b\n",
		"swagger 2": "swagger: \"2.0\"\ninfo: {title: a, version: b}\npaths: {}\n",
		"json":      `{"openapi": "3.0.3"}`, "bytes": "\x00\xff\xfe", "too large": strings.Repeat("#\n", 1<<20), "alias of itself": "a: &a [*a]\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spec.Load(file, []byte(data))
			if err == nil || !strings.HasPrefix(err.Error(), file) || strings.Contains(err.Error(), "\n") {
				t.Errorf("wanted one line that names the file; got %v", err)
			}
		})
	}
}

func TestLoadFileNamesAFileThatCannotBeRead(t *testing.T) {
	_, err := spec.LoadFile("missing.yaml")
	if err == nil || !strings.Contains(err.Error(), "missing.yaml") {
		t.Errorf("wanted an error that names missing.yaml; got %v", err)
	}
}
