// Package browser uses the mock's page in a real browser. Its tests need Chromium: make test-browser installs it where
// it can.
package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/essconform/essconform/harness/mock"
)

// patience is how long one step of a test may take; the machine may be busy.
const patience = 60 * time.Second

// start runs a browser until the test ends, and returns the context of its first tab.
func start(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))
	options = append(options, more...)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("stop the browser: %v", err)
		}
	})
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil { // the first step starts the browser
		t.Fatal(err)
	}
	return ctx
}

// chromium finds the browser. There is no test without one, and no pass.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Fatal("wanted Chromium; install it, or set CHROMIUM to its path")
	return ""
}

// open loads a page.
func open(t *testing.T, ctx context.Context, url string) {
	t.Helper()
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := chromedp.Do(bounded, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

// eval evaluates an expression in the page, and waits for it where it is a promise.
func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	v, err := chromedp.Run(bounded, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// wait waits until an expression holds. Just after a page was opened, the driver may still ask the one before it.
func wait(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		_, err := chromedp.Run(bounded, chromedp.Poll[bool](expression))
		if err == nil {
			return
		}
		if bounded.Err() != nil || !strings.Contains(err.Error(), "Cannot find context") {
			t.Fatalf("%s: %v", expression, err)
		}
	}
}

// choose sets the value of a field, and click clicks.
func choose(t *testing.T, ctx context.Context, selector, value string) {
	t.Helper()
	eval[string](t, ctx, fmt.Sprintf(`document.querySelector(%q).value = %q`, selector, value))
}

func click(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	eval[bool](t, ctx, fmt.Sprintf(`(document.querySelector(%q).click(), true)`, selector))
}

func TestPage(t *testing.T) {
	server := mock.NewServer(t, func(o *mock.Options) { o.SkipVerification = true })
	ctx := start(t)
	open(t, ctx, server.URL()+mock.UIPath)
	wait(t, ctx, `document.querySelectorAll('#state option').length === 10`)

	// Arrange a state, and take the ids that the page shows.
	choose(t, ctx, "#state", "an inactive scaling group")
	click(t, ctx, "#arrange button")
	wait(t, ctx, `!document.getElementById('arranged').hidden && document.querySelectorAll('.group').length === 1`)
	group := eval[string](t, ctx, `document.querySelector('.group').dataset.group`)
	if values := eval[string](t, ctx, `document.getElementById('values').textContent`); !strings.Contains(values, group) {
		t.Errorf("wanted the values of the state; got %s", values)
	}
	eval[bool](t, ctx, `(navigator.clipboard.writeText = async (text) => { window.copied = text; }, true)`)
	click(t, ctx, ".group button.id")
	if copied := eval[string](t, ctx, `window.copied`); copied != group {
		t.Errorf("wanted the id to be copied; got %q", copied)
	}

	// A call shows in the journal, as text.
	resp, err := http.Get(
		fmt.Sprintf(
			"%s/?Action=DetachInstances&Version=2014-08-28&ScalingGroupId=%s&InstanceId.1=%%3Cimg%%20src=x%%3E",
			server.URL(),
			group,
		),
	)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	wait(t, ctx, `document.getElementById('journal').textContent.includes('InvalidInstanceId.NotFound')`)
	if eval[string](t, ctx, `String(document.querySelectorAll('#journal img').length)`) != "0" {
		t.Error("wanted the parameter as text")
	}

	// A fault is injected, and a wrong one is explained.
	click(t, ctx, "#fault button")
	wait(t, ctx, `document.getElementById('faults').textContent.includes('DetachInstances throttle × 1')`)
	choose(t, ctx, "#fault-kind", "slow")
	click(t, ctx, "#fault button")
	wait(t, ctx, `document.getElementById('error').textContent.includes('delay is missing')`)

	click(t, ctx, "#reset")
	wait(
		t,
		ctx,
		`document.querySelectorAll('.group').length === 0 && document.getElementById('faults').textContent === ''`,
	)
}

// A page of this machine may call the gateway, as Swagger UI does, and reaches neither states nor control plane.
func TestPagesOfOtherSites(t *testing.T) {
	server := mock.NewServer(t, func(o *mock.Options) { o.SkipVerification = true })
	page := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<p>page</p>") }),
	)
	t.Cleanup(page.Close)
	ctx := start(t)
	open(t, ctx, page.URL)
	ask := func(method, path, contentType string) string {
		return eval[string](t, ctx, fmt.Sprintf(`fetch(%q, {method: %q, headers: %q ? {'Content-Type': %q} : {},
			body: %q === 'POST' ? '{"action":"setup","state":"an inactive scaling group"}' : undefined})
			.then((a) => String(a.status), () => 'kept away')`, server.URL()+path, method, contentType, contentType, method))
	}
	if got := ask("GET", "/?Action=DescribeRegions&Version=2014-08-28", ""); got != "200" {
		t.Errorf("wanted the gateway to be readable; got %s", got)
	}
	for _, contentType := range []string{"application/json", "text/plain"} {
		if got := ask("POST", mock.StatesPath, contentType); got != "kept away" {
			t.Errorf("%s: wanted the states to be out of reach; got %s", contentType, got)
		}
	}
	if got := ask("GET", "/_mock/groups", ""); got != "kept away" {
		t.Errorf("wanted the control plane to be out of reach; got %s", got)
	}
	if entries, _ := server.Journal(0, 10); len(entries) != 1 {
		t.Errorf("wanted the one call in the journal; got %v", entries)
	}
}
