package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

func open(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	// By way of another page: an address that differs in its fragment only would not load again.
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
		return eval[string](
			t,
			ctx,
			`[...document.querySelectorAll(".matrix .row")].filter((r) => r.checkVisibility()).map((r) => r.querySelector("code").textContent).join(" ")`,
		)
	}
	cases := func() int {
		return eval[int](t, ctx, `[...document.querySelectorAll(".case")].filter((c) => c.checkVisibility()).length`)
	}
	everything, allCases := rows(), cases()
	choose := func(field, value string) {
		eval[bool](
			t,
			ctx,
			fmt.Sprintf(
				`(() => { const f = document.getElementById(%q); f.value = %q; f.dispatchEvent(new Event("change")); return f.value === %[2]q; })()`,
				field,
				value,
			),
		)
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
	if got := rows(); got != "" ||
		!eval[bool](t, ctx, `[...document.querySelectorAll(".nothing")].every((n) => n.checkVisibility())`) {
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
			if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled,
				emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
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
				"an unknown instance is answered with HTTP 404", "wanted", "HTTP 404", "got", "400",
				"spec/detachinstances.openapi.yaml:214",
				"GET /?", "Action=DetachInstances", "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E", "curl 'http://",
				"essconform run -case",
			} {
				if !strings.Contains(text, want) {
					t.Errorf("wanted %q in the cell; got\n%s", want, text)
				}
			}
			marks := eval[string](
				t,
				ctx,
				fmt.Sprintf(
					`[...document.getElementById(%q).querySelectorAll("mark")].map((m) => m.textContent).join("|")`,
					panel,
				),
			)
			if marks != "404|400|200" { // want, got, and the status in the answer
				t.Errorf("wanted what differs marked; got %s", marks)
			}
			// from the cell to its case, which lies folded away
			do(t, ctx, chromedp.Click(chromedp.CSS(string(id(panel))+" .case-link")))
			wait(
				t,
				ctx,
				`[...document.querySelectorAll("details[open] .body")].some((b) => b.checkVisibility() && b.id === decodeURIComponent(location.hash.slice(1)))`,
			)
		})
	}
}

func TestCopy(t *testing.T) {
	ctx := start(t)
	address, _ := serve(t, sample(t, "broken"))
	open(t, ctx, address+"#"+cell+".open")
	for _, p := range []string{"clipboard-read", "clipboard-write"} {
		params := cdpbrowser.SetPermissionParams{
			Permission: &cdpbrowser.PermissionDescriptor{Name: p},
			Setting:    cdpbrowser.PermissionSettingGranted,
		}
		if _, err := chromedp.CallBrowser(ctx, cdpbrowser.SetPermission, params); err != nil {
			t.Fatal(err)
		}
	}
	command := string(id(cell+".open")) + " .command"
	do(t, ctx, chromedp.Click(chromedp.CSS(command+" .copy")))
	wait(t, ctx, `document.getElementById("say").textContent === "copied"`)
	want := eval[string](t, ctx, `document.querySelector(`+"`"+command+` code`+"`"+`).textContent`)
	if got := eval[string](t, ctx, `navigator.clipboard.readText()`); got != want ||
		!strings.HasPrefix(got, "curl 'http://") {
		t.Errorf("wanted the curl line on the clipboard, %q; got %q", want, got)
	}
}

// The switch says the page in Chinese, also what is drawn later, and in English again; the choice is kept.
func TestLanguage(t *testing.T) {
	ctx := start(t)
	address, _ := serve(t, sample(t, "broken"))
	open(t, ctx, address)
	english := eval[string](t, ctx, `document.querySelector("main").innerText`)
	do(t, ctx, chromedp.Click(id("lang")))
	wait(t, ctx, `document.documentElement.lang === "zh-CN"`)
	if got := eval[string](t, ctx, `document.getElementById("failed").textContent + " " + document.getElementById("verdict").textContent`); got != "失败项 不符合" {
		t.Errorf("wanted Chinese headings; got %s", got)
	}
	do(t, ctx, chromedp.Reload())
	wait(t, ctx, `document.documentElement.lang === "zh-CN"`)
	do(t, ctx, chromedp.Click(id(cell)), chromedp.WaitVisible(id(cell+".open")))
	if got := eval[string](t, ctx, fmt.Sprintf(`document.querySelector(%q).textContent`, string(id(cell+".open"))+" .want b")); got != "期望" {
		t.Errorf("wanted what is drawn later in Chinese, too; got %s", got)
	}
	do(t, ctx, chromedp.Click(id("lang")))
	wait(t, ctx, `document.documentElement.lang === "en"`)
	open(t, ctx, address)
	if got := eval[string](t, ctx, `document.querySelector("main").innerText`); got != english {
		t.Errorf("wanted the page as it was; got\n%s", got)
	}
}

// The exchanges of a case are read from the recording that the reader chooses, and hostile text in it stays text.
func TestRecordedExchanges(t *testing.T) {
	ctx := start(t)
	r := sample(t, "broken")
	r.Cases[0].Exchanges = []int{1, 2}
	about := r.Cases[0].ID
	write := func(name, of string) string {
		path := filepath.Join(t.TempDir(), name)
		entry := func(of, step, body string) string {
			return fmt.Sprintf(`{"_case":%q,"_step":%q,"time":1.5,"request":{"method":"GET","url":"http://h/?Action=DetachInstances","headers":[]},
				"response":{"status":404,"statusText":"Not Found","httpVersion":"HTTP/1.1","headers":[{"name":"A","value":"b"}],"content":{"text":%q}}}`, of, step, body)
		}
		text := `{"log":{"entries":[` + entry("x", "setup", "") + "," + entry(of, "first look", "<b>bold</b>") + "," +
			entry(of, "step 1 of 1", "<img src=x onerror=document.title='run'>\u202e") + `]}}`
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	open(t, ctx, file(t, r))
	eval[bool](t, ctx, `(() => { document.querySelector(".case").open = true; return true; })()`)
	wait(t, ctx, `document.querySelector(".case button.recorded") !== null`)
	press := `(() => { HTMLInputElement.prototype.click = () => {}; document.querySelector(".case button.recorded").click(); return true; })()`
	eval[bool](t, ctx, press)
	do(t, ctx, chromedp.SetUploadFiles(id("har"), []string{write("other.har", "another/case")}))
	wait(t, ctx, `document.getElementById("say").textContent === "this file is not the recording of this run"`)
	eval[bool](t, ctx, press)
	do(t, ctx, chromedp.SetUploadFiles(id("har"), []string{write("exchanges.har", about)}))
	wait(t, ctx, `document.querySelectorAll(".case .body details").length === 2`)
	got := eval[string](t, ctx, `document.querySelectorAll(".case .body details")[1].textContent`)
	for _, want := range []string{
		"2: step 1 of 1 GET DetachInstances → HTTP 404 1.5 ms", "GET http://h/?Action=DetachInstances",
		"HTTP/1.1 404 Not Found\nA: b",
		`<img src=x onerror=document.title='run'>\u{202e}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("wanted %q in the exchange; got %q", want, got)
		}
	}
	if eval[int](t, ctx, `document.querySelectorAll(".case .body img, .case .body details b").length`) != 0 {
		t.Error("wanted what the target sent as text")
	}
}
