package reports_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	g := NewWithT(t)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(reports.Schema()))
	g.Expect(err).NotTo(HaveOccurred())
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	g.Expect(c.AddResource("report.schema.json", doc)).To(Succeed())
	s, err := c.Compile("report.schema.json")
	g.Expect(err).NotTo(HaveOccurred())
	return s
}

func TestReportsAreValid(t *testing.T) {
	g := NewWithT(t)
	s := compiled(t)
	all := samples.All()
	all["empty"] = reports.Build(reports.Input{})
	for name, r := range all {
		var b bytes.Buffer
		g.Expect(reports.WriteJSON(&b, r)).To(Succeed())
		doc, err := jsonschema.UnmarshalJSON(&b)
		g.Expect(err).NotTo(HaveOccurred())
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	g := NewWithT(t)
	s := compiled(t)
	for name, change := range map[string]func(map[string]any){
		"cut off":          func(m map[string]any) { delete(m, "complete") },
		"not complete":     func(m map[string]any) { m["complete"] = false },
		"another kind":     func(m map[string]any) { m["kind"] = "X" },
		"another version":  func(m map[string]any) { m["schemaVersion"] = 2 },
		"an unknown field": func(m map[string]any) { m["extra"] = 1 },
		"a null list":      func(m map[string]any) { m["cases"] = nil },
		"an odd exit code": func(m map[string]any) { m["verdict"].(map[string]any)["exitCode"] = 3 },
		"an odd outcome":   func(m map[string]any) { m["cases"].([]any)[0].(map[string]any)["outcome"] = "skipped" },
	} {
		var m map[string]any
		g.Expect(json.Unmarshal([]byte(asJSON(t, samples.All()["broken"])), &m)).To(Succeed())
		change(m)
		if s.Validate(m) == nil {
			t.Errorf("%s: wanted an error; got none", name)
		}
	}
}

// The Go model and the schema have the same fields, and the same ones may be missing.
func TestSchemaMatchesModel(t *testing.T) {
	g := NewWithT(t)
	type object struct {
		Description string
		Properties  map[string]struct{ Description string }
		Required    []string
		Additional  *bool `json:"additionalProperties"`
	}
	var doc struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	g.Expect(json.Unmarshal([]byte(reports.Schema()), &doc)).To(Succeed())
	used := map[string]bool{}
	var check func(reflect.Type)
	check = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ == reflect.TypeFor[time.Time]() || used[typ.Name()] {
			return
		}
		used[typ.Name()] = true
		name := strings.ToLower(typ.Name()[:1]) + typ.Name()[1:]
		schema, ok := doc.Defs[strings.TrimSuffix(name, "Result")]
		if typ == reflect.TypeFor[reports.Report]() {
			schema, ok = doc.object, true
		}
		if !ok {
			t.Errorf("%s: wanted a definition in the schema; got none", typ.Name())
			return
		}
		var fields, required []string
		for i := range typ.NumField() {
			tag, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if tag == "-" { // never written
				continue
			}
			fields = append(fields, tag)
			if options != "omitempty" && options != "omitzero" {
				required = append(required, tag)
			}
			check(typ.Field(i).Type)
		}
		slices.Sort(fields)
		slices.Sort(required)
		slices.Sort(schema.Required)
		if got := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, fields) {
			t.Errorf("%s: model has fields %v; schema has %v", typ.Name(), fields, got)
		}
		if !slices.Equal(schema.Required, required) {
			t.Errorf("%s: model always writes %v; schema requires %v", typ.Name(), required, schema.Required)
		}
		if schema.Description == "" || schema.Additional == nil || *schema.Additional {
			t.Errorf("%s: wanted a description and additionalProperties false", typ.Name())
		}
		for p, v := range schema.Properties {
			if v.Description == "" {
				t.Errorf("%s.%s: wanted a description", typ.Name(), p)
			}
		}
	}
	check(reflect.TypeFor[reports.Report]())
	if len(used) != len(doc.Defs)+1 {
		t.Errorf("the schema defines %d objects; the model has %d", len(doc.Defs), len(used)-1)
	}
}
