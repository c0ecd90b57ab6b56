// Package browser opens report.html in a real browser. Its tests need Chromium: make test-browser installs it where it
// can.
package browser

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/render/html"
)

// patience is how long one step of a test may take; the machine may be busy.
const patience = 30 * time.Second

// start runs a browser until the test ends, and returns the context of its first tab.
func start(t *testing.T) context.Context {
	t.Helper()
	path := chromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, _ := chromedp.NewContext(allocator)
	// Cancel waits for the browser to end, so that its profile can be removed.
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("stop the browser: %v", err)
		}
	})
	// The first step starts the browser, which lives as long as the context of that step.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// chromium finds the browser. There is no test without one, and no pass.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium; install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
	return ""
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := chromedp.Do(bounded, steps...); err != nil {
		t.Fatal(err)
	}
}

// eval evaluates an expression in the page.
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

// wait waits until an expression holds.
func wait(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(bounded, chromedp.Poll[bool](expression)); err != nil {
		t.Fatalf("wait for %s: %v", expression, err)
	}
}

func size(t *testing.T, ctx context.Context, width int64) {
	t.Helper()
	params := emulation.SetDeviceMetricsOverrideParams{
		Width:             width,
		Height:            900,
		DeviceScaleFactor: 1,
		Mobile:            width < 600,
	}
	if _, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, params); err != nil {
		t.Fatal(err)
	}
}

// media emulates a medium and the colours that the reader prefers.
func media(t *testing.T, ctx context.Context, medium, colours string) {
	t.Helper()
	params := emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}},
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, params); err != nil {
		t.Fatal(err)
	}
}

// noise is what a page should not make: messages on the console, exceptions, requests.
type noise struct {
	mu       sync.Mutex
	messages []string
	requests []string
}

func listen(t *testing.T, ctx context.Context) *noise {
	t.Helper()
	n := &noise{}
	err := chromedp.Listen(ctx, func(event any) {
		n.mu.Lock()
		defer n.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			n.messages = append(n.messages, "console."+string(e.Type))
		case *runtime.EventExceptionThrown:
			n.messages = append(n.messages, "exception: "+e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			n.messages = append(n.messages, string(e.Entry.Source)+": "+e.Entry.Text)
		case *network.EventRequestWillBeSent:
			n.requests = append(n.requests, e.Request.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return n
}

// check fails the test for every message, and for every request beyond the page itself.
func (n *noise) check(t *testing.T, address string) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range n.messages {
		t.Errorf("wanted a quiet console; got %s", m)
	}
	if len(n.requests) == 0 {
		t.Error("wanted the request for the page; got none, so requests were not seen")
	}
	for _, r := range n.requests {
		if r != address {
			t.Errorf("wanted no request; got %s", r)
		}
	}
}

func draw(t *testing.T, r reports.Report) []byte {
	t.Helper()
	var page bytes.Buffer
	if err := html.Write(t.Context(), &page, r); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}

// file writes the page of a report to a file and returns its address.
func file(t *testing.T, r reports.Report) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, draw(t, r), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// serve serves the page of a report as an artifact of a build would be. asked tells how often it was asked for what.
func serve(t *testing.T, r reports.Report) (address string, asked func() map[string]int) {
	t.Helper()
	page := draw(t, r)
	var mu sync.Mutex
	count := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		count[r.URL.Path]++
		mu.Unlock()
		if r.URL.Path != "/report.html" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page) // a browser that went away fails the test by itself
	}))
	t.Cleanup(server.Close)
	return server.URL + "/report.html", func() map[string]int {
		mu.Lock()
		defer mu.Unlock()
		return count
	}
}

// sample is one of the reports that the golden files are made of, as a reader gets it.
func sample(t *testing.T, name string) reports.Report {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteJSON(&b, samples.All()[name]); err != nil {
		t.Fatal(err)
	}
	r, err := reports.ReadJSON(name, &b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// id is a selector for an element of the page by its id, which may hold dots.
func id(s string) chromedp.CSS {
	return chromedp.CSS(`[id="` + strings.ReplaceAll(s, `"`, `\"`) + `"]`)
}
