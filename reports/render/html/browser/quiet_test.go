package browser

import (
	"reflect"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
)

// attack is what a target may send to run in the browser of who reads the report.
var attack = `<script>window.broken=1</script>"><img src=x onerror="window.broken=2">' onmouseover='window.broken=3' x='` +
	`</style></script></template></pre><svg onload=window.broken=4> javascript:window.broken=5 {{.}} ${window.broken=6} <!-- ]]> &lt; ` +
	"\x1b[31m\x1b]0;x\x07 \u202egnp.exe \u2066x \u200f\u05d0\u05d1 \x00\xff\u2028 " + strings.Repeat(
	"Donaudampfschiff",
	60,
)

// poison appends the attack to every text of a report but those that the page reads as a word: even what no target can
// reach is text.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; {
			case name == "StartedAt",
				name == "EndedAt",
				name == "Outcome" && v.Field(i).Type() == reflect.TypeFor[reports.Outcome](),
				name == "Encoding":
			default:
				poison(v.Field(i))
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if v.Type().Elem().Kind() == reflect.String {
				v.SetMapIndex(reflect.ValueOf(key.String()+attack), reflect.ValueOf(v.MapIndex(key).String()+attack))
			} else {
				v.SetMapIndex(reflect.ValueOf(key.String()+attack), reflect.ValueOf(attack))
			}
		}
	case reflect.String:
		v.SetString(v.String() + attack)
	}
}

func poisoned(t *testing.T) reports.Report {
	t.Helper()
	r := sample(t, "broken")
	r.Cases[0].Exchange.Failure = "cut"
	r.Cases[1].Outcome, r.Cases[1].Reason = reports.CouldNotRun, "unknown"
	r.MissingStates = []reports.State{{Name: "a state", Params: map[string]any{"n": 1}}}
	r.Run.Partial = "interrupted"
	poison(reflect.ValueOf(&r))
	return r
}

func all(t *testing.T) map[string]reports.Report {
	t.Helper()
	out := map[string]reports.Report{"poisoned": poisoned(t)}
	for _, name := range []string{"conformant", "broken", "could-not-run", "partial", "hostile"} {
		out[name] = sample(t, name)
	}
	return out
}

// Opened from a server or a file, at any width, with all of it unfolded: nothing is loaded, nothing is said, nothing
// sticks out, and nothing that was reported runs.
func TestNothingHappens(t *testing.T) {
	ctx := start(t)
	for name, r := range all(t) {
		t.Run(name, func(t *testing.T) {
			address, asked := serve(t, r)
			for _, address := range []string{file(t, r), address} {
				heard := listen(t, ctx)
				for _, width := range []int64{390, 1280} {
					size(t, ctx, width)
					open(t, ctx, address)
					eval[bool](t, ctx, unfold)
					if wide := eval[int](t, ctx, `document.documentElement.scrollWidth`); int64(wide) > width {
						t.Errorf(
							"wanted no scrolling sideways at %d; got a page of %d: %s",
							width,
							wide,
							eval[string](t, ctx, stickingOut),
						)
					}
				}
				if got := eval[string](t, ctx, `String(window.broken)`); got != "undefined" {
					t.Errorf("wanted that nothing runs; got attack %s", got)
				}
				if got := eval[string](t, ctx, foreign); got != "" {
					t.Errorf("wanted no element made of text; got %s", got)
				}
				heard.check(t, address)
			}
			for path, n := range asked() {
				if path != "/report.html" {
					t.Errorf("wanted no request but for the page; got %d for %s", n, path)
				}
			}
		})
	}
}

// unfold draws all that is drawn when it is opened, and opens it.
const unfold = `(async () => {
	const text = document.getElementById("later").textContent.replace(/-/g, "+").replace(/_/g, "/");
	const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
	const drawn = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
	for (const [id, html] of Object.entries(drawn)) {
		const box = document.createElement("template");
		box.innerHTML = html;
		const body = document.getElementById(id);
		const cell = id.endsWith(".open") ? document.getElementById(id.slice(0, -5)) : null;
		if (body && "later" in body.dataset) {
			delete body.dataset.later;
			body.replaceChildren(box.content);
		} else if (cell && "later" in cell.dataset) {
			delete cell.dataset.later;
			cell.closest("tr").nextElementSibling.firstElementChild.append(box.content);
		} else {
			throw new Error("no place for " + id);
		}
	}
	document.querySelectorAll("details").forEach((d) => { d.open = true; });
	document.querySelectorAll(".panel").forEach((p) => { p.style.display = "block"; });
	return true;
})()`

const stickingOut = `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll"))
	.slice(0, 5).map((e) => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40)).join("; ")`

const foreign = `[...document.querySelectorAll("*")].filter((e) => ["IMG", "IFRAME", "OBJECT", "LINK", "BASE", "FORM"].includes(e.tagName)
	|| e.tagName === "SCRIPT" && e.id !== "later" && e.id !== "words" && e !== document.scripts[document.scripts.length - 1]
	|| [...e.attributes].some((a) => a.name.startsWith("on") || a.value.includes("javascript:") && a.name === "href"))
	.map((e) => e.outerHTML.slice(0, 80)).join("; ")`
