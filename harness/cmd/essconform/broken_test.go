package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/essconform/essconform/harness/mock"
)

func TestBehavioursAreListed(t *testing.T) {
	for _, flag := range []string{"-defects", "-variants"} {
		var text, data bytes.Buffer
		for format, out := range map[string]io.Writer{"text": &text, "json": &data} {
			code := dispatch(context.Background(), []string{"cases", flag, "-o", format},
				streams{out: out, err: io.Discard, getenv: func(string) string { return "" }})
			if code != exitConformant {
				t.Fatalf("%s: wanted exit 0; got %d", flag, code)
			}
		}
		var list []behaviour
		if err := json.Unmarshal(data.Bytes(), &list); err != nil || len(list) < 40 {
			t.Fatalf("%s: wanted a list of at least 40; got %d, %v", flag, len(list), err)
		}
		for _, b := range list {
			if !strings.Contains(text.String(), b.Name) || b.Note == "" {
				t.Errorf("%s: %s is not in the text, or has no note", flag, b.Name)
			}
		}
	}
}

func TestMisbehaveNamesTheList(t *testing.T) {
	for _, names := range [][2]string{{"no-such-defect", ""}, {"", "no-such-variant"}} {
		err := misbehave(&mock.Options{}, names[0], names[1])
		if err == nil || !strings.Contains(err.Error(), "essconform cases -") {
			t.Errorf("%v: wanted an error that names the list; got %v", names, err)
		}
	}
	if err := misbehave(&mock.Options{}, "wire.body-cut", "slow"); err != nil {
		t.Errorf("wanted both at once; got %v", err)
	}
}
