package html

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
)

// A body may be as nested as a target likes: drawing it takes work in proportion to its length. Bytes are counted, for
// time depends on what else the machine does.
func TestDeepBodiesAreDrawnQuickly(t *testing.T) {
	const deep = 500_000
	for name, body := range map[string]string{
		"arrays":      strings.Repeat("[", deep),
		"objects":     strings.Repeat(`{"a":`, deep),
		"elements":    strings.Repeat("<a>", deep),
		"closed":      strings.Repeat("[", deep/2) + strings.Repeat("]", deep/2),
		"empty lists": strings.Repeat("[],", deep),
	} {
		t.Run(name, func(t *testing.T) {
			in := samples.Broken()
			for i := range in.Cases {
				c := &in.Cases[i]
				if c.Exchange == nil || len(c.Findings) == 0 {
					continue
				}
				c.Exchange.Response.Body = body
				for _, pointer := range []string{
					"/a" + strings.Repeat("/a", 400), "/0" + strings.Repeat("/0", 400),
					"/Error/Code",
				} {
					c.Findings = append(
						c.Findings,
						reports.Finding{
							Requirement: samples.ReqShape,
							Level:       reports.Must,
							Pointer:     pointer,
							Want:        "a",
							Got:         "b",
						},
					)
				}
			}
			r := reports.Build(in)
			var b bytes.Buffer
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if err := Write(context.Background(), &b, r); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			took := (after.TotalAlloc - before.TotalAlloc) >> 20
			if took > 150 {
				t.Errorf("wanted at most 150 MiB for a page of %d bytes; got %d", b.Len(), took)
			}
		})
	}
}

// A page that is not awaited any more is not drawn to its end.
func TestDrawingStops(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var b bytes.Buffer
	if err := Write(ctx, &b, samples.All()["broken"]); !errors.Is(err, context.Canceled) || b.Len() > 0 {
		t.Errorf("wanted nothing and the reason; got %d bytes, %v", b.Len(), err)
	}
}
