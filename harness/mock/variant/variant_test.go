package variant

import (
	"regexp"
	"testing"

	"github.com/essconform/essconform/spec"
)

func TestVariantsAreWellNamed(t *testing.T) {
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	slug, seen := regexp.MustCompile(`^[a-z0-9]+(?:[.-][a-z0-9]+)*$`), map[string]bool{}
	for _, v := range All() {
		if !slug.MatchString(v.Name) || seen[v.Name] {
			t.Errorf("%q is not a slug, or there twice", v.Name)
		}
		seen[v.Name] = true
		if v.Note == "" || v.Options == nil {
			t.Errorf("%s: wanted a note and a change", v.Name)
		}
		for _, id := range append(v.Warned, v.Cannot...) {
			if _, ok := contract.Requirement(id); !ok {
				t.Errorf("%s: requirement %q is not in the catalogue", v.Name, id)
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("wanted at least 40 variants; got %d", len(seen))
	}
}

func TestFind(t *testing.T) {
	if v, ok := Find("slow"); !ok || v.Name != "slow" {
		t.Errorf("wanted slow; got %v, %v", v.Name, ok)
	}
	if _, ok := Find("no-such"); ok {
		t.Error("wanted none")
	}
}
