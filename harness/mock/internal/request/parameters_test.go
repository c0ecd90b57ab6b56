package request

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Parameters are decoded as the standard library decodes them.
func TestParametersAreThoseOfTheStandardLibrary(t *testing.T) {
	same := func(t rapid.TB, text string) {
		got, gotErr := parameters(text)
		want, wantErr := url.ParseQuery(text)
		if !reflect.DeepEqual(got, want) || (gotErr == nil) != (wantErr == nil) {
			t.Fatalf("%q: wanted %v, %v; got %v, %v", text, want, wantErr, got, gotErr)
		}
	}
	for _, text := range []string{
		"", "&", "a=1", "a=1&b=2", "a=1&a=2", "a=1&&b=2", "a", "=1", "=", "a=b=c", "a=1+2%203",
		"a=1;b=2", "a=%zz", "%=1", "a=%2",
		strings.Repeat("a=1&", 1000),
	} {
		same(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		same(t, rapid.StringMatching(`([abc%+=;&.]|%[0-9a-f]{2}|[xyz][0-9]?=[a-z0-9+]*&){0,40}`).Draw(t, "query"))
	})
}

// A value that is added to a parameter does not reach the next one.
func TestParametersDoNotShareRoom(t *testing.T) {
	v, err := parameters("a=1&b=2")
	if err != nil {
		t.Fatal(err)
	}
	v.Add("a", "3")
	if v.Get("b") != "2" {
		t.Errorf("wanted 2; got %v", v)
	}
}
