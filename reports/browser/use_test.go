//go:build browser

package browser

import (
	"context"
	"fmt"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func open(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	// By way of another page: an address that differs in its fragment only would not load anew.
	do(t, ctx, chromedp.Navigate("about:blank"), chromedp.Navigate(address))
}

const (
	cell   = "requirement.error.status.InvalidInstanceId.NotFound.xml-post"
	shown  = `((id) => { const e = document.getElementById(id); return !!e && e.checkVisibility() && e.getBoundingClientRect().height > 0; })`
	filter = `document.getElementById("f-count").textContent`
)

func TestFilter(t *testing.T) {
	ctx := start(t)
	open(t, ctx, file(t, sample(t, "broken")))
	rows := func() string {
		return eval[string](t, ctx, `[...document.querySelectorAll(".matrix .row")].filter((r) => r.checkVisibility()).map((r) => r.querySelector("code").textContent).join(" ")`)
	}
	cases := func() int {
		return eval[int](t, ctx, `[...document.querySelectorAll(".case")].filter((c) => c.checkVisibility()).length`)
	}
	everything, allCases := rows(), cases()
	choose := func(field, value string) {
		eval[bool](t, ctx, fmt.Sprintf(`(() => { const f = document.getElementById(%q); f.value = %q; f.dispatchEvent(new Event("change")); return f.value === %[2]q; })()`, field, value))
	}
	if len(strings.Fields(everything)) < 5 || allCases < 10 {
		t.Fatalf("wanted a report with much in it; got %s and %d cases", everything, allCases)
	}

	do(t, ctx, chromedp.SendKeys(id("f-text"), "group.IDLE"))
	wait(t, ctx, filter+` !== ""`)
	if got := rows(); got != "group.idle" {
		t.Errorf("wanted the one requirement with that text; got %s", got)
	}
	if got := cases(); got != 2 {
		t.Errorf("wanted its two cases; got %d", got)
	}
	do(t, ctx, chromedp.Click(id("f-clear")))
	if got := rows(); got != everything {
		t.Errorf("wanted all again; got %s", got)
	}

	choose("f-state", "failed")
	if got := rows(); strings.Contains(got, "group.idle") || !strings.Contains(got, "error.status") {
		t.Errorf("wanted requirements that failed; got %s", got)
	}
	failed := cases()
	if failed == 0 || failed >= allCases {
		t.Errorf("wanted some of the cases; got %d of %d", failed, allCases)
	}
	choose("f-format", "xml")
	if got := cases(); got == 0 || got >= failed {
		t.Errorf("wanted some of the %d failed cases; got %d", failed, got)
	}
	choose("f-state", "waived")
	choose("f-format", "none")
	if got := rows(); got != "" || !eval[bool](t, ctx, `[...document.querySelectorAll(".nothing")].every((n) => n.checkVisibility())`) {
		t.Errorf("wanted nothing, and to be told so; got %s", got)
	}
	if got := eval[string](t, ctx, filter); !strings.HasPrefix(got, "0 of ") {
		t.Errorf("wanted the counts told; got %q", got)
	}
}

func TestFilterByCode(t *testing.T) {
	ctx := start(t)
	r := sample(t, "broken")
	for i := range r.Cases {
		if strings.Contains(r.Cases[i].ID, "InvalidInstanceId") {
			r.Cases[i].Labels = append(r.Cases[i].Labels, "code:InvalidInstanceId.NotFound")
		}
	}
	open(t, ctx, file(t, r))
	got := eval[string](t, ctx, `(() => {
		const f = document.getElementById("f-code");
		f.selectedIndex = [...f.options].findIndex((o) => o.text === "InvalidInstanceId.NotFound");
		f.dispatchEvent(new Event("change"));
		return [...document.querySelectorAll(".case")].filter((c) => c.checkVisibility()).length + " " + document.getElementById("f-count").textContent;
	})()`)
	if !strings.HasPrefix(got, "2 ") {
		t.Errorf("wanted the two cases of the code; got %s", got)
	}
}

// A cell opens by a click, with and without scripts, and shows all that it takes to understand and to see it again.
func TestCell(t *testing.T) {
	ctx := start(t)
	address := file(t, sample(t, "broken"))
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts %v", scripts), func(t *testing.T) {
			if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
				t.Fatal(err)
			}
			open(t, ctx, address)
			if got := eval[bool](t, ctx, shown+`("f-text")`); got != scripts {
				t.Errorf("filter: wanted shown %v; got %v", scripts, got)
			}
			panel := cell + ".open"
			if eval[bool](t, ctx, shown+fmt.Sprintf("(%q)", panel)) {
				t.Fatal("wanted the cell closed at first")
			}
			do(t, ctx, chromedp.Click(id(cell)), chromedp.WaitVisible(id(panel)))
			text, err := chromedp.Run(ctx, chromedp.Text(id(panel)))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{
				"an unknown instance is answered with HTTP 404", "wanted", "HTTP 404", "got", "400", "spec/detachinstances.openapi.yaml:214",
				"GET /?", "Action=DetachInstances", "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E", "curl 'http://", "essconform run -case",
			} {
				if !strings.Contains(text, want) {
					t.Errorf("wanted %q in the cell; got\n%s", want, text)
				}
			}
			marks := eval[string](t, ctx, fmt.Sprintf(`[...document.getElementById(%q).querySelectorAll("mark")].map((m) => m.textContent).join("|")`, panel))
			if marks != "HTTP 404|400|200" { // want, got, and the status in the answer
				t.Errorf("wanted what differs marked; got %s", marks)
			}
			// from the cell to its case, which lies folded away
			do(t, ctx, chromedp.Click(chromedp.CSS(string(id(panel))+" .case-link")))
			wait(t, ctx, `[...document.querySelectorAll("details[open] .body")].some((b) => b.checkVisibility() && b.id === decodeURIComponent(location.hash.slice(1)))`)
		})
	}
}

func TestCopy(t *testing.T) {
	ctx := start(t)
	address, _ := serve(t, sample(t, "broken"))
	open(t, ctx, address+"#"+cell+".open")
	for _, p := range []string{"clipboard-read", "clipboard-write"} {
		params := cdpbrowser.SetPermissionParams{Permission: &cdpbrowser.PermissionDescriptor{Name: p}, Setting: cdpbrowser.PermissionSettingGranted}
		if _, err := chromedp.CallBrowser(ctx, cdpbrowser.SetPermission, params); err != nil {
			t.Fatal(err)
		}
	}
	command := string(id(cell+".open")) + " .command"
	do(t, ctx, chromedp.Click(chromedp.CSS(command+" .copy")))
	wait(t, ctx, `document.getElementById("say").textContent === "copied"`)
	want := eval[string](t, ctx, `document.querySelector(`+"`"+command+` code`+"`"+`).textContent`)
	if got := eval[string](t, ctx, `navigator.clipboard.readText()`); got != want || !strings.HasPrefix(got, "curl 'http://") {
		t.Errorf("wanted the curl line on the clipboard, %q; got %q", want, got)
	}
}

func TestColours(t *testing.T) {
	ctx := start(t)
	address, _ := serve(t, sample(t, "broken")) // a file has no storage of its own
	paper := func() string { return eval[string](t, ctx, `getComputedStyle(document.body).backgroundColor`) }
	const light, dark = "rgb(255, 255, 255)", "rgb(20, 23, 27)"
	media(t, ctx, "", "light")
	open(t, ctx, address)
	if got := paper(); got != light {
		t.Errorf("wanted light; got %s", got)
	}
	media(t, ctx, "", "dark")
	if got := paper(); got != dark {
		t.Errorf("wanted dark, as the system prefers; got %s", got)
	}
	do(t, ctx, chromedp.Click(id("theme")))
	if got := paper(); got != light {
		t.Errorf("wanted light, as was chosen; got %s", got)
	}
	do(t, ctx, chromedp.Reload())
	if got := paper(); got != light {
		t.Errorf("wanted the choice kept; got %s", got)
	}
	if got := eval[string](t, ctx, `document.getElementById("theme").getAttribute("aria-pressed")`); got != "false" {
		t.Errorf("wanted the button to tell its state; got %s", got)
	}
}

// All text stands out from what is behind it by 4.5 to 1, as WCAG AA asks for.
func TestContrast(t *testing.T) {
	ctx := start(t)
	size(t, ctx, 1280)
	for _, name := range []string{"conformant", "broken", "could-not-run", "partial"} {
		address := file(t, sample(t, name))
		for _, colours := range []string{"light", "dark"} {
			media(t, ctx, "", colours)
			open(t, ctx, address)
			eval[bool](t, ctx, unfold)
			if got := eval[[]string](t, ctx, lowContrast); len(got) > 0 {
				t.Errorf("%s, %s: wanted a contrast of 4.5; got\n%s", name, colours, strings.Join(got, "\n"))
			}
		}
	}
}

const lowContrast = `(() => {
	const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
	const rgba = (colour) => {
		canvas.clearRect(0, 0, 1, 1);
		canvas.fillStyle = colour;
		canvas.fillRect(0, 0, 1, 1);
		return canvas.getImageData(0, 0, 1, 1).data;
	};
	const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
	const behind = (e) => {
		for (; e; e = e.parentElement) {
			const c = rgba(getComputedStyle(e).backgroundColor);
			if (c[3] > 0) return c;
		}
		return [255, 255, 255, 255];
	};
	const found = new Set();
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	let seen = 0;
	while (walker.nextNode()) {
		const e = walker.currentNode.parentElement;
		if (!walker.currentNode.data.trim() || !e.checkVisibility() || e.closest(".quiet, script, style, option")) continue;
		seen++;
		const [a, b] = [luminance(rgba(getComputedStyle(e).color)), luminance(behind(e))].sort((x, y) => y - x);
		const contrast = (a + 0.05) / (b + 0.05);
		if (contrast < 4.5) found.add(e.tagName + "." + e.className + " " + contrast.toFixed(2) + ": " + walker.currentNode.data.trim().slice(0, 30));
	}
	return seen > 100 ? [...found] : ["only " + seen + " texts were seen"];
})()`

// The whole page can be used without a mouse.
func TestKeyboard(t *testing.T) {
	ctx := start(t)
	open(t, ctx, file(t, sample(t, "broken")))
	active := func() string {
		return eval[string](t, ctx, `document.activeElement.id || document.activeElement.className || document.activeElement.tagName`)
	}
	press := func(keys string) { do(t, ctx, chromedp.KeyEvent(keys)) }

	press(kb.Tab)
	if got := active(); got != "skip" {
		t.Errorf("wanted the skip link first; got %s", got)
	}
	press("/")
	if got := active(); got != "f-text" {
		t.Fatalf("wanted the filter after /; got %s", got)
	}
	press("group.idle")
	wait(t, ctx, filter+` !== ""`)
	press(kb.Escape)
	if got := eval[string](t, ctx, `document.getElementById("f-text").value + `+filter); got != "" {
		t.Errorf("wanted the filter cleared by Escape; got %q", got)
	}

	do(t, ctx, chromedp.Focus(id(cell)))
	press(kb.ArrowLeft) // there is no case in XML GET and JSON POST of this requirement
	press(kb.ArrowRight)
	if got := active(); got != strings.Replace(cell, "xml-post", "json-get", 1) {
		t.Errorf("wanted the next cell with cases to the right; got %s", got)
	}
	press(kb.ArrowLeft)
	press(kb.ArrowUp)
	if got := active(); got == cell || !strings.HasSuffix(got, ".xml-post") {
		t.Errorf("wanted the cell above; got %s", got)
	}
	press(kb.ArrowDown)
	if got := active(); got != cell {
		t.Fatalf("wanted to be back; got %s", got)
	}
	press(kb.Enter)
	wait(t, ctx, shown+fmt.Sprintf("(%q)", cell+".open"))
	press(kb.Tab) // into what was opened
	if !eval[bool](t, ctx, fmt.Sprintf(`document.getElementById(%q).contains(document.activeElement)`, cell+".open")) {
		t.Errorf("wanted the focus in the cell; got %s", active())
	}
	press(kb.Escape)
	wait(t, ctx, "!"+shown+fmt.Sprintf("(%q)", cell+".open"))
	if got := active(); got != cell {
		t.Errorf("wanted the focus back on the cell; got %s", got)
	}

	do(t, ctx, chromedp.Focus(chromedp.CSS(".case summary")))
	press(kb.Enter)
	wait(t, ctx, `document.querySelector(".case").open`)
}

// On paper there are no controls, the colours are light, and nothing is cut off.
func TestPrint(t *testing.T) {
	ctx := start(t)
	open(t, ctx, file(t, sample(t, "broken")))
	media(t, ctx, "print", "dark")
	if got := eval[string](t, ctx, `getComputedStyle(document.body).backgroundColor`); got != "rgb(255, 255, 255)" {
		t.Errorf("wanted white paper; got %s", got)
	}
	if got := eval[string](t, ctx, `[...document.querySelectorAll("nav, button, input, select, .case.passed")].filter((e) => e.checkVisibility()).map((e) => e.tagName).join(" ")`); got != "" {
		t.Errorf("wanted no controls and no passed cases; got %s", got)
	}
	media(t, ctx, "", "light")
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(pdf), "%PDF-") || len(pdf) < 10_000 {
		t.Errorf("wanted a PDF; got %d bytes", len(pdf))
	}
}
