package browser

import (
	"fmt"
	"testing"

	"github.com/essconform/essconform/reports"
)

// How long, in milliseconds, a report of 5,000 cases may take on a busy machine; on an idle one it is a fifth of it.
const (
	maxOpen   = 5000
	maxFilter = 2000
)

func TestLarge(t *testing.T) {
	r := sample(t, "broken")
	var many []reports.CaseResult
	for i := 0; len(many) < 5000; i++ {
		for _, c := range r.Cases {
			c.ID = fmt.Sprintf("copy%d.%s", i, c.ID)
			many = append(many, c)
		}
	}
	r.Cases = many[:5000]
	ctx := start(t)
	size(t, ctx, 1280)
	open(t, ctx, file(t, r))
	took := eval[float64](t, ctx, `performance.getEntriesByType("navigation")[0].loadEventEnd`)
	elements := eval[int](t, ctx, `document.querySelectorAll("*").length`)
	filtering := eval[float64](t, ctx, `(() => {
		const begin = performance.now();
		const f = document.getElementById("f-state");
		f.value = "failed";
		f.dispatchEvent(new Event("change"));
		document.body.getBoundingClientRect();
		return performance.now() - begin;
	})()`)
	searching := eval[float64](t, ctx, `(async () => {
		const begin = performance.now();
		const f = document.getElementById("f-text");
		const count = document.getElementById("f-count");
		const before = count.textContent;
		f.value = "copy7.";
		f.dispatchEvent(new Event("input"));
		while (count.textContent === before) await new Promise(requestAnimationFrame);
		return performance.now() - begin;
	})()`)
	t.Logf(
		"opened in %.0f ms with %d elements; filtered in %.0f ms, searched in %.0f ms",
		took,
		elements,
		filtering,
		searching,
	)
	if took > maxOpen || filtering > maxFilter || searching > maxFilter {
		t.Errorf(
			"wanted at most %d ms to open, %d ms to filter; got %.0f, %.0f and %.0f",
			maxOpen,
			maxFilter,
			took,
			filtering,
			searching,
		)
	}
}
