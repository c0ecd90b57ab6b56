package spec_test

import (
	"strings"
	"testing"

	"github.com/essconform/essconform/spec"
)

// The ids are stable, so they are written out here: renaming one breaks the waivers and comparisons of users.
var stableIDs = map[string]string{
	"MUST document": `detach.one detach.many detach.max detach.independent detach.keeps-running detach.leaves-group group.enabled group.idle
		group.cooldown group.min-size group.min-size-boundary group.load-balancer group.db-instance activity.accepted activity.observable
		activity.unique auth.unauthorized group.exists instance.exists instance.in-group param.group-required param.instance-required
		error.status.<Code> error.code.<Code> error.message.<Code> error.no-effect response.request-id response.request-id-unique
		response.success.json response.success.xml response.error-has-no-activity format.xml format.json format.same-answer wire.well-formed`,
	"SHOULD document": `detach.range instance.verbatim group.settings-kept`,
	"MUST conventions": `response.error.json response.error.xml format.case format.default method.get method.post params.unknown-tolerated
		params.order param.placement param.encoding param.escaping`,
	"SHOULD conventions": `header.request-id auth.signature auth.unknown-key auth.timestamp auth.nonce action.unknown version.unknown
		auth.required auth.clock format.unknown version.required`,
}

func TestTheCatalogueIsComplete(t *testing.T) {
	c := load(t)
	wanted := map[string]string{}
	for kind, ids := range stableIDs {
		for id := range strings.FieldsSeq(ids) {
			prefix, template := strings.CutSuffix(id, "<Code>")
			if !template {
				wanted[id] = kind
				continue
			}
			for _, e := range c.Errors {
				wanted[prefix+e.Code] = kind
			}
		}
	}
	for id, kind := range wanted {
		r, ok := c.Requirement(id)
		if !ok {
			t.Errorf("wanted the requirement %s; got none", id)
			continue
		}
		if got := string(r.Level) + " " + string(r.Profile); got != kind {
			t.Errorf("%s: wanted %s; got %s", id, kind, got)
		}
	}
	for _, r := range c.Requirements {
		if wanted[r.ID] == "" {
			t.Errorf("wanted only requirements of the catalogue; got %s", r.ID)
		}
	}
}

// A text is one sentence that a user reads in a failure message.
func TestTheCatalogueIsReadable(t *testing.T) {
	for _, r := range load(t).Requirements {
		if strings.ContainsAny(r.Text, "\n\t<>") || strings.Contains(r.Source, "<") || !strings.HasSuffix(r.Text, ".") {
			t.Errorf("%s: wanted one sentence without placeholders; got %q (%s)", r.ID, r.Text, r.Source)
		}
		if r.Profile == spec.Document != strings.HasPrefix(r.Source, "document: ") {
			t.Errorf("%s: wanted a source that fits the profile %s; got %q", r.ID, r.Profile, r.Source)
		}
	}
}
