package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The whole page can be used without a mouse.
func TestKeyboard(t *testing.T) {
	ctx := start(t)
	open(t, ctx, file(t, sample(t, "broken")))
	active := func() string {
		return eval[string](
			t,
			ctx,
			`document.activeElement.id || document.activeElement.className || document.activeElement.tagName`,
		)
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
