package judge

import (
	"testing"

	"github.com/essconform/essconform/spec"
)

func BenchmarkAnswer(b *testing.B) {
	c := contract(b)
	fields := errorFields(instanceCode, instanceMessage)
	for f, body := range map[spec.Format]string{
		spec.XML:  renderXML("Error", fields),
		spec.JSON: renderJSON(b, fields),
	} {
		b.Run(string(f), func(b *testing.B) {
			want, got := refuse(c, f), exchange(404, contentTypes[f], body)
			b.ReportAllocs()
			for b.Loop() {
				if j := Answer(want, got); len(j.Findings) > 0 {
					b.Fatal(j.Findings)
				}
			}
		})
	}
}
