package control

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/essconform/essconform/harness/mock/internal/fault"
	"github.com/essconform/essconform/harness/mock/internal/journal"
)

func description(t *testing.T) *openapi3.T {
	t.Helper()
	text, err := files.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// What is served and what is described are the same; the states are served by package stage.
func TestDescriptionIsComplete(t *testing.T) {
	var described []string
	for path, item := range description(t).Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	served := append(slices.Collect(maps.Keys(routes(nil))), "POST /_states")
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("wanted every route described and no other; described\n%v\nserved\n%v", described, served)
	}
}

// The members of what is sent and taken are those of the description.
func TestDescriptionHasTheMembers(t *testing.T) {
	doc := description(t)
	for name, value := range map[string]any{
		"Fault": fault.Fault{}, "Entry": journal.Entry{}, "Group": Group{},
		"Resource": Resource{},
	} {
		var described, members []string
		for property := range doc.Components.Schemas[name].Value.Properties {
			described = append(described, property)
		}
		of := reflect.TypeOf(value)
		for i := range of.NumField() {
			if member, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ","); member != "-" && member != "" {
				members = append(members, member)
			}
		}
		slices.Sort(described)
		slices.Sort(members)
		if !slices.Equal(described, members) {
			t.Errorf("%s: wanted %v; described is %v", name, members, described)
		}
	}
}

func TestPageLoadsNothingFromElsewhere(t *testing.T) {
	h := New(nil)
	outside := regexp.MustCompile(`(src|href)="(https?:)?//|url\(|@import`)
	for _, path := range []string{"/_ui", "/_ui/app.js", "/_ui/style.css", "/_mock/openapi.yaml"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK || outside.MatchString(w.Body.String()) ||
			strings.Contains(w.Body.String(), "innerHTML") {
			t.Errorf("%s: wanted a page of its own; got %d", path, w.Code)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: wanted a policy; got %q", path, csp)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/_mock/nowhere", nil))
	if !json.Valid(w.Body.Bytes()) || w.Code != http.StatusNotFound {
		t.Errorf("wanted 404 in JSON; got %d %s", w.Code, w.Body)
	}
}

func TestServes(t *testing.T) {
	for path, want := range map[string]bool{
		"/": false, "/_states": false, "/_mock/": true, "/_mock/health": true, "/_ui": true, "/_ui/app.js": true,
		"/_uix": false, "/_mock": false,
	} {
		if Serves(path) != want {
			t.Errorf("%s: wanted %t", path, want)
		}
	}
}
