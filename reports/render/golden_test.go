package render

import (
	"bytes"
	"cmp"
	"context"
	"testing"

	"github.com/essconform/essconform/reports/internal/samples"
)

// The golden files are what a reader gets; look at them when they change.
func TestGolden(t *testing.T) {
	for name, r := range samples.All() {
		for _, f := range Formats() {
			if f.Name == "html" || f.Name == "har" { // a small one is in TestGoldenHTML; a sample has no recording
				continue
			}
			file := cmp.Or(f.File, f.Name+".txt")
			t.Run(name+"/"+file, func(t *testing.T) {
				var got bytes.Buffer
				if err := f.Write(context.Background(), &got, r, Options{ReportDir: "reports/out"}); err != nil {
					t.Fatal(err)
				}
				samples.Golden(t, name+"/"+file, got.Bytes())
			})
		}
	}
}
