package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

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
