package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/essconform/essconform/harness/mock"
)

// described is the server that the descriptions name for a mock on this machine.
const described = "http://127.0.0.1:9090"

// initializer is in the place of Swagger UI's swagger-initializer.js, which shows an example of its own makers. Schemas
// stay closed: drawing them would take most of the time.
const initializer = `window.ui = SwaggerUIBundle({
	url: "description.yaml", dom_id: "#swagger-ui", defaultModelsExpandDepth: -1, validatorUrl: "none",
	presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: "StandaloneLayout"})`

// distribution installs Swagger UI as the lock file says, in a directory of its own, and returns its files.
func distribution(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v: %s; this test needs npm and its registry", err, out)
	}
	return filepath.Join(dir, "node_modules", "swagger-ui-dist")
}

// swaggerUI serves Swagger UI with a description as it is.
func swaggerUI(t *testing.T, files, description string) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(files)))
	mux.HandleFunc("/swagger-initializer.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, initializer)
	})
	mux.HandleFunc("/description.yaml", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join("..", "..", "..", "spec", description))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// page is Swagger UI in a browser, with the mock behind it.
type page struct {
	t          *testing.T
	ctx        context.Context
	mock       *mock.Server
	preflights *atomic.Int64
}

// enter types into fields, or chooses from lists, and goes on. React hears of it by the events.
func (p page) enter(values map[string]string) {
	p.t.Helper()
	entries, err := json.Marshal(values)
	if err != nil {
		p.t.Fatal(err)
	}
	eval[bool](p.t, p.ctx, fmt.Sprintf(`Object.entries(%s).every(([selector, value]) => {
		const field = document.querySelector(selector);
		Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value);
		return ["input", "change", "focusout"].every((e) => field.dispatchEvent(new Event(e, {bubbles: true})));
	})`, entries))
}

// present waits for an element.
func (p page) present(selector string) {
	p.t.Helper()
	wait(p.t, p.ctx, fmt.Sprintf(`document.querySelector(%q) !== null`, selector))
}

// execute fills in an operation, sends it, and returns the status and the body that the page then shows. What it shows
// of an earlier call is cleared before.
func (p page) execute(method string, parameters map[string]string) (status, body string) {
	p.t.Helper()
	block := ".opblock-" + method
	fields := map[string]string{}
	for name, value := range parameters {
		row := fmt.Sprintf("%s tr:is([data-param-name=%[2]q], [data-property-name=%[2]q])", block, name)
		fields[row+" :is(select, input[type=text])"] = value
	}
	p.enter(fields)
	shown := block + " .live-responses-table tbody"
	clear := fmt.Sprintf(`(document.querySelector(%q)?.click(), document.querySelector(%q) === null)`,
		block+" .btn-clear", shown)
	wait(p.t, p.ctx, clear)
	click(p.t, p.ctx, block+" .execute")
	p.present(shown + " .highlight-code code")
	texts := eval[[]string](p.t, p.ctx, fmt.Sprintf(`[".response-col_status", ".highlight-code code"].map(
		(part) => document.querySelector(%q).querySelector(part).textContent)`, shown))
	return texts[0], texts[1]
}

// TestSwaggerUI follows the README of the mock: a mock that accepts unsigned calls on the port that the description
// names, and "Try it out". The browser takes the test's own mock for the one on that port, so that the description is
// served as it is and the port may be in use.
func TestSwaggerUI(t *testing.T) {
	files := distribution(t)
	p := page{preflights: new(atomic.Int64)}
	p.mock = mock.NewServer(t, func(o *mock.Options) {
		o.SkipVerification = true
		o.Wrap = p.countPreflights
	})
	p.ctx = start(t, chromedp.Flag("host-resolver-rules",
		fmt.Sprintf("MAP %s %s", strings.TrimPrefix(described, "http://"), p.mock.Host())))
	for _, e := range []edition{
		{"detachinstances.openapi.yaml", "2014-08-28", "InstanceId"},
		{"detachinstances-2022-02-22.openapi.yaml", "2022-02-22", "InstanceIds"},
	} {
		open(t, p.ctx, swaggerUI(t, files, e.description))
		p.t = t
		p.present("#servers")
		p.enter(map[string]string{"#servers": described})
		for _, c := range []struct{ method, state, format, shown string }{
			{"get", "an inactive scaling group", "JSON", `"Code": "IncorrectScalingGroupStatus"`},
			{"post", "a scaling group at its minimum size", "XML", "<Code>IncorrectCapacity.MinSize</Code>"},
		} {
			t.Run(e.version+"/"+c.method, func(t *testing.T) {
				p := p
				p.t = t
				click(t, p.ctx, summary(c.method))
				if c.method == "get" {
					defer click(t, p.ctx, summary(c.method)) // a closed operation is not drawn again and again
				}
				p.tryOut(c.method, e)
				if e.version != "2014-08-28" {
					return // the later edition has other names, and one accepted call shows them
				}
				status, body := p.execute(c.method, p.arrange(c.state, c.format, e))
				if status != "400" || !strings.Contains(body, c.shown) {
					t.Errorf("wanted the documented refusal; got %s %s", status, body)
				}
			})
		}
	}
	p.authorize()
}

// summary opens and closes an operation.
func summary(method string) string { return ".opblock-" + method + " .opblock-summary-control" }

// edition is one description, and how its calls name version and instances.
type edition struct{ description, version, list string }

func (p page) countPreflights(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			p.preflights.Add(1)
		}
		h.ServeHTTP(w, r)
	})
}

// arrange sets a state up and returns what to enter.
func (p page) arrange(state, format string, e edition) map[string]string {
	p.t.Helper()
	values, err := p.mock.Setup(state, map[string]any{"instances": 2})
	if err != nil {
		p.t.Fatal(err)
	}
	fields := map[string]string{
		"Action": "DetachInstances", "Version": e.version, "Format": format,
		"ScalingGroupId": values["scalingGroupId"].(string),
	}
	for n, id := range values["instanceIds"].([]string) {
		fields[fmt.Sprintf("%s.%d", e.list, n+1)] = id
	}
	return fields
}

// tryOut presses the button and detaches two instances. Nothing is sent that was not entered, but the examples of
// optional parameters.
func (p page) tryOut(method string, e edition) {
	p.t.Helper()
	p.present(".opblock-" + method + " .try-out__btn")
	click(p.t, p.ctx, ".opblock-"+method+" .try-out__btn")
	p.present(".opblock-" + method + " .execute")
	fields := p.arrange("a scaling group with detachable instances", "JSON", e)
	status, body := p.execute(method, fields)
	var accepted struct{ RequestId, ScalingActivityId string }
	if err := json.Unmarshal([]byte(body), &accepted); err != nil {
		p.t.Fatalf("wanted the mock's answer; got %s %s", status, body)
	}
	entries, _ := p.mock.Journal(0, 1)
	call := entries[0]
	if status != "200" || !strings.HasPrefix(accepted.ScalingActivityId, "asa-") ||
		accepted.RequestId != call.RequestID {
		p.t.Errorf("wanted the call of the journal accepted; got %s %s", status, body)
	}
	if got := call.Parameters; call.Method != strings.ToUpper(method) || got[e.list+".1"] != fields[e.list+".1"] ||
		got[e.list+".2"] != fields[e.list+".2"] || got[e.list+".3"] != "" || call.Caller != "" {
		p.t.Errorf("wanted the two instances that were entered and no other; got %s %v", call.Method, got)
	}
}

// authorize enters a signature for the header, which this mock does not verify: before such a call the browser asks the
// mock whether the page may send that header.
func (p page) authorize() {
	p.t.Helper()
	if n := p.preflights.Load(); n != 0 {
		p.t.Errorf("wanted no preflight of a plain call; got %d", n)
	}
	click(p.t, p.ctx, ".auth-wrapper .authorize")
	const header = ".auth-container:last-child"
	p.present(header + " input")
	p.enter(map[string]string{header + " input": "ACS3-HMAC-SHA256 Credential=testid"})
	click(p.t, p.ctx, header+" .authorize")
	click(p.t, p.ctx, ".close-modal")
	status, body := p.execute("post", nil)
	if status != "400" || !strings.Contains(body, "ScalingActivityInProgress") || p.preflights.Load() != 1 {
		p.t.Errorf("wanted the answer after one preflight; got %s %s after %d", status, body, p.preflights.Load())
	}
	entries, _ := p.mock.Journal(0, 1)
	if got := entries[0].Caller; got != "testid" {
		p.t.Errorf("wanted the caller of the header; got %q", got)
	}
}
