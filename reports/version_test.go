package reports

import (
	"strings"
	"testing"
)

func TestCheckVersion(t *testing.T) {
	for _, c := range []struct {
		got, current int
		want         string // of the error; "" for none
	}{
		{1, 1, ""},
		{0, 1, "missing or no version; this essconform reads version 1"},
		{-3, 1, "missing or no version"},
		{2, 1, "schemaVersion 2 is newer than this essconform, which reads version 1; upgrade"},
		{2, 2, ""},
		{1, 2, ""},
		{0, 2, "missing or no version; this essconform reads versions 1 and 2"},
		{3, 2, "newer"},
		{3, 4, ""},
		{2, 4, "schemaVersion 2 is older than this essconform reads, which is versions 3 and 4; run the suite again"},
	} {
		err := checkVersion(c.got, c.current)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("version %d read by %d: wanted %q; got %v", c.got, c.current, c.want, err)
		}
	}
}
