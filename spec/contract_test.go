package spec_test

import (
	"testing"

	"github.com/essconform/essconform/spec"
)

func TestFormats(t *testing.T) {
	for f, want := range map[spec.Format]string{spec.XML: "XML", spec.JSON: "JSON"} {
		if f.Parameter() != want {
			t.Errorf("%s: wanted the parameter %s; got %s", f, want, f.Parameter())
		}
		if f.Other() == f || f.Other().Other() != f {
			t.Errorf("%s: wanted the other format; got %s", f, f.Other())
		}
	}
}

func TestAtIsFileAndLine(t *testing.T) {
	c := load(t)
	if got := c.At(7); got != "spec/detachinstances.openapi.yaml:7" {
		t.Errorf("wanted file and line; got %s", got)
	}
}

func TestLookingUpWhatIsNotThere(t *testing.T) {
	c := load(t)
	if e, ok := c.Error("Throttling"); ok {
		t.Errorf("wanted no error; got %+v", e)
	}
	if r, ok := c.Requirement("detach.none"); ok {
		t.Errorf("wanted no requirement; got %+v", r)
	}
}
