package clienttest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/essconform/essconform/harness/internal/traffic"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/spec"
)

// behind puts the recording proxy in front of a mock, which verifies the signatures that pass. finish judges what
// passed.
func behind(t *testing.T, s service) (address string, finish func() *traffic.Collector) {
	t.Helper()
	at, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var entries []har.Read
	p := traffic.NewProxy(at, &http.Transport{DisableCompression: true}, func(e *har.Entry) {
		mu.Lock()
		defer mu.Unlock()
		entries = append(entries, e.Read())
	})
	front := httptest.NewServer(p)
	t.Cleanup(front.Close)
	return strings.TrimPrefix(front.URL, "http://"), func() *traffic.Collector {
		p.Wait()
		c := &traffic.Collector{Contract: contract, Lag: -1}
		for _, e := range entries {
			if err := c.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		c.EndOfFile()
		return c
	}
}

// calls are all ways in which the official clients detach through an address.
func calls() map[string]func(t *testing.T, address string, d detachment) error {
	all := map[string]func(t *testing.T, address string, d detachment) error{}
	for _, method := range []string{"GET", "POST"} {
		for _, format := range []string{"JSON", "XML"} {
			all["sdk/"+method+"/"+format] = func(t *testing.T, address string, d detachment) error {
				_, err := sdkDetachAt(t, address, d, method, format)
				return err
			}
		}
	}
	for _, w := range ways() {
		all["openapi/"+w.name] = func(t *testing.T, address string, d detachment) error {
			_, err := openapiDetachAt(t, address, d, w)
			return err
		}
	}
	for name, call := range commandLines() {
		all["cli/"+name] = func(t *testing.T, address string, d detachment) error {
			if got := call(t, site{host: address}, d); got.code != "" {
				return errors.New(got.code + ": " + got.message)
			}
			return nil
		}
	}
	return all
}

func TestOfficialClientsThroughTheProxy(t *testing.T) {
	for name, call := range calls() {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			address, finish := behind(t, s)
			d, _ := s.arrange("a scaling group with detachable instances")
			if err := call(t, address, d); err != nil {
				t.Fatal(err)
			}
			d, _ = s.arrange("an inactive scaling group")
			if err := call(t, address, d); err == nil ||
				!strings.Contains(err.Error(), "does not support this action") {
				t.Fatalf("wanted the documented error; got %v", err)
			}
			c := finish()
			if len(c.Results) < 2 || c.Others+c.Supporting > 0 {
				t.Fatalf("wanted both calls judged; got %s", c.Summary())
			}
			for _, r := range c.Results {
				if len(r.Findings) > 0 || r.Outcome == reports.CouldNotRun {
					t.Errorf("%s: wanted nothing; got %s %+v", r.ID, r.Reason, r.Findings)
				}
			}
		})
	}
}
