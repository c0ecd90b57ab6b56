package spec

import (
	"errors"
	"testing"
)

func TestGuardTurnsAPanicIntoAnError(t *testing.T) {
	if err := guard(func() error { panic("index out of range") }); err == nil ||
		err.Error() != "the parser gave up: index out of range" {
		t.Errorf("wanted an error with the panic's text; got %v", err)
	}
	want := errors.New("refused")
	if err := guard(func() error { return want }); !errors.Is(err, want) {
		t.Errorf("wanted the parser's own error; got %v", err)
	}
}
