package defect

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"testing"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/spec"
)

// announced are the requirements about the habits of clients, which the description is to hold.
var announced = []string{
	placement, encoding, escaping, clock, settings, "auth.required", "format.unknown", "version.required",
}

func TestDefectsAreWellNamed(t *testing.T) {
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	slug, seen := regexp.MustCompile(`^[a-z]+\.[A-Za-z0-9.-]+$`), map[string]bool{}
	for _, d := range All() {
		if !slug.MatchString(d.Name) || seen[d.Name] {
			t.Errorf("%q is not a slug, or there twice", d.Name)
		}
		seen[d.Name] = true
		if d.Note == "" || d.Break == nil || len(d.Requirements) == 0 || !slices.Contains(Kinds(), d.Kind) {
			t.Errorf("%s: wanted a note, requirements, a kind and a change", d.Name)
		}
		for _, id := range d.Requirements {
			if _, ok := contract.Requirement(id); !ok && !slices.Contains(announced, id) {
				t.Errorf("%s: requirement %q is not in the catalogue", d.Name, id)
			}
		}
	}
	for kind, least := range map[Kind]int{Single: 220, Sequence: 50, Overlap: 30, Late: 12, Wire: 30} {
		n := 0
		for _, d := range All() {
			if d.Kind == kind {
				n++
			}
		}
		if n < least {
			t.Errorf("wanted at least %d defects of the kind %s; got %d", least, kind, n)
		}
	}
}

// The defects repeat the page's table for themselves, so it must be the same.
func TestDocumentedErrorsAreThoseOfTheContract(t *testing.T) {
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	if len(contract.Errors) != len(documentedErrors()) {
		t.Errorf("wanted %d codes; got %d", len(contract.Errors), len(documentedErrors()))
	}
	for _, e := range documentedErrors() {
		if c, ok := contract.Error(e.code); !ok || c.Status != e.status {
			t.Errorf("%s: wanted %v; got status %d", e.code, c, e.status)
		}
	}
}

func TestFind(t *testing.T) {
	if d, ok := Find("wire.body-cut"); !ok || d.Name != "wire.body-cut" {
		t.Errorf("wanted wire.body-cut; got %v, %v", d.Name, ok)
	}
	if _, ok := Find("no-such"); ok {
		t.Error("wanted none")
	}
}

// A defect changes the operation under test, and what is observed through; the states stay in order, or nothing could
// be judged.
func TestDefectsLeaveTheStatesInOrder(t *testing.T) {
	for _, d := range All() {
		rules := mock.DefaultRules()
		d.Break(rules)
		s, err := mock.New(mock.Options{SkipVerification: true, Rules: rules})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range mock.StateNames() {
			values, err := s.Setup(name, nil)
			if err != nil {
				t.Errorf("%s: %s: %v", d.Name, name, err)
				continue
			}
			if err := s.Teardown(name, values); err != nil {
				t.Errorf("%s: %s: %v", d.Name, name, err)
			}
		}
	}
}

// What a defect remembers belongs to one server: two of the same name do not count each other's calls.
func TestDefectsOfTwoServersAreIndependent(t *testing.T) {
	d, ok := Find("id.request-in-pairs")
	if !ok {
		t.Fatal("wanted the defect")
	}
	var first []string
	for range 2 {
		rules := mock.DefaultRules()
		d.Break(rules)
		s, err := mock.New(mock.Options{SkipVerification: true, Rules: rules})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?Action=DetachInstances&Version=2014-08-28", nil))
		first = append(first, w.Header().Get("x-acs-request-id"))
	}
	if first[0] == "" || !slices.Equal(first[:1], first[1:]) {
		t.Errorf("wanted both servers to start from the beginning; got %v", first)
	}
}
