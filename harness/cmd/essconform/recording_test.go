package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports/har"
)

const (
	testKey    = "LTAI5tTestKeyOfNobody"
	testSecret = "s3cr3tOfNobodyAtAll0123456789"
)

// stateSecret is where a state hands over the secret of a caller.
var stateSecret = regexp.MustCompile(`accessKeySecret\\":\\"([^"\\]*)`)

// recorded runs some cases on the mock, and returns the entries of the recording and the report.
func recorded(t *testing.T, args ...string) (dir string, entries []har.Entry) {
	t.Helper()
	g := NewWithT(t)
	endpoint := server(t, faithful)
	dir = t.TempDir()
	env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": testKey, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": testSecret}
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", testKey)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", testSecret)
	code, _, stderr := essconform(t, env, append([]string{
		"run", "-endpoint", endpoint, "-provider-states", endpoint + "/_states", "-report-dir", dir, "-late", "0",
		"-case", "detach.max/*", "-case", "error.Forbidden.Unauthorized/*",
	}, args...)...)
	g.Expect(stderr).To(BeEmpty())
	g.Expect(code).To(Equal(exitConformant))
	data, err := os.ReadFile(filepath.Join(dir, "exchanges.har"))
	if os.IsNotExist(err) {
		return dir, nil
	}
	g.Expect(err).NotTo(HaveOccurred())
	var file struct{ Log struct{ Entries []har.Entry } }
	g.Expect(json.Unmarshal(data, &file)).To(Succeed())
	for _, secret := range []string{testKey, testSecret} {
		g.Expect(string(data)).NotTo(ContainSubstring(secret))
	}
	for _, found := range stateSecret.FindAllStringSubmatch(string(data), -1) {
		g.Expect(len(found[1])).To(BeNumerically("<", 16), "the secret of a state")
	}
	return dir, file.Log.Entries
}

func TestRunRecordsItsExchanges(t *testing.T) {
	g := NewWithT(t)
	dir, entries := recorded(t)
	g.Expect(entries).NotTo(BeEmpty())
	r, err := readReport(filepath.Join(dir, "report.json"))
	g.Expect(err).NotTo(HaveOccurred())
	pointed := 0
	for _, c := range r.Cases {
		calls := map[string]bool{}
		for _, i := range c.Exchanges {
			g.Expect(entries[i].Case).To(Equal(c.ID))
			calls[entries[i].Step] = true
		}
		g.Expect(calls).To(HaveKey("setup"), c.ID)
		g.Expect(calls).To(HaveKey("step 1 of 1"), c.ID)
		g.Expect(calls).To(HaveKey("teardown"), c.ID)
		pointed += len(c.Exchanges)
	}
	g.Expect(pointed).To(Equal(len(entries)), "every entry belongs to a case")
	for _, e := range entries {
		g.Expect(e.DoneMs).To(BeNumerically(">=", e.SentMs))
		g.Expect(e.SentMs).To(BeNumerically("<", 600_000), "counts from the start of the run")
		g.Expect(e.Response.Status).To(BeNumerically(">", 0))
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(BeEmpty())
}

func TestRunWithoutRecording(t *testing.T) {
	g := NewWithT(t)
	dir, entries := recorded(t, "-no-har")
	g.Expect(entries).To(BeNil())
	r, err := readReport(filepath.Join(dir, "report.json"))
	g.Expect(err).NotTo(HaveOccurred())
	for _, c := range r.Cases {
		g.Expect(c.Exchanges).To(BeEmpty())
	}
}

// TestRecordingHidesWhatWasLearnedLate: the target tells the secret of a caller before the setup that returns it.
func TestRecordingHidesWhatWasLearnedLate(t *testing.T) {
	g := NewWithT(t)
	const secret = "s3cretOfTheDeniedCaller-4711"
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: 20 * time.Millisecond})
	g.Expect(err).NotTo(HaveOccurred())
	given := regexp.MustCompile(`"accessKeySecret":"[^"]*"`)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		m.ServeHTTP(rec, r)
		maps.Copy(w.Header(), rec.Header())
		w.Header().Del("Content-Length")
		w.Header().Set("X-Told", url.QueryEscape("<"+secret+">"))
		w.WriteHeader(rec.Code)
		fmt.Fprint(w, given.ReplaceAllString(rec.Body.String(), `"accessKeySecret":"`+secret+`"`))
	}))
	t.Cleanup(s.Close)
	path, _ := run(t, s.URL, "-jobs", "1", "-late", "0", "-case", "detach.max/*/get", "-case",
		"error.Forbidden.Unauthorized/*/get")
	data, err := os.ReadFile(filepath.Join(filepath.Dir(path), "exchanges.har"))
	g.Expect(err).NotTo(HaveOccurred())
	var file struct{ Log struct{ Entries []har.Entry } }
	g.Expect(json.Unmarshal(data, &file)).To(Succeed())
	g.Expect(file.Log.Entries[0].Case).To(HavePrefix("detach.max"), "the secret is known only later")
	g.Expect(string(data)).NotTo(ContainSubstring(secret))
	for i, e := range file.Log.Entries {
		if e.Step != "setup" && e.Step != "teardown" {
			g.Expect(e.Response.Headers).To(ContainElement(har.Pair{Name: "X-Told", Value: "%3CREDACTED%3E"}),
				"entry %d: %s", i, e.Step)
		}
	}
}
